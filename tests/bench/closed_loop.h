/* SPDX-License-Identifier: MIT */
/* The closed loop of the page plane's rows, the same for all that run it: a machine thinks, then fetches a page from a
 * random peer, over its peer's link to the switch and its own link from there. */
#ifndef BENCH_CLOSED_LOOP_H
#define BENCH_CLOSED_LOOP_H

#include <stdint.h>

#define LOOP_PAGE_BYTES    4096
#define LOOP_BANDWIDTH_BPS UINT64_C(100000000000)
#define LOOP_LATENCY_PS    450000 /* of each link */
#define LOOP_SERVICE_PS    327680 /* the page's bytes over the bandwidth */

/* The next number of a xorshift generator. */
static inline uint32_t loop_draw(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static inline uint32_t loop_seed(uint32_t host)
{
	return 2463534242u + host * 2654435761u;
}

/* The peer of the next fetch. */
static inline uint32_t loop_peer(uint32_t *seed, uint32_t host, uint32_t hosts)
{
	uint32_t peer = (uint32_t)((uint64_t)loop_draw(seed) * (hosts - 1) >> 32);

	return peer + (peer >= host);
}

/* 1 us, and a little that differs from machine to machine. */
static inline int64_t loop_think_ps(uint32_t host)
{
	return 1000000 + (int64_t)host * 997;
}

#endif
