/* SPDX-License-Identifier: MIT */
/*
 * What changed between two sweeps over the same grid, for a reviewer who asks: points joined by the keys that both
 * sweep and by their jobs, with the change of their slowdowns and faults, the largest change first.
 */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include <stdio.h>

#include "report/results.h"

/* A point that both have, or that only one has (SIZE_MAX for the other). */
struct diff_point {
	size_t before, now; /* rows */
	double slowdown;    /* the change in per cent of before; INFINITY where a job stopped in one of the two only */
	double faults;      /* now less before */
};

struct diff {
	const struct results *before, *now;
	size_t keys;                      /* that both sweep */
	size_t *before_key, *now_key;     /* their columns */
	struct diff_point *point;         /* by change, the largest first; those of one side only come last */
	size_t points, changed, one_side; /* points: all of them */
};

/* Joins two results. ERR_FAILED when they have no point in common, or when one has a point twice: the text names file
 * and line. On an error there is nothing to free. */
int diff_make(struct diff *diff, const struct results *before, const struct results *now, struct err *err);
void diff_free(struct diff *diff);

/* The table of at most `most` changed points, and what has to be said below it. Returns 0 or a negative code. */
int diff_print(const struct diff *diff, size_t most, FILE *to, struct err *err);

/* A line for every point. */
void diff_print_csv(const struct diff *diff, FILE *to);

#endif
