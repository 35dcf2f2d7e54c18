/* SPDX-License-Identifier: MIT */
/*
 * How long a small read takes, drawn at random: `jitter` of a network.
 *
 *   constant    every read takes the latency
 *   lognormal   its logarithm is normal with the standard deviation `sigma`; the latency is its mean (not its median),
 * so that a wider spread is not a slower network: mu = ln(latency) - sigma^2 / 2 FILE        a measured distribution,
 * in place of the latency. A line of the file is a latency with its unit and a quantile, from 0% (the smallest) to 100%
 * (the largest); between two lines it is interpolated linearly:
 *
 *                   # a comment
 *                   1.90us  0%
 *                   2.10us  50%
 *                   7us     100%
 *
 * The numbers come from GSL by the seed, so that the same seed gives the same latencies.
 */
#ifndef FABRIC_LATENCY_H
#define FABRIC_LATENCY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "fabric/network.h"

struct latency_point {
	int64_t ps;
	double quantile;
};

struct latency {
	int64_t mean_ps;
	double mu, sigma;             /* of lognormal; sigma 0: it is not */
	struct latency_point *points; /* of a table, otherwise NULL */
	size_t count;
	struct rng rng;
};

/* ERR_USAGE for a table that cannot be read (the text names file and line). On success latency_free gives it back. */
int latency_init(struct latency *latency, const struct network *network, uint64_t seed, struct err *err);
void latency_free(struct latency *latency);

/* The next one; at most 1000 s, which cuts the far tail of a lognormal. */
int64_t latency_sample(struct latency *latency);

/* The mean of the distribution: of a table its own, otherwise the network's latency. */
int64_t latency_mean_ps(const struct latency *latency);

#endif
