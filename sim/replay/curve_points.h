/* SPDX-License-Identifier: MIT */
/*
 * What each local size costs a trace when nothing else uses the interconnect: faults, write-backs and slowdown. A
 * policy whose counts come from memory/curve is answered at every size in one pass; any other is replayed once a size,
 * over all cores.
 */
#ifndef REPLAY_CURVE_POINTS_H
#define REPLAY_CURVE_POINTS_H

#include "replay/replay.h"
#include "trace/reader.h"

/* What is asked of a trace at every size. */
struct curve_points_options {
	const struct policy_ops *policy;
	const void *policy_params;
	const struct prefetch_ops *prefetch; /* NULL: none */
	const void *prefetch_params;
	struct fault_cost cost;
	uint64_t seed;
	double sample;    /* the share of the pages that the one pass looks at; 0: all of them, which is exact */
	unsigned threads; /* of a replay, at least 1 */
	bool recover;     /* a replay opens the trace again: whether it takes a damaged one */
	void (*progress)(void *context, uint64_t done); /* records read so far, over all sizes; may be NULL */
	void *context;
};

/* The answer at one local size. */
struct curve_point {
	uint32_t frames; /* asked: pages, at least 1 and at least the trace's K */
	bool too_small;  /* fewer pages than a sampled curve can tell apart: what follows is its first point's */
	struct local_counts counts;
	double slowdown; /* completion time over that with all memory local; NaN when the trace has no time at all */
	double error;    /* standard error of the slowdown, of a sampled curve */
};

/* Whether all sizes are answered in one pass, and may be sampled. `prefetch` may be NULL. */
bool curve_points_one_pass(const struct policy_ops *policy, const struct prefetch_ops *prefetch);

/* Fills the points of the trace at `path`, whose reader stands at the first record. Returns 0 or an error. */
int curve_points_read(const char *path, struct trace_reader *reader, struct curve_point *points, size_t count,
		      const struct curve_points_options *options, struct err *err);

#endif
