/* SPDX-License-Identifier: MIT */
/*
 * The clock of a run: has the caller's simulation advance by quanta, over those in which nothing happens at once. When
 * the scenario needs SimGrid's clock, this is an actor in SimGrid; otherwise it is a plain loop, and SimGrid is not
 * started.
 *
 * The caller's clock counts whole picoseconds and is exact; SimGrid's follows it. SimGrid's is a double, in seconds
 * since the start, which cannot resolve 0.01 ps at 100 s, nor 1 ps at 10000 s. So quanta are counted in integers and
 * converted to seconds, never the other way round.
 */
#ifndef CLUSTER_DRIVER_H
#define CLUSTER_DRIVER_H

#include "cluster/platform.h"

#define DRIVER_QUANTUM_PS INT64_C(100000000) /* 100 us: a longer one is hardly faster (0.15 us a fault with 16 VMs) */

#define DRIVER_OVER INT64_MIN /* instead of the time of the next event */

/*
 * Calls advance(context, until) with `until` a multiple of the quantum: first the quantum itself, then each time the
 * first multiple that is later than the call before and not earlier than the next event, whose time advance returns,
 * until that is DRIVER_OVER. So the number of calls follows the events, not the simulated time. With a `platform`,
 * which SimGrid must have loaded, the calls are made in SimGrid: its other actors run in between, driver_run returns
 * when all of them have ended, and a process can do so only once. With NULL it can be called any number of times.
 * Returns 0, or a negative code when the time exceeds 106 days.
 */
int driver_run(struct platform *platform, int64_t quantum_ps, int64_t (*advance)(void *context, int64_t until_ps),
	       void *context, struct err *err);

/* The error for a run that is too long. */
int driver_overrun(struct err *err);

#endif
