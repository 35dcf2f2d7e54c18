/* SPDX-License-Identifier: MIT */
/*
 * Transfers through SimGrid's own network: those that pass a link at the same time share it equally, where the page
 * plane has them wait in a queue. The cross-check behind fabric.sharing: fluid.
 *
 * SimGrid's sharing is processor sharing for transfers of equal latency; its shares go as 1 / latency, so with a near
 * and a far peer the near one gets more. On one link, with Poisson arrivals and load r, the mean transfer takes S / (1
 * - r).
 *
 * Everything here runs in actors: one for each VM, and one for each transfer that nobody waits for. An actor costs 64
 * KiB of stack and about 4 us a transfer.
 */
#ifndef CLUSTER_FLUID_H
#define CLUSTER_FLUID_H

#include "cluster/platform.h"

/* Starts body(context) as an actor on a hypervisor, at the present time; before fluid_run, or from another actor. */
int fluid_start(struct platform *platform, uint32_t hypervisor, void (*body)(void *context), void *context,
		struct err *err);

/* Runs until every actor has ended. Once in the life of a process. */
void fluid_run(void);

/* For actors: SimGrid's clock to the nearest ps, and waiting for it. A time that has passed does not wait. */
int64_t fluid_now_ps(void);
void fluid_sleep_until(int64_t time_ps);

/* For actors: sends so many bytes between two hypervisors, returns when they have arrived, with the ps that it took. */
int64_t fluid_transfer(struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
		       uint64_t bytes);

#endif
