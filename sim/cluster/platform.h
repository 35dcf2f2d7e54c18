/* SPDX-License-Identifier: MIT */
/*
 * The machines and the links between them, as SimGrid sees them: its XML, generated from the configuration or the
 * user's own (cluster.platform), read by SimGrid, and its routes as plain arrays for whoever moves pages.
 *
 * A link is one server for what passes it in one direction. SimGrid's SPLITDUPLEX link is two of them, NAME_UP and
 * NAME_DOWN; its SHARED link is one for both directions; its FATPIPE link limits each transfer alone and is never
 * waited for (`shared` is false). What a route takes: a transfer of b bytes that meets no other takes the latencies of
 * its links added up, and b over the least of their bandwidths.
 *
 * Generated fabrics. Between the nearest two hypervisors a small read takes exactly fabric.latency, there and back;
 * every switch beyond the first adds two crossings, cluster.hop for the request and cluster.hop for the page.
 *
 *   switch        one switch: two links a route
 *   pcie-switch   the same, and a core that never blocks (FATPIPE) between the two
 *   ntb-pair      one cable, for exactly two hypervisors: one link a route
 *   fat-tree      two levels of switches, not oversubscribed: about sqrt(n) hypervisors at a leaf and as many spines;
 * two links at the same leaf, otherwise four (three switches). The spine follows from the destination (D-mod-k).
 *   dragonfly     about cbrt(n) groups of as many routers, all routers of a group linked, one link between two groups:
 * two to five links (one to four routers), along the shortest way
 *
 * There are cluster.hypervisors of them, or more where an event has another one join.
 *
 * The service network is one switch, with NICs of its own on the same hypervisors.
 *
 * The user's own file: every host is a hypervisor, in the order of their names with numbers taken as numbers (h2 before
 * h10). The hosts that lie directly in a zone named `service`, if there is one, are the service network's NICs, in the
 * same order. Latencies and bandwidths are what the file says. (In a generated file, a fat tree's or a dragonfly's
 * empty ports are hosts too.)
 *
 * SimGrid cannot be reset: a process loads one platform by it in its life, and a second call fails. It is asked only
 * where it is needed (platform_needs_simgrid): the routes of one switch or one cable are two links and are written down
 * directly, with the names, the order and the numbers that SimGrid gives them.
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
	bool shared; /* transfers wait for each other */
};

struct platform_route {
	const uint32_t *links; /* in the order in which they are passed; good until platform_free */
	uint32_t count;        /* 0 from a hypervisor to itself */
};

struct platform;

/* Writes the XML of the configuration's topology; cluster.platform is not looked at. */
int platform_write(const struct config *config, FILE *to, struct err *err);

/* Whether the scenario needs SimGrid's clock: background traffic, events, or transfers that share links (fluid). */
bool platform_needs_clock(const struct config *config);

/* Whether the platform needs SimGrid: for its clock, for the user's file, or for routes over several switches. */
bool platform_needs_simgrid(const struct config *config);

/*
 * Loads the user's file if there is one, otherwise the generated platform. The user's file is first tried in a child,
 * with every route asked for, because SimGrid ends the process on a bad one: n hypervisors cost n^2 times 0.2 us.
 */
int platform_load(struct platform **platform, const struct config *config, struct err *err);

/* SimGrid keeps what it has loaded: no other platform can follow. NULL is fine. */
void platform_free(struct platform *platform);

uint32_t platform_hypervisors(const struct platform *platform);
bool platform_has(const struct platform *platform, enum platform_network network);

/* Every link of both networks, in the order of their names. */
const struct platform_link *platform_links(const struct platform *platform, uint32_t *count);

/* The way from one hypervisor to another, asked of SimGrid the first time and kept. Fails only for lack of memory. */
int platform_route(struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
		   struct platform_route *route, struct err *err);

/* The links of a route where platform_load has written the platform down itself: computed, not looked up in a table of
 * every pair, which in a large cluster does not fit the processor's caches. False for any other platform. */
enum { PLATFORM_DIRECT_HOPS = 3 };
bool platform_short_route(const struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
			  uint32_t links[PLATFORM_DIRECT_HOPS], uint32_t *count);

/* Of a whole route: latencies added up, and the least bandwidth (0 when there is no link). */
int64_t platform_latency_ps(const struct platform *platform, struct platform_route route);
uint64_t platform_bandwidth_bps(const struct platform *platform, struct platform_route route);

#endif
