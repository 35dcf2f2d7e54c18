/* SPDX-License-Identifier: MIT */
/*
 * The questions of a curve turned round: the smallest local memory that keeps a job under a slowdown, and the largest
 * latency that a given local memory bears. Where one pass gives every size (curve_points_in_one_pass), the smallest
 * size is found among all of them: LRU's faults never rise with the size. Otherwise sizes are replayed, a few at once,
 * between one that is too small and one that is not; of a policy whose faults may rise with the size, such as FIFO, a
 * size that was not tried may be too small.
 *
 * The slowdown meant is the upper of two bounds where there are two: of several virtual CPUs, and of a recording with
 * an active set.
 */
#ifndef REPLAY_SIZE_SEARCH_H
#define REPLAY_SIZE_SEARCH_H

#include "config/config.h"
#include "replay/curve_points.h"

struct size_search {
	const char *path;
	struct trace_reader *reader;
	const struct curve_points_options *options; /* its costs are not used */
	struct fault_cost cost;                     /* of one interconnect */
	bool one_pass;
	struct curve curve;        /* of the one pass */
	struct curve_point *known; /* replayed at that cost, by size */
	size_t known_count, room;
	uint32_t min, max; /* the smallest size of which the trace says something, and the footprint; in pages */
};

enum size_found {
	SIZE_FOUND,
	SIZE_EVERY,   /* the smallest size of which the trace says something (or the largest latency) is still good */
	SIZE_NONE,    /* not even with all of the footprint local (or with no latency) */
	SIZE_UNKNOWN, /* the trace says nothing of memories that small; for users of a search, which never finds this */
};

/* Makes the one pass, if one pass serves. `reader` is at its first record; both it and the options must outlive the
 * search, and the trace must be of size_search_sizes' kind: min <= max. Returns 0 or a negative code, and then nothing
 * is to be freed. */
int size_search_begin(struct size_search *search, const char *path, struct trace_reader *reader,
		      const struct curve_points_options *options, struct err *err);
void size_search_end(struct size_search *search);

/* From now on the search is over this interconnect. */
void size_search_over(struct size_search *search, const struct fault_cost *cost);

/* The slowdown that a target is compared with: the upper bound. NaN for a trace that takes no time. */
double size_search_slowdown(const struct curve_point *point);

/* The point at a size from `min` to `max` pages. Returns 0 or a negative code. */
int size_search_at(struct size_search *search, uint32_t frames, struct curve_point *point, struct err *err);

/* The smallest size whose slowdown is at most `target`: *point is there, or at `max` with SIZE_NONE. Returns 0 or a
 * negative code. */
int size_search_smallest(struct size_search *search, double target, enum size_found *found, struct curve_point *point,
			 struct err *err);

/* What a latency is asked of. */
struct size_latency_asked {
	const struct config *config; /* its interconnect, with another latency */
	uint32_t frames;
	double target;
};

/*
 * The largest latency, a whole number of ns up to SIZE_LATENCY_MAX_NS, at which the slowdown with so many pages is at
 * most the target. *latency_ns is 0 with SIZE_NONE. Afterwards the search is over another interconnect. Returns 0 or a
 * negative code.
 */
#define SIZE_LATENCY_MAX_NS INT64_C(1000000000) /* 1 s */
int size_search_latency(struct size_search *search, const struct size_latency_asked *asked, enum size_found *found,
			int64_t *latency_ns, struct err *err);

#endif
