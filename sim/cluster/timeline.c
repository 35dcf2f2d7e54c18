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
				      .before_ps = fault_before_ps(&cost),
				      .after_ps = fault_after_ps(&cost),
				      .first_ps = cost.first_ps};
	timeline->write_ps = fabric->latency_ps + cost.transfer_ps + network_extra_ps(fabric, fabric->page_bytes);
	timeline->request_ps = transfer_ps(fabric->request_bytes, fabric->bandwidth_bps);
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
	free(timeline->held.write_back);
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
	queue->free_ps = start_ps > TIME_MAX_PS - queue->service_ps ? TIME_MAX_PS : start_ps + queue->service_ps;
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

/* Sends the held write-backs that leave before now_ps. */
static int send_held(struct timeline *timeline, int64_t now_ps, struct err *err)
{
	struct link_queue *held = &timeline->held;
	int status = 0;

	while (status == 0 && held->count && link_queue_at(held, 0)->sent_ps < now_ps) {
		const struct write_back next = *link_queue_at(held, 0);

		held->first++;
		held->count--;
		forget(&timeline->out, timeline->write_ps, next.sent_ps);
		status = serve(&timeline->out, next.donor, next.sent_ps, err);
	}
	return status;
}

/* A page is evicted: its write-back is sent when the store's queue has a place. */
static int evict(struct timeline *timeline, uint32_t donor, int64_t now_ps, struct err *err)
{
	struct link_queue *held = &timeline->held;
	int64_t send_ps = timeline->store.service_ps ? store_place_ps(timeline, now_ps) : now_ps;

	if (held->count == held->room && grow(held, err) < 0)
		return ERR_FAILED;
	*link_queue_at(held, held->count++) = (struct write_back){send_ps, now_ps, donor};
	return timeline->store.service_ps ? serve(&timeline->store, donor, send_ps, err) : 0;
}

/* How long a touch at now_ps that evicted a dirty page waits for a place in the write-back buffer. */
static int wait_for_buffer(struct timeline *timeline, int64_t now_ps, int64_t *wait_ps, struct err *err)
{
	const struct link_queue *out = &timeline->out, *held = &timeline->held;
	uint64_t buffer = timeline->config->fault.buffer;
	uint32_t last; /* the write-back whose end frees the place */
	int status = 0;

	*wait_ps = 0;
	if (out->count + held->count > buffer)
		forget(&timeline->out, timeline->write_ps, now_ps);
	if (out->count + held->count <= buffer)
		return 0;
	last = out->count + held->count - (uint32_t)buffer - 1;
	while (status == 0 && out->count <= last) {
		const struct write_back next = *link_queue_at(held, 0);

		timeline->held.first++;
		timeline->held.count--;
		status = serve(&timeline->out, next.donor, next.sent_ps, err);
	}
	if (status == 0)
		*wait_ps = link_queue_at(out, last)->start_ps + timeline->write_ps - now_ps;
	return status;
}

/* A request is sent at send_ps. Returns how long it waits for the link. */
static int64_t request(struct timeline *timeline, int64_t send_ps)
{
	struct link_queue *out = &timeline->out;
	int64_t queue_ps = out->free_ps > send_ps ? out->free_ps - send_ps : 0;

	out->free_ps = send_ps + queue_ps + timeline->request_ps;
	out->queue_ps += queue_ps;
	timeline->queue_ps += queue_ps;
	return queue_ps;
}

int timeline_first(struct timeline *timeline, uint32_t victim, int64_t now_ps, struct err *err)
{
	int64_t buffer_ps;

	if (send_held(timeline, now_ps, err) < 0 || evict(timeline, victim, now_ps, err) < 0 ||
	    wait_for_buffer(timeline, now_ps, &buffer_ps, err) < 0)
		return ERR_FAILED;
	timeline->buffer_ps += buffer_ps;
	timeline->stall_ps += buffer_ps;
	if (now_ps + buffer_ps > timeline->last_ps) {
		timeline->before_last_ps = buffer_ps ? now_ps + buffer_ps : timeline->last_ps;
		timeline->last_ps = now_ps + buffer_ps;
	}
	return 0;
}

int timeline_fetch(struct timeline *timeline, const uint32_t *victim, int64_t now_ps, struct err *err)
{
	int64_t buffer_ps = 0, queue_ps, send_ps;

	if (send_held(timeline, now_ps, err) < 0)
		return ERR_FAILED;
	if (victim &&
	    (evict(timeline, *victim, now_ps, err) < 0 || wait_for_buffer(timeline, now_ps, &buffer_ps, err) < 0))
		return ERR_FAILED;
	send_ps = now_ps + buffer_ps + timeline->before_ps;
	if (send_held(timeline, send_ps, err) < 0)
		return ERR_FAILED;
	queue_ps = request(timeline, send_ps);
	timeline->buffer_ps += buffer_ps;
	timeline->stall_ps += buffer_ps + queue_ps + timeline->fetch_ps;
	timeline->last_ps = now_ps + buffer_ps + queue_ps + timeline->fetch_ps - timeline->after_ps;
	timeline->before_last_ps = timeline->last_ps;
	if (buffer_ps + queue_ps == 0) {
		timeline->plain++;
		return 0;
	}
	if (!timeline->waited.bucket && histogram_init(&timeline->waited, err) < 0)
		return ERR_FAILED;
	histogram_add(&timeline->waited, (uint64_t)(buffer_ps + queue_ps + timeline->fetch_ps));
	return 0;
}

int timeline_end(struct timeline *timeline, int64_t end_ps, struct err *err)
{
	const struct link_queue *held = &timeline->held;
	int status = send_held(timeline, end_ps, err);

	if (status == 0 && held->count && link_queue_at(held, 0)->sent_ps > link_queue_at(held, 0)->start_ps)
		status = send_held(timeline, end_ps + 1, err);
	return status;
}

void timeline_fetches(const struct timeline *timeline, struct histogram *fetches)
{
	histogram_clear(fetches);
	histogram_add_times(fetches, (uint64_t)timeline->fetch_ps, timeline->plain);
	if (timeline->waited.bucket)
		histogram_merge(fetches, &timeline->waited);
}
