/* SPDX-License-Identifier: MIT */
/* Sends a message from one hypervisor to another, through the page plane or SimGrid's own network. */
#ifndef CLUSTER_SEND_H
#define CLUSTER_SEND_H

#include "cluster/platform.h"
#include "fabric/plane.h"

struct cluster;

/* `message` is complete except for its route, which this function fills in. An error ends the run (cluster_fail). */
void cluster_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		  struct plane_message *message);

#endif
