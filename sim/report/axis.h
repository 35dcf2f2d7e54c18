/* SPDX-License-Identifier: MIT */
/*
 * The axes of an experiment: what varies among the rows of its results. First the swept keys in their order (of keys
 * that change together the first: the others tell nothing more), then what varies among the jobs of one point: their
 * workload, local share, policy, prefetcher, name.
 */
#ifndef REPORT_AXIS_H
#define REPORT_AXIS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/results.h"

enum axis_scale {
	AXIS_WORDS, /* no numbers, in the order in which they first stand in the file */
	AXIS_LINEAR,
	AXIS_LOG, /* numbers that span a decade or nearly (durations: much less), none of them 0 */
};

enum { AXIS_LABEL = 96, AXES_MAX = 24 };

struct axis_value {
	const char *text; /* as written; of a local share that no key swept, in per cent */
	double number;    /* in the axis' unit, of numbers; otherwise its place */
};

struct axis {
	const char *key;        /* a swept key or a column's name */
	char label[AXIS_LABEL]; /* what an axis of a figure says: "interconnect latency (us)" */
	const char *unit;       /* "" for plain numbers and words */
	enum axis_scale scale;
	bool is_share; /* a local share, in per cent of the footprint */
	bool of_jobs;  /* varies among the jobs of a point: no key was swept */
	size_t values;
	struct axis_value *value; /* numbers rise */
	uint32_t *of_row;         /* the index of each row's value */
	char *texts;              /* what the values' texts point into, when it is not the sheet */
};

struct axes {
	size_t count;
	struct axis axis[AXES_MAX];
};

/* ERR_FAILED when a value is not one that its key takes; the text names file, line and key. On an error there is
 * nothing to free. */
int axes_find(struct axes *axes, const struct results *results, struct err *err);
void axes_free(struct axes *axes);

/* The axis of that key, or of the only key that ends with ".NAME" ("latency", "local"); `local` finds local_ratio too.
 * NULL: none. */
const struct axis *axes_named(const struct axes *axes, const char *name);

/* The index of the value with that text, or axis->values. */
size_t axis_find_value(const struct axis *axis, const char *text);

#endif
