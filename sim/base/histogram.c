#include "base/histogram.h"

#include <stdlib.h>
#include <string.h>

int histogram_init(struct histogram *histogram, struct err *err)
{
	*histogram = (struct histogram){.bucket = calloc(HISTOGRAM_BUCKETS, sizeof(*histogram->bucket))};
	return histogram->bucket ? 0 : err_memory(err, "a histogram");
}

void histogram_free(struct histogram *histogram)
{
	free(histogram->bucket);
	*histogram = (struct histogram){0};
}

void histogram_clear(struct histogram *histogram)
{
	if (histogram->count)
		memset(histogram->bucket, 0, (histogram_bucket(histogram->max) + 1) * sizeof(*histogram->bucket));
	histogram->count = histogram->max = 0;
	histogram->sum = 0;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (from->bucket[i]) /* writing a 0 would take memory */
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

/* The middle of the values that share a bucket. */
static uint64_t middle(size_t bucket)
{
	unsigned shift = bucket >> HISTOGRAM_BITS ? (unsigned)(bucket >> HISTOGRAM_BITS) - 1 : 0;
	uint64_t lowest = (uint64_t)(bucket - ((size_t)shift << HISTOGRAM_BITS)) << shift;

	return lowest + ((UINT64_C(1) << shift) - 1) / 2;
}

uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent)
{
	unsigned __int128 rank = ((unsigned __int128)histogram->count * percent + 99) / 100;
	uint64_t seen = 0;

	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->bucket[i];
		if (seen >= rank && seen > 0)
			return middle(i) < histogram->max ? middle(i) : histogram->max;
	}
	return 0;
}
