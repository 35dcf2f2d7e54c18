/* SPDX-License-Identifier: MIT */
#include "live/live.h"

#include <inttypes.h>
#include <stdlib.h>

#include "config/cost.h"
#include "config/engine.h"
#include "fabric/transfer.h"
#include "trace/header.h"

enum { LINK_DONOR_OUT, LINK_HOST_IN, LINK_HOST_OUT, LINK_DONOR_IN, LINKS };
enum { DONOR = 1 }; /* its node number in the Remote Page Map; the guest's own hypervisor is 0 */
enum { SUBJECT_FETCH, SUBJECT_PREFETCH, SUBJECT_WRITE, SUBJECT_REQUEST, SUBJECT_PAGE }; /* of a message */

static const uint32_t inward[] = {LINK_DONOR_OUT, LINK_HOST_IN}, outward[] = {LINK_HOST_OUT, LINK_DONOR_IN};

static uint64_t pack_tag(uint64_t subject, uint32_t low)
{
	return subject << 32 | low;
}

/* The part of a way's latency that the links add. */
static int64_t added_ps(const struct live *live)
{
	return live->jitters ? 0 : network_way_ps(&live->config->fabric);
}

static void fail(struct live *live, int status, const struct err *err)
{
	live->status = status;
	live->err = *err;
}

static void request(struct live *live, enum plane_class class, uint64_t tag)
{
	const struct network *fabric = &live->config->fabric;
	const int64_t way_ps = network_way_ps(fabric);
	const struct latency_ways ways = latency_draw(&live->latency, &live->latency_rng,
						      (struct latency_ways){way_ps, way_ps + network_odd_ps(fabric)});
	const struct exchange read = {.tag = tag,
				      .class = class,
				      .extra_ps = ways.back_ps - added_ps(live) +
						  network_extra_ps(fabric, fabric->page_bytes)};
	struct plane_message message = {.route = outward,
					.hops = 2,
					.bytes = (uint32_t)fabric->request_bytes,
					.class = class,
					.receiver = &live->receiver};
	struct err err;
	uint32_t number;
	int status = exchanges_begin(&live->exchanges, &read, &number, &err);

	if (status < 0) {
		fail(live, status, &err);
		return;
	}
	message.tag = pack_tag(SUBJECT_REQUEST, number);
	message.extra_ps = ways.there_ps - added_ps(live) + exchange_request_ps(live->request_ps, ways.there_ps);
	plane_send(&live->plane, &message);
}

/* A request has arrived at the donor, which sends the page. */
static void answer(struct live *live, const struct plane_delivery *delivery)
{
	struct exchange *read = &live->exchanges.exchange[(uint32_t)delivery->tag];

	read->queue_ps = delivery->queue_ps;
	read->wire_ps = delivery->wire_ps;
	plane_send(&live->plane, &(struct plane_message){.route = inward,
							 .hops = 2,
							 .bytes = (uint32_t)live->config->fabric.page_bytes,
							 .extra_ps = read->extra_ps,
							 .class = read->class,
							 .receiver = &live->receiver,
							 .tag = pack_tag(SUBJECT_PAGE, (uint32_t)delivery->tag)});
}

static int64_t fetch(void *context, page_id page, unsigned vcpu, int64_t now_ps)
{
	const struct live_carrier *carrier = ((struct live *)context)->carrier;

	if (carrier)
		return carrier->fetch(carrier->context, page, vcpu, now_ps);
	request(context, PLANE_DEMAND, pack_tag(SUBJECT_FETCH, vcpu));
	return FAULT_IN_FLIGHT;
}

static int64_t prefetch(void *context, page_id page)
{
	request(context, PLANE_PREFETCH, pack_tag(SUBJECT_PREFETCH, page));
	return FAULT_IN_FLIGHT;
}

static bool place(void *context, page_id page)
{
	struct live *live = context;

	if (live->carrier)
		return live->carrier->place(live->carrier->context, page);
	fault_note(&live->machine, 0, page, rpm_pack(RPM_REMOTE, DONOR, live->donor_frames++, 0));
	return true;
}

/* It is delivered when its acknowledgement has come back, which takes a latency and no link. */
static void send_write_back(void *context, uint64_t page, int64_t now_ps)
{
	struct live *live = context;
	const struct network *fabric = &live->config->fabric;
	const struct exchange write = {.tag = pack_tag(SUBJECT_WRITE, (uint32_t)page)};
	struct plane_message message = {.route = outward,
					.hops = 2,
					.bytes = (uint32_t)fabric->page_bytes,
					.class = exchange_write_class(&live->writes),
					.receiver = &live->receiver};
	struct err err;
	uint32_t number;
	int status = exchanges_begin(&live->exchanges, &write, &number, &err);

	(void)now_ps;
	if (status < 0) {
		fail(live, status, &err);
		return;
	}
	message.tag = pack_tag(SUBJECT_WRITE, number);
	message.extra_ps = network_extra_ps(fabric, fabric->page_bytes) + fabric->latency_ps - added_ps(live);
	live->exchanges.exchange[number].message = plane_send(&live->plane, &message);
	exchanges_add_write(&live->exchanges, &live->writes, number);
}

static void hurry(void *context, uint64_t writes)
{
	struct live *live = context;

	if (!live->carrier && live->config->cluster.priority == PRIORITY_DEMAND)
		exchanges_hurry(&live->exchanges, &live->writes, writes, &live->plane);
}

/* The request of a fault goes before its victim. */
static void write_back(void *context, page_id page)
{
	struct live *live = context;

	if (live->carrier)
		live->carrier->write_back(live->carrier->context, page);
	else
		events_add(&live->events, live->events.now_ps, &live->write_back, page);
}

static void evicted(void *context, page_id page)
{
	struct live *live = context;

	if (live->watch.evicted)
		live->watch.evicted(live->watch.context, page);
}

static void unmapped(void *context, page_id page)
{
	struct live *live = context;

	if (live->watch.unmapped)
		live->watch.unmapped(live->watch.context, page);
}

static void schedule(void *context, int64_t at_ps, uint64_t timer)
{
	struct live *live = context;

	events_add(&live->events, at_ps, &live->timer, timer);
}

static void resume(void *context, unsigned vcpu, int64_t resume_ps)
{
	struct live *live = context;

	live->resume_ps[vcpu] = resume_ps;
}

static void lose(void *context, unsigned vcpu)
{
	const struct live_carrier *carrier = ((struct live *)context)->carrier;

	carrier->lost(carrier->context, vcpu); /* a modelled page is never lost */
}

static void fail_run(void *context, int status, const struct err *err)
{
	fail(context, status, err);
}

static const struct fault_ops ops = {
	.fetch = fetch,
	.prefetch = prefetch,
	.place = place,
	.write_back = write_back,
	.hurry = hurry,
	.evicted = evicted,
	.unmapped = unmapped,
	.schedule = schedule,
	.resume = resume,
	.lost = lose,
	.fail = fail_run,
};

static void run_timer(void *context, uint64_t timer, int64_t now_ps)
{
	struct live *live = context;

	fault_timer(&live->machine, timer, now_ps);
}

/* A page, or a write-back's acknowledgement, has arrived. */
static void arrive(struct live *live, const struct plane_delivery *delivery)
{
	uint32_t low = (uint32_t)delivery->tag;

	switch (delivery->tag >> 32) {
	case SUBJECT_FETCH:
		fault_fetched(&live->machine, low, delivery->at_ps, delivery->queue_ps, delivery->wire_ps);
		break;
	case SUBJECT_PREFETCH: fault_prefetched(&live->machine, low, delivery->at_ps); break;
	case SUBJECT_WRITE: fault_written(&live->machine, delivery->at_ps); break;
	}
}

static void take(void *context, const struct plane_delivery *delivery)
{
	struct live *live = context;
	struct plane_delivery whole;

	switch (delivery->tag >> 32) {
	case SUBJECT_REQUEST: answer(live, delivery); break;
	case SUBJECT_WRITE: exchanges_remove_write(&live->exchanges, &live->writes, (uint32_t)delivery->tag);
	/* fall through */
	case SUBJECT_PAGE:
		whole = exchanges_end(&live->exchanges, (uint32_t)delivery->tag, delivery);
		arrive(live, &whole);
		break;
	}
}

static int init_links(struct live *live, struct err *err)
{
	const struct network *fabric = &live->config->fabric;
	int64_t half_ps = added_ps(live) / 2, other_ps = added_ps(live) - half_ps;
	struct plane_link link[LINKS];
	int status = events_init(&live->events, err);

	live->request_ps = transfer_ps(fabric->request_bytes, fabric->bandwidth_bps);
	for (int i = 0; i < LINKS; i++)
		link[i] = (struct plane_link){.bandwidth_bps = fabric->bandwidth_bps,
					      .latency_ps = i == LINK_DONOR_OUT || i == LINK_HOST_OUT ? half_ps
												      : other_ps,
					      .loaded = live->loaded.count ? &live->loaded : NULL,
					      .window_ps = fabric->window_ps};
	return status < 0 ? status
			  : plane_init(&live->plane, &live->events, link, LINKS,
				       live->config->cluster.priority == PRIORITY_SAME, err);
}

static int init_pages(struct live *live, gfn frames, struct err *err)
{
	const bool prefetches = !prefetchers[live->config->vms[0].prefetch]->is_none;
	int status = frame_map_init(&live->map, err);

	live->seen = calloc(frames, sizeof(*live->seen));
	live->frame = calloc(prefetches ? frames : 1, sizeof(*live->frame));
	if (status == 0 && (!live->frame || !live->seen))
		status = err_memory(err, "the guest's frames");
	for (gfn frame = 0; prefetches && frame < frames && status == 0; frame++) {
		page_id page;

		live->frame[frame] = frame;
		status = frame_map_add(&live->map, frame, &page, err);
	}
	return status;
}

/* A carrier's stalls are real, so nothing is charged; the write-back buffer keeps its size. */
static void charge_nothing(struct fault_cost *cost)
{
	*cost = (struct fault_cost){.ips = cost->ips, .buffer = cost->buffer};
}

static int init_memories(struct live *live, const struct live_guest *guest, struct err *err)
{
	const struct config *config = live->config;
	const struct config_vm *vm = &config->vms[0];
	const struct prefetch_ops *prefetch = prefetchers[vm->prefetch];
	const struct local_config warm = {.pages = (uint32_t)guest->frames,
					  .frames = guest->local,
					  .policy = policy_find("lru")};
	struct fault_config machine = {.local = warm,
				       .cost = &live->cost,
				       .vcpus = guest->vcpus,
				       .rpm_frames = guest->frames,
				       .copies = guest->carrier ? guest->carrier->copies : 1,
				       .shares_pages = guest->vcpus > 1};
	int status;

	machine.local.policy = policies[vm->policy];
	machine.local.policy_params = config->policy_params[vm->policy];
	machine.local.prefetch = prefetch->is_none ? NULL : prefetch;
	machine.local.prefetch_params = config->prefetch_params[vm->prefetch];
	machine.local.frame = prefetchers[vm->prefetch]->is_none ? NULL : live->frame; /* pages are frames */
	machine.local.frame_map = &live->map;
	machine.local.guest_frames = guest->frames;
	machine.local.seed = config_stream(config, RNG_EVICTION, 0);
	status = local_memory_init(&live->warm, &warm, err);
	return status < 0 ? status : fault_init(&live->machine, &machine, &ops, live, err);
}

int live_init(struct live *live, const struct config *config, const struct live_guest *guest, struct err *err)
{
	int status = engine_check(engine_of(config), config, err);

	*live = (struct live){.config = config,
			      .carrier = guest->carrier,
			      .jitters = network_jitter(&config->fabric) != JITTER_CONSTANT};
	live->receiver = (struct plane_receiver){take, live};
	live->timer = (struct event_handler){run_timer, live};
	live->write_back = (struct event_handler){send_write_back, live};
	if (status < 0 || (status = config_cost(config, &live->cost, err)) < 0)
		return status;
	if (guest->carrier)
		charge_nothing(&live->cost);
	if (guest->local < 1 || guest->frames > FRAME_MAP_PAGES_MAX)
		return err_set(err, ERR_USAGE, "vms.local: %" PRIu32 " pages of %" PRIu64, guest->local, guest->frames);
	if ((status = latency_init(&live->latency, &config->fabric, err)) < 0 ||
	    (status = latency_seed(&live->latency, &live->latency_rng, config_stream(config, RNG_LATENCY, 0), err)) <
		    0 ||
	    (config->fabric.curve && (status = loaded_read(&live->loaded, config->fabric.curve, err)) < 0) ||
	    (status = init_links(live, err)) < 0 || (status = init_pages(live, guest->frames, err)) < 0 ||
	    (status = init_memories(live, guest, err)) < 0)
		live_free(live);
	return status;
}

void live_free(struct live *live)
{
	fault_free(&live->machine);
	local_memory_free(&live->warm);
	plane_free(&live->plane);
	events_free(&live->events);
	frame_map_free(&live->map);
	latency_free(&live->latency);
	loaded_free(&live->loaded);
	rng_free(&live->latency_rng);
	exchanges_free(&live->exchanges);
	free(live->frame);
	free(live->seen);
	*live = (struct live){0};
}

/* The remote pages first, then the local ones in the order of LRU. */
int live_begin(struct live *live, struct err *err)
{
	struct local_memory *warm = &live->warm;
	const struct policy_ops *lru = warm->config.policy;

	for (page_id page = 0; page < warm->config.pages; page++) {
		if (!local_memory_is_remote(warm, page))
			continue;
		local_memory_restore(&live->machine.memory, page, false, false);
		place(live, page);
	}
	for (uint32_t left = warm->config.frames - local_memory_free_frames(warm); left; left--) {
		page_id page = lru->victim(warm->policy_state, PAGE_NONE);

		local_memory_restore(&live->machine.memory, page, true, local_memory_is_dirty(warm, page));
	}
	live->begun = true;
	if (live->status < 0)
		*err = live->err;
	return live->status;
}

int live_advance(struct live *live, int64_t until_ps, struct err *err)
{
	int status = until_ps >= live->events.now_ps ? events_run(&live->events, until_ps, err) : 0;

	if (status == 0 && live->status < 0) {
		*err = live->err;
		status = live->status;
	}
	return status;
}

int64_t live_next_ps(const struct live *live)
{
	return events_next_ps(&live->events);
}

int live_touch(struct live *live, const struct live_touch *touch, int64_t *stall_ps, struct err *err)
{
	page_id page = (page_id)touch->frame;
	int64_t resume_ps, now_ps;
	int status;

	*stall_ps = 0;
	if (!live->begun) {
		local_memory_touch(&live->warm, page, touch->write);
		return 0;
	}
	status = live_advance(live, touch->now_ps, err);
	if (status < 0)
		return status;
	now_ps = live->events.now_ps;
	live->footprint += !live->seen[page];
	live->seen[page] = 1;
	resume_ps = fault_touch(&live->machine, touch->vcpu, page, touch->write, now_ps);
	*stall_ps = resume_ps == FAULT_WAITS ? LIVE_WAITS : resume_ps - now_ps;
	return 0;
}

int live_touch_alone(struct live *live, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err)
{
	const struct live_touch touch = {0, frame, write, now_ps};
	int status = live_touch(live, &touch, stall_ps, err);

	while (status == 0 && live_is_waiting(live, 0)) {
		int64_t next_ps = live_next_ps(live);

		status = next_ps == EVENTS_END
				 ? err_set(err, ERR_FAILED, "the page that a virtual CPU waits for is not in flight")
				 : live_advance(live, next_ps, err);
	}
	if (status == 0 && *stall_ps == LIVE_WAITS)
		*stall_ps = live_resume_ps(live, 0) - now_ps;
	return status;
}

int live_add_remote(struct live *live, gfn frame, struct err *err)
{
	local_memory_restore(&live->machine.memory, (page_id)frame, false, false);
	place(live, (page_id)frame);
	if (live->status < 0)
		*err = live->err;
	return live->status;
}

int live_forget(struct live *live, gfn frame, struct err *err)
{
	page_id page = (page_id)frame;

	local_memory_forget(&live->machine.memory, page);
	if (live->carrier)
		live->carrier->forget(live->carrier->context, page);
	fault_note(&live->machine, 0, page, 0);
	if (live->status < 0)
		*err = live->err;
	return live->status;
}

int64_t live_end(struct live *live)
{
	int64_t longest_ps = 0;

	for (unsigned vcpu = 0; vcpu < live->machine.vcpus; vcpu++) {
		int64_t owed_ps = fault_end(&live->machine, vcpu);

		longest_ps = owed_ps > longest_ps ? owed_ps : longest_ps;
	}
	return longest_ps;
}

int live_result(const struct live *live, struct job_result *job, struct err *err)
{
	job->footprint_pages = live->footprint;
	return fault_result(&live->machine, job, err);
}
