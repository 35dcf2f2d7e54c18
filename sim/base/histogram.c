/* SPDX-License-Identifier: MIT */
#include "base/histogram.h"

#include <string.h>

#include "base/table.h"

int histogram_init(struct histogram *histogram, struct err *err)
{
	*histogram = (struct histogram){.bucket = table_map(HISTOGRAM_BUCKETS, sizeof(*histogram->bucket))};
	return histogram->bucket ? 0 : err_memory(err, "a histogram");
}

void histogram_free(struct histogram *histogram)
{
	table_unmap(histogram->bucket, HISTOGRAM_BUCKETS, sizeof(*histogram->bucket));
	*histogram = (struct histogram){0};
}

void histogram_clear(struct histogram *histogram)
{
	size_t last = histogram_bucket(histogram->max);

	if (histogram->bucket[last] != histogram->count)
		memset(histogram->bucket, 0, last * sizeof(*histogram->bucket));
	histogram->bucket[last] = 0;
	histogram->count = histogram->max = 0;
	histogram->sum = 0;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (from->bucket[i]) /* writing a 0 would allocate the page */
			into->bucket[i] += from->bucket[i];
	into->count += from->count;
	into->sum += from->sum;
	if (from->max > into->max)
		into->max = from->max;
}

double histogram_mean(const struct histogram *histogram)
{
	return histogram->count ? (double)histogram->sum / (double)histogram->count : 0;
}

static unsigned shift_of(size_t bucket)
{
	return bucket >> HISTOGRAM_BITS ? (unsigned)(bucket >> HISTOGRAM_BITS) - 1 : 0;
}

static uint64_t lowest(size_t bucket)
{
	unsigned shift = shift_of(bucket);

	return (uint64_t)(bucket - ((size_t)shift << HISTOGRAM_BITS)) << shift;
}

static uint64_t highest(size_t bucket)
{
	return lowest(bucket) + ((UINT64_C(1) << shift_of(bucket)) - 1);
}

/* The middle of the values of one bucket. */
static uint64_t middle(size_t bucket)
{
	return lowest(bucket) + ((UINT64_C(1) << shift_of(bucket)) - 1) / 2;
}

/* The last bucket that holds anything, and one that nothing is below: the same where all values share one. */
static size_t last_bucket(const struct histogram *histogram)
{
	return histogram_bucket(histogram->max);
}

static size_t first_bucket(const struct histogram *histogram)
{
	size_t last = last_bucket(histogram);

	return histogram->bucket[last] == histogram->count ? last : 0;
}

uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent)
{
	unsigned __int128 rank = ((unsigned __int128)histogram->count * percent + 99) / 100;
	uint64_t seen = 0;

	for (size_t i = first_bucket(histogram); i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->bucket[i];
		if (seen >= rank && seen > 0)
			return middle(i) < histogram->max ? middle(i) : histogram->max;
	}
	return 0;
}

/* The steps when 2^join buckets make one, or HISTOGRAM_STEPS + 1 when they are too many. */
static size_t joined_steps(const struct histogram *histogram, unsigned join,
			   struct histogram_step step[HISTOGRAM_STEPS])
{
	size_t steps = 0, last = SIZE_MAX;

	for (size_t i = first_bucket(histogram); i <= last_bucket(histogram); i++) {
		uint64_t top;

		if (!histogram->bucket[i])
			continue;
		if (i >> join != last) {
			if (steps == HISTOGRAM_STEPS)
				return steps + 1;
			step[steps++].count = 0;
			last = i >> join;
		}
		top = highest(i | (((size_t)1 << join) - 1));
		step[steps - 1].value = top < histogram->max ? top : histogram->max;
		step[steps - 1].count += histogram->bucket[i];
	}
	return steps;
}

size_t histogram_steps(const struct histogram *histogram, struct histogram_step step[HISTOGRAM_STEPS])
{
	size_t steps = HISTOGRAM_STEPS + 1;

	for (unsigned join = 0; steps > HISTOGRAM_STEPS; join++) /* a doubling in one step, join 9, always fits */
		steps = joined_steps(histogram, join, step);
	return steps;
}
