/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <gsl/gsl_errno.h>

int rng_init(struct rng *rng, uint64_t seed, struct err *err)
{
	gsl_set_error_handler_off(); /* GSL's own handler aborts */
	rng->gsl = gsl_rng_alloc(gsl_rng_mt19937);
	if (!rng->gsl)
		return err_memory(err, "random numbers");
	gsl_rng_set(rng->gsl, (seed ^ seed >> 32) & UINT32_MAX);
	return 0;
}

void rng_free(struct rng *rng)
{
	gsl_rng_free(rng->gsl);
	rng->gsl = NULL;
}

uint64_t rng_below(struct rng *rng, uint64_t n)
{
	uint64_t excess = -n % n; /* 2^64 mod n: with so many numbers left over at the top, small remainders would be
				     more frequent */
	uint64_t number;

	do {
		uint64_t high = gsl_rng_get(rng->gsl);

		number = high << 32 | gsl_rng_get(rng->gsl);
	} while (number > UINT64_MAX - excess);
	return number % n;
}
