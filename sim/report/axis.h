/* SPDX-License-Identifier: MIT */
/*
 * The axes of an experiment: what varies among the rows of its results. First the swept keys in their order; of keys
 * that change together only the first, because the others add no information. Then what varies among the jobs of one
 * point: their workload, local share, policy, prefetcher, name.
 */
#ifndef REPORT_AXIS_H
#define REPORT_AXIS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/results.h"

enum axis_scale {
	AXIS_WORDS, /* not numbers; in the order of their first occurrence in the file */
	AXIS_LINEAR,
	AXIS_LOG, /* numbers over a wide range (log_from in axis.c), none of them 0 */
};

enum { AXIS_LABEL = 96, AXES_MAX = 24 };

struct axis_value {
	const char *text;            /* as written; in per cent for a local share that is not a swept key */
	const char *name;            /* as people write it: a trace's workload, a preset's name, three digits */
	char *own;                   /* holds the name where it is not the text */
	double number;               /* for numbers, in the axis' unit; otherwise the index */
	enum policy_filtered counts; /* of a policy: the worst of its rows */
};

struct axis {
	const char *key;        /* a swept key or a column's name */
	char label[AXIS_LABEL]; /* the label in a figure: "interconnect latency (us)" */
	const char *unit;       /* "" for plain numbers and words */
	enum axis_scale scale;
	bool is_share; /* a local share, in per cent of the footprint */
	bool of_jobs;  /* varies among the jobs of a point; not a swept key */
	size_t values;
	struct axis_value *value;  /* numbers rise */
	uint32_t *of_row;          /* the index of each row's value */
	char *texts;               /* holds the values' texts when the sheet does not */
	size_t rows;               /* of the sheet */
	const struct axis *leader; /* of a follower */
};

struct axes {
	size_t count;
	struct axis axis[AXES_MAX];
	/* What varies, but with each value of another axis, its leader, has one value only: the workload where traces
	 * are swept. Known by name alone. */
	size_t followers;
	struct axis follower[AXES_MAX];
};

/* ERR_FAILED when a key does not allow one of its values; the text names file, line and key. On an error there is
 * nothing to free. */
int axes_find(struct axes *axes, const struct results *results, struct err *err);
void axes_free(struct axes *axes);

/* The axis with the key `name`, or with the only key that ends with ".NAME" ("latency", "local"); `local` also finds
 * local_ratio. NULL when there is none. */
const struct axis *axes_named(const struct axes *axes, const char *name);

/* The same for what a user has named; of a follower, the axis that leads it. */
const struct axis *axes_wished(const struct axes *axes, const char *name);

/* The index of the value of axes_wished(name) that a user has named; that axis' number of values when there is none. Of
 * a follower it is the leader's value: *several is then the leader's key if there are several, otherwise NULL. */
size_t axes_value_named(const struct axes *axes, const char *name, const char *text, const char **several);

/* The first axis of which each value has one value of `axis` only, or NULL. */
const struct axis *axes_leader(const struct axes *axes, const struct axis *axis, size_t rows);

/* Whether its values are workloads: those themselves, or traces with the names of their workloads. */
bool axis_is_workload(const struct axis *axis);

/* The index of the value with that text, or of that name, or axis->values. */
size_t axis_find_value(const struct axis *axis, const char *text);

#endif
