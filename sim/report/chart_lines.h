/* SPDX-License-Identifier: MIT */
/* Charts of one number of each job against one axis: lines, in panels where there are facets, or bars where the axis
 * holds words. Private to chart*.c. */
#ifndef REPORT_CHART_LINES_H
#define REPORT_CHART_LINES_H

#include "report/chart_build.h"

/* The quantity that a chart shows. */
struct chart_quantity {
	struct view_quantity view; /* with the error of a slowdown, which is the only one that has any */
	const char *title, *y_label, *what, *unit; /* the sentence speaks of `what` */
	bool of_points;
};

/* A column of the results, as a quantity's measure. */
double chart_column(const struct results *results, size_t row, int which);

/* Adds the charts of a quantity against `x`, which may be NULL. Returns 0 or a negative code. */
int chart_lines_make(const struct chart_kind *kind, const struct chart_input *input,
		     const struct chart_quantity *quantity, const struct axis *x, struct charts *charts,
		     struct err *err);

#endif
