/* SPDX-License-Identifier: MIT */
/* What the files of this folder share, and what needs SimGrid's types. */
#ifndef CLUSTER_PLATFORM_SIMGRID_H
#define CLUSTER_PLATFORM_SIMGRID_H

#include <math.h>

#include <simgrid/host.h>
#include <xbt/dynar.h>

#include "cluster/platform.h"

/* A property of hosts, in ps: the link out of a host and the link into a host add up to it. */
#define PLATFORM_LATENCY "megavm_latency_ps"

/* The zone whose hosts are the NICs of the service network. */
#define PLATFORM_SERVICE_ZONE "service"

#define PLATFORM_CHUNK 65536 /* link ids */

struct platform_chunk {
	struct platform_chunk *next;
	uint32_t id[PLATFORM_CHUNK];
};

struct platform_hosts {
	bool there;
	sg_host_t *hosts; /* of each hypervisor, when SimGrid has loaded the platform */
	uint32_t first;   /* otherwise the first of its links, */
	int topology;     /* and how they are joined: enum config_topology */
	uint32_t ***rows; /* rows[from][to]: the number of links, then their ids; NULL when not asked for yet, rows as
			     well */
};

struct platform {
	uint32_t hypervisors, link_count;
	struct platform_link *links;
	char *names; /* of the links, unless they are SimGrid's */
	struct platform_hosts network[PLATFORM_NETWORKS];
	struct platform_chunk *chunks; /* the newest first */
	uint32_t used;                 /* of the newest */
	xbt_dynar_t route;             /* what SimGrid answers into; NULL: it has not loaded the platform */
};

/* The hypervisors that a generated platform has: cluster.hypervisors, and those that join later. */
uint64_t platform_wanted(const struct config *config);

/* What is wrong with a configuration whose platform is generated, and with the hypervisors that it names. */
int platform_check(const struct config *config, struct err *err);
int platform_check_hypervisors(const struct config *config, uint64_t there, struct err *err);

/* platform_direct.c: the generated platform without SimGrid, of a topology that platform_is_direct. */
bool platform_is_direct(const struct config *config);
int platform_make_direct(struct platform **platform, const struct config *config, struct err *err);

/* A hypervisor's host, or its NIC in the service network. */
sg_host_t platform_host(const struct platform *platform, enum platform_network network, uint32_t hypervisor);

/* As platform_load of cluster.platform, but without the trial: it may abort or crash. */
int platform_load_file(struct platform **platform, const struct config *config, const char *path, struct err *err);

/* Loads the user's file in a child, and asks for every route. */
int platform_try(const struct config *config, struct err *err);

static inline double platform_seconds(int64_t ps)
{
	return (double)ps * 1e-12;
}

static inline int64_t platform_ps(double seconds)
{
	return (int64_t)llround(seconds * 1e12);
}

#endif
