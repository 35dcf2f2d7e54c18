/* SPDX-License-Identifier: MIT */
/*
 * The faults, write-backs and slowdown of a trace at each local size, when nothing else uses the interconnect. For a
 * policy that memory/curve can count, one pass over the trace gives every size; any other policy is replayed once per
 * size, on all cores.
 */
#ifndef REPLAY_CURVE_POINTS_H
#define REPLAY_CURVE_POINTS_H

#include "memory/curve.h"
#include "replay/replay.h"
#include "trace/reader.h"

/* What is the same at every size. */
struct curve_points_options {
	const struct policy_ops *policy;
	const void *policy_params;
	const struct prefetch_ops *prefetch; /* NULL: none */
	const void *prefetch_params;
	const struct fault_cost *cost; /* of each interconnect */
	size_t costs;
	uint64_t eviction_seed, sampling_seed; /* of the policy; of the sampled pages */
	double sample;    /* the share of the pages that the one pass samples; 0: no sampling, exact */
	unsigned threads; /* of a replay, at least 1 */
	bool recover;     /* accept a damaged trace (a replay opens the trace again) */
	bool hinted;      /* the reader was opened with `hinted` */
	void (*progress)(void *context, uint64_t done); /* records read so far, over all sizes; may be NULL */
	void *context;
};

/* A bound of what LRU does on everything that was touched, for a recording with an active set (memory/active.h). */
struct curve_bound {
	uint64_t faults, write_backs;
	double slowdown; /* with several virtual CPUs the least, or the most, of its own two bounds */
};

/* The result at one local size. */
struct curve_point {
	uint32_t frames; /* input: pages, at least the trace's smallest (trace_min_pages) */
	bool too_small;  /* below a sampled curve's first point: the rest is that first point's */
	struct local_counts counts;
	/* Completion time over that with all memory local, at least and at most (fault/completion.h); the same for one
	 * virtual CPU; NaN when the trace takes no time. */
	double slowdown, slowdown_max;
	double error;                 /* standard error of the slowdown when sampled, else 0 */
	struct curve_bound low, high; /* only for LRU in one pass over a recording with an active set */
	/* The transfers of all write-backs over the completion time. A curve leaves out the waiting for them, which one
	 * virtual CPU can do no longer than they take. */
	double write_share;
};

/* Whether one pass gives all sizes, and may be sampled. `prefetch` may be NULL. */
bool curve_points_one_pass(const struct policy_ops *policy, const struct prefetch_ops *prefetch);

/* Whether one pass is made of this trace. With several virtual CPUs the order of touches depends on the waits, and so
 * on the size: each size is replayed, unless the pages are sampled, the trace is damaged, or it has an active set,
 * whose bounds are of the recorded order. */
bool curve_points_in_one_pass(const struct curve_points_options *options, const struct trace_reader *reader);

/* Makes the one pass, for curve_point_of; `reader` is at its first record. The caller frees the curve with curve_free.
 * Returns 0 or a negative code. */
int curve_points_pass(struct curve *curve, struct trace_reader *reader, const struct curve_points_options *options,
		      struct err *err);

/* Fills in the point of `point->frames` pages from the pass that was made of the reader's trace. Returns 0, or a
 * negative code when the job takes longer than 106 days. */
int curve_point_of(struct curve_point *point, const struct trace_reader *reader, const struct curve *curve,
		   const struct fault_cost *cost, struct err *err);

/* Fills in `count` points for each cost, one cost after the other, for the trace at `path`; `reader` is at its first
 * record. One pass serves all costs. Returns 0 or a negative code. */
int curve_points_read(const char *path, struct trace_reader *reader, struct curve_point *points, size_t count,
		      const struct curve_points_options *options, struct err *err);

#endif
