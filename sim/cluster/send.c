/* SPDX-License-Identifier: MIT */
#include "cluster/send.h"

#include "cluster/fluid_send.h"
#include "cluster/state.h"
#include "cluster/stop.h"

void cluster_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		  struct plane_message *message)
{
	struct platform_route route;
	int status = platform_route(cluster->platform, network, from, to, &route, &cluster->err);

	if (status < 0) {
		cluster_fail(cluster, status);
		return;
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
