/* SPDX-License-Identifier: MIT */
/*
 * fabric.sharing: fluid, the cross-check: every page is a transfer of its own in SimGrid's network, where transfers
 * that use a link at the same time share its bandwidth. The event queue stays the simulation's clock. A waker, an actor
 * that sleeps until the next event, runs the events, and so does every transfer that ends. The queueing time of a page
 * is here how much longer it took than an uncontended transfer.
 *
 * Starting an actor lets other actors run, and they must not see the state of a half finished event handler. So
 * handlers put transfers on a list, and these are started after the handlers have returned.
 */
#include "cluster/fluid_send.h"

#include <stdlib.h>

#include "cluster/driver.h"
#include "cluster/fluid.h"
#include "cluster/state.h"
#include "cluster/stop.h"
#include "fabric/transfer.h"

struct transfer {
	struct cluster *cluster;
	enum platform_network network;
	uint32_t from, to, bytes;
	const struct plane_receiver *receiver;
	uint64_t tag;
	int64_t sent_ps, wire_ps, extra_ps;
	struct transfer *next;
};

static void run_until(struct cluster *cluster, int64_t until_ps);
static void go_on(struct cluster *cluster);

static void wake(void *context)
{
	struct cluster *cluster = context;
	int64_t wake_ps = cluster->fluid.wake_ps;

	fluid_sleep_until(wake_ps);
	if (cluster->fluid.wake_ps == wake_ps)
		cluster->fluid.wake_ps = -1; /* no waker sleeps */
	run_until(cluster, wake_ps);
	go_on(cluster);
}

/* Starts a waker for the next event. A waker that wakes too early, or a second one for the same event, does no harm. */
static void start_waker(struct cluster *cluster)
{
	int64_t next_ps = events_next_ps(&cluster->events);
	int status;

	if (next_ps == EVENTS_END || cluster->status < 0 || !cluster->jobs_running || next_ps == cluster->fluid.wake_ps)
		return;
	cluster->fluid.wake_ps = next_ps;
	status = fluid_start(cluster->platform, 0, wake, cluster, &cluster->err);
	if (status < 0)
		cluster_fail(cluster, status);
}

static void carry(void *context);

/* After the handlers have returned: starts the transfers on the list, and a waker for the next event. */
static void go_on(struct cluster *cluster)
{
	while (cluster->fluid.to_send) {
		struct transfer *transfer = cluster->fluid.to_send;
		int status;

		cluster->fluid.to_send = transfer->next;
		status = fluid_start(cluster->platform, transfer->from, carry, transfer, &cluster->err);
		if (status < 0) {
			free(transfer);
			cluster_fail(cluster, status);
		}
	}
	start_waker(cluster);
}

/* Runs the events up to the latest of until_ps, SimGrid's clock and the event clock: by rounding, SimGrid's clock may
 * be slightly behind, and the event clock must not go back. */
static void run_until(struct cluster *cluster, int64_t until_ps)
{
	struct err err;
	int64_t clock_ps = fluid_now_ps(), now_ps = cluster->events.now_ps;
	int status;

	now_ps = clock_ps > now_ps ? clock_ps : now_ps;
	now_ps = until_ps > now_ps ? until_ps : now_ps;
	if (now_ps > TIME_MAX_PS)
		cluster_fail(cluster, driver_overrun(&cluster->err));
	status = cluster->status < 0 || !cluster->jobs_running ? 0 : events_run(&cluster->events, now_ps, &err);

	if (status < 0 && cluster->status == 0 && cluster->jobs_running) {
		cluster->err = err;
		cluster_fail(cluster, status);
	}
	cluster_show(cluster);
}

static void carry(void *context)
{
	struct transfer *transfer = context;
	struct cluster *cluster = transfer->cluster;
	int64_t at_ps;

	fluid_transfer(cluster->platform, transfer->network, transfer->from, transfer->to, transfer->bytes);
	if (transfer->extra_ps > 0)
		fluid_sleep_until(fluid_now_ps() + transfer->extra_ps);
	run_until(cluster, 0);
	at_ps = cluster->events.now_ps;
	if (cluster->status == 0 && cluster->jobs_running) {
		const struct plane_delivery delivery = {.tag = transfer->tag,
							.at_ps = at_ps,
							.wire_ps = transfer->wire_ps,
							.queue_ps = at_ps - transfer->sent_ps - transfer->wire_ps};

		transfer->receiver->take(transfer->receiver->context, &delivery);
	}
	free(transfer);
	go_on(cluster);
}

void fluid_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		const struct plane_message *message)
{
	struct transfer *transfer = malloc(sizeof(*transfer));
	struct platform_route route = {message->route, message->hops};

	if (!transfer) {
		cluster_fail(cluster, err_memory(&cluster->err, "a transfer"));
		return;
	}
	*transfer = (struct transfer){cluster,
				      network,
				      from,
				      to,
				      message->bytes,
				      message->receiver,
				      message->tag,
				      cluster->events.now_ps,
				      0,
				      message->extra_ps > 0 ? message->extra_ps : 0,
				      cluster->fluid.to_send};
	if (route.count)
		transfer->wire_ps = platform_latency_ps(cluster->platform, route) + transfer->extra_ps +
				    transfer_ps(message->bytes, platform_bandwidth_bps(cluster->platform, route));
	cluster->fluid.to_send = transfer;
}

void fluid_simulate(struct cluster *cluster)
{
	cluster->fluid.wake_ps = -1;
	go_on(cluster);
	fluid_run();
	if (cluster->status == 0 && cluster->jobs_running)
		cluster_fail(cluster,
			     err_set(&cluster->err, ERR_FAILED, "SimGrid's transfers have ended before the jobs"));
}
