/* SPDX-License-Identifier: MIT */
#include "cluster/flow.h"

#include "fabric/transfer.h"

static bool is_over(const struct flow *flow, int64_t now_ps)
{
	return flow->sent == flow->bytes || now_ps >= flow->stop_ps;
}

static void send(struct flow *flow)
{
	uint64_t left = flow->bytes - flow->sent;
	uint32_t bytes = left < flow->chunk_bytes ? (uint32_t)left : flow->chunk_bytes;

	flow->sent += bytes;
	plane_send(flow->plane, &(struct plane_message){.route = flow->route,
							.hops = flow->hops,
							.bytes = bytes,
							.class = PLANE_BULK,
							.receiver = &flow->receiver,
							.tag = bytes});
}

static void finish(struct flow *flow, int64_t now_ps)
{
	if (flow->finished || !is_over(flow, now_ps) || flow->delivered < flow->sent)
		return;
	flow->finished = true;
	if (flow->done)
		flow->done(flow->context, now_ps);
}

/* How many chunks in flight fill the route: enough that the first link is never idle while earlier chunks are still in
 * flight. */
static uint64_t window(const struct flow *flow)
{
	int64_t latency_ps = plane_wire_ps(flow->plane, flow->route, flow->hops, 0);
	int64_t service_ps = plane_wire_ps(flow->plane, flow->route, flow->hops, flow->chunk_bytes) - latency_ps;

	return 2 + (uint64_t)(latency_ps / (service_ps > 0 ? service_ps : 1));
}

/* It is time to send the next chunk or, back to back, the first ones. */
static void come_due(void *context, uint64_t argument, int64_t now_ps)
{
	struct flow *flow = context;
	uint64_t chunks = flow->rate_bps ? 1 : window(flow);

	(void)argument;
	for (uint64_t i = 0; i < chunks && !is_over(flow, now_ps); i++)
		send(flow);
	if (flow->rate_bps && !is_over(flow, now_ps)) {
		int64_t next_ps = flow->start_ps + transfer_ps(flow->sent, flow->rate_bps);

		events_add(flow->plane->events, next_ps < flow->stop_ps ? next_ps : flow->stop_ps, &flow->timer, 0);
	}
	finish(flow, now_ps);
}

static void take(void *context, const struct plane_delivery *delivery)
{
	struct flow *flow = context;

	flow->delivered += delivery->tag;
	if (!flow->rate_bps && !is_over(flow, delivery->at_ps))
		send(flow);
	finish(flow, delivery->at_ps);
}

void flow_start(struct flow *flow)
{
	flow->sent = flow->delivered = 0;
	flow->finished = false;
	flow->timer = (struct event_handler){come_due, flow};
	flow->receiver = (struct plane_receiver){take, flow};
	events_add(flow->plane->events, flow->start_ps, &flow->timer, 0);
}
