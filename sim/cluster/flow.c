/* SPDX-License-Identifier: MIT */
#include "cluster/flow.h"

#include <math.h>

#include <gsl/gsl_randist.h>

#include "fabric/transfer.h"

static bool is_over(const struct flow *flow, int64_t now_ps)
{
	return flow->sent == flow->bytes || now_ps >= flow->stop_ps;
}

/* Sends a chunk, which is at most `most` bytes. */
static void send(struct flow *flow, uint64_t most)
{
	uint64_t left = flow->bytes - flow->sent < most ? flow->bytes - flow->sent : most;
	uint32_t bytes = left < flow->chunk_bytes ? (uint32_t)left : flow->chunk_bytes;
	const struct plane_message message = {.route = flow->route,
					      .hops = flow->hops,
					      .bytes = bytes,
					      .class = PLANE_BULK,
					      .extra_ps = flow->ack_ps,
					      .receiver = &flow->receiver,
					      .tag = bytes};

	flow->sent += bytes;
	if (flow->send)
		flow->send(flow, &message);
	else
		plane_send(flow->plane, &message);
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

static void send_burst(struct flow *flow)
{
	uint64_t end = flow->sent + (flow->burst_bytes ? flow->burst_bytes : flow->chunk_bytes);

	while (flow->sent < end && flow->sent < flow->bytes)
		send(flow, end - flow->sent);
}

/* When the next burst is sent. */
static int64_t next_burst_ps(const struct flow *flow, int64_t now_ps)
{
	uint64_t burst = flow->burst_bytes ? flow->burst_bytes : flow->chunk_bytes;
	double mean_ps = (double)burst * 8e12 / (double)flow->rate_bps;

	if (!flow->rng)
		return flow->start_ps + transfer_ps(flow->sent, flow->rate_bps);
	return now_ps + llround(gsl_ran_exponential(flow->rng->gsl, mean_ps));
}

/* Sends what the window allows. */
static void fill_window(struct flow *flow, int64_t now_ps)
{
	while (!is_over(flow, now_ps) && flow->sent - flow->delivered + flow->chunk_bytes <= flow->window_bytes)
		send(flow, UINT64_MAX);
}

/* It is time to send the next burst or, back to back, the first chunks. */
static void come_due(void *context, uint64_t argument, int64_t now_ps)
{
	struct flow *flow = context;

	(void)argument;
	if (flow->rate_bps && !is_over(flow, now_ps))
		send_burst(flow);
	if (flow->most_bytes)
		fill_window(flow, now_ps);
	for (uint64_t i = flow->rate_bps || flow->most_bytes ? 0 : window(flow); i > 0 && !is_over(flow, now_ps); i--)
		send(flow, UINT64_MAX);
	if (flow->rate_bps && !is_over(flow, now_ps)) {
		int64_t next_ps = next_burst_ps(flow, now_ps);

		events_add(flow->plane->events, next_ps < flow->stop_ps ? next_ps : flow->stop_ps, &flow->timer, 0);
	}
	finish(flow, now_ps);
}

/* Bytes have been acknowledged: the window grows, or is halved. */
static void adapt_window(struct flow *flow, uint64_t bytes, bool mark)
{
	if (mark && flow->delivered >= flow->recover) {
		flow->marked = true;
		flow->recover = flow->sent;
		flow->grown_bytes = 0;
		flow->window_bytes /= 2;
	} else if (!flow->marked) {
		flow->window_bytes += bytes;
	} else if ((flow->grown_bytes += bytes) >= flow->window_bytes) {
		flow->grown_bytes = 0;
		flow->window_bytes += flow->chunk_bytes;
	}
	if (flow->window_bytes > flow->most_bytes)
		flow->window_bytes = flow->most_bytes;
	if (flow->window_bytes < flow->chunk_bytes)
		flow->window_bytes = flow->chunk_bytes;
}

static void take(void *context, const struct plane_delivery *delivery)
{
	struct flow *flow = context;

	flow->delivered += delivery->tag;
	if (flow->most_bytes) {
		adapt_window(flow, delivery->tag, delivery->queue_ps > flow->mark_ps);
		fill_window(flow, delivery->at_ps);
		finish(flow, delivery->at_ps);
		return;
	}
	if (!flow->rate_bps && !is_over(flow, delivery->at_ps))
		send(flow, UINT64_MAX);
	finish(flow, delivery->at_ps);
}

void flow_start(struct flow *flow)
{
	flow->sent = flow->delivered = 0;
	flow->finished = false;
	if (flow->most_bytes) {
		const struct plane *plane = flow->plane;

		flow->ack_ps = plane_wire_ps(plane, flow->route, flow->hops, 0);
		flow->mark_ps = plane_wire_ps(plane, flow->route, flow->hops, FLOW_MARK_BYTES) - flow->ack_ps;
		flow->window_bytes = (uint64_t)FLOW_FIRST_CHUNKS * flow->chunk_bytes;
		if (flow->window_bytes > flow->most_bytes)
			flow->window_bytes = flow->most_bytes;
	}
	flow->timer = (struct event_handler){come_due, flow};
	flow->receiver = (struct plane_receiver){take, flow};
	events_add(flow->plane->events, flow->start_ps, &flow->timer, 0);
}
