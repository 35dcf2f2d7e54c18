/* SPDX-License-Identifier: MIT */
/* Sends a message from one hypervisor to another, over whatever carries it. */
#ifndef CLUSTER_SEND_H
#define CLUSTER_SEND_H

#include "cluster/platform.h"
#include "fabric/plane.h"

struct cluster;

/* `message` is complete but for its route. Its tag is delivered to the cluster's receiver. */
void cluster_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		  struct plane_message *message);

#endif
