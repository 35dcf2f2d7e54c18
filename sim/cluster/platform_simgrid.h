/* SPDX-License-Identifier: MIT */
/* The platform's parts that need SimGrid's types. Private to the platform files of cluster/. */
#ifndef CLUSTER_PLATFORM_SIMGRID_H
#define CLUSTER_PLATFORM_SIMGRID_H

#include <math.h>

#include <simgrid/host.h>
#include <xbt/dynar.h>

#include "cluster/platform.h"

/* A property of hosts: the sum of the latencies of the links out of and into the host, in ps. */
#define PLATFORM_LATENCY "megavm_latency_ps"

/* The zone whose hosts are the NICs of the service network. */
#define PLATFORM_SERVICE_ZONE "service"

#define PLATFORM_CHUNK 65536 /* link ids */

#define PLATFORM_PART 256 /* routes that are allocated at once */

struct platform_chunk {
	struct platform_chunk *next;
	uint32_t id[PLATFORM_CHUNK];
};

struct platform_hosts {
	bool there;
	sg_host_t *hosts;  /* by hypervisor; NULL without SimGrid */
	uint32_t first;    /* without SimGrid: its first link */
	int topology;      /* without SimGrid: enum config_topology */
	uint32_t ****rows; /* rows[from][to / PLATFORM_PART][to % PLATFORM_PART]: the number of links, then their ids;
			      what was not used yet is NULL */
};

struct platform {
	uint32_t hypervisors, link_count;
	struct platform_link *links;
	char *names; /* of the links, unless they are SimGrid's */
	struct platform_hosts network[PLATFORM_NETWORKS];
	struct platform_chunk *chunks; /* the latest first */
	uint32_t used;                 /* ids of the latest */
	xbt_dynar_t route;             /* room for SimGrid's routes; NULL without SimGrid */
};

/* How many hypervisors a generated platform has: cluster.hypervisors, and those that join later. */
uint64_t platform_wanted(const struct config *config);

/* Check a configuration whose platform is generated, and the hypervisors that it names, of `there`. Return 0 or a
 * negative code. */
int platform_check(const struct config *config, struct err *err);
int platform_check_hypervisors(const struct config *config, uint64_t there, struct err *err);

/* platform_direct.c: whether a generated platform can be made without SimGrid, and making it. */
bool platform_is_direct(const struct config *config);
int platform_make_direct(struct platform **platform, const struct config *config, struct err *err);

/* A hypervisor's host, or its NIC in the service network. */
sg_host_t platform_host(const struct platform *platform, enum platform_network network, uint32_t hypervisor);

/* Loads the file at `path` without trying it in a child first: SimGrid may abort or crash. Returns 0 or a negative
 * code.
 */
int platform_load_file(struct platform **platform, const struct config *config, const char *path, struct err *err);

/* Loads the user's file in a child process and looks up the routes that the configuration can use: between its VMs'
 * hosts, or the donors that leave, and every other host, and those of the traffic. Returns 0 or a negative code. */
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
