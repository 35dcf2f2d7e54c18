/* SPDX-License-Identifier: MIT */
/*
 * Transfers through SimGrid's own network, for the cross-check fabric.sharing: fluid. Transfers that pass a link at the
 * same time share its bandwidth; in the page plane they wait in a queue.
 *
 * SimGrid's sharing is processor sharing for transfers of equal latency. A transfer's share is proportional to
 * 1 / latency, so a near peer gets more than a far one. On one link with Poisson arrivals, service time S and load r,
 * the mean transfer takes S / (1 - r).
 *
 * Everything here runs in SimGrid's actors. An actor costs 64 KiB of stack and about 4 us a transfer.
 */
#ifndef CLUSTER_FLUID_H
#define CLUSTER_FLUID_H

#include "cluster/platform.h"

/* Starts body(context) as an actor on a hypervisor, now. Call it before fluid_run or from an actor. Returns 0 or a
 * negative code. */
int fluid_start(struct platform *platform, uint32_t hypervisor, void (*body)(void *context), void *context,
		struct err *err);

/* Runs until every actor has ended. A process can call it once. */
void fluid_run(void);

/* For actors: SimGrid's clock rounded to ps; and sleeping until a time, which returns at once if that has passed. */
int64_t fluid_now_ps(void);
void fluid_sleep_until(int64_t time_ps);

/* For actors: sends `bytes` from one hypervisor to another and waits until they have arrived. Returns the time that
 * this took, in ps. */
int64_t fluid_transfer(struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
		       uint64_t bytes);

#endif
