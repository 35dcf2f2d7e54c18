/* SPDX-License-Identifier: MIT */
/*
 * The generated platform of one switch or one cable, without SimGrid: the same links, with the same names and numbers
 * and in the same order, as SimGrid makes from platform_xml.c's file. tests/unit/test_platform.c compares the two.
 *
 * A network's links are next to each other, from `first` on:
 *
 *   cable     cable_DOWN, cable_UP
 *   switch    ZONE_link_0_DOWN, ZONE_link_0_UP, ZONE_link_1_DOWN, ...
 *   with a core that never blocks: ZONE_backbone before them
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/platform_simgrid.h"

enum { NAME_BYTES = 40, CABLE_LINKS = 2 };

bool platform_is_direct(const struct config *config)
{
	const int topology = config->cluster.topology;

	return !config->cluster.platform[0] &&
	       (topology == TOPOLOGY_SWITCH || topology == TOPOLOGY_PCIE_SWITCH || topology == TOPOLOGY_NTB_PAIR);
}

static void add_link(struct platform *platform, const char *name, const struct network *network, int64_t latency_ps)
{
	char *kept = platform->names + (size_t)platform->link_count * NAME_BYTES;

	snprintf(kept, NAME_BYTES, "%s", name);
	platform->links[platform->link_count++] = (struct platform_link){
		.name = kept, .bandwidth_bps = network->bandwidth_bps, .latency_ps = latency_ps, .shared = true};
}

static void add_cable(struct platform *platform, const struct network *network)
{
	add_link(platform, "cable_DOWN", network, network_way_ps(network));
	add_link(platform, "cable_UP", network, network_way_ps(network));
}

/* The link out of a hypervisor has half of the latency of one way, and the link into it the rest, one picosecond more
 * when that is odd. With a single hypervisor, both have half. */
static void add_switch(struct platform *platform, const char *zone, const struct network *network, bool core)
{
	const int64_t way_ps = network_way_ps(network), out_ps = way_ps / 2;
	const int64_t in_ps = platform->hypervisors > 1 ? way_ps - out_ps : out_ps;
	char name[NAME_BYTES];

	if (core) {
		snprintf(name, sizeof(name), "%s_backbone", zone);
		add_link(platform, name, network, 0);
		platform->links[platform->link_count - 1].shared = false;
	}
	for (uint32_t i = 0; i < platform->hypervisors; i++) {
		snprintf(name, sizeof(name), "%s_link_%" PRIu32 "_DOWN", zone, i);
		add_link(platform, name, network, in_ps);
		snprintf(name, sizeof(name), "%s_link_%" PRIu32 "_UP", zone, i);
		add_link(platform, name, network, out_ps);
	}
}

static void add_network(struct platform *platform, enum platform_network which, int topology,
			const struct network *network)
{
	const char *zone = which == PLATFORM_FABRIC ? "fabric" : PLATFORM_SERVICE_ZONE;

	platform->network[which] = (struct platform_hosts){.there = true,
							   .first = platform->link_count,
							   .topology = topology};
	if (topology == TOPOLOGY_NTB_PAIR)
		add_cable(platform, network);
	else
		add_switch(platform, zone, network, topology == TOPOLOGY_PCIE_SWITCH);
}

static int make_room(struct platform *platform, struct err *err)
{
	const size_t most = PLATFORM_NETWORKS * (CABLE_LINKS + 1 + 2 * (size_t)platform->hypervisors);

	platform->links = calloc(most, sizeof(*platform->links));
	platform->names = calloc(most, NAME_BYTES);
	return platform->links && platform->names ? 0 : err_memory(err, "the links");
}

int platform_make_direct(struct platform **result, const struct config *config, struct err *err)
{
	const uint64_t wanted = platform_wanted(config);
	struct platform *platform;
	int status = platform_check(config, err);

	if (status == 0 && wanted > UINT32_MAX)
		status = err_set(err, ERR_USAGE, "%" PRIu64 " hosts: too many", wanted);
	if (status == 0)
		status = platform_check_hypervisors(config, wanted, err);
	if (status < 0)
		return status;
	platform = calloc(1, sizeof(*platform));
	if (!platform)
		return err_memory(err, "the platform");
	platform->hypervisors = (uint32_t)wanted;
	status = make_room(platform, err);
	if (status < 0) {
		platform_free(platform);
		return status;
	}
	add_network(platform, PLATFORM_FABRIC, config->cluster.topology, &config->fabric);
	if (config->service_mode == SERVICE_OWN)
		add_network(platform, PLATFORM_SERVICE, TOPOLOGY_SWITCH, &config->service);
	*result = platform;
	return 0;
}
