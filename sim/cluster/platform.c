/* SPDX-License-Identifier: MIT */
/* A loaded platform: its links, and its routes, which are looked up on demand. */
#include "cluster/platform.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <simgrid/link.h>

#include "cluster/platform_simgrid.h"

/* How many parts a row has. */
static uint32_t parts(const struct platform *platform)
{
	return (platform->hypervisors + PLATFORM_PART - 1) / PLATFORM_PART;
}

void platform_free(struct platform *platform)
{
	if (!platform)
		return;
	for (int i = 0; i < PLATFORM_NETWORKS; i++) {
		struct platform_hosts *network = &platform->network[i];

		for (uint32_t from = 0; network->rows && from < platform->hypervisors; from++) {
			for (uint32_t part = 0; network->rows[from] && part < parts(platform); part++)
				free(network->rows[from][part]);
			free(network->rows[from]);
		}
		free(network->rows);
		free(network->hosts);
	}
	for (struct platform_chunk *chunk = platform->chunks, *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	if (platform->route)
		xbt_dynar_free(&platform->route);
	free(platform->links);
	free(platform->names);
	free(platform);
}

uint32_t platform_hypervisors(const struct platform *platform)
{
	return platform->hypervisors;
}

const char *platform_hypervisor_name(const struct platform *platform, const struct config *config, uint32_t hypervisor)
{
	return config->cluster.platform[0] ? sg_host_get_name(platform_host(platform, PLATFORM_FABRIC, hypervisor))
					   : NULL;
}

bool platform_has(const struct platform *platform, enum platform_network network)
{
	return platform->network[network].there;
}

sg_host_t platform_host(const struct platform *platform, enum platform_network network, uint32_t hypervisor)
{
	return platform->network[network].hosts[hypervisor];
}

const struct platform_link *platform_links(const struct platform *platform, uint32_t *count)
{
	*count = platform->link_count;
	return platform->links;
}

/* Allocates `count` ids, which never move. */
static uint32_t *take_ids(struct platform *platform, uint32_t count)
{
	assert(count <= PLATFORM_CHUNK);
	if (!platform->chunks || platform->used + count > PLATFORM_CHUNK) {
		struct platform_chunk *chunk = malloc(sizeof(*chunk));

		if (!chunk)
			return NULL;
		chunk->next = platform->chunks;
		platform->chunks = chunk;
		platform->used = 0;
	}
	platform->used += count;
	return &platform->chunks->id[platform->used - count];
}

/* The route in a platform without SimGrid (platform_direct.c describes the order of its links). */
static uint32_t route_directly(const struct platform_hosts *network, uint32_t from, uint32_t to,
			       uint32_t links[PLATFORM_DIRECT_HOPS])
{
	const bool core = network->topology == TOPOLOGY_PCIE_SWITCH;
	const uint32_t first = network->first + core;
	uint32_t count = 0;

	if (from == to)
		return 0;
	if (network->topology == TOPOLOGY_NTB_PAIR) {
		links[count++] = first + (from == 0);
		return count;
	}
	links[count++] = first + 2 * from + 1;
	if (core)
		links[count++] = network->first;
	links[count++] = first + 2 * to;
	return count;
}

static uint32_t *direct_route(struct platform *platform, const struct platform_hosts *network, uint32_t from,
			      uint32_t to)
{
	uint32_t links[PLATFORM_DIRECT_HOPS], count = route_directly(network, from, to, links);
	uint32_t *ids = take_ids(platform, count + 1);

	if (!ids)
		return NULL;
	ids[0] = count;
	memcpy(ids + 1, links, count * sizeof(*links));
	return ids;
}

static uint32_t *simgrid_route(struct platform *platform, sg_host_t from, sg_host_t to)
{
	uint32_t count, *ids;

	xbt_dynar_reset(platform->route);
	if (from != to)
		sg_host_get_route(from, to, platform->route);
	count = (uint32_t)xbt_dynar_length(platform->route);
	ids = take_ids(platform, count + 1);
	if (!ids)
		return NULL;
	ids[0] = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct platform_link *link = sg_link_get_data(
			*(sg_link_t *)xbt_dynar_get_ptr(platform->route, i));

		ids[1 + i] = (uint32_t)(link - platform->links);
	}
	return ids;
}

/* Where a route is kept. Rows and their parts are allocated on demand: of up to 65536 hypervisors, few communicate with
 * all others, and most with those few only. NULL when memory runs out. */
static uint32_t **find_route(struct platform *platform, struct platform_hosts *network, uint32_t from, uint32_t to)
{
	uint32_t ***row;

	if (!network->rows)
		network->rows = calloc(platform->hypervisors, sizeof(network->rows[0]));
	if (network->rows && !network->rows[from])
		network->rows[from] = calloc(parts(platform), sizeof(network->rows[0][0]));
	row = network->rows ? network->rows[from] : NULL;
	if (row && !row[to / PLATFORM_PART])
		row[to / PLATFORM_PART] = calloc(PLATFORM_PART, sizeof(row[0][0]));
	return row && row[to / PLATFORM_PART] ? &row[to / PLATFORM_PART][to % PLATFORM_PART] : NULL;
}

int platform_route(struct platform *platform, enum platform_network which, uint32_t from, uint32_t to,
		   struct platform_route *route, struct err *err)
{
	struct platform_hosts *network = &platform->network[which];
	uint32_t **ids;

	assert(network->there && from < platform->hypervisors && to < platform->hypervisors);
	ids = find_route(platform, network, from, to);
	if (ids && !*ids)
		*ids = platform->route ? simgrid_route(platform, network->hosts[from], network->hosts[to])
				       : direct_route(platform, network, from, to);
	if (!ids || !*ids)
		return err_memory(err, "the routes");
	*route = (struct platform_route){*ids + 1, **ids};
	return 0;
}

bool platform_short_route(const struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
			  uint32_t links[PLATFORM_DIRECT_HOPS], uint32_t *count)
{
	if (platform->route)
		return false;
	*count = route_directly(&platform->network[network], from, to, links);
	return true;
}

int64_t platform_latency_ps(const struct platform *platform, struct platform_route route)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < route.count; i++)
		sum += platform->links[route.links[i]].latency_ps;
	return sum;
}

uint64_t platform_bandwidth_bps(const struct platform *platform, struct platform_route route)
{
	uint64_t least = route.count ? UINT64_MAX : 0;

	for (uint32_t i = 0; i < route.count; i++)
		if (platform->links[route.links[i]].bandwidth_bps < least)
			least = platform->links[route.links[i]].bandwidth_bps;
	return least;
}
