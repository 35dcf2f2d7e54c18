/* SPDX-License-Identifier: MIT */
/* What figures of one plot and of panels are written with. Private to figure*.c. */
#ifndef REPORT_FIGURE_PARTS_H
#define REPORT_FIGURE_PARTS_H

#include <stdio.h>

#include "report/figure.h"

enum { FIGURE_COLOURS = 8 };
extern const char *const figure_colours[FIGURE_COLOURS];

/* Whether some point of the line has an error above 0. */
bool figure_has_errors(const struct figure_line *line);

/* Words in place of numbers on an axis, 'x' or 'y'; slanted where they would not fit side by side. */
void figure_put_tics(FILE *to, char axis, const struct figure_tic *tic, size_t tics);

/* The ends of the data along an axis, 'x' or 'y', of one panel or of all: the smallest number above 0, and the largest.
 * *most is 0 when there is none. */
void figure_span(const struct figure *figure, size_t panel, char axis, double *least, double *most);

/* A logarithmic axis over the data of a panel, or of all, with its tics. */
void figure_put_log_axis(FILE *to, const struct figure *figure, size_t panel, char axis);

/* The elements of gnuplot's plot command that draw the i-th line, in the colours, dash and mark of `style`; `title`
 * NULL: without an entry in the legend. */
void figure_put_line(FILE *to, const struct figure *figure, size_t i, size_t style, const char *title);

/* "with linespoints ..." of a style, for a line of this width. */
void figure_put_style(FILE *to, const struct figure *figure, size_t style, double width);

#endif
