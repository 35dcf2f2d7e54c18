/* SPDX-License-Identifier: MIT */
/*
 * Seeded random numbers: GSL's mt19937 (Matsumoto & Nishimura, 'Mersenne Twister', ACM TOMACS 8(1), 1998). The same
 * seed gives the same numbers on every machine. `gsl` may be passed to GSL's own distributions.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "base/err.h"

struct rng {
	gsl_rng *gsl;
};

/* Seeds a generator. mt19937 uses 32 bits of seed, so both halves of `seed` are combined. Returns 0, or ERR_FAILED if
 * memory runs out. */
int rng_init(struct rng *rng, uint64_t seed, struct err *err);
void rng_free(struct rng *rng);

/* A uniformly distributed integer from 0 to n - 1; n is at least 1. */
uint64_t rng_below(struct rng *rng, uint64_t n);

#endif
