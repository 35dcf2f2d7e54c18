/* SPDX-License-Identifier: MIT */
/* Sends a message from one hypervisor to another over the fabric, through the page plane or SimGrid's own network. */
#ifndef CLUSTER_SEND_H
#define CLUSTER_SEND_H

#include "cluster/platform.h"
#include "fabric/plane.h"

struct cluster;

/* A way through the fabric. It must not be moved: its route may be its own `links`. */
struct way {
	uint32_t from, to;
	struct platform_route route;
	uint32_t links[PLATFORM_DIRECT_HOPS];
	int64_t latency_ps; /* the sum of its links' */
};

/* Finds the way between two hypervisors. Returns false after an error, which ends the run (cluster_fail). */
bool way_find(struct cluster *cluster, uint32_t from, uint32_t to, struct way *way);

/* The part of a way's latency that its links add to a message: all, or nothing when latencies are drawn at random. Then
 * the sender adds the latency to the message's extra_ps. */
int64_t way_added_ps(const struct cluster *cluster, const struct way *way);

/* `message` is complete except for its route, which this function fills in. Returns its number in the page plane. */
uint32_t way_send(struct cluster *cluster, const struct way *way, struct plane_message *message);

#endif
