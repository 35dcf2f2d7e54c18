/* SPDX-License-Identifier: MIT */
/*
 * Replays the touches of several virtual CPUs in the order of their times, stalls included, as the simulated cluster
 * does (cluster/vm.c): a virtual CPU that waits falls behind the others, and one that touches a page that another is
 * fetching waits for it.
 */
#ifndef REPLAY_VCPUS_H
#define REPLAY_VCPUS_H

#include "replay/state.h"

/* Replays the whole trace, which is shared->in_memory, at one point. Returns 0 or a negative code. */
int vcpus_replay(struct run *run, struct shared *shared, bool reports, struct err *err);

#endif
