/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void repeats_by_seed(void)
{
	static const uint64_t seeds[] = {1, 2, 1ull << 32};
	uint64_t first[3];
	struct rng rng;
	struct err err;

	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL_FATAL(rng_init(&rng, seeds[i], &err), 0);
		first[i] = rng_below(&rng, UINT64_MAX);
		rng_free(&rng);
		CU_ASSERT_EQUAL_FATAL(rng_init(&rng, seeds[i], &err), 0);
		CU_ASSERT_EQUAL(rng_below(&rng, UINT64_MAX), first[i]);
		rng_free(&rng);
	}
	CU_ASSERT_NOT_EQUAL(first[0], first[1]);
	CU_ASSERT_NOT_EQUAL(first[1], first[2]);
}

/* The first numbers of the published programs: SplitMix64 from seed 0, and xoshiro256** from the state 1, 2, 3, 4. */
static void published_numbers(void)
{
	static const uint64_t mixed[] = {0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F},
			      state[] = {1, 2, 3, 4},
			      drawn[] = {11520, 0, 1509978240, 1215971899390074240, 1216172134540287360};
	struct rng rng;
	struct err err;

	for (uint64_t i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(rng_mix((i + 1) * RNG_STEP), mixed[i]);
	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 0, &err), 0);
	CU_ASSERT_EQUAL_FATAL(gsl_rng_size(rng.gsl), sizeof(state));
	CU_ASSERT_EQUAL(memcmp(gsl_rng_state(rng.gsl), mixed, sizeof(mixed)), 0);
	memcpy(gsl_rng_state(rng.gsl), state, sizeof(state));
	for (int i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(gsl_rng_get(rng.gsl), drawn[i]);
	rng_free(&rng);
}

/* Chi-squared with 9 degrees of freedom: above 33.7 once in 10,000 seeds. */
static void uniform(void)
{
	uint32_t seen[10] = {0};
	double chi_squared = 0;
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 7, &err), 0);
	for (int i = 0; i < 100000; i++) {
		uint64_t number = rng_below(&rng, 10);

		CU_ASSERT_FATAL(number < 10);
		seen[number]++;
	}
	for (int i = 0; i < 10; i++)
		chi_squared += (seen[i] - 10000.0) * (seen[i] - 10000.0) / 10000;
	CU_ASSERT(chi_squared < 33.7);
	CU_ASSERT_EQUAL(rng_below(&rng, 1), 0);
	rng_free(&rng);
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * Every purpose, of 8 VMs and 8 repeats of 2 seeds: of the first 1000 numbers of each stream no two are equal, so that
 * no stream is a part of another, wherever it begins. Of 640,000 numbers of 64 bits drawn at random two are equal with
 * a probability of 1e-8.
 */
static void streams_share_nothing(void)
{
	enum { DRAWS = 1000, VMS = 8, REPEATS = 8, SEEDS = 2 };
	const size_t count = (size_t)RNG_PURPOSES * VMS * REPEATS * SEEDS * DRAWS;
	uint64_t *number = calloc(count, sizeof(*number));
	size_t at = 0, equal = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(number);
	for (size_t stream = 0; stream < count / DRAWS; stream++) {
		uint64_t purpose = stream % RNG_PURPOSES, rest = stream / RNG_PURPOSES, seed;
		struct rng rng;
		struct err err;

		seed = rng_stream(1 + rest / VMS / REPEATS, 1 + rest / VMS % REPEATS, (enum rng_purpose)purpose,
				  rest % VMS);
		CU_ASSERT_EQUAL_FATAL(rng_init(&rng, seed, &err), 0);
		for (int i = 0; i < DRAWS; i++)
			number[at++] = gsl_rng_get(rng.gsl);
		rng_free(&rng);
	}
	qsort(number, count, sizeof(*number), by_value);
	for (size_t i = 1; i < count; i++)
		equal += number[i] == number[i - 1];
	CU_ASSERT_EQUAL(equal, 0);
	free(number);
}

CU_TestInfo rng_tests[] = {
	{"the seed alone decides the numbers", repeats_by_seed},
	{"the numbers are those of the published programs", published_numbers},
	{"all numbers are equally likely", uniform},
	{"no two streams share a number", streams_share_nothing},
	CU_TEST_INFO_NULL,
};
