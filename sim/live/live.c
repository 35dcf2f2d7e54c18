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
	return err_set(err, ERR_USAGE, "%s: %s is the simulator's alone: an emulated guest has one donor at its own switch", key, what);
}

int live_check(const struct config *config, struct err *err)
{
	const struct prefetch_ops *prefetch;
	const struct policy_ops *policy;

	if (config->vm_count != 1 || config->vms[0].count != 1)
		return err_set(err, ERR_USAGE, "vms: an emulation has one VM, not %zu", config->vm_count == 1 ? (size_t)config->vms[0].count : config->vm_count);
	if (*config->cluster.platform)
		return refuse("cluster.platform", "a platform of one's own", err);
	if (config->cluster.topology == TOPOLOGY_FAT_TREE || config->cluster.topology == TOPOLOGY_DRAGONFLY)
		return refuse("cluster.topology", "a network of several switches", err);
	if (config->fabric.sharing != SHARING_FIFO)
		return refuse("fabric.sharing", "fluid sharing", err);
	if (config->traffic_count || config->event_count)
		return refuse(config->traffic_count ? "traffic" : "events", config->traffic_count ? "other traffic" : "a donor that comes or goes", err);
	policy = policies[config->vms[0].policy];
	prefetch = prefetchers[config->vms[0].prefetch];
	if (policy->needs_future || prefetch->needs_future)
		return err_set(err, ERR_USAGE, "%s: it needs the future, which a running guest does not know",
		               policy->needs_future ? policy->name : prefetch->name);
	return 0;
}

static struct plane_message message(const struct live *live, const uint32_t *route, int64_t extra_ps, enum plane_class class, uint64_t tag)
{
	return (struct plane_message){.route = route, .hops = 2, .bytes = (uint32_t)live->config->fabric.page_bytes, .extra_ps = extra_ps,
	                              .class = class, .receiver = &live->receiver, .tag = tag};
}

static uint64_t tag(uint64_t about, page_id page)
{
	return about << 32 | page;
}

static void ask(struct live *live, page_id page, enum plane_class class, uint64_t about)
{
	const struct network *fabric = &live->config->fabric;
	int64_t extra_ps = latency_sample(&live->latency) - fabric->latency_ps + fabric->setup_ps;
	struct plane_message fetch = message(live, inward, extra_ps, class, tag(about, page));

	plane_send(&live->plane, &fetch);
}

static void note(struct live *live, page_id page, enum rpm_state state)
{
	rpm_entry entry = rpm_get(&live->rpm, page);
	uint64_t frame = rpm_state(entry) == RPM_ABSENT ? live->donor_frames++ : rpm_frame(entry);
	int status = rpm_set(&live->rpm, page, rpm_pack(state, DONOR, frame, 0), &live->err);

	live->status = status < 0 ? status : live->status;
}

/* A page keeps its frame at the donor once it has one, so that it can leave once more without being sent as long as it is not written. */
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
	ask(context, page, PLANE_AHEAD, ABOUT_AHEAD);
	return NOT_YET;
}

static void take(void *context, const struct plane_delivery *delivery)
{
	struct live *live = context;
	page_id page = (page_id)delivery->tag;

	switch (delivery->tag >> 32) {
	case ABOUT_FETCH:
		live->delivery = *delivery;
		live->arrived = true;
		break;
	case ABOUT_AHEAD:
		if (!(live->memory.state[page] & PAGE_AHEAD))
			break;
		live->memory.arrival_ps[page] = delivery->at_ps;
		note(live, page, RPM_CACHED);
		break;
	case ABOUT_WRITE:
		live->buffered--;
		break;
	}
}

static void send(void *context, uint64_t page, int64_t now_ps)
{
	struct live *live = context;

	(void)now_ps;
	ask(live, (page_id)page, PLANE_DEMAND, ABOUT_FETCH);
	local_memory_prefetch(&live->memory, (page_id)page);
}

static int init_links(struct live *live, struct err *err)
{
	const struct network *fabric = &live->config->fabric;
	bool jitters = strcmp(fabric->jitter, "constant") != 0; /* then all of the latency is drawn, and the links have none of their own */
	int64_t half_ps = jitters ? 0 : fabric->latency_ps / 2, other_ps = jitters ? 0 : fabric->latency_ps - half_ps;
	struct plane_link link[LINKS];
	int status = events_init(&live->events, err);

	for (int i = 0; i < LINKS; i++)
		link[i] = (struct plane_link){fabric->bandwidth_bps, i == LINK_DONOR_OUT || i == LINK_HOST_OUT ? half_ps : other_ps, false};
	return status < 0 ? status : plane_init(&live->plane, &live->events, link, LINKS, live->config->cluster.priority == PRIORITY_SAME, err);
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
	struct local_config warm = {.pages = (uint32_t)frames, .frames = local, .policy = policy_find("lru"), .seed = config->seed};
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

int live_init(struct live *live, const struct config *config, gfn frames, uint32_t local, struct err *err)
{
	int status = live_check(config, err);

	*live = (struct live){.config = config};
	live->receiver = (struct plane_receiver){take, live};
	live->send = (struct event_handler){send, live};
	if (status < 0 || (status = config_cost(config, &live->cost, err)) < 0)
		return status;
	if (local < 1 || frames > FRAME_MAP_PAGES_MAX)
		return err_set(err, ERR_USAGE, "vms.local: %" PRIu32 " pages of %" PRIu64, local, frames);
	if ((status = latency_init(&live->latency, &config->fabric, config->seed, err)) < 0 || (status = histogram_init(&live->fetches, err)) < 0 ||
	    (status = init_links(live, err)) < 0 || (status = init_pages(live, frames, err)) < 0 ||
	    (status = init_memories(live, frames, local, err)) < 0)
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

static int64_t add_stall(struct live *live, enum stall what, int64_t ps)
{
	live->stall_ps[what] += ps;
	return ps;
}

/* Lets what is on its way move until `until` holds; the time then. */
static int run_until(struct live *live, const bool *until, struct err *err)
{
	while (!*until) {
		int64_t next_ps = events_next_ps(&live->events);
		int status = next_ps == EVENTS_END ? err_set(err, ERR_FAILED, "a page that is waited for is not on its way") : events_run(&live->events, next_ps, err);

		if (status < 0)
			return status;
	}
	return 0;
}

/* Waits for room in the write-back buffer. */
static int wait_for_buffer(struct live *live, int64_t *now_ps, struct err *err)
{
	int64_t began_ps = *now_ps;

	while (live->buffered > live->config->fault.buffer) {
		int status = events_run(&live->events, events_next_ps(&live->events), err);

		if (status < 0)
			return status;
		*now_ps = live->events.now_ps;
	}
	add_stall(live, STALL_BUFFER, *now_ps - began_ps);
	return 0;
}

static int fetch(struct live *live, page_id page, int64_t now_ps, int64_t *stall_ps, struct err *err)
{
	const struct config_fault *fault = &live->config->fault;
	const struct network *fabric = &live->config->fabric;
	int64_t fault_ps = now_ps, end_ps;
	int status = wait_for_buffer(live, &now_ps, err);

	if (status < 0)
		return status;
	now_ps += add_stall(live, STALL_EXIT, fault->exit_ps) + add_stall(live, STALL_HANDLER, fault->handler_ps) +
	          add_stall(live, STALL_LOOKUP, fault->lookup_ps) + add_stall(live, STALL_POST, fabric->post_ps);
	live->arrived = false;
	events_add(&live->events, now_ps, &live->send, page);
	status = run_until(live, &live->arrived, err);
	if (status < 0)
		return status;
	add_stall(live, STALL_QUEUE, live->delivery.queue_ps);
	add_stall(live, STALL_WIRE, live->delivery.wire_ps);
	end_ps = live->delivery.at_ps + add_stall(live, STALL_COMPLETION, fabric->completion_ps) + add_stall(live, STALL_MAP, fault->map_ps);
	note(live, page, RPM_CACHED);
	histogram_add(&live->fetches, (uint64_t)(end_ps - fault_ps));
	*stall_ps = end_ps - fault_ps;
	return 0;
}

/* A page that was fetched ahead: there by now, or waited for. */
static int take_ahead(struct live *live, page_id page, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err)
{
	bool trapped;

	while (live->memory.arrival_ps[page] == NOT_YET) {
		int status = events_run(&live->events, events_next_ps(&live->events), err);

		if (status < 0)
			return status;
	}
	*stall_ps = add_stall(live, STALL_IN_FLIGHT, local_memory_ahead(&live->memory, page, write, now_ps, &trapped));
	if (trapped)
		*stall_ps += add_stall(live, STALL_SOFT, live->cost.soft_ps);
	return 0;
}

static int touch_in_region(struct live *live, page_id page, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err)
{
	int status = now_ps > live->events.now_ps ? events_run(&live->events, now_ps, err) : 0;

	if (status < 0)
		return status;
	live->footprint += !live->seen[page];
	live->seen[page] = 1;
	switch (local_memory_touch(&live->memory, page, write)) {
	case TOUCH_HIT:
	case TOUCH_FIRST:
		break;
	case TOUCH_SOFT:
		*stall_ps = add_stall(live, STALL_SOFT, live->cost.soft_ps);
		break;
	case TOUCH_AHEAD:
		status = take_ahead(live, page, write, now_ps, stall_ps, err);
		break;
	case TOUCH_FAULT:
		status = fetch(live, page, now_ps, stall_ps, err);
		break;
	}
	return status;
}

int live_touch(struct live *live, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err)
{
	int status;

	*stall_ps = 0;
	if (!live->begun) {
		local_memory_touch(&live->warm, (page_id)frame, write);
		return 0;
	}
	status = touch_in_region(live, (page_id)frame, write, now_ps, stall_ps, err);
	if (status == 0 && live->status < 0) {
		*err = live->err;
		status = live->status;
	}
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
