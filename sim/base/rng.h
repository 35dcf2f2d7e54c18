/* SPDX-License-Identifier: MIT */
/*
 * Seeded random numbers. The generator is xoshiro256** (Blackman & Vigna, 'Scrambled linear pseudorandom number
 * generators', ACM TOMS 47(4), 2021) with its 256 bits of state filled by SplitMix64 (Steele, Lea, Flood, 'Fast
 * splittable pseudorandom number generators', OOPSLA 2014), as its authors recommend. The same seed gives the same
 * numbers on every machine. `gsl` may be passed to GSL's own distributions.
 *
 * Whatever draws numbers has a stream of its own. Its seed is a hash of the run's seed, the repeat, the purpose and a
 * number, so that no two streams of a run, or of two repeats, draw the same numbers. The seeds have 64 bits: of n
 * streams two have the same seed with a probability of about n^2 / 2^65, 3e-8 for a million.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "base/err.h"

struct rng {
	gsl_rng *gsl;
};

/* What a stream is for. A new purpose goes at the end: the values are hashed. */
enum rng_purpose {
	RNG_EVICTION,  /* of a VM */
	RNG_LATENCY,   /* of a VM's fetches */
	RNG_PLACEMENT, /* of the whole cluster */
	RNG_TRAFFIC,   /* of a flow of background traffic */
	RNG_SAMPLING,  /* of a trace's pages, for an estimated curve */
	RNG_PURPOSES
};

/* SplitMix64's step and finaliser. */
#define RNG_STEP UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t rng_mix(uint64_t z)
{
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* The seed of one stream. `number` tells streams of one purpose apart: the VM's number, the flow's. */
uint64_t rng_stream(uint64_t seed, uint64_t repeat, enum rng_purpose purpose, uint64_t number);

/* Seeds a generator. Returns 0, or ERR_FAILED if memory runs out. */
int rng_init(struct rng *rng, uint64_t seed, struct err *err);
void rng_free(struct rng *rng);

/* A uniformly distributed integer from 0 to n - 1; n is at least 1. */
uint64_t rng_below(struct rng *rng, uint64_t n);

#endif
