/* SPDX-License-Identifier: MIT */
/*
 * Writes a configuration as SimGrid's XML.
 *
 * A <cluster> has one latency for all its links; we use that between switches. A property of the hosts holds the sum of
 * the latencies of the two links at each host, which platform_file.c divides between them. So the file describes the
 * whole platform.
 */
#include <inttypes.h>

#include "cluster/platform_simgrid.h"

/* A host is a port of the topology. There may be more ports than hypervisors; the last ones stay empty. */
struct cluster {
	const char *id, *prefix;
	uint64_t ports;
	int64_t link_ps;   /* of each link except those at the hosts */
	const char *extra; /* attributes */
};

static void write_cluster(FILE *to, const struct cluster *cluster, const struct network *network)
{
	fprintf(to,
		"    <cluster id=\"%s\" prefix=\"%s\" suffix=\"\" radical=\"0-%" PRIu64 "\" speed=\"1Gf\"\n"
		"             bw=\"%" PRIu64 "bps\" lat=\"%" PRId64 "ps\" sharing_policy=\"SPLITDUPLEX\"%s>\n"
		"      <prop id=\"" PLATFORM_LATENCY "\" value=\"%" PRId64 "\"/>\n"
		"    </cluster>\n",
		cluster->id, cluster->prefix, cluster->ports - 1, network->bandwidth_bps, cluster->link_ps,
		cluster->extra, network_way_ps(network));
}

static void write_switch(FILE *to, const char *id, const char *prefix, uint64_t hypervisors,
			 const struct network *network, const char *extra)
{
	write_cluster(to, &(struct cluster){id, prefix, hypervisors, network_way_ps(network) / 2, extra}, network);
}

static void write_pcie_switch(FILE *to, uint64_t hypervisors, const struct network *network)
{
	char core[128];

	snprintf(core, sizeof(core),
		 "\n             bb_bw=\"%" PRIu64 "bps\" bb_lat=\"0ps\" bb_sharing_policy=\"FATPIPE\"",
		 network->bandwidth_bps);
	write_switch(to, "fabric", "h", hypervisors, network, core);
}

static void write_ntb_pair(FILE *to, const struct network *network)
{
	fprintf(to,
		"    <zone id=\"fabric\" routing=\"Full\">\n"
		"      <host id=\"h0\" speed=\"1Gf\"/>\n"
		"      <host id=\"h1\" speed=\"1Gf\"/>\n"
		"      <link id=\"cable\" bandwidth=\"%" PRIu64 "bps\" latency=\"%" PRId64
		"ps\" sharing_policy=\"SPLITDUPLEX\"/>\n"
		"      <route src=\"h0\" dst=\"h1\"><link_ctn id=\"cable\" direction=\"UP\"/></route>\n"
		"    </zone>\n",
		network->bandwidth_bps, network_way_ps(network));
}

/* The smallest number, at least 2, whose power is at least n. */
static uint64_t root(uint64_t n, int power)
{
	for (uint64_t side = 2;; side++) {
		uint64_t whole = side;

		for (int i = 1; i < power; i++)
			whole *= side;
		if (whole >= n)
			return side;
	}
}

static uint64_t divide_up(uint64_t n, uint64_t by)
{
	return (n + by - 1) / by;
}

static void write_fat_tree(FILE *to, uint64_t hypervisors, const struct network *network, int64_t hop_ps)
{
	const uint64_t side = root(hypervisors, 2), leaves = divide_up(hypervisors, side);
	char shape[128];

	snprintf(shape, sizeof(shape),
		 "\n             topology=\"FAT_TREE\" topo_parameters=\"2;%" PRIu64 ",%" PRIu64 ";1,%" PRIu64 ";1,1\"",
		 side, leaves, side);
	write_cluster(to, &(struct cluster){"fabric", "h", side * leaves, hop_ps, shape}, network);
}

/* SimGrid links router g of each group to group g, so a group has as many routers as there are groups. */
static void write_dragonfly(FILE *to, uint64_t hypervisors, const struct network *network, int64_t hop_ps)
{
	const uint64_t groups = root(hypervisors, 3), least = divide_up(hypervisors, groups * groups),
		       nodes = least < 2 ? 2 : least;
	char shape[128];

	snprintf(shape, sizeof(shape),
		 "\n             topology=\"DRAGONFLY\" topo_parameters=\"%" PRIu64 ",1;1,1;%" PRIu64 ",1;%" PRIu64
		 "\"",
		 groups, groups, nodes);
	write_cluster(to, &(struct cluster){"fabric", "h", groups * groups * nodes, hop_ps, shape}, network);
}

uint64_t platform_wanted(const struct config *config)
{
	uint64_t count = config->cluster.hypervisors;

	for (size_t i = 0; i < config->event_count; i++)
		if (config->events[i].hypervisor >= count)
			count = config->events[i].hypervisor + 1;
	return count;
}

int platform_check(const struct config *config, struct err *err)
{
	const uint64_t hypervisors = platform_wanted(config);

	if (config->cluster.topology == TOPOLOGY_NTB_PAIR && hypervisors != 2)
		return err_set(err, ERR_USAGE,
			       "cluster.hypervisors: %" PRIu64 ", but cluster.topology ntb-pair joins exactly 2",
			       hypervisors);
	if (config->fabric.bandwidth_bps == 0)
		return err_set(err, ERR_USAGE, "fabric.bandwidth: missing (preset %s gives none)",
			       err_quote(config->fabric.preset).text);
	if (config->service_mode == SERVICE_OWN && config->service.bandwidth_bps == 0)
		return err_set(err, ERR_USAGE, "service.bandwidth: missing (preset %s gives none)",
			       err_quote(config->service.preset).text);
	return 0;
}

static void write_fabric(FILE *to, const struct config *config)
{
	const uint64_t hypervisors = platform_wanted(config);

	switch ((enum config_topology)config->cluster.topology) {
	case TOPOLOGY_SWITCH: write_switch(to, "fabric", "h", hypervisors, &config->fabric, ""); break;
	case TOPOLOGY_FAT_TREE: write_fat_tree(to, hypervisors, &config->fabric, config->cluster.hop_ps); break;
	case TOPOLOGY_DRAGONFLY: write_dragonfly(to, hypervisors, &config->fabric, config->cluster.hop_ps); break;
	case TOPOLOGY_NTB_PAIR: write_ntb_pair(to, &config->fabric); break;
	case TOPOLOGY_PCIE_SWITCH: write_pcie_switch(to, hypervisors, &config->fabric); break;
	}
}

int platform_write(const struct config *config, FILE *to, struct err *err)
{
	if (platform_check(config, err) < 0)
		return ERR_USAGE;
	fprintf(to, "<?xml version=\"1.0\"?>\n"
		    "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
		    "<!-- " PLATFORM_LATENCY
		    ": one way between two hosts at one switch, in ps: half of a small read. The link out "
		    "of a host takes half of it and the link\n"
		    "     into a host the other half, in place of the cluster's lat, which is that of the links "
		    "between switches. -->\n"
		    "<platform version=\"4.1\">\n"
		    "  <zone id=\"megavm\" routing=\"None\">\n");
	write_fabric(to, config);
	if (config->service_mode == SERVICE_OWN)
		write_switch(to, PLATFORM_SERVICE_ZONE, "s", platform_wanted(config), &config->service, "");
	fprintf(to, "  </zone>\n</platform>\n");
	if (fflush(to) == EOF || ferror(to))
		return err_errno(err, ERR_FAILED, "cannot write the platform");
	return 0;
}

/* Checks that every hypervisor that the configuration names exists. */
int platform_check_hypervisors(const struct config *config, uint64_t there, struct err *err)
{
	for (size_t i = 0; i < config->vm_count; i++)
		if (config->vms[i].host >= there)
			return err_set(err, ERR_USAGE,
				       "%" PRIu64 " hosts, but vms.%zu.host is %" PRIu64 " (the first host is 0)",
				       there, i, config->vms[i].host);
	for (size_t i = 0; i < config->traffic_count; i++)
		if (config->traffic[i].from >= there || config->traffic[i].to >= there)
			return err_set(err, ERR_USAGE,
				       "%" PRIu64 " hosts, but traffic.%zu goes from %" PRIu64 " to %" PRIu64
				       " (the first host is 0)",
				       there, i, config->traffic[i].from, config->traffic[i].to);
	for (size_t i = 0; i < config->event_count; i++)
		if (config->events[i].hypervisor >= there)
			return err_set(err, ERR_USAGE,
				       "%" PRIu64 " hosts, but events.%zu names %" PRIu64 " (the first host is 0)",
				       there, i, config->events[i].hypervisor);
	return 0;
}
