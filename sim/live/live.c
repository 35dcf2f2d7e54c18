/* SPDX-License-Identifier: MIT */
#include "live/live.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/cost.h"
#include "trace/header.h"

enum { LINK_DONOR_OUT, LINK_HOST_IN, LINK_HOST_OUT, LINK_DONOR_IN, LINKS };
enum { DONOR = 1 }; /* its number in the remote page map; the guest's own hypervisor is 0 */
enum { ABOUT_FETCH, ABOUT_AHEAD, ABOUT_WRITE };

static const uint32_t inward[] = {LINK_DONOR_OUT, LINK_HOST_IN}, outward[] = {LINK_HOST_OUT, LINK_DONOR_IN};

#define NOT_YET INT64_MAX /* the arrival of a page that is on its way */

static int refuse(const char *key, const char *what, struct err *err)
{
	return err_set(err, ERR_USAGE,
		       "%s: %s is the simulator's alone: an emulated guest has one donor at its own switch", key, what);
}

int live_check(const struct config *config, struct err *err)
{
	const struct prefetch_ops *prefetch;
	const struct policy_ops *policy;

	if (config->vm_count != 1 || config->vms[0].count != 1)
		return err_set(err, ERR_USAGE, "vms: an emulation has one VM, not %zu",
			       config->vm_count == 1 ? (size_t)config->vms[0].count : config->vm_count);
	if (*config->cluster.platform)
		return refuse("cluster.platform", "a platform of one's own", err);
	if (config->cluster.topology == TOPOLOGY_FAT_TREE || config->cluster.topology == TOPOLOGY_DRAGONFLY)
		return refuse("cluster.topology", "a network of several switches", err);
	if (config->fabric.sharing != SHARING_FIFO)
		return refuse("fabric.sharing", "fluid sharing", err);
	if (config->traffic_count || config->event_count)
		return refuse(config->traffic_count ? "traffic" : "events",
			      config->traffic_count ? "other traffic" : "a donor that comes or goes", err);
	policy = policies[config->vms[0].policy];
	prefetch = prefetchers[config->vms[0].prefetch];
	if (policy->needs_future || prefetch->needs_future)
		return err_set(err, ERR_USAGE, "%s: it needs the future, which a running guest does not know",
			       policy->needs_future ? policy->name : prefetch->name);
	return 0;
}

static struct plane_message message(const struct live *live, const uint32_t *route, int64_t extra_ps,
				    enum plane_class class, uint64_t tag)
{
	if (live->jitters)
		extra_ps += live->config->fabric.latency_ps;
	return (struct plane_message){.route = route,
				      .hops = 2,
				      .bytes = (uint32_t)live->config->fabric.page_bytes,
				      .extra_ps = extra_ps,
				      .class = class,
				      .receiver = &live->receiver,
				      .tag = tag};
}

static uint64_t tag(uint64_t about, uint32_t low)
{
	return about << 32 | low;
}

/* `about` a page, or for a demand fetch the virtual CPU that waits for it. */
static void ask(struct live *live, uint32_t low, enum plane_class class, uint64_t about)
{
	const struct network *fabric = &live->config->fabric;
	int64_t extra_ps = latency_sample(&live->latency) - fabric->latency_ps + fabric->setup_ps;
	struct plane_message fetch = message(live, inward, extra_ps, class, tag(about, low));

	plane_send(&live->plane, &fetch);
}

static void note(struct live *live, page_id page, enum rpm_state state)
{
	rpm_entry entry = rpm_get(&live->rpm, page);
	uint64_t frame = rpm_state(entry) == RPM_ABSENT ? live->donor_frames++ : rpm_frame(entry);
	int status = rpm_set(&live->rpm, page, rpm_pack(state, DONOR, frame, 0), &live->err);

	live->status = status < 0 ? status : live->status;
}

/* A page keeps its frame at the donor once it has one, so that it can leave once more without being sent as long as it
 * is not written. */
static void evicted(void *context, page_id page, bool dirty)
{
	struct live *live = context;
	struct plane_message write;

	note(live, page, RPM_REMOTE);
	if (!dirty)
		return;
	live->buffered++;
	write = message(live, outward, live->config->fabric.setup_ps, PLANE_BULK, tag(ABOUT_WRITE, page));
	plane_send(&live->plane, &write);
}

static int64_t fetch_ahead(void *context, page_id page)
{
	ask(context, page, PLANE_PREFETCH, ABOUT_AHEAD);
	return NOT_YET;
}

static int64_t add_stall(struct live *live, enum stall what, int64_t ps)
{
	live->stall_ps[what] += ps;
	return ps;
}

static void send(void *context, uint64_t number, int64_t now_ps)
{
	struct live *live = context;

	(void)now_ps;
	ask(live, (page_id)number, PLANE_DEMAND, ABOUT_FETCH);
	local_memory_prefetch(&live->memory, live->vcpu[number].page);
}

/* The software part before the wire, then the fetch. */
static void begin_fetch(struct live *live, struct live_vcpu *vcpu, int64_t now_ps)
{
	const struct config_fault *fault = &live->config->fault;
	uint64_t number = (uint64_t)(vcpu - live->vcpu);
	int64_t software_ps = add_stall(live, STALL_EXIT, fault->exit_ps) +
			      add_stall(live, STALL_HANDLER, fault->handler_ps) +
			      add_stall(live, STALL_LOOKUP, fault->lookup_ps) +
			      add_stall(live, STALL_POST, live->config->fabric.post_ps);

	if (software_ps)
		events_add(&live->events, now_ps + software_ps, &live->send, number);
	else
		send(live, number, now_ps);
}

static void go_on(struct live_vcpu *vcpu, int64_t at_ps)
{
	vcpu->waiting = vcpu->behind_ahead = false;
	vcpu->resume_ps = at_ps;
}

static void fetched(struct live *live, struct live_vcpu *vcpu, const struct plane_delivery *delivery)
{
	int64_t completion_ps = live->config->fabric.completion_ps, map_ps = live->config->fault.map_ps;

	add_stall(live, STALL_QUEUE, delivery->queue_ps);
	add_stall(live, STALL_WIRE, delivery->wire_ps);
	go_on(vcpu,
	      delivery->at_ps + add_stall(live, STALL_COMPLETION, completion_ps) + add_stall(live, STALL_MAP, map_ps));
	if (!local_memory_is_remote(&live->memory, vcpu->page)) /* another virtual CPU may have driven it out since */
		note(live, vcpu->page, RPM_CACHED);
	histogram_add(&live->fetches, (uint64_t)(vcpu->resume_ps - vcpu->fault_ps));
}

/* Takes a page that was fetched ahead and is there; the time that a trap costs. */
static int64_t take_ahead(struct live *live, page_id page, bool write, int64_t now_ps)
{
	bool trapped;

	local_memory_ahead(&live->memory, page, write, now_ps, &trapped);
	return trapped ? add_stall(live, STALL_MINOR, live->cost.minor_ps) : 0;
}

static void touch_in_region(struct live *live, struct live_vcpu *vcpu, page_id page, bool write, int64_t now_ps);

/* Who waited for a page fetched ahead: the first one takes it; the others, and all when it was evicted on its way,
 * touch it again. */
static void came_ahead(struct live *live, page_id page, int64_t at_ps)
{
	if (live->memory.state[page] & PAGE_AHEAD) {
		live->memory.arrival_ps[page] = at_ps;
		note(live, page, RPM_CACHED);
	}
	for (unsigned i = 0; i < live->vcpus; i++) {
		struct live_vcpu *vcpu = &live->vcpu[i];

		if (!vcpu->behind_ahead || vcpu->page != page)
			continue;
		add_stall(live, STALL_IN_FLIGHT, at_ps - vcpu->fault_ps);
		go_on(vcpu, at_ps);
		if (live->memory.state[page] & PAGE_AHEAD)
			vcpu->resume_ps += take_ahead(live, page, vcpu->write, vcpu->fault_ps);
		else
			touch_in_region(live, vcpu, page, vcpu->write, at_ps);
	}
}

/* A place in the write-back buffer is free: who waited for one goes on. */
static void written(struct live *live, int64_t now_ps)
{
	live->buffered--;
	for (unsigned i = 0; i < live->vcpus; i++) {
		struct live_vcpu *vcpu = &live->vcpu[i];

		if (!vcpu->behind_buffer || live->buffered > live->config->fault.buffer)
			continue;
		vcpu->behind_buffer = false;
		add_stall(live, STALL_BUFFER, now_ps - vcpu->fault_ps);
		begin_fetch(live, vcpu, now_ps);
	}
}

static void take(void *context, const struct plane_delivery *delivery)
{
	struct live *live = context;
	uint32_t about = (uint32_t)delivery->tag;

	switch (delivery->tag >> 32) {
	case ABOUT_FETCH: fetched(live, &live->vcpu[about], delivery); break;
	case ABOUT_AHEAD: came_ahead(live, about, delivery->at_ps); break;
	case ABOUT_WRITE: written(live, delivery->at_ps); break;
	}
}

/* A touch at its own time, to which everything has run. */
static void touch_in_region(struct live *live, struct live_vcpu *vcpu, page_id page, bool write, int64_t now_ps)
{
	enum touch touch = local_memory_touch(&live->memory, page, write);

	*vcpu = (struct live_vcpu){.page = page, .write = write, .fault_ps = now_ps, .resume_ps = now_ps};
	if (touch == TOUCH_MINOR)
		vcpu->resume_ps += add_stall(live, STALL_MINOR, live->cost.minor_ps);
	if (touch == TOUCH_AHEAD && live->memory.arrival_ps[page] <= now_ps)
		vcpu->resume_ps += take_ahead(live, page, write, now_ps);
	else if (touch == TOUCH_AHEAD)
		vcpu->waiting = vcpu->behind_ahead = true;
	if (touch != TOUCH_FAULT)
		return;
	vcpu->waiting = true;
	vcpu->behind_buffer = live->buffered > live->config->fault.buffer;
	if (!vcpu->behind_buffer)
		begin_fetch(live, vcpu, now_ps);
}

static int init_links(struct live *live, struct err *err)
{
	const struct network *fabric = &live->config->fabric;
	int64_t half_ps = live->jitters ? 0 : fabric->latency_ps / 2,
		other_ps = live->jitters ? 0 : fabric->latency_ps - half_ps;
	struct plane_link link[LINKS];
	int status = events_init(&live->events, err);

	for (int i = 0; i < LINKS; i++)
		link[i] = (struct plane_link){fabric->bandwidth_bps,
					      i == LINK_DONOR_OUT || i == LINK_HOST_OUT ? half_ps : other_ps, false};
	return status < 0 ? status
			  : plane_init(&live->plane, &live->events, link, LINKS,
				       live->config->cluster.priority == PRIORITY_SAME, err);
}

static int init_pages(struct live *live, gfn frames, struct err *err)
{
	int status = frame_map_init(&live->map, err);

	live->frame = calloc(frames, sizeof(*live->frame));
	live->seen = calloc(frames, sizeof(*live->seen));
	if (status == 0 && (!live->frame || !live->seen))
		status = err_memory(err, "the guest's frames");
	for (gfn frame = 0; frame < frames && status == 0; frame++) {
		page_id page;

		live->frame[frame] = frame;
		status = frame_map_add(&live->map, frame, &page, err);
	}
	return status < 0 ? status : rpm_init(&live->rpm, frames, err);
}

static int init_memories(struct live *live, gfn frames, uint32_t local, struct err *err)
{
	const struct config *config = live->config;
	const struct config_vm *vm = &config->vms[0];
	const struct prefetch_ops *prefetch = prefetchers[vm->prefetch];
	struct local_config warm = {
		.pages = (uint32_t)frames, .frames = local, .policy = policy_find("lru"), .seed = config->seed};
	struct local_config memory = warm;
	int status;

	memory.policy = policies[vm->policy];
	memory.policy_params = config->policy_params[vm->policy];
	memory.prefetch = strcmp(prefetch->name, "none") != 0 ? prefetch : NULL;
	memory.prefetch_params = config->prefetch_params[vm->prefetch];
	memory.frame = live->frame;
	memory.frame_map = &live->map;
	memory.guest_frames = frames;
	memory.hooks = (struct local_hooks){live, evicted, fetch_ahead};
	status = local_memory_init(&live->warm, &warm, err);
	return status < 0 ? status : local_memory_init(&live->memory, &memory, err);
}

int live_init(struct live *live, const struct config *config, gfn frames, uint32_t local, unsigned vcpus,
	      struct err *err)
{
	int status = live_check(config, err);

	*live = (struct live){.config = config,
			      .vcpus = vcpus,
			      .jitters = strcmp(config->fabric.jitter, "constant") != 0};
	live->receiver = (struct plane_receiver){take, live};
	live->send = (struct event_handler){send, live};
	if (status < 0 || (status = config_cost(config, &live->cost, err)) < 0)
		return status;
	if (local < 1 || frames > FRAME_MAP_PAGES_MAX)
		return err_set(err, ERR_USAGE, "vms.local: %" PRIu32 " pages of %" PRIu64, local, frames);
	if ((status = latency_init(&live->latency, &config->fabric, config->seed, err)) < 0 ||
	    (status = histogram_init(&live->fetches, err)) < 0 || (status = init_links(live, err)) < 0 ||
	    (status = init_pages(live, frames, err)) < 0 || (status = init_memories(live, frames, local, err)) < 0)
		live_free(live);
	return status;
}

void live_free(struct live *live)
{
	if (live->memory.state)
		local_memory_free(&live->memory);
	if (live->warm.state)
		local_memory_free(&live->warm);
	plane_free(&live->plane);
	events_free(&live->events);
	rpm_free(&live->rpm);
	frame_map_free(&live->map);
	histogram_free(&live->fetches);
	latency_free(&live->latency);
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
		local_memory_restore(&live->memory, page, false, false);
		note(live, page, RPM_REMOTE);
	}
	for (uint32_t left = warm->config.frames - warm->free_frames; left; left--) {
		page_id page = lru->victim(warm->policy_state, PAGE_NONE);

		local_memory_restore(&live->memory, page, true, warm->state[page] & PAGE_DIRTY);
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

int live_touch(struct live *live, unsigned number, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps,
	       struct err *err)
{
	struct live_vcpu *vcpu = &live->vcpu[number];
	int status;

	*stall_ps = 0;
	if (!live->begun) {
		local_memory_touch(&live->warm, (page_id)frame, write);
		return 0;
	}
	status = live_advance(live, now_ps, err);
	if (status < 0)
		return status;
	live->footprint += !live->seen[frame];
	live->seen[frame] = 1;
	touch_in_region(live, vcpu, (page_id)frame, write, live->events.now_ps);
	*stall_ps = vcpu->waiting ? LIVE_WAITS : vcpu->resume_ps - live->events.now_ps;
	return 0;
}

int live_touch_alone(struct live *live, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err)
{
	int status = live_touch(live, 0, frame, write, now_ps, stall_ps, err);

	while (status == 0 && live_is_waiting(live, 0)) {
		int64_t next_ps = live_next_ps(live);

		status = next_ps == EVENTS_END ? err_set(err, ERR_FAILED, "a page that is waited for is not on its way")
					       : live_advance(live, next_ps, err);
	}
	if (status == 0 && *stall_ps == LIVE_WAITS)
		*stall_ps = live_resume_ps(live, 0) - now_ps;
	return status;
}

int live_result(const struct live *live, struct job_result *job, struct err *err)
{
	job_counts(job, &live->memory.counts);
	job->footprint_pages = live->footprint;
	job->local_pages = live->memory.config.frames;
	memcpy(job->stall_ps, live->stall_ps, sizeof(job->stall_ps));
	return job_fetches(job, &live->fetches, err);
}
