/* SPDX-License-Identifier: MIT */
/* fabric.sharing: fluid: pages go through SimGrid's own network. */
#ifndef CLUSTER_FLUID_SEND_H
#define CLUSTER_FLUID_SEND_H

#include "cluster/platform.h"
#include "fabric/plane.h"

struct cluster;

/* Sends a message, with its route, from one hypervisor to another. The transfer starts after the running event handler
 * has returned. */
void fluid_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		const struct plane_message *message);

/* Runs the cluster's events and transfers until the jobs have ended or cluster->status is an error. */
void fluid_simulate(struct cluster *cluster);

#endif
