/* SPDX-License-Identifier: MIT */
/*
 * The clock of a run: wakes every quantum and has the caller's simulation advance to that time. Where the scenario
 * needs SimGrid's clock, that is one actor in it; otherwise a plain loop, and SimGrid is not started at all.
 *
 * The caller's clock is the truth, in whole picoseconds, and SimGrid's follows: it is one absolute double, which at 100
 * s no longer tells 0.01 ps apart and at 10000 s no longer 1 ps. So the quanta are counted in integers and turned into
 * seconds, never the other way round.
 */
#ifndef CLUSTER_DRIVER_H
#define CLUSTER_DRIVER_H

#include "cluster/platform.h"

#define DRIVER_QUANTUM_PS INT64_C(100000000) /* 100 us: less and less to gain beyond (0.15 us a fault with 16 VMs) */

/*
 * Calls advance(context, until) with until = quantum, 2 quantum, ... until it returns false. With a `platform`, which
 * SimGrid must have loaded, that is done in SimGrid: its other actors run in between, and it returns when all have
 * ended; once in the life of a process. With NULL it can be called any number of times. Fails only if 2^63 ps (106
 * days) are not enough.
 */
int driver_run(struct platform *platform, int64_t quantum_ps, bool (*advance)(void *context, int64_t until_ps),
	       void *context, struct err *err);

#endif
