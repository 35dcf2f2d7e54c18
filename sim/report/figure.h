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
#include <stdint.h>

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
	size_t style; /* of a part of a stack, and of a line among panels: the same colour in every figure or panel */
	size_t panel; /* the panel that it is drawn in, if there are panels */
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
	size_t panel; /* as of a line; FIGURE_EVERY_PANEL */
};

#define FIGURE_EVERY_PANEL SIZE_MAX

struct figure {
	const char *title, *x_label, *y_label; /* title NULL: none */
	struct gnuplot_look look;              /* width 0: for screens */
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
	const char *const
		*panel; /* the titles of panels, small figures with one x axis and one legend; of lines only */
	size_t panels;  /* 0: none */
	bool free_y;    /* each panel has a y axis of its own */
	bool share_x;   /* x is a share, 0 to 100 */
};

/* Whether a line belongs to a panel; `panel` FIGURE_EVERY_PANEL: to any. */
static inline bool figure_line_is_in(const struct figure_line *line, size_t panel)
{
	return panel == FIGURE_EVERY_PANEL || line->panel == panel;
}

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
