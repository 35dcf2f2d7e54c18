/* SPDX-License-Identifier: MIT */
#include "fault/machine.h"

#include <stdlib.h>
#include <string.h>

enum { VICTIMS_SOON = 3 }; /* pages that the next fault or two will evict */

/* A timer is its kind, then its virtual CPU. */
enum { TIMER_SEND, TIMER_MAP };

static uint64_t pack_timer(uint64_t kind, unsigned vcpu)
{
	return kind << 32 | vcpu;
}

static rpm_entry with_state(rpm_entry entry, enum rpm_state state)
{
	return rpm_pack(state, rpm_node(entry), rpm_frame(entry), rpm_copies(entry));
}

void fault_note(struct fault_machine *machine, unsigned copy, page_id page, rpm_entry entry)
{
	struct err err;
	int status = rpm_set(&machine->rpm[copy], machine->rpm_key ? machine->rpm_key[page] : page, entry, &err);

	machine->has_lost |= rpm_state(entry) == RPM_LOST;
	if (status < 0)
		machine->ops->fail(machine->context, status, &err);
}

static bool is_lost(const struct fault_machine *machine, page_id page)
{
	return machine->has_lost && rpm_state(fault_entry(machine, 0, page)) == RPM_LOST;
}

/* The page is local again. Its remote copy stays valid until the page is written. */
static void note_arrival(struct fault_machine *machine, page_id page)
{
	rpm_entry entry;

	if (!machine->rpm)
		return;
	entry = fault_entry(machine, 0, page);
	if (rpm_state(entry) == RPM_REMOTE)
		fault_note(machine, 0, page, with_state(entry, RPM_CACHED));
	else if (rpm_state(entry) == RPM_STORED)
		fault_note(machine, 0, page, rpm_pack(RPM_CACHED, RPM_NODE_STORE, 0, 0));
}

/*
 * A page is evicted. It keeps the remote frames that it already has, as in a swap cache: a clean page is not sent
 * again. A page that is only in the backing store gets remote frames when it is evicted dirty.
 */
static void leave(struct fault_machine *machine, page_id page, bool dirty)
{
	rpm_entry entry = fault_entry(machine, 0, page);
	enum rpm_state state = rpm_state(entry);
	bool has_place = state == RPM_CACHED || state == RPM_REMOTE || state == RPM_STORED;

	if (state == RPM_LOST) /* its donor failed while it was in flight */
		return;
	if (!has_place || (rpm_node(entry) == RPM_NODE_STORE && dirty)) {
		if (!machine->ops->place(machine->context, page))
			return;
	} else if (state == RPM_CACHED) {
		fault_note(machine, 0, page,
			   rpm_node(entry) == RPM_NODE_STORE ? rpm_pack(RPM_STORED, 0, 0, 0)
							     : with_state(entry, RPM_REMOTE));
	}
	if (dirty) {
		machine->buffered++;
		machine->ops->write_back(machine->context, page);
	}
}

static void evicted(void *context, page_id page, bool dirty)
{
	struct fault_machine *machine = context;

	if (machine->rpm)
		leave(machine, page, dirty);
	if (machine->ops->evicted)
		machine->ops->evicted(machine->context, page);
}

static int64_t prefetch(void *context, page_id page)
{
	struct fault_machine *machine = context;
	int64_t at_ps = machine->ops->prefetch(machine->context, page);

	return at_ps == FAULT_LOST ? ARRIVAL_UNKNOWN : at_ps;
}

/* Requests the page. Returns when the virtual CPU resumes. */
static int64_t send(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	page_id page = machine->vcpu[number].page;
	int64_t at_ps = machine->ops->fetch(machine->context, page, number);

	if (at_ps == FAULT_LOST) {
		machine->ops->lost(machine->context, number);
		return FAULT_WAITS;
	}
	local_memory_prefetch(&machine->memory, page);
	return at_ps == FAULT_IN_FLIGHT ? FAULT_WAITS : fault_fetched(machine, number, at_ps, 0, at_ps - now_ps);
}

/* The software part before the request, then the request. Returns when the virtual CPU resumes. */
static int64_t begin_fetch(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	int64_t send_ps = now_ps + fault_before_ps(machine->cost);

	machine->requested++;
	machine->vcpu[number].wait = FAULT_WAITS_FETCH;
	if (send_ps == now_ps || !machine->ops->schedule)
		return send(machine, number, send_ps);
	machine->ops->schedule(machine->context, send_ps, pack_timer(TIMER_SEND, number));
	return FAULT_WAITS;
}

/* Maps a prefetched page whose time of arrival is known. *wait_ps: how long the touch waits for the page. Returns the
 * time of the touch's minor fault, 0 without one. */
static int64_t use_prefetched(struct fault_machine *machine, const struct fault_vcpu *vcpu, int64_t *wait_ps)
{
	bool minor;

	*wait_ps = local_memory_use_prefetched(&machine->memory, vcpu->page, vcpu->write, vcpu->fault_ps, &minor);
	return minor ? machine->cost->minor_ps : 0;
}

static bool has_known_arrival(const struct fault_machine *machine, page_id page)
{
	return local_memory_is_prefetched(&machine->memory, page) &&
	       local_memory_arrival_ps(&machine->memory, page) < ARRIVAL_AFTER_NEXT;
}

/* A touch of a page that has a frame and is not mapped. Returns when the virtual CPU resumes. */
static int64_t touch_unmapped(struct fault_machine *machine, struct fault_vcpu *vcpu, int64_t now_ps)
{
	int64_t wait_ps, minor_ps;

	if (!has_known_arrival(machine, vcpu->page)) {
		vcpu->wait = FAULT_WAITS_PAGE;
		return FAULT_WAITS;
	}
	minor_ps = use_prefetched(machine, vcpu, &wait_ps);
	machine->in_flight += wait_ps > 0;
	machine->in_flight_ps += wait_ps;
	return now_ps + minor_ps + wait_ps;
}

int64_t fault_touch(struct fault_machine *machine, unsigned number, page_id page, bool write, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];

	*vcpu = (struct fault_vcpu){.page = page, .wait = FAULT_RUNS, .write = write, .fault_ps = now_ps};
	if (is_lost(machine, page)) {
		machine->ops->lost(machine->context, number);
		return FAULT_WAITS;
	}
	switch (local_memory_touch(&machine->memory, page, write)) {
	case TOUCH_MINOR: return now_ps + machine->cost->minor_ps;
	case TOUCH_UNMAPPED: return touch_unmapped(machine, vcpu, now_ps);
	case TOUCH_FAULT:
		if (machine->buffered <= machine->cost->buffer)
			return begin_fetch(machine, number, now_ps);
		vcpu->wait = FAULT_WAITS_BUFFER;
		return FAULT_WAITS;
	case TOUCH_HIT:
	case TOUCH_FIRST: break;
	}
	return now_ps;
}

/* Ends a virtual CPU's wait for a page in flight, which has arrived or was evicted before it arrived: the virtual CPU
 * touches the page again. The first virtual CPU that waited for a prefetched page makes the prefetch count as late. */
static void end_wait(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];
	int64_t since_ps = vcpu->fault_ps, resume_ps, wait_ps;

	vcpu->wait = FAULT_RUNS;
	machine->in_flight_ps += now_ps - since_ps;
	if (is_lost(machine, vcpu->page)) {
		machine->ops->lost(machine->context, number);
		return;
	}
	machine->in_flight += now_ps > since_ps;
	if (has_known_arrival(machine, vcpu->page))
		resume_ps = now_ps + use_prefetched(machine, vcpu, &wait_ps);
	else
		resume_ps = fault_touch(machine, number, vcpu->page, vcpu->write, now_ps);
	if (resume_ps != FAULT_WAITS)
		machine->ops->resume(machine->context, number, resume_ps);
}

/* Ends every wait for this page. */
static void end_waits(struct fault_machine *machine, page_id page, int64_t now_ps)
{
	for (unsigned i = 0; i < machine->vcpus && !machine->stopped; i++)
		if (machine->vcpu[i].wait == FAULT_WAITS_PAGE && machine->vcpu[i].page == page)
			end_wait(machine, i, now_ps);
}

static void resume(struct fault_machine *machine, unsigned number, int64_t resume_ps)
{
	machine->vcpu[number].wait = FAULT_RUNS;
	if (machine->ops->schedule) /* otherwise fault_touch returns the time */
		machine->ops->resume(machine->context, number, resume_ps);
}

/* Maps the page that a virtual CPU has fetched; it resumes, and so do the others that wait for the page. */
static void map(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	page_id page = machine->vcpu[number].page;

	local_memory_map(&machine->memory, page);
	resume(machine, number, now_ps);
	end_waits(machine, page, now_ps);
}

int64_t fault_fetched(struct fault_machine *machine, unsigned number, int64_t at_ps, int64_t queue_ps, int64_t wire_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];
	int64_t resume_ps;

	if (machine->stopped)
		return FAULT_WAITS;
	machine->queue_ps += queue_ps;
	machine->wire_ps += wire_ps;
	resume_ps = at_ps + fault_after_ps(machine->cost);
	histogram_add(&machine->fetches, (uint64_t)(resume_ps - vcpu->fault_ps));
	if (local_memory_is_local(&machine->memory, vcpu->page) &&
	    !local_memory_is_prefetched(&machine->memory, vcpu->page)) /* another virtual CPU may have evicted it */
		note_arrival(machine, vcpu->page);
	if (!machine->shares_pages)
		resume(machine, number, resume_ps);
	else if (resume_ps == at_ps)
		map(machine, number, at_ps);
	else
		machine->ops->schedule(machine->context, resume_ps, pack_timer(TIMER_MAP, number));
	return resume_ps;
}

void fault_fetch_again(struct fault_machine *machine, unsigned number, int64_t at_ps, int64_t queue_ps, int64_t wire_ps)
{
	if (machine->stopped)
		return;
	machine->queue_ps += queue_ps;
	machine->wire_ps += wire_ps;
	send(machine, number, at_ps);
}

void fault_timer(struct fault_machine *machine, uint64_t timer, int64_t now_ps)
{
	unsigned number = (uint32_t)timer;

	if (machine->stopped)
		return;
	if (timer == pack_timer(TIMER_SEND, number))
		send(machine, number, now_ps);
	else
		map(machine, number, now_ps);
}

void fault_prefetched(struct fault_machine *machine, page_id page, int64_t at_ps)
{
	struct local_memory *memory = &machine->memory;

	if (machine->stopped)
		return;
	if (local_memory_is_prefetched(memory, page)) {
		if (local_memory_arrival_ps(memory, page) == ARRIVAL_AFTER_NEXT) {
			local_memory_set_arrival(memory, page, ARRIVAL_UNKNOWN);
			return;
		}
		local_memory_set_arrival(memory, page, at_ps);
		note_arrival(machine, page);
	}
	end_waits(machine, page, at_ps);
}

void fault_prefetch_again(struct fault_machine *machine, page_id page)
{
	if (!local_memory_is_prefetched(&machine->memory, page) || has_known_arrival(machine, page))
		return;
	if (machine->ops->prefetch(machine->context, page) != FAULT_LOST)
		local_memory_set_arrival(&machine->memory, page, ARRIVAL_AFTER_NEXT);
}

void fault_written(struct fault_machine *machine, int64_t at_ps)
{
	machine->buffered--;
	for (unsigned i = 0; i < machine->vcpus && !machine->stopped; i++) {
		if (machine->vcpu[i].wait != FAULT_WAITS_BUFFER || machine->buffered > machine->cost->buffer)
			continue;
		machine->buffer_ps += at_ps - machine->vcpu[i].fault_ps;
		begin_fetch(machine, i, at_ps);
	}
}

void fault_victims_soon(const struct fault_machine *machine)
{
	const struct local_memory *memory = &machine->memory;
	page_id page[VICTIMS_SOON];
	size_t count = 0;

	if (!local_memory_free_frames(memory) && memory->config.policy->peek)
		count = memory->config.policy->peek(memory->policy_state, page, VICTIMS_SOON);
	for (size_t i = 0; i < count; i++)
		fault_soon(machine, page[i]);
}

void fault_restart(struct fault_machine *machine)
{
	memset(machine->vcpu, 0, machine->vcpus * sizeof(*machine->vcpu));
}

void fault_stop(struct fault_machine *machine)
{
	machine->stopped = true;
}

static int init_map(struct fault_machine *machine, const struct fault_config *config, struct err *err)
{
	int status = 0;

	if (!config->copies)
		return 0;
	machine->rpm = config->copies == 1 ? &machine->one_map : calloc(config->copies, sizeof(*machine->rpm));
	if (!machine->rpm)
		return err_memory(err, "a Remote Page Map");
	for (unsigned copy = 0; copy < config->copies && status == 0; copy++)
		status = rpm_init(&machine->rpm[copy], config->rpm_frames, err);
	return status;
}

int fault_init(struct fault_machine *machine, const struct fault_config *config, const struct fault_ops *ops,
	       void *context, struct err *err)
{
	struct local_config local = config->local;
	int status;

	assert(config->vcpus && config->copies <= FAULT_COPIES_MAX && (!config->shares_pages || ops->schedule));
	*machine = (struct fault_machine){.ops = ops,
					  .context = context,
					  .cost = config->cost,
					  .vcpus = config->vcpus,
					  .copies = config->copies,
					  .rpm_key = config->rpm_key,
					  .shares_pages = config->shares_pages};
	local.hooks = (struct local_hooks){machine, ops->place || ops->evicted ? evicted : NULL, prefetch};
	local.shared = config->shares_pages;
	machine->vcpu = config->vcpus == 1 ? &machine->one_vcpu : calloc(config->vcpus, sizeof(*machine->vcpu));
	if (!machine->vcpu)
		return err_memory(err, "a guest's virtual CPUs");
	if ((status = init_map(machine, config, err)) < 0 || (status = histogram_init(&machine->fetches, err)) < 0 ||
	    (status = local_memory_init(&machine->memory, &local, err)) < 0)
		fault_free(machine);
	return status;
}

void fault_free(struct fault_machine *machine)
{
	local_memory_free(&machine->memory);
	histogram_free(&machine->fetches);
	for (unsigned copy = 0; machine->rpm && copy < machine->copies; copy++)
		rpm_free(&machine->rpm[copy]);
	if (machine->rpm != &machine->one_map)
		free(machine->rpm);
	if (machine->vcpu != &machine->one_vcpu)
		free(machine->vcpu);
	*machine = (struct fault_machine){0};
}

int fault_result(const struct fault_machine *machine, struct job_result *job, struct err *err)
{
	const struct fault_cost *cost = machine->cost;
	int64_t requested = (int64_t)machine->requested, fetched = (int64_t)machine->fetches.count;

	job_counts(job, &machine->memory.counts);
	job->faults.in_flight = machine->in_flight;
	job->local_pages = machine->memory.config.frames;
	job->stall_ps[STALL_EXIT] = requested * cost->exit_ps;
	job->stall_ps[STALL_HANDLER] = requested * cost->handler_ps;
	job->stall_ps[STALL_LOOKUP] = requested * cost->lookup_ps;
	job->stall_ps[STALL_POST] = requested * cost->post_ps;
	job->stall_ps[STALL_QUEUE] = machine->queue_ps;
	job->stall_ps[STALL_WIRE] = machine->wire_ps;
	job->stall_ps[STALL_COMPLETION] = fetched * cost->completion_ps;
	job->stall_ps[STALL_MAP] = fetched * cost->map_ps;
	job->stall_ps[STALL_BUFFER] = machine->buffer_ps;
	job->stall_ps[STALL_IN_FLIGHT] = machine->in_flight_ps;
	job->stall_ps[STALL_MINOR] = (int64_t)machine->memory.counts.minor_faults * cost->minor_ps;
	return job_fetches(job, &machine->fetches, err);
}
