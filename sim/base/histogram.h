/* SPDX-License-Identifier: MIT */
/*
 * The distribution of many values, in memory that does not grow with their number: counts in buckets, 512 for each
 * doubling.
 *
 * Source: HdrHistogram (Gil Tene, hdrhistogram.org), its log-linear buckets. Values below 1024 have a bucket each.
 * Above, a bucket's width is at most 1/512 of its values, so that its middle is within 1/1024 (under 0.1 %) of each.
 * Count, sum and maximum are exact. Departs from it: the range is always the full 64 bits. The counts of one doubling
 * fill one page of 4 KiB, and the system allocates pages when they are first written, so a histogram uses memory only
 * for the doublings that occur, not for all 55.
 */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	HISTOGRAM_BITS = 9, /* 2^9 buckets per doubling */
	HISTOGRAM_BUCKETS = (64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS,
	HISTOGRAM_STEPS = 256,
};

struct histogram {
	uint64_t *bucket;
	uint64_t count, max;
	unsigned __int128 sum;
};

/* An empty histogram. Returns 0, or ERR_FAILED if memory runs out. */
int histogram_init(struct histogram *histogram, struct err *err);
void histogram_free(struct histogram *histogram);

/* The bucket of a value: its leading one bit and the HISTOGRAM_BITS bits after it. Buckets are in the order of the
 * values. */
static inline size_t histogram_bucket(uint64_t value)
{
	int shift = 63 - HISTOGRAM_BITS - __builtin_clzll(value | 1 << HISTOGRAM_BITS);

	return ((size_t)shift << HISTOGRAM_BITS) + (size_t)(value >> shift);
}

/* Adds a value `times` times. */
static inline void histogram_add_times(struct histogram *histogram, uint64_t value, uint64_t times)
{
	if (!times)
		return;
	histogram->bucket[histogram_bucket(value)] += times;
	histogram->count += times;
	histogram->sum += (unsigned __int128)value * times;
	if (value > histogram->max)
		histogram->max = value;
}

static inline void histogram_add(struct histogram *histogram, uint64_t value)
{
	histogram_add_times(histogram, value, 1);
}

/* Removes all values. */
void histogram_clear(struct histogram *histogram);

/* Adds every value of `from` to `into`. */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* The mean of the values; 0 if there are none (also for the percentiles). */
double histogram_mean(const struct histogram *histogram);

/*
 * The smallest value such that at least `percent` percent (1 to 100) of the values are at most that, within 1/1024 of
 * it and never above the maximum. 50 is the median; of an even count, the lower of the two values in the middle.
 */
uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent);

/* A step of the cumulative distribution: `count` values are above the previous step's value and at most `value`. */
struct histogram_step {
	uint64_t value, count;
};

/*
 * The distribution as a few steps, for files and figures; returns how many. Each non-empty bucket is one step. If these
 * are more than HISTOGRAM_STEPS, neighbouring buckets are joined in pairs until they fit: counts stay exact, and the
 * last value is the maximum.
 */
size_t histogram_steps(const struct histogram *histogram, struct histogram_step step[HISTOGRAM_STEPS]);

#endif
