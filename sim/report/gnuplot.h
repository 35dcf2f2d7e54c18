/* SPDX-License-Identifier: MIT */
/* The one place that runs gnuplot: which formats there are, how a text is quoted, how a script is run. */
#ifndef REPORT_GNUPLOT_H
#define REPORT_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "report/staging.h"

enum gnuplot_format { GNUPLOT_SVG, GNUPLOT_PNG, GNUPLOT_PDF, GNUPLOT_FORMATS };

/* "svg", "png", "pdf". */
extern const char *const gnuplot_format_names[GNUPLOT_FORMATS];

/* The format of that name, or -1. */
int gnuplot_format_find(const char *name);

/* Whether gnuplot is there. Before long work. */
int gnuplot_check(struct err *err);

/* The text as gnuplot takes it, in single quotes, its marks of enhanced text and line breaks disarmed. */
void gnuplot_put_text(FILE *to, const char *text);

/* The same for what stands at a tic, where a % begins a number's format. */
void gnuplot_put_tic(FILE *to, const char *text);

/*
 * The lines that draw what the script has set up, `plot` being its command, in each format of the set (bit by bit, 1 <<
 * GNUPLOT_SVG...) into NAME.svg and so on. `height` is that of a usual figure times this.
 */
void gnuplot_put_drawing(FILE *to, const char *name, unsigned formats, double height, const char *plot);

/* Runs NAME.gp in the staging's folder. The same script and data give the same bytes. */
int gnuplot_run(const struct staging *staging, const char *name, struct err *err);

#endif
