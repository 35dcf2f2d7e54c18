/* SPDX-License-Identifier: MIT */
/* The options that say how figures look, of every command that draws some. */
#ifndef CLI_FIGURE_WISHES_H
#define CLI_FIGURE_WISHES_H

#include <argp.h>

#include "report/figure.h"

/* What the user has asked for; all zero: nothing. */
struct figure_wishes {
	const char *title, *x_label, *y_label; /* NULL: the figure's own */
	const char *font;
	double font_points;         /* 0: the style's */
	double width_in, height_in; /* 0: the style's */
	bool paper, log_x, log_y, linear, free_y, same_y;
};

/* A child of a command's argp: its input is a struct figure_wishes. */
extern const struct argp figure_wishes_argp;

/* Changes a figure as asked. A logarithmic axis is refused by none: where the data have a 0, gnuplot leaves it out. */
void figure_wishes_apply(const struct figure_wishes *wishes, struct figure *figure);

#endif
