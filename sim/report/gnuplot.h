/* SPDX-License-Identifier: MIT */
/* All uses of gnuplot: its formats, quoting of texts, running a script. */
#ifndef REPORT_GNUPLOT_H
#define REPORT_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "report/staging.h"

enum gnuplot_format { GNUPLOT_SVG, GNUPLOT_PNG, GNUPLOT_PDF, GNUPLOT_FORMATS };

/* "svg", "png", "pdf". */
extern const char *const gnuplot_format_names[GNUPLOT_FORMATS];

/* The format of that name, or -1. */
int gnuplot_format_find(const char *name);

/* Checks before long work that gnuplot is installed. */
int gnuplot_check(struct err *err);

/* Writes a text for gnuplot in single quotes; special characters of enhanced text and line breaks are escaped. */
void gnuplot_put_text(FILE *to, const char *text);

/* The same for the label of a tic, where a % would begin a number format. */
void gnuplot_put_tic(FILE *to, const char *text);

/* The size of a drawing. Lengths are those of the SVG, in pixels of 1/96 inch; the other formats have the same
 * proportions. */
struct gnuplot_look {
	double width, height, font_size;
	const char *font;
	double line_width; /* of the lines of data, 2 in a figure for screens */
	double png_scale;  /* pixels of the PNG for each pixel */
	double pdf_width;  /* cm */
};

/* A figure for screens, and one for a column of a paper, 3.3 inches wide. */
extern const struct gnuplot_look gnuplot_screen, gnuplot_paper;

/*
 * Writes the lines that draw the figure with the command `plot` in each format of the set (bits 1 << GNUPLOT_SVG...)
 * into NAME.svg and so on. `again`: `plot` is more than one command, and is repeated for each format.
 */
void gnuplot_put_drawing(FILE *to, const char *name, unsigned formats, const struct gnuplot_look *look,
			 const char *plot, bool again);

/* Runs NAME.gp in the staging's folder. The same script and data give the same bytes. */
int gnuplot_run(const struct staging *staging, const char *name, struct err *err);

#endif
