/* SPDX-License-Identifier: MIT */
#include "cluster/send.h"

#include "cluster/fluid_send.h"
#include "cluster/state.h"
#include "cluster/stop.h"

_Static_assert((int)PLATFORM_DIRECT_HOPS <= (int)PLANE_ROUTE_COPIED, "a short route is copied when it is sent");

bool way_find(struct cluster *cluster, uint32_t from, uint32_t to, struct way *way)
{
	way->from = from;
	way->to = to;
	way->route.links = way->links;
	if (!platform_short_route(cluster->platform, PLATFORM_FABRIC, from, to, way->links, &way->route.count)) {
		int status = platform_route(cluster->platform, PLATFORM_FABRIC, from, to, &way->route, &cluster->err);

		if (status < 0) {
			cluster_fail(cluster, status);
			return false;
		}
	}
	way->latency_ps = platform_latency_ps(cluster->platform, way->route);
	return true;
}

int64_t way_added_ps(const struct cluster *cluster, const struct way *way)
{
	return cluster->jitters ? 0 : way->latency_ps;
}

uint32_t way_send(struct cluster *cluster, const struct way *way, struct plane_message *message)
{
	message->route = way->route.links;
	message->hops = way->route.count;
	if (cluster->config->fabric.sharing != SHARING_FLUID || !way->route.count)
		return plane_send(&cluster->plane, message);
	fluid_send(cluster, PLATFORM_FABRIC, way->from, way->to, message);
	return UINT32_MAX;
}
