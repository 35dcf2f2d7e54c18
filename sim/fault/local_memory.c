/* SPDX-License-Identifier: MIT */
#include "fault/local_memory.h"

#include <assert.h>
#include <stdlib.h>

#include "base/table.h"
#include "trace/writer.h"

static int init_policy(struct local_memory *memory, struct err *err)
{
	const struct local_config *config = &memory->config;
	const struct policy_env env = {.pages = config->pages,
				       .frames = config->frames,
				       .seed = config->seed,
				       .params = config->policy_params,
				       .next_use = config->next_use,
				       .frame = config->frame,
				       .unmapped = config->hooks.unmapped,
				       .context = config->hooks.context};
	int status;

	memory->policy_state = calloc(1, config->policy->state_size);
	if (!memory->policy_state)
		return err_memory(err, "an eviction policy");
	status = config->policy->init(memory->policy_state, &env, err);
	if (status < 0) {
		free(memory->policy_state);
		memory->policy_state = NULL;
		return status;
	}
	if (config->policy->array)
		memory->array = config->policy->array(memory->policy_state);
	if (config->policy->reclaim)
		memory->writable = PAGE_DIRTY;
	memory->frames -= policy_reserved(config->policy, config->policy_params);
	memory->free_frames = memory->frames;
	return 0;
}

static int init_prefetch(struct local_memory *memory, struct err *err)
{
	const struct local_config *config = &memory->config;
	const struct prefetch_env env = {config->guest_frames, config->prefetch_params, config->prefetch_future};
	int status;

	if (!config->prefetch)
		return 0;
	memory->arrival_ps = table_alloc(config->pages, sizeof(*memory->arrival_ps));
	memory->prefetch_state = calloc(1, config->prefetch->state_size + 1);
	if (!memory->arrival_ps || !memory->prefetch_state)
		return err_memory(err, "a prefetcher");
	status = config->prefetch->init(memory->prefetch_state, &env, err);
	if (status < 0) {
		free(memory->prefetch_state);
		memory->prefetch_state = NULL;
	}
	return status;
}

int local_memory_init(struct local_memory *memory, const struct local_config *config, struct err *err)
{
	int status;

	assert(config->frames >= 1 && (!config->policy->needs_future || config->next_use));
	*memory = (struct local_memory){.config = *config,
					.hit = config->policy->hit,
					.free_frames = config->frames,
					.frames = config->frames,
					.writable = UINT8_MAX,
					.sees_again = config->policy->sees_again,
					.faulting = PAGE_NONE};
	memory->state = table_alloc((size_t)config->pages + 1, 1);
	if (!memory->state)
		return err_memory(err, "a guest's pages");
	if ((status = init_policy(memory, err)) < 0 || (status = init_prefetch(memory, err)) < 0)
		local_memory_free(memory);
	return status;
}

void local_memory_free(struct local_memory *memory)
{
	if (memory->policy_state)
		memory->config.policy->destroy(memory->policy_state);
	if (memory->prefetch_state && memory->config.prefetch->destroy)
		memory->config.prefetch->destroy(memory->prefetch_state);
	free(memory->policy_state);
	free(memory->prefetch_state);
	free(memory->arrival_ps);
	free(memory->state);
	*memory = (struct local_memory){0};
}

/* The page's content is written to where pages go, or is there already. */
static void report_stored(struct local_memory *memory, page_id page, bool written)
{
	if (memory->config.prefetch && memory->config.prefetch->on_stored)
		memory->config.prefetch->on_stored(memory->prefetch_state, memory->config.frame[page], written);
}

/* Tells a policy that reclaims that the page is dirty. */
static void tell_dirty(struct local_memory *memory, page_id page)
{
	if (memory->config.policy->reclaim && memory->state[page] & PAGE_DIRTY)
		memory->config.policy->reclaim->dirtied(memory->policy_state, page);
}

void local_memory_restore(struct local_memory *memory, page_id page, bool local, bool dirty)
{
	memory->state[page] = (uint8_t)(PAGE_KNOWN | (local ? PAGE_LOCAL : PAGE_OPENING) |
					(local && dirty ? PAGE_DIRTY : 0));
	if (!local) {
		report_stored(memory, page, false);
		return;
	}
	assert(memory->free_frames);
	memory->free_frames--;
	memory->config.policy->fill(memory->policy_state, page, FILL_SNAPSHOT);
	tell_dirty(memory, page);
}

/* How many pages of the snapshot the region touches, or does not touch. */
static uint32_t count_touched(const struct local_opening *opening, bool touched)
{
	uint32_t count = 0;

	for (page_id page = 0; page < opening->count; page++)
		count += opening->touched[page] == touched;
	return count;
}

static void open_page(struct local_memory *memory, const struct local_opening *opening, page_id page, bool local)
{
	uint32_t dirty_from = page < opening->count ? opening->snapshot[page].dirty_from : 0;

	if (opening->first_use)
		*opening->next_use = opening->first_use[page];
	local_memory_restore(memory, page, local, dirty_from && dirty_from <= memory->frames);
}

/* Restores the snapshot's pages that the region touches, or those that it does not touch: the newest `frames` of them
 * become local. */
static void open_pages(struct local_memory *memory, const struct local_opening *opening, bool touched, uint32_t frames)
{
	uint32_t left = count_touched(opening, touched);

	for (page_id page = 0; page < opening->count; page++)
		if (opening->touched[page] == touched)
			open_page(memory, opening, page, left-- <= frames);
}

/* The pages that the region touches first of all become local if all that it touches fits. */
static void open_new_pages(struct local_memory *memory, const struct local_opening *opening, uint32_t frames)
{
	uint32_t fresh = 0;

	for (page_id page = opening->count; page < memory->config.pages; page++)
		fresh += opening->touched[page];
	for (page_id page = opening->count; page < memory->config.pages && fresh <= frames; page++)
		if (opening->touched[page])
			open_page(memory, opening, page, true);
}

void local_memory_open(struct local_memory *memory, const struct local_opening *opening)
{
	uint32_t frames = memory->frames, resident;

	if (opening->warm == WARM_SNAPSHOT) {
		for (page_id page = 0; page < opening->count; page++)
			open_page(memory, opening, page, opening->count - page <= frames);
		return;
	}
	resident = count_touched(opening, true) < frames ? count_touched(opening, true) : frames;
	open_pages(memory, opening, false, opening->warm == WARM_RESIDENT_FIRST ? frames - resident : 0);
	if (opening->warm == WARM_ALL && frames > resident)
		open_new_pages(memory, opening, frames - resident);
	open_pages(memory, opening, true, frames);
}

static void report_outcome(struct local_memory *memory, page_id page, enum prefetch_outcome outcome)
{
	if (memory->config.prefetch->on_outcome)
		memory->config.prefetch->on_outcome(memory->prefetch_state, memory->config.frame[page], outcome);
}

static void evict(struct local_memory *memory, page_id victim, bool prefetch)
{
	const struct local_config *config = &memory->config;
	uint8_t state = memory->state[victim];

	memory->state[victim] = (uint8_t)(PAGE_KNOWN | (prefetch ? PAGE_DISPLACED : 0));
	memory->counts.write_backs += (state & PAGE_DIRTY) != 0;
	report_stored(memory, victim, state & PAGE_DIRTY);
	if (config->hooks.evicted)
		config->hooks.evicted(config->hooks.context, victim, state & PAGE_DIRTY);
	if (state & PAGE_PREFETCHED) {
		memory->counts.prefetch.unused++;
		report_outcome(memory, victim, PREFETCH_UNUSED);
	}
}

/* Pages that reclaim has written, and that stay local. */
static void clean_written(struct local_memory *memory)
{
	const struct local_config *config = &memory->config;
	page_id page;

	while ((page = config->policy->reclaim->written(memory->policy_state)) != PAGE_NONE) {
		assert(local_memory_is_local(memory, page));
		if (!(memory->state[page] & PAGE_DIRTY))
			continue;
		memory->state[page] &= (uint8_t)~PAGE_DIRTY;
		memory->counts.write_backs++;
		report_stored(memory, page, true);
		if (config->hooks.cleaned)
			config->hooks.cleaned(config->hooks.context, page);
	}
}

/* Evicts the victim that the policy has chosen. False when it is the page whose fault is being handled: the guest is
 * waiting for it, so that the policy gets it back. */
static bool evict_unless_faulting(struct local_memory *memory, page_id victim, bool prefetch)
{
	if (victim != memory->faulting) {
		evict(memory, victim, prefetch);
		return true;
	}
	memory->config.policy->fill(memory->policy_state, victim, FILL_TOUCH);
	tell_dirty(memory, victim);
	return false;
}

/* Finds a frame for `incoming`; false when that would evict the page whose fault is being handled. */
static bool make_room(struct local_memory *memory, page_id incoming, bool prefetch)
{
	const struct policy_ops *policy = memory->config.policy;
	page_id victim;
	bool has_frame;

	if (memory->free_frames) {
		memory->free_frames--;
		return true;
	}
	victim = policy->victim(memory->policy_state, incoming);
	if (!policy->reclaim)
		return evict_unless_faulting(memory, victim, prefetch);
	clean_written(memory);
	has_frame = evict_unless_faulting(memory, victim, prefetch);
	while (policy->reclaim->more(memory->policy_state)) {
		victim = policy->victim(memory->policy_state, PAGE_NONE);
		if (!evict_unless_faulting(memory, victim, prefetch))
			continue;
		memory->free_frames += has_frame;
		has_frame = true;
	}
	return has_frame;
}

enum touch local_memory_miss(struct local_memory *memory, page_id page, bool write)
{
	uint8_t state = memory->state[page];

	if (state & PAGE_UNMAPPED)
		return TOUCH_UNMAPPED;
	make_room(memory, page, false);
	if (memory->config.policy->reclaim && !(state & PAGE_KNOWN))
		write = true; /* it has no remote copy */
	memory->state[page] = PAGE_KNOWN | PAGE_LOCAL | page_dirty_if(write);
	memory->config.policy->fill(memory->policy_state, page, FILL_TOUCH);
	tell_dirty(memory, page);
	if (!(state & PAGE_KNOWN)) {
		memory->counts.first_touches++;
		return TOUCH_FIRST;
	}
	if (memory->config.shared)
		memory->state[page] |= PAGE_UNMAPPED;
	memory->counts.faults++;
	memory->counts.compulsory += (state & PAGE_OPENING) != 0;
	memory->counts.prefetch.polluted += (state & PAGE_DISPLACED) != 0;
	return TOUCH_FAULT;
}

enum touch local_memory_first_write(struct local_memory *memory, page_id page)
{
	memory->state[page] |= PAGE_DIRTY;
	memory->hit(memory->policy_state, page);
	tell_dirty(memory, page);
	memory->counts.minor_faults++;
	return TOUCH_MINOR;
}

void local_memory_mark_dirty(struct local_memory *memory, page_id page)
{
	assert(local_memory_is_local(memory, page));
	memory->state[page] |= PAGE_DIRTY;
	tell_dirty(memory, page);
}

void local_memory_forget(struct local_memory *memory, page_id page)
{
	uint8_t state = memory->state[page];

	memory->state[page] = 0;
	if (!(state & PAGE_LOCAL))
		return;
	if (!(state & PAGE_UNCHARGED)) {
		memory->config.policy->forget(memory->policy_state, page);
		memory->free_frames++;
	}
	if (state & PAGE_PREFETCHED) {
		memory->counts.prefetch.unused++;
		report_outcome(memory, page, PREFETCH_UNUSED);
	}
}

/* The first touch of a prefetched page, for the policy. Returns whether it trapped. */
static bool use(struct local_memory *memory, page_id page)
{
	if (!(memory->state[page] & PAGE_UNCHARGED))
		return memory->hit(memory->policy_state, page);
	make_room(memory, page, false);
	memory->config.policy->fill(memory->policy_state, page, FILL_TOUCH);
	return true;
}

int64_t local_memory_use_prefetched(struct local_memory *memory, page_id page, bool write, int64_t now_ps, bool *minor)
{
	int64_t wait_ps = local_memory_arrival_ps(memory, page) - now_ps;
	bool late = wait_ps > 0, trapped = use(memory, page);

	memory->state[page] = (uint8_t)(PAGE_KNOWN | PAGE_LOCAL | (memory->state[page] & PAGE_DIRTY) |
					page_dirty_if(write));
	tell_dirty(memory, page);
	*minor = (trapped || !memory->config.maps_on_arrival) && !late;
	memory->counts.minor_faults += *minor;
	if (late)
		memory->counts.prefetch.late++;
	else
		memory->counts.prefetch.used++;
	if (late || !memory->config.maps_on_arrival)
		report_outcome(memory, page, late ? PREFETCH_LATE : PREFETCH_USED);
	return late ? wait_ps : 0;
}

/* Finds a frame for a page to be prefetched, and reports the page to the policy. Returns 1, 0 when the page is dropped,
 * or -1 when it and all later ones are. */
static int admit_prefetch(struct local_memory *memory, page_id page)
{
	const struct local_config *config = &memory->config;
	const struct policy_reclaim *reclaim = config->policy->reclaim;

	if (reclaim && reclaim->charges_late(memory->policy_state)) {
		memory->state[page] = PAGE_KNOWN | PAGE_LOCAL | PAGE_UNMAPPED | PAGE_PREFETCHED | PAGE_UNCHARGED;
		return 1;
	}
	if (!memory->free_frames && config->hooks.can_evict && !config->hooks.can_evict(config->hooks.context)) {
		memory->counts.prefetch.dropped++;
		return 0;
	}
	if (!make_room(memory, page, true))
		return -1;
	memory->state[page] = PAGE_KNOWN | PAGE_LOCAL | PAGE_UNMAPPED | PAGE_PREFETCHED;
	config->policy->fill(memory->policy_state, page, FILL_PREFETCH);
	return 1;
}

void local_memory_prefetch(struct local_memory *memory, page_id page)
{
	const struct local_config *config = &memory->config;
	gfn wanted[PREFETCH_MAX];
	size_t count;
	int admitted;

	if (!config->prefetch)
		return;
	memory->faulting = page;
	count = config->prefetch->on_fault(memory->prefetch_state, config->frame[page], wanted);
	assert(count <= PREFETCH_MAX);
	for (size_t i = 0; i < count; i++) {
		page_id next = frame_map_find(config->frame_map, wanted[i]);

		if (next == PAGE_NONE || !local_memory_is_remote(memory, next))
			continue;
		admitted = admit_prefetch(memory, next);
		if (admitted < 0)
			break;
		if (!admitted)
			continue;
		memory->counts.prefetch.issued++;
		memory->arrival_ps[next] = config->hooks.prefetch ? config->hooks.prefetch(config->hooks.context, next)
								  : 0;
	}
	memory->faulting = PAGE_NONE;
}
