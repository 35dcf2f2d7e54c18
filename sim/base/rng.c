/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <gsl/gsl_errno.h>

/* ---- xoshiro256**, as a generator of GSL's ---- */

struct xoshiro {
	uint64_t s[4];
};

static void xoshiro_set(void *state, unsigned long seed)
{
	struct xoshiro *xoshiro = state;
	uint64_t at = seed;

	for (int i = 0; i < 4; i++)
		xoshiro->s[i] = rng_mix(at += RNG_STEP);
}

static inline uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static unsigned long xoshiro_get(void *state)
{
	uint64_t *s = ((struct xoshiro *)state)->s;
	const uint64_t number = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate(s[3], 45);
	return number;
}

/* From 0 to below 1, by the upper 53 bits. */
static double xoshiro_get_double(void *state)
{
	return (double)(xoshiro_get(state) >> 11) * 0x1p-53;
}

_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "GSL passes seeds and numbers as unsigned long");

static const gsl_rng_type xoshiro256ss = {
	.name = "xoshiro256**",
	.max = UINT64_MAX,
	.min = 0,
	.size = sizeof(struct xoshiro),
	.set = xoshiro_set,
	.get = xoshiro_get,
	.get_double = xoshiro_get_double,
};

/* ---- streams ---- */

uint64_t rng_stream(uint64_t seed, uint64_t repeat, enum rng_purpose purpose, uint64_t number)
{
	const uint64_t words[] = {seed, repeat, purpose, number};
	uint64_t hash = 0;

	for (int i = 0; i < 4; i++)
		hash = rng_mix(hash + RNG_STEP + words[i]);
	return hash;
}

int rng_init(struct rng *rng, uint64_t seed, struct err *err)
{
	gsl_set_error_handler_off(); /* GSL's own handler aborts */
	rng->gsl = gsl_rng_alloc(&xoshiro256ss);
	if (!rng->gsl)
		return err_memory(err, "random numbers");
	gsl_rng_set(rng->gsl, seed);
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

	do
		number = gsl_rng_get(rng->gsl);
	while (number > UINT64_MAX - excess);
	return number % n;
}
