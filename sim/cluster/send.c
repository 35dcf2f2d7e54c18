/* SPDX-License-Identifier: MIT */
#include "cluster/send.h"

#include "cluster/fluid_send.h"
#include "cluster/state.h"
#include "cluster/stop.h"

_Static_assert((int)PLATFORM_DIRECT_HOPS <= (int)PLANE_ROUTE_COPIED, "a short route is copied when it is sent");

void cluster_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		  struct plane_message *message)
{
	uint32_t links[PLATFORM_DIRECT_HOPS];
	struct platform_route route = {.links = links};

	if (!platform_short_route(cluster->platform, network, from, to, links, &route.count)) {
		int status = platform_route(cluster->platform, network, from, to, &route, &cluster->err);

		if (status < 0) {
			cluster_fail(cluster, status);
			return;
		}
	}
	message->route = route.links;
	message->hops = route.count;
	if (cluster->jitters)
		message->extra_ps += platform_latency_ps(cluster->platform, route);
	if (cluster->config->fabric.sharing == SHARING_FLUID && route.count)
		fluid_send(cluster, network, from, to, message);
	else
		plane_send(&cluster->plane, message);
}
