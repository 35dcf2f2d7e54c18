/* SPDX-License-Identifier: MIT */
/*
 * The platform: the hypervisors and the links between them. It comes from SimGrid's XML, generated from the
 * configuration or the user's own (cluster.platform); links and routes are plain arrays here.
 *
 * A link serves one transfer at a time. SimGrid's SPLITDUPLEX link is two links, NAME_UP and NAME_DOWN, one for each
 * direction; its SHARED link is one link for both directions; on its FATPIPE link transfers do not wait for each other
 * (`shared` is false). An uncontended transfer of b bytes takes the sum of its links' latencies, plus b over the
 * smallest of their bandwidths.
 *
 * Generated fabrics. Between the nearest two hypervisors each way takes half of fabric.latency: a small read, there and
 * back, takes it whole (an odd picosecond is added to the page's way). Every further switch adds cluster.hop to each
 * way.
 *
 *   switch        one switch: two links a route
 *   pcie-switch   the same, with a core that never blocks (FATPIPE) between the two
 *   ntb-pair      one cable, for exactly two hypervisors: one link a route
 *   fat-tree      two levels of switches, not oversubscribed: about sqrt(n) hypervisors per leaf and as many spines;
 * two links at the same leaf, otherwise four (three switches). The spine follows from the destination (D-mod-k).
 *   dragonfly     about cbrt(n) groups of as many routers, all routers of a group linked, one link between two groups:
 * two to five links (one to four routers), along the shortest way
 *
 * A generated fabric has cluster.hypervisors hypervisors, and more when an event lets another one join.
 *
 * The service network is one switch; the hypervisors have separate NICs for it.
 *
 * The user's own file: every host is a hypervisor (cluster.hypervisors may only repeat their number; a host whose first
 * event is to join is not there before), in the order of their names, with numbers compared as numbers (h2
 * before h10). The hosts directly in a zone named `service`, if there is one, are the service network's NICs, in the
 * same order. Latencies and bandwidths are the file's. (In a generated file, the empty ports of a fat tree or a
 * dragonfly are hosts too.)
 *
 * SimGrid cannot be reset: a process can load one platform with it, and a second attempt fails. It is used only when it
 * is needed (platform_needs_simgrid): the links of one switch or one cable are made without it, with the names, the
 * order and the numbers that SimGrid would give them.
 */
#ifndef CLUSTER_PLATFORM_H
#define CLUSTER_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "config/config.h"

enum platform_network { PLATFORM_FABRIC, PLATFORM_SERVICE, PLATFORM_NETWORKS };

struct platform_link {
	const char *name; /* SimGrid's */
	uint64_t bandwidth_bps;
	int64_t latency_ps;
	bool shared; /* transfers queue on it */
};

struct platform_route {
	const uint32_t *links; /* in the order of the route; valid until platform_free */
	uint32_t count;        /* 0 from a hypervisor to itself */
};

struct platform;

/* Writes the XML of the configuration's topology; ignores cluster.platform. Returns 0 or a negative code. */
int platform_write(const struct config *config, FILE *to, struct err *err);

/* Whether the scenario needs SimGrid's clock: background traffic, events, or transfers that share links (fluid). */
bool platform_needs_clock(const struct config *config);

/* Whether the platform needs SimGrid: for its clock, for the user's file, or for routes over several switches. */
bool platform_needs_simgrid(const struct config *config);

/*
 * Loads the user's file if there is one, otherwise the generated platform. Because SimGrid ends the process on a bad
 * file, the user's file is first loaded in a child process that looks up the routes that the run can use. Returns 0 or
 * a negative code.
 */
int platform_load(struct platform **platform, const struct config *config, struct err *err);

/* Frees our part of the platform; `platform` may be NULL. SimGrid keeps its own, and cannot load another. */
void platform_free(struct platform *platform);

uint32_t platform_hypervisors(const struct platform *platform);

/* A hypervisor's name in the user's file; NULL in a platform of ours. */
const char *platform_hypervisor_name(const struct platform *platform, const struct config *config, uint32_t hypervisor);

/* Whether the platform has that network. */
bool platform_has(const struct platform *platform, enum platform_network network);

/* Every link of both networks, by link id, in the order of their names. *count: how many. */
const struct platform_link *platform_links(const struct platform *platform, uint32_t *count);

/* The route from one hypervisor to another, looked up in SimGrid the first time and kept. Returns 0, or a negative code
 * when memory runs out. */
int platform_route(struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
		   struct platform_route *route, struct err *err);

/* Computes the links of a route in a platform that was made without SimGrid. This is faster than a table of all pairs,
 * which does not fit the processor's caches in a large cluster. Returns false for any other platform. */
enum { PLATFORM_DIRECT_HOPS = 3 };
bool platform_short_route(const struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
			  uint32_t links[PLATFORM_DIRECT_HOPS], uint32_t *count);

/* Of a whole route: the sum of the latencies, and the smallest bandwidth (0 when there is no link). */
int64_t platform_latency_ps(const struct platform *platform, struct platform_route route);
uint64_t platform_bandwidth_bps(const struct platform *platform, struct platform_route route);

#endif
