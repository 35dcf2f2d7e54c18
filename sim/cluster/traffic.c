/* SPDX-License-Identifier: MIT */
#include "cluster/traffic.h"

#include <stdlib.h>

#include "cluster/fluid_send.h"
#include "cluster/state.h"

/* Background traffic is cut into chunks of InfiniBand's largest MTU. */
enum { CHUNK_BYTES = 4096 };

/* The network that carries a flow. */
static enum platform_network traffic_network(const struct config *config, const struct config_traffic *traffic)
{
	return traffic->network == TRAFFIC_SERVICE && config->service_mode == SERVICE_OWN ? PLATFORM_SERVICE
											  : PLATFORM_FABRIC;
}

/* The hypervisors and the network of a flow, for SimGrid's transfers. */
static void send_fluid(const struct flow *flow, const struct plane_message *message)
{
	struct cluster *cluster = flow->context;
	const struct config_traffic *traffic = &cluster->config->traffic[flow - cluster->flow];

	fluid_send(cluster, traffic_network(cluster->config, traffic), (uint32_t)traffic->from, (uint32_t)traffic->to,
		   message);
}

static int start_flow(struct cluster *cluster, size_t i, struct err *err)
{
	const struct config *config = cluster->config;
	const struct config_traffic *traffic = &config->traffic[i];
	struct flow *flow = &cluster->flow[i];
	struct platform_route route;
	int status = platform_route(cluster->platform, traffic_network(config, traffic), (uint32_t)traffic->from,
				    (uint32_t)traffic->to, &route, err);

	if (status < 0 || !route.count || !(traffic->rate_bps || traffic->window_bytes))
		return status;
	*flow = (struct flow){.plane = &cluster->plane,
			      .route = route.links,
			      .hops = route.count,
			      .chunk_bytes = CHUNK_BYTES,
			      .bytes = FLOW_ENDLESS,
			      .rate_bps = traffic->rate_bps,
			      .burst_bytes = traffic->burst_bytes,
			      .most_bytes = traffic->window_bytes,
			      .send = config->fabric.sharing == SHARING_FLUID ? send_fluid : NULL,
			      .context = cluster,
			      .start_ps = traffic->start_ps,
			      .stop_ps = FLOW_NO_STOP};
	if (traffic->arrivals == ARRIVALS_POISSON) {
		flow->rng = &cluster->flow_rng[i];
		status = rng_init(flow->rng, rng_stream(config->seed, config->repeat, RNG_TRAFFIC, i), err);
	}
	if (status == 0)
		flow_start(flow);
	return status;
}

/* Traffic that does not react to what it meets must not be more than a link carries: it would wait there in ever longer
 * queues. */
static int check_load(const struct cluster *cluster, struct err *err)
{
	const struct config *config = cluster->config;
	uint32_t links;
	const struct platform_link *link = platform_links(cluster->platform, &links);
	uint64_t *load_bps = calloc(links + 1, sizeof(*load_bps));
	struct platform_route route;
	int status = load_bps ? 0 : err_memory(err, "background traffic");

	for (size_t i = 0; i < config->traffic_count && status == 0; i++) {
		const struct config_traffic *traffic = &config->traffic[i];

		status = platform_route(cluster->platform, traffic_network(config, traffic), (uint32_t)traffic->from,
					(uint32_t)traffic->to, &route, err);
		for (uint32_t hop = 0; hop < route.count && status == 0; hop++)
			load_bps[route.links[hop]] += traffic->rate_bps;
	}
	for (uint32_t i = 0; i < links && status == 0; i++)
		if (link[i].shared && load_bps[i] > link[i].bandwidth_bps)
			status = err_set(err, ERR_USAGE,
					 "traffic: the link %s would carry %.6g Gbit/s, and it has %.6g Gbit/s",
					 link[i].name, (double)load_bps[i] / 1e9, (double)link[i].bandwidth_bps / 1e9);
	free(load_bps);
	return status;
}

int traffic_start(struct cluster *cluster, struct err *err)
{
	size_t count = cluster->config->traffic_count;
	int status = check_load(cluster, err);

	if (status < 0)
		return status;
	cluster->flow = calloc(count + 1, sizeof(*cluster->flow));
	cluster->flow_rng = calloc(count + 1, sizeof(*cluster->flow_rng));
	if (!cluster->flow || !cluster->flow_rng)
		return err_memory(err, "background traffic");
	for (size_t i = 0; i < count && status == 0; i++)
		status = start_flow(cluster, i, err);
	return status;
}

void traffic_free(struct cluster *cluster)
{
	for (size_t i = 0; cluster->flow_rng && i < cluster->config->traffic_count; i++)
		rng_free(&cluster->flow_rng[i]);
	free(cluster->flow_rng);
	free(cluster->flow);
}
