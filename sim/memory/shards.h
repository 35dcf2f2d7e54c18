/* SPDX-License-Identifier: MIT */
/*
 * The LRU curve of a very long trace, estimated from a sample of its pages.
 *
 * Source: SHARDS, Waldspurger, Park, Garthwaite, Ahmad, 'Efficient MRC construction with SHARDS', FAST 2015, with a
 * fixed rate R and the adjustment SHARDS-adj. The cost is one hash per record, and R times the exact curve, twice.
 *
 * A page is in the sample if a hash of its id is below R, so either all its touches are in the sample or none. A stack
 * distance within the sample is about R times the real one, and the sample has about R times the touches. So a memory
 * of m pages is estimated by one of m * R pages on the sample, with its counts divided by R. As in SHARDS-adj, ratios
 * are over the trace's references, which are counted exactly, not over the sample's references divided by R. The
 * difference between the two, which depends on whether a few very hot pages are in the sample, goes to the first bucket
 * of the histogram, which no memory misses.
 *
 * Estimated: faults, write_backs and first_touches. Exact: references. Below 1/R pages there is no estimate, and just
 * above it is a rough one.
 *
 * The error is the sampling error, by random groups (Wolter, 'Introduction to Variance Estimation', 2007, chapter 2):
 * further bits of the hash divide the sample into 8 parts. Each part gives an estimate at R/8; their standard deviation
 * over the square root of 8 is the standard error of their mean, which is used for the whole sample. Since pages are
 * drawn without replacement it is multiplied by sqrt(1 - R): at R = 1 the curve is exact and the error 0. With 8
 * values, the error itself is known to about a quarter.
 */
#ifndef MEMORY_SHARDS_H
#define MEMORY_SHARDS_H

#include "memory/curve.h"

#define SHARDS_PARTS 8

struct shards_options {
	double rate;   /* more than 0, at most 1 */
	uint64_t seed; /* selects the pages */
};

struct shards;

/* As curve_pass_create; the other functions likewise. */
int shards_create(struct shards **shards, const struct curve_trace *trace, const struct shards_options *options,
		  struct err *err);
void shards_destroy(struct shards *shards);
void shards_add(struct shards *shards, const struct trace_batch *batch);
int shards_end(struct shards *shards, struct curve *curve, struct err *err);

/* As curve_read. */
int shards_read(struct curve *curve, struct trace_reader *reader, const struct shards_options *options,
		curve_progress *progress, void *context, struct err *err);

#endif
