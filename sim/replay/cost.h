/* SPDX-License-Identifier: MIT */
/* What a guest's touches cost it, and what its clocks mean in time (DESIGN: base = instructions / ips + idle). */
#ifndef REPLAY_COST_H
#define REPLAY_COST_H

#include "trace/ref.h"

struct replay_cost {
	uint64_t ips;        /* instructions per second of a virtual CPU */
	int64_t demand_ps;   /* a demand fetch stalls its virtual CPU for this long: software, latency and transfer */
	int64_t transfer_ps; /* a page's transfer alone: pages fetched ahead arrive this far apart behind the demand
				fetch */
	int64_t minor_ps;    /* a minor fault: the page is local, but the touch trapped */
};

/* A clock in ps, rounded down. */
static inline int64_t replay_clock_ps(struct trace_clock clock, uint64_t ips)
{
	return (int64_t)((unsigned __int128)clock.insn * 1000000000000u / ips) + (int64_t)clock.idle_ns * 1000;
}

#endif
