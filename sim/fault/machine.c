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
		machine->sent++;
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

/* A page is written back and stays local: its remote copy is valid. */
static void cleaned(void *context, page_id page)
{
	struct fault_machine *machine = context;

	leave(machine, page, true);
	note_arrival(machine, page);
}

static void unmapped(void *context, page_id page)
{
	struct fault_machine *machine = context;

	machine->ops->unmapped(machine->context, page);
}

static int64_t prefetch(void *context, page_id page)
{
	struct fault_machine *machine = context;
	int64_t at_ps = machine->ops->prefetch(machine->context, page);

	return at_ps == FAULT_LOST ? ARRIVAL_UNKNOWN : at_ps;
}

/* Whether a dirty page that is evicted now finds a place in the write-back buffer. */
static bool can_evict(void *context)
{
	const struct fault_machine *machine = context;

	return machine->sent - machine->written < machine->cost->buffer;
}

/* The prefetcher's pages are requested with this fault's page. Their posts follow each other; their completions are
 * handled at the next fault. */
static void send_prefetches(struct fault_machine *machine, struct fault_vcpu *vcpu, int64_t now_ps)
{
	const struct fault_cost *cost = machine->cost;
	uint64_t issued = machine->memory.counts.prefetch.issued;
	int64_t count;

	local_memory_prefetch(&machine->memory, vcpu->page);
	count = (int64_t)(machine->memory.counts.prefetch.issued - issued);
	vcpu->posted_ps = now_ps + count * cost->post_ps;
	vcpu->owed_ps += count * (cost->completion_ps + (cost->maps_on_arrival ? cost->map_ps : 0));
}

/* Requests the page. Returns when the virtual CPU resumes. */
static int64_t send(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];
	int64_t at_ps = machine->ops->fetch(machine->context, vcpu->page, number, now_ps);

	if (at_ps == FAULT_LOST) {
		machine->ops->lost(machine->context, number);
		return FAULT_WAITS;
	}
	send_prefetches(machine, vcpu, now_ps);
	return at_ps == FAULT_IN_FLIGHT ? FAULT_WAITS : fault_fetched(machine, number, at_ps, 0, at_ps - now_ps);
}

/* Handles the completions of earlier prefetches. Returns the time that it takes in ps. */
static int64_t pay_owed(struct fault_machine *machine, struct fault_vcpu *vcpu)
{
	int64_t owed_ps = vcpu->owed_ps;

	vcpu->owed_ps = 0;
	machine->completion_ps += owed_ps;
	return owed_ps;
}

/* A fetch reaches the handlers at at_ps: occupies the one that is free first. Returns how long it waits for it in ps.
 */
static int64_t take_handler(struct fault_machine *machine, int64_t at_ps)
{
	unsigned first = 0;
	int64_t start_ps;

	if (!machine->cost->handlers)
		return 0;
	for (unsigned i = 1; i < machine->cost->handlers; i++)
		if (machine->handler_free_ps[i] < machine->handler_free_ps[first])
			first = i;
	start_ps = machine->handler_free_ps[first] > at_ps ? machine->handler_free_ps[first] : at_ps;
	machine->handler_free_ps[first] = start_ps + machine->cost->busy_ps;
	machine->handler_queue_ps += start_ps - at_ps;
	return start_ps - at_ps;
}

/* The software part before the request, then the request. Returns when the virtual CPU resumes. */
static int64_t begin_fetch(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	int64_t begin_ps = now_ps + pay_owed(machine, &machine->vcpu[number]);
	int64_t send_ps = begin_ps + take_handler(machine, begin_ps + machine->cost->exit_ps) +
			  fault_before_ps(machine->cost);

	machine->requested++;
	machine->vcpu[number].wait = FAULT_WAITS_FETCH;
	if (send_ps == now_ps || !machine->ops->schedule)
		return send(machine, number, send_ps);
	machine->ops->schedule(machine->context, send_ps, pack_timer(TIMER_SEND, number));
	return FAULT_WAITS;
}

/* The software of a first touch. Returns when the virtual CPU resumes. */
static int64_t begin_first(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];
	int64_t resume_ps = now_ps + machine->cost->first_ps;

	if (!machine->shares_pages || resume_ps == now_ps)
		return resume_ps;
	vcpu->wait = FAULT_WAITS_FETCH;
	if (local_memory_is_mapped(&machine->memory, vcpu->page))
		local_memory_unmap_first(&machine->memory, vcpu->page);
	machine->ops->schedule(machine->context, resume_ps, pack_timer(TIMER_MAP, number));
	return FAULT_WAITS;
}

static bool has_known_arrival(const struct fault_machine *machine, page_id page)
{
	return local_memory_is_prefetched(&machine->memory, page) &&
	       local_memory_arrival_ps(&machine->memory, page) < ARRIVAL_AFTER_NEXT;
}

/*
 * A virtual CPU has trapped on a page in flight, which is there at at_ps. Its software before the wait may take longer
 * than the wait; then it maps the page. Returns when it resumes.
 */
static int64_t end_trap(struct fault_machine *machine, struct fault_vcpu *vcpu, int64_t at_ps)
{
	int64_t ready_ps = vcpu->fault_ps + pay_owed(machine, vcpu) + fault_trap_ps(machine->cost);

	machine->waited++;
	if (at_ps > ready_ps) {
		machine->in_flight_ps += at_ps - ready_ps;
		ready_ps = at_ps;
	}
	return ready_ps + machine->cost->map_ps;
}

/* A touch of a prefetched page whose time of arrival is known. Returns when the virtual CPU resumes. */
static int64_t use_prefetched(struct fault_machine *machine, struct fault_vcpu *vcpu)
{
	bool minor;
	int64_t wait_ps = local_memory_use_prefetched(&machine->memory, vcpu->page, vcpu->write, vcpu->fault_ps,
						      &minor);

	if (wait_ps > 0)
		return end_trap(machine, vcpu, vcpu->fault_ps + wait_ps);
	return vcpu->fault_ps + (minor ? machine->cost->minor_ps : 0);
}

/* Whether a touch that has just evicted dirty pages, after `sent` write-backs, has to wait for the write-back buffer.
 */
static bool waits_for_buffer(const struct fault_machine *machine, struct fault_vcpu *vcpu, uint64_t sent)
{
	if (machine->sent == sent || machine->sent - machine->written <= machine->cost->buffer)
		return false;
	vcpu->wait = FAULT_WAITS_BUFFER;
	vcpu->written = machine->sent - machine->cost->buffer;
	if (machine->ops->hurry)
		machine->ops->hurry(machine->context, vcpu->written - machine->written);
	return true;
}

int64_t fault_touch(struct fault_machine *machine, unsigned number, page_id page, bool write, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];
	uint64_t sent = machine->sent;

	vcpu->page = page;
	vcpu->wait = FAULT_RUNS;
	vcpu->write = write;
	vcpu->first = false;
	vcpu->fault_ps = now_ps;
	if (is_lost(machine, page)) {
		machine->ops->lost(machine->context, number);
		return FAULT_WAITS;
	}
	switch (local_memory_touch(&machine->memory, page, write)) {
	case TOUCH_MINOR: return now_ps + machine->cost->minor_ps;
	case TOUCH_UNMAPPED:
		if (has_known_arrival(machine, page))
			return use_prefetched(machine, vcpu);
		vcpu->wait = FAULT_WAITS_PAGE;
		return FAULT_WAITS;
	case TOUCH_FIRST:
		vcpu->first = true;
		vcpu->first_touches++;
		if (!waits_for_buffer(machine, vcpu, sent))
			return begin_first(machine, number, now_ps);
		if (machine->shares_pages)
			local_memory_unmap_first(&machine->memory, page);
		return FAULT_WAITS;
	case TOUCH_FAULT:
		return waits_for_buffer(machine, vcpu, sent) ? FAULT_WAITS : begin_fetch(machine, number, now_ps);
	case TOUCH_HIT: break;
	}
	return now_ps;
}

/* A virtual CPU has waited for a page in flight, which has arrived or was evicted before it arrived: then the virtual
 * CPU touches the page again. Returns when it resumes. */
static int64_t touch_again(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];

	if (has_known_arrival(machine, vcpu->page))
		return use_prefetched(machine, vcpu);
	if (local_memory_is_mapped(&machine->memory, vcpu->page)) {
		bool minor = local_memory_touch(&machine->memory, vcpu->page, vcpu->write) == TOUCH_MINOR;

		return end_trap(machine, vcpu, now_ps) + (minor ? machine->cost->minor_ps : 0);
	}
	machine->in_flight_ps += now_ps - vcpu->fault_ps;
	return fault_touch(machine, number, vcpu->page, vcpu->write, now_ps);
}

int64_t fault_join(struct fault_machine *machine, unsigned number, page_id page, bool write, int64_t since_ps,
		   int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];

	vcpu->page = page;
	vcpu->write = write;
	vcpu->fault_ps = since_ps;
	machine->shared_ps += now_ps - since_ps;
	return touch_again(machine, number, now_ps);
}

/* Ends a virtual CPU's wait. The first virtual CPU that waited for a prefetched page makes the prefetch count as late.
 */
static void end_wait(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];
	int64_t resume_ps;

	vcpu->wait = FAULT_RUNS;
	if (is_lost(machine, vcpu->page)) {
		machine->in_flight_ps += now_ps - vcpu->fault_ps;
		machine->ops->lost(machine->context, number);
		return;
	}
	resume_ps = touch_again(machine, number, now_ps);
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

/* Maps the page that a virtual CPU has fetched or touched first; it resumes, and so do the others that wait for it. */
static void map(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	page_id page = machine->vcpu[number].page;

	local_memory_map(&machine->memory, page);
	resume(machine, number, now_ps);
	for (unsigned i = 0; i < machine->vcpus; i++)
		if (machine->vcpu[i].wait == FAULT_WAITS_PAGE && machine->vcpu[i].page == page)
			machine->shared_ps += now_ps - machine->vcpu[i].fault_ps;
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
	if (vcpu->posted_ps > at_ps) {
		machine->post_ps += vcpu->posted_ps - at_ps;
		at_ps = vcpu->posted_ps;
	}
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

/* A virtual CPU that waited for the write-back buffer goes on with its fault. */
static void leave_buffer(struct fault_machine *machine, unsigned number, int64_t now_ps)
{
	struct fault_vcpu *vcpu = &machine->vcpu[number];
	int64_t resume_ps;

	machine->buffer_ps += now_ps - vcpu->fault_ps;
	if (!vcpu->first) {
		begin_fetch(machine, number, now_ps);
		return;
	}
	resume_ps = begin_first(machine, number, now_ps);
	if (resume_ps == FAULT_WAITS)
		return;
	if (resume_ps == now_ps && machine->shares_pages)
		map(machine, number, now_ps);
	else
		resume(machine, number, resume_ps);
}

void fault_written(struct fault_machine *machine, int64_t at_ps)
{
	machine->written++;
	for (unsigned i = 0; i < machine->vcpus && !machine->stopped; i++)
		if (machine->vcpu[i].wait == FAULT_WAITS_BUFFER && machine->vcpu[i].written <= machine->written)
			leave_buffer(machine, i, at_ps);
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
	for (unsigned i = 0; i < machine->vcpus; i++)
		machine->vcpu[i].wait = FAULT_RUNS;
}

int64_t fault_end(struct fault_machine *machine, unsigned vcpu)
{
	return pay_owed(machine, &machine->vcpu[vcpu]);
}

int64_t fault_base_ps(const struct fault_machine *machine, unsigned vcpu)
{
	const struct fault_cost *cost = machine->cost;

	return cost->base_has_first ? (int64_t)machine->vcpu[vcpu].first_touches * cost->first_ps : 0;
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

static int init_handlers(struct fault_machine *machine, struct err *err)
{
	const unsigned handlers = machine->cost->handlers;

	if (!handlers)
		return 0;
	machine->handler_free_ps = malloc(handlers * sizeof(*machine->handler_free_ps));
	for (unsigned i = 0; machine->handler_free_ps && i < handlers; i++)
		machine->handler_free_ps[i] = INT64_MIN; /* free from the beginning */
	return machine->handler_free_ps ? 0 : err_memory(err, "a guest's fault handlers");
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
	local.hooks = (struct local_hooks){.context = machine,
					   .evicted = ops->place || ops->evicted ? evicted : NULL,
					   .cleaned = ops->place ? cleaned : NULL,
					   .prefetch = prefetch,
					   .can_evict = ops->write_back ? can_evict : NULL,
					   .unmapped = ops->unmapped ? unmapped : NULL};
	local.shared = config->shares_pages;
	local.maps_on_arrival = config->cost->maps_on_arrival;
	machine->vcpu = config->vcpus == 1 ? &machine->one_vcpu : calloc(config->vcpus, sizeof(*machine->vcpu));
	if (!machine->vcpu)
		return err_memory(err, "a guest's virtual CPUs");
	if ((status = init_handlers(machine, err)) < 0 || (status = init_map(machine, config, err)) < 0 ||
	    (status = histogram_init(&machine->fetches, err)) < 0 ||
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
	free(machine->handler_free_ps);
	*machine = (struct fault_machine){0};
}

int fault_result(const struct fault_machine *machine, struct job_result *job, struct err *err)
{
	const struct fault_cost *cost = machine->cost;
	const struct local_counts *counts = &machine->memory.counts;
	int64_t requested = (int64_t)machine->requested, fetched = (int64_t)machine->fetches.count,
		waited = (int64_t)machine->waited;

	job_counts(job, counts);
	job->faults.in_flight = machine->waited;
	job->local_pages = machine->memory.config.frames;
	job->stall_ps[STALL_EXIT] = (requested + waited) * cost->exit_ps;
	job->stall_ps[STALL_HANDLER] = (requested + waited) * cost->handler_ps;
	job->stall_ps[STALL_LOOKUP] = (requested + waited) * cost->lookup_ps;
	job->stall_ps[STALL_POST] = requested * cost->post_ps + machine->post_ps;
	job->stall_ps[STALL_QUEUE] = machine->queue_ps;
	job->stall_ps[STALL_WIRE] = machine->wire_ps;
	job->stall_ps[STALL_COMPLETION] = fetched * cost->completion_ps + machine->completion_ps;
	job->stall_ps[STALL_MAP] = (fetched + waited) * cost->map_ps;
	job->stall_ps[STALL_BUFFER] = machine->buffer_ps;
	job->stall_ps[STALL_IN_FLIGHT] = machine->in_flight_ps;
	job->stall_ps[STALL_HANDLER_QUEUE] = machine->handler_queue_ps;
	job->stall_ps[STALL_MINOR] = (int64_t)counts->minor_faults * cost->minor_ps;
	job->stall_ps[STALL_FIRST] = (int64_t)counts->first_touches * cost->first_ps;
	return job_fetches(job, &machine->fetches, err);
}
