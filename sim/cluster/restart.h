/* SPDX-License-Identifier: MIT */
/*
 * The VMs of a hypervisor that fails or leaves. They halt at once. With `stop` their jobs end there. With `restart`
 * each starts again when the failure is known: a new VM of the same job, on the hypervisor with the most free frames
 * (of equals, the first), which takes its local memory out of what that one lends. It begins its trace anew, with the
 * memory that it began with the first time: its opening snapshot is placed again, in free frames, and costs no time.
 */
#ifndef CLUSTER_RESTART_H
#define CLUSTER_RESTART_H

#include "cluster/state.h"

/* A hypervisor fails, or leaves: halts its VMs, and ends the jobs of those that are to stop. */
void restart_halt(struct cluster *cluster, uint32_t node, enum config_action action);

/* That is known: frees the frames of its halted VMs. */
void restart_clear(struct cluster *cluster, uint32_t node);

/* Starts those that are to restart. */
void restart_all(struct cluster *cluster, uint32_t node);

#endif
