/* SPDX-License-Identifier: MIT */
/*
 * Figures, drawn by gnuplot from a script and a data file that can be kept and edited: readable in print, in grey and
 * with colour blindness (colours of Okabe and Ito, 'Color universal design', 2008; each line also has its own dash and
 * mark, and each bar its own pattern).
 */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "report/gnuplot.h"
#include "report/staging.h"

enum figure_shape {
	FIGURE_LINES,  /* y against x, a mark at each point */
	FIGURE_STEPS,  /* y keeps its value up to the next x */
	FIGURE_BARS,   /* a bar for each point; bars of several lines are side by side; x counts 0, 1, 2... */
	FIGURE_STACKS, /* the bars of all lines are stacked, at the positions of x_tic */
	FIGURE_MAP,    /* one line: the value z of each cell as a shade; x and y count 0, 1, 2... */
};

struct figure_line {
	const char *title;
	size_t count;
	const double *x, *y;
	const double *error;      /* half the height of each confidence bar, 0 for none; NULL: no bars */
	const double *low, *high; /* of lines: bounds of y, shaded; NULL: none */
	const double *z;          /* of a map */
	size_t style;             /* of a part of a stack: the same in every figure */
};

/* A word instead of a number on an axis. */
struct figure_tic {
	double at;
	const char *text;
};

/* A title over some neighbouring bars. */
struct figure_group {
	double first, last;
	const char *title;
};

/* A range of y that is marked across the whole figure. */
struct figure_band {
	double low, high;
	const char *title;
};

struct figure {
	const char *title, *x_label, *y_label;
	enum figure_shape shape;
	bool log_x, log_y, log_z;
	double y_max;     /* the end of the y axis; 0: chosen from the points */
	double all_local; /* if not 0, a thin horizontal line at this y: the job with all memory local */
	const struct figure_line *line;
	size_t lines;
	const struct figure_tic *x_tic, *y_tic;
	size_t x_tics, y_tics; /* 0: numbers */
	const struct figure_group *group;
	size_t groups;
	const struct figure_band *band;
	size_t bands;
};

/* Writes NAME.gp and NAME.dat into the staging's folder and lets gnuplot draw NAME.svg, NAME.png, NAME.pdf, as
 * `formats` says (1 << GNUPLOT_SVG...). */
int figure_draw(const struct figure *figure, const struct staging *staging, const char *name, unsigned formats,
		struct err *err);

/* Checks before long work that a figure can be drawn: gnuplot is installed and the path ends with .svg, .pdf or
 * .png. */
int figure_check(const char *path, struct err *err);

/* Draws one figure into `path`, in the format of its extension, and keeps no other file. */
int figure_draw_file(const struct figure *figure, const char *path, struct err *err);

#endif
