/* SPDX-License-Identifier: MIT */
/* Loads a platform file into SimGrid and copies its hosts and links into arrays. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <simgrid/engine.h>
#include <simgrid/link.h>
#include <simgrid/zone.h>
#include <xbt/config.h>
#include <xbt/log.h>

#include "cluster/platform_simgrid.h"

/* ---- SimGrid's engine ---- */

/* With the address sanitizer, SimGrid's actors run on threads: it does not know their other kinds of stacks. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#else
#define SANITIZED 0
#endif

/* Fluid sharing without SimGrid's corrections for TCP: an uncontended transfer takes its latency plus its bytes divided
 * by the bandwidth. */
static void start_engine(void)
{
	static const int signals[] = {SIGINT, SIGSEGV, SIGBUS}; /* keep SimGrid from handling them */
	struct sigaction before[sizeof(signals) / sizeof(signals[0])];
	char name[] = "megavm", threads[] = "--cfg=contexts/factory:thread", *arguments[] = {name, threads, NULL};
	int count = SANITIZED ? 2 : 1;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], NULL, &before[i]);
	xbt_log_control_set("root.thresh:warning");
	simgrid_init(&count, arguments);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &before[i], NULL);
	sg_cfg_set_string("network/model", "CM02");
	sg_cfg_set_boolean("network/crosstraffic", "no");
	sg_cfg_set_double("surf/precision", 1e-12); /* events that are less than 1 ps apart fire together */
	sg_cfg_set_int("contexts/stack-size", 64);  /* KiB: there may be an actor for every VM */
}

/* ---- hosts ---- */

static int by_host_name(const void *a, const void *b)
{
	return strverscmp(sg_host_get_name(*(const sg_host_t *)a), sg_host_get_name(*(const sg_host_t *)b));
}

static bool is_among(sg_host_t host, const sg_host_t *hosts, size_t count)
{
	return hosts && bsearch(&host, hosts, count, sizeof(hosts[0]), by_host_name);
}

/* The hosts directly in the service network's zone, in order; none if there is no such zone. */
static int take_service(sg_host_t **hosts, size_t *count, struct err *err)
{
	sg_netzone_t zone = sg_zone_get_by_name(PLATFORM_SERVICE_ZONE);
	xbt_dynar_t found = xbt_dynar_new(sizeof(sg_host_t), NULL);

	*hosts = NULL;
	if (zone)
		sg_zone_get_hosts(zone, found);
	*count = xbt_dynar_length(found);
	if (*count > 0) {
		*hosts = malloc(*count * sizeof((*hosts)[0]));
		for (size_t i = 0; *hosts && i < *count; i++)
			xbt_dynar_get_cpy(found, i, &(*hosts)[i]);
	}
	xbt_dynar_free(&found);
	if (*count == 0)
		return 0;
	if (!*hosts)
		return err_memory(err, "the service network's hosts");
	qsort(*hosts, *count, sizeof((*hosts)[0]), by_host_name);
	return 0;
}

/* Every host that is not a NIC of the service network. */
static int take_fabric(sg_host_t **hosts, size_t *count, const sg_host_t *service, size_t service_count,
		       struct err *err)
{
	const size_t all = sg_host_count();

	*count = 0;
	if (all == service_count)
		return err_set(err, ERR_USAGE, "no host is outside the service network");
	*hosts = sg_host_list();
	if (!*hosts)
		return err_memory(err, "the hosts");
	for (size_t i = 0; i < all; i++)
		if (!is_among((*hosts)[i], service, service_count))
			(*hosts)[(*count)++] = (*hosts)[i];
	qsort(*hosts, *count, sizeof((*hosts)[0]), by_host_name);
	return 0;
}

/* How many hypervisors there are: as configured in a generated topology, which may have more ports; otherwise all hosts
 * of the user's file. */
static int count_hypervisors(struct platform *platform, const struct config *config, size_t fabric, size_t service,
			     struct err *err)
{
	const bool own = config->service_mode == SERVICE_OWN;
	const uint64_t wanted = config->cluster.platform[0] ? fabric : platform_wanted(config);

	assert(fabric >= wanted && (config->cluster.platform[0] || !own || service >= wanted));
	if (wanted > UINT32_MAX)
		return err_set(err, ERR_USAGE, "%" PRIu64 " hosts: too many", wanted);
	if (own && service < wanted)
		return err_set(err, ERR_USAGE,
			       "%" PRIu64 " hosts, but %zu in a zone named '" PLATFORM_SERVICE_ZONE
			       "' for the service network",
			       wanted, service);
	platform->hypervisors = (uint32_t)wanted;
	return platform_check_hypervisors(config, wanted, err);
}

static int take_hosts(struct platform *platform, const struct config *config, struct err *err)
{
	sg_host_t *service = NULL;
	size_t fabric_count = 0, service_count = 0;
	int status = take_service(&service, &service_count, err);

	if (status == 0)
		status = take_fabric(&platform->network[PLATFORM_FABRIC].hosts, &fabric_count, service, service_count,
				     err);
	if (status == 0)
		status = count_hypervisors(platform, config, fabric_count, service_count, err);
	if (config->service_mode == SERVICE_OWN)
		platform->network[PLATFORM_SERVICE].hosts = service;
	else
		free(service);
	for (int network = 0; network < PLATFORM_NETWORKS; network++)
		platform->network[network].there = platform->network[network].hosts != NULL;
	return status;
}

/* ---- links ---- */

enum { LEAST_BYTES_PER_S = 125 }; /* 1 Kbps, as of fabric.bandwidth */

/* Divides the latency in a host's property PLATFORM_LATENCY between the link out of the host and the link into it. */
static int share_latency(struct platform *platform, sg_host_t host, sg_host_t peer, struct err *err)
{
	const char *text = sg_host_get_property_value(host, PLATFORM_LATENCY);
	sg_link_t out, in;
	long long latency;
	char *end;

	if (!text)
		return 0;
	errno = 0;
	latency = strtoll(text, &end, 10);
	if (errno || end == text || *end || latency < 0)
		return err_set(err, ERR_USAGE,
			       "host %s: property " PLATFORM_LATENCY ": expected a number of ps, found %s",
			       sg_host_get_name(host), err_quote(text).text);
	xbt_dynar_reset(platform->route);
	sg_host_get_route(host, peer, platform->route);
	sg_host_get_route(peer, host, platform->route); /* appended to the other route */
	out = *(sg_link_t *)xbt_dynar_get_ptr(platform->route, 0);
	in = *(sg_link_t *)xbt_dynar_get_ptr(platform->route, xbt_dynar_length(platform->route) - 1);
	sg_link_set_latency(out, platform_seconds(latency / 2));
	sg_link_set_latency(in, platform_seconds(latency - latency / 2));
	return 0;
}

static int share_latencies(struct platform *platform, struct err *err)
{
	int status = 0;

	for (int network = 0; network < PLATFORM_NETWORKS; network++) {
		sg_host_t *hosts = platform->network[network].hosts;

		for (uint32_t i = 0; hosts && platform->hypervisors > 1 && status == 0 && i < platform->hypervisors;
		     i++)
			status = share_latency(platform, hosts[i], hosts[i == 0 ? 1 : 0], err);
	}
	return status;
}

static int by_link_name(const void *a, const void *b)
{
	return strverscmp(sg_link_get_name(*(const sg_link_t *)a), sg_link_get_name(*(const sg_link_t *)b));
}

/* Drops the link that SimGrid adds from each host to itself. */
static size_t drop_loopback(sg_link_t *list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(sg_link_get_name(list[i]), "__loopback__") != 0)
			list[kept++] = list[i];
	return kept;
}

/* Refuses links below the least bandwidth that a fabric may have. SimGrid reports 1 byte a second for Wi-Fi, whose rate
 * depends on its stations. */
static int check_rates(const sg_link_t *list, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!(sg_link_get_bandwidth(list[i]) >= LEAST_BYTES_PER_S))
			return err_set(
				err, ERR_USAGE,
				"link '%s': SimGrid reports %g bytes/s, as for a Wi-Fi link, whose rate depends on "
				"its stations: allowed are links of a fixed rate of at least %d bytes/s",
				sg_link_get_name(list[i]), sg_link_get_bandwidth(list[i]), LEAST_BYTES_PER_S);
	return 0;
}

static int take_links(struct platform *platform, struct err *err)
{
	sg_link_t *list = sg_link_list();
	const size_t count = drop_loopback(list, sg_link_count());
	int status;

	platform->links = calloc(count ? count : 1, sizeof(platform->links[0]));
	if (!platform->links) {
		free(list);
		return err_memory(err, "the links");
	}
	qsort(list, count, sizeof(list[0]), by_link_name);
	status = check_rates(list, count, err);
	for (size_t i = 0; i < count && status == 0; i++) {
		platform->links[i] = (struct platform_link){
			.name = sg_link_get_name(list[i]),
			.bandwidth_bps = (uint64_t)llround(sg_link_get_bandwidth(list[i]) * 8),
			.latency_ps = platform_ps(sg_link_get_latency(list[i])),
			.shared = sg_link_is_shared(list[i]),
		};
		sg_link_set_data(list[i], &platform->links[i]);
	}
	platform->link_count = (uint32_t)count;
	free(list);
	return status;
}

/* ---- the file ---- */

int platform_load_file(struct platform **result, const struct config *config, const char *path, struct err *err)
{
	static bool started;
	struct platform *platform;
	int status;

	if (started)
		return err_set(err, ERR_FAILED,
			       "this process has loaded a platform already, and SimGrid takes one in its life");
	platform = calloc(1, sizeof(*platform));
	if (!platform)
		return err_memory(err, "the platform");
	started = true;
	start_engine();
	simgrid_load_platform(path);
	platform->route = xbt_dynar_new(sizeof(sg_link_t), NULL);
	status = take_hosts(platform, config, err);
	if (status == 0)
		status = share_latencies(platform, err);
	if (status == 0)
		status = take_links(platform, err);
	if (status < 0) {
		platform_free(platform);
		return status;
	}
	*result = platform;
	return 0;
}
