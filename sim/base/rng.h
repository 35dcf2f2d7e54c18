/* SPDX-License-Identifier: MIT */
/*
 * Seeded random numbers: GSL's mt19937 (Matsumoto & Nishimura, 'Mersenne Twister', ACM TOMACS 8(1), 1998), so that the
 * same seed gives the same numbers on every machine. `gsl` may be handed to GSL's own distributions.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "base/err.h"

struct rng {
	gsl_rng *gsl;
};

/* The generator takes 32 bits of seed: both halves of `seed` are folded into them. */
int rng_init(struct rng *rng, uint64_t seed, struct err *err);
void rng_free(struct rng *rng);

/* A uniform integer from 0 to n - 1, without bias; n is at least 1. */
uint64_t rng_below(struct rng *rng, uint64_t n);

#endif
