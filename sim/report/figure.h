/*
 * Figures, drawn by gnuplot: lines over one axis, readable in print, in grey and by the colour-blind (colours of Okabe and Ito, 'Color
 * universal design', 2008; each line has a dash and a mark of its own as well).
 */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include <stddef.h>

#include "base/err.h"

struct figure_line {
	const char *title;
	size_t count;
	const double *x, *y;
};

struct figure {
	const char *title, *x_label, *y_label;
	double all_local; /* a thin horizontal line there, when not 0: the job with all its memory local */
	const struct figure_line *line;
	size_t lines;
};

/* Whether figures can be drawn at all: gnuplot is there and the path's ending is one of .svg, .pdf, .png. Before long work. */
int figure_check(const char *path, struct err *err);

/* Draws into `path`, in the format of its ending. */
int figure_draw(const struct figure *figure, const char *path, struct err *err);

#endif
