/* SPDX-License-Identifier: MIT */
#include "cluster/timeline.h"

#include <stdlib.h>

#include "config/cost.h"
#include "fabric/transfer.h"

enum { ROOM = 64 };

int timeline_init(struct timeline *timeline, const struct config *config, struct err *err)
{
	const struct network *fabric = &config->fabric, *store = &config->donors.store;
	struct fault_cost cost;
	int status = config_cost(config, &cost, err);

	if (status < 0)
		return status;
	*timeline = (struct timeline){.config = config,
				      .begin_ps = config->vms[0].start_ps,
				      .fetch_ps = cost.demand_ps,
				      .first_ps = cost.first_ps};
	timeline->write_ps = fabric->latency_ps + cost.transfer_ps + network_extra_ps(fabric, fabric->page_bytes);
	timeline->out.service_ps = cost.transfer_ps;
	if (store->bandwidth_bps) {
		const struct config_donors *donors = &config->donors;

		timeline->store.service_ps = transfer_ps(fabric->page_bytes, donors->write_bandwidth_bps);
		timeline->stored_ps = timeline->store.service_ps + donors->write_latency_ps +
				      network_extra_ps(store, fabric->page_bytes);
	}
	return 0;
}

void timeline_free(struct timeline *timeline)
{
	histogram_free(&timeline->waited);
	free(timeline->out.write_back);
	free(timeline->store.write_back);
}

/* Doubles the ring. */
static int grow(struct link_queue *queue, struct err *err)
{
	uint32_t room = queue->room ? 2 * queue->room : ROOM;
	struct write_back *write_back = malloc(room * sizeof(*write_back));

	if (!write_back)
		return err_memory(err, "write-backs");
	for (uint32_t i = 0; i < queue->count; i++)
		write_back[i] = *link_queue_at(queue, i);
	free(queue->write_back);
	queue->write_back = write_back;
	queue->room = room;
	queue->first = 0;
	return 0;
}

static int serve(struct link_queue *queue, uint32_t donor, int64_t now_ps, struct err *err)
{
	int64_t start_ps = queue->free_ps > now_ps ? queue->free_ps : now_ps;

	if (queue->count == queue->room && grow(queue, err) < 0)
		return ERR_FAILED;
	queue->write_back[(queue->first + queue->count++) & (queue->room - 1)] = (struct write_back){now_ps, start_ps,
												     donor};
	queue->free_ps = start_ps + queue->service_ps;
	queue->queue_ps += start_ps - now_ps;
	queue->messages++;
	return 0;
}

/* Drops the write-backs that started at least since_start_ps ago. */
static void forget(struct link_queue *queue, int64_t since_start_ps, int64_t now_ps)
{
	while (queue->count && link_queue_at(queue, 0)->start_ps + since_start_ps <= now_ps) {
		queue->first++;
		queue->count--;
	}
}

/* When the store's queue has a place for the next write: it holds the last writes that have not completed. */
static int64_t store_place_ps(struct timeline *timeline, int64_t now_ps)
{
	struct link_queue *store = &timeline->store;
	uint64_t places = timeline->config->donors.store_queue;
	int64_t at_ps;

	forget(store, timeline->stored_ps, now_ps);
	if (store->count < places)
		return now_ps;
	at_ps = link_queue_at(store, store->count - (uint32_t)places)->start_ps + timeline->stored_ps;
	return at_ps > now_ps ? at_ps : now_ps;
}

int timeline_write(struct timeline *timeline, uint32_t donor, int64_t now_ps, struct err *err)
{
	int64_t send_ps = timeline->store.service_ps ? store_place_ps(timeline, now_ps) : now_ps;

	forget(&timeline->out, timeline->write_ps, now_ps);
	if (serve(&timeline->out, donor, send_ps, err) < 0)
		return ERR_FAILED;
	return timeline->store.service_ps ? serve(&timeline->store, donor, send_ps, err) : 0;
}

/* Waits until the write-back buffer has a place. Returns how long, in ps. */
static int64_t wait_for_buffer(struct timeline *timeline, int64_t now_ps)
{
	struct link_queue *out = &timeline->out;
	uint64_t buffer = timeline->config->fault.buffer;
	int64_t wait_ps;

	if (out->count > buffer)
		forget(out, timeline->write_ps, now_ps);
	if (out->count <= buffer)
		return 0;
	wait_ps = link_queue_at(out, out->count - (uint32_t)buffer - 1)->start_ps + timeline->write_ps - now_ps;
	timeline->stall_ps += wait_ps;
	timeline->buffer_ps += wait_ps;
	return wait_ps;
}

void timeline_first(struct timeline *timeline, int64_t now_ps)
{
	wait_for_buffer(timeline, now_ps);
}

int timeline_fetch(struct timeline *timeline, int64_t now_ps, struct err *err)
{
	int64_t wait_ps = wait_for_buffer(timeline, now_ps);

	timeline->stall_ps += timeline->fetch_ps;
	if (wait_ps == 0) {
		timeline->plain++;
		return 0;
	}
	if (!timeline->waited.bucket && histogram_init(&timeline->waited, err) < 0)
		return ERR_FAILED;
	histogram_add(&timeline->waited, (uint64_t)(wait_ps + timeline->fetch_ps));
	return 0;
}

void timeline_fetches(const struct timeline *timeline, struct histogram *fetches)
{
	histogram_clear(fetches);
	histogram_add_times(fetches, (uint64_t)timeline->fetch_ps, timeline->plain);
	if (timeline->waited.bucket)
		histogram_merge(fetches, &timeline->waited);
}
