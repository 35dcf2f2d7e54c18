/* SPDX-License-Identifier: MIT */
/*
 * How long a small read takes, drawn at random: `jitter` of a network.
 *
 *   constant    every read takes the latency
 *   lognormal   the logarithm is normal, with the standard deviation `sigma`. The latency is the mean, not the
 *               median, so that a wider distribution is not a slower network: mu = ln(latency) - sigma^2 / 2
 *   FILE        a measured distribution. Each line of the file is a latency with its unit and a quantile, from 0%
 *               (the smallest) to 100% (the largest). Between two lines it is interpolated linearly. The whole
 *               table is multiplied by one factor, so that its mean is the latency: like sigma, it gives the
 *               shape. Where a configuration gives a table and no latency, the latency is the table's own mean:
 *
 *                   # a comment
 *                   1.90us  0%
 *                   2.10us  50%
 *                   7us     100%
 *
 * The random numbers are drawn by GSL from a stream of the caller's (base/rng.h), one for each VM, so that the fetches
 * of one VM do not change the latencies of another.
 */
#ifndef FABRIC_LATENCY_H
#define FABRIC_LATENCY_H

#include <stdbool.h>
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
	double mu, sigma;             /* of the lognormal distribution; sigma is 0 for the others */
	struct latency_point *points; /* of a table; otherwise NULL */
	size_t count;
};

/* Prepares the distribution of network->jitter. Returns 0, or ERR_USAGE if its file cannot be read or is wrong (`err`
 * names file and line). After success, latency_free releases it. */
int latency_init(struct latency *latency, const struct network *network, struct err *err);
void latency_free(struct latency *latency);

/* Seeds a generator to draw latencies with; constant latencies need none, and leave it empty. Returns 0, or ERR_FAILED
 * if memory runs out. */
int latency_seed(const struct latency *latency, struct rng *rng, uint64_t seed, struct err *err);

/* Draws the next latency, in ps; at most 1000 s, which cuts off the far tail of a lognormal. */
int64_t latency_sample(const struct latency *latency, struct rng *rng);

/* The latencies of a read's two ways, in ps: the request's and the page's. */
struct latency_ways {
	int64_t there_ps, back_ps;
};

/*
 * Draws the latencies of a read over routes whose latencies are `ways`: one draw for both, divided by its mean, is the
 * factor for both. A route with exactly the network's latency takes exactly the draw.
 */
struct latency_ways latency_draw(const struct latency *latency, struct rng *rng, struct latency_ways ways);

/* The mean of the distribution, in ps: the network's latency. */
int64_t latency_mean_ps(const struct latency *latency);

/* Reads a table for its own mean, in ps. Returns 0, or ERR_USAGE if the file cannot be read or is wrong. */
int latency_table_mean(const char *path, int64_t *mean_ps, struct err *err);

#endif
