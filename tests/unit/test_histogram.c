/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/histogram.h"
#include "traces.h"
#include "unit.h"

enum { VALUES = 20000 };

static uint64_t draw_uniform(uint64_t *state)
{
	return test_below(state, 1000000000);
}

static uint64_t draw_small(uint64_t *state)
{
	return test_below(state, 1024);
}

/* Every magnitude of 64-bit numbers is equally likely. */
static uint64_t draw_magnitude(uint64_t *state)
{
	return test_random(state) >> test_below(state, 64);
}

/* Like fetch times: a constant, sometimes with a long tail. */
static uint64_t draw_fetch(uint64_t *state)
{
	return 1227680 +
	       (test_below(state, 20) ? 0 : (uint64_t)(1e6 * -log(((double)test_below(state, 1000000) + 1) / 1e6)));
}

static uint64_t draw_edge(uint64_t *state)
{
	return (UINT64_C(1) << test_below(state, 64)) + test_below(state, 3) - 1;
}

static uint64_t (*const draws[])(uint64_t *state) = {draw_uniform, draw_small, draw_magnitude, draw_fetch, draw_edge};
enum { DRAWS = sizeof(draws) / sizeof(*draws) };

static int by_value(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void make(struct histogram *histogram, const uint64_t *value, size_t n)
{
	struct err err;

	CU_ASSERT_EQUAL_FATAL(histogram_init(histogram, &err), 0);
	for (size_t i = 0; i < n; i++)
		histogram_add(histogram, value[i]);
}

/* Against the sorted values: percentiles within 1/1024, the maximum and the mean exact. */
static void check(const struct histogram *histogram, const uint64_t *sorted, size_t n)
{
	unsigned __int128 sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += sorted[i];
	CU_ASSERT_EQUAL(histogram->count, n);
	CU_ASSERT_EQUAL(histogram->max, sorted[n - 1]);
	CU_ASSERT_EQUAL(histogram_mean(histogram), (double)sum / (double)n);
	for (unsigned percent = 1; percent <= 100; percent++) {
		uint64_t exact = sorted[(n * percent + 99) / 100 - 1], found = histogram_percentile(histogram, percent);

		if (distance(exact, found) > exact / 1024 || found > sorted[n - 1]) {
			CU_FAIL("a percentile is too far from the exact one");
			fprintf(stderr, "percentile %u of %zu values: %llu, not %llu\n", percent, n,
				(unsigned long long)found, (unsigned long long)exact);
		}
	}
}

static void against_sorting(void)
{
	static uint64_t value[VALUES];

	for (size_t draw = 0; draw < DRAWS; draw++) {
		for (size_t n = 1; n <= VALUES; n = n * 3 + 1) {
			uint64_t state = draw * 1000 + n;
			struct histogram histogram;

			for (size_t i = 0; i < n; i++)
				value[i] = draws[draw](&state);
			make(&histogram, value, n);
			qsort(value, n, sizeof(*value), by_value);
			check(&histogram, value, n);
			histogram_free(&histogram);
		}
	}
}

/* Each bucket begins where the previous one ends, up to the largest 64-bit value. */
static void buckets_meet(void)
{
	CU_ASSERT_EQUAL(histogram_bucket(0), 0);
	CU_ASSERT_EQUAL(histogram_bucket(1023), 1023);
	CU_ASSERT_EQUAL(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
	for (int top = 10; top < 64; top++) {
		uint64_t value = UINT64_C(1) << top;

		CU_ASSERT_EQUAL(histogram_bucket(value), histogram_bucket(value - 1) + 1);
		CU_ASSERT_EQUAL(histogram_bucket(value + (value >> HISTOGRAM_BITS)), histogram_bucket(value) + 1);
		CU_ASSERT_EQUAL(histogram_bucket(value + (value >> HISTOGRAM_BITS) - 1), histogram_bucket(value));
	}
}

static void merges(void)
{
	static uint64_t value[VALUES];
	uint64_t state = 5;
	struct histogram one, other;

	for (size_t i = 0; i < VALUES; i++)
		value[i] = draws[i % DRAWS](&state);
	make(&one, value, VALUES / 3);
	make(&other, value + VALUES / 3, VALUES - VALUES / 3);
	histogram_merge(&one, &other);
	qsort(value, VALUES, sizeof(*value), by_value);
	check(&one, value, VALUES);
	histogram_free(&one);
	histogram_free(&other);
}

/* A sum of more than 64 bits, and counts for which a percentage in doubles would be rounded wrongly. */
static void large_sums_and_ranks(void)
{
	struct histogram histogram;

	make(&histogram, NULL, 0);
	for (int i = 0; i < 8; i++)
		histogram_add(&histogram, UINT64_C(1) << 63);
	CU_ASSERT_EQUAL(histogram_mean(&histogram), 0x1p63);
	histogram_free(&histogram);

	make(&histogram, NULL, 0);
	for (int i = 0; i < 99; i++)
		histogram_add(&histogram, 7);
	histogram_add(&histogram, 1000);
	CU_ASSERT_EQUAL(histogram_percentile(&histogram, 99), 7);
	CU_ASSERT_EQUAL(histogram_percentile(&histogram, 100), 1000);
	histogram_add(&histogram, 1000);
	CU_ASSERT_EQUAL(histogram_percentile(&histogram, 99), 1000);
	histogram_free(&histogram);
}

static void without_values(void)
{
	struct histogram histogram;

	make(&histogram, NULL, 0);
	CU_ASSERT_EQUAL(histogram_mean(&histogram), 0);
	CU_ASSERT_EQUAL(histogram_percentile(&histogram, 50), 0);
	CU_ASSERT_EQUAL(histogram.max, 0);
	histogram_add(&histogram, 0);
	CU_ASSERT_EQUAL(histogram.count, 1);
	CU_ASSERT_EQUAL(histogram_percentile(&histogram, 50), 0);
	histogram_free(&histogram);
}

/* Steps are in ascending order, hold every value exactly once, and are as fine as the buckets where there is room. */
static void steps_hold_all(void)
{
	static uint64_t value[VALUES];
	struct histogram_step step[HISTOGRAM_STEPS];
	uint64_t state = 11;

	for (int draw = 0; draw < DRAWS; draw++) {
		for (size_t n = 1; n <= VALUES; n *= 20) {
			struct histogram histogram;
			size_t steps, at = 0, distinct = 0;

			for (size_t i = 0; i < n; i++)
				value[i] = draws[draw](&state);
			make(&histogram, value, n);
			steps = histogram_steps(&histogram, step);
			CU_ASSERT_FATAL(steps > 0 && steps <= HISTOGRAM_STEPS);
			qsort(value, n, sizeof(*value), by_value);
			for (size_t i = 0; i < n; i++)
				distinct += i == 0 || histogram_bucket(value[i]) != histogram_bucket(value[i - 1]);
			CU_ASSERT(distinct > HISTOGRAM_STEPS ? steps > HISTOGRAM_STEPS / 8 : steps == distinct);
			for (size_t i = 0; i < steps; i++) {
				uint64_t count = 0;

				for (; at < n && value[at] <= step[i].value; at++)
					count++;
				CU_ASSERT_EQUAL(step[i].count, count);
				CU_ASSERT(count > 0);
			}
			CU_ASSERT_EQUAL(step[steps - 1].value, value[n - 1]);
			histogram_free(&histogram);
		}
	}
}

static void steps_of_nothing(void)
{
	struct histogram_step step[HISTOGRAM_STEPS];
	struct histogram histogram;

	make(&histogram, NULL, 0);
	CU_ASSERT_EQUAL(histogram_steps(&histogram, step), 0);
	histogram_free(&histogram);
}

CU_TestInfo histogram_tests[] = {
	{"percentiles, mean and maximum against sorting", against_sorting},
	{"buckets meet without a gap", buckets_meet},
	{"two merged are as one", merges},
	{"large sums and exact ranks", large_sums_and_ranks},
	{"without values", without_values},
	{"steps hold every value once", steps_hold_all},
	{"no steps without values", steps_of_nothing},
	CU_TEST_INFO_NULL,
};
