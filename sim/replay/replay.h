/* SPDX-License-Identifier: MIT */
/*
 * Replays a trace through local memories: many points (policy, prefetcher, local size) in one call, on all cores, each
 * exact. A reference to a remote page costs its virtual CPU an uncontended fetch: nothing else uses the interconnect.
 */
#ifndef REPLAY_REPLAY_H
#define REPLAY_REPLAY_H

#include "fault/completion.h"
#include "fault/cost.h"
#include "fault/local_memory.h"

struct replay_point {
	/* input */
	const struct policy_ops *policy;
	const void *policy_params;
	const struct prefetch_ops *prefetch; /* NULL: none */
	const void *prefetch_params;
	uint32_t frames; /* local size in pages, at least 1 and at least the trace's K */
	/* output */
	struct local_counts counts;
	struct completion completion;
};

struct replay_options {
	struct fault_cost cost;
	uint64_t eviction_seed; /* of the policies */
	unsigned threads;       /* at least 1 */
	bool recover;           /* accept a damaged trace */
	bool hinted;            /* trace_reader_options.hinted */
	/* Several virtual CPUs touch pages in the order that was recorded, not in that of their times. Always so for a
	 * policy or prefetcher that needs the future, which it knows in that order. */
	bool recorded_order;
	void (*progress)(void *context, uint64_t done,
			 uint64_t total); /* in records times points; called by one thread; may be NULL */
	void *context;
};

/* Replays the trace at `path` through every point. Returns 0 or a negative code: also when a job takes more than 106
 * days. */
int replay(const char *path, struct replay_point *points, size_t count, const struct replay_options *options,
	   struct err *err);

#endif
