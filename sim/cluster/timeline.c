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
				      .fetch_ps = cost.demand_ps};
	timeline->write_ps = fabric->latency_ps + cost.transfer_ps + fabric->setup_ps;
	timeline->out.service_ps = cost.transfer_ps;
	if (store->bandwidth_bps)
		timeline->store.service_ps = transfer_ps(fabric->page_bytes, store->bandwidth_bps);
	return 0;
}

void timeline_free(struct timeline *timeline)
{
	histogram_free(&timeline->waited);
	free(timeline->out.sending);
	free(timeline->store.sending);
}

/* Doubles the ring. */
static int grow(struct serving *serving, struct err *err)
{
	uint32_t room = serving->room ? 2 * serving->room : ROOM;
	struct sending *sending = malloc(room * sizeof(*sending));

	if (!sending)
		return err_memory(err, "write-backs");
	for (uint32_t i = 0; i < serving->count; i++)
		sending[i] = *serving_at(serving, i);
	free(serving->sending);
	serving->sending = sending;
	serving->room = room;
	serving->first = 0;
	return 0;
}

static int serve(struct serving *serving, uint32_t donor, int64_t now_ps, struct err *err)
{
	int64_t start_ps = serving->free_ps > now_ps ? serving->free_ps : now_ps;

	if (serving->count == serving->room && grow(serving, err) < 0)
		return ERR_FAILED;
	serving->sending[(serving->first + serving->count++) & (serving->room - 1)] = (struct sending){now_ps, start_ps,
												       donor};
	serving->free_ps = start_ps + serving->service_ps;
	serving->queue_ps += start_ps - now_ps;
	serving->messages++;
	return 0;
}

/* Forgets those whose start is so long ago. */
static void forget(struct serving *serving, int64_t since_start_ps, int64_t now_ps)
{
	while (serving->count && serving_at(serving, 0)->start_ps + since_start_ps <= now_ps) {
		serving->first++;
		serving->count--;
	}
}

int timeline_write(struct timeline *timeline, uint32_t donor, int64_t now_ps, struct err *err)
{
	forget(&timeline->out, timeline->write_ps, now_ps);
	if (serve(&timeline->out, donor, now_ps, err) < 0)
		return ERR_FAILED;
	if (!timeline->store.service_ps)
		return 0;
	forget(&timeline->store, timeline->store.service_ps, now_ps);
	return serve(&timeline->store, donor, now_ps, err);
}

int timeline_fetch(struct timeline *timeline, int64_t now_ps, struct err *err)
{
	struct serving *out = &timeline->out;
	uint64_t buffer = timeline->config->fault.buffer;
	int64_t wait_ps;

	timeline->stall_ps += timeline->fetch_ps;
	if (out->count > buffer)
		forget(out, timeline->write_ps, now_ps);
	if (out->count <= buffer) {
		timeline->plain++;
		return 0;
	}
	wait_ps = serving_at(out, out->count - (uint32_t)buffer - 1)->start_ps + timeline->write_ps - now_ps;
	timeline->stall_ps += wait_ps;
	timeline->buffer_ps += wait_ps;
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
