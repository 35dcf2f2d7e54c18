/* SPDX-License-Identifier: MIT */
#include "base/rng.h"
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

CU_TestInfo rng_tests[] = {
	{"the seed alone decides the numbers", repeats_by_seed},
	{"all numbers are equally likely", uniform},
	CU_TEST_INFO_NULL,
};
