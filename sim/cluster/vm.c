/* SPDX-License-Identifier: MIT */
/*
 * A VM replays its trace. A virtual CPU runs ahead of simulated time through touches that concern nobody else (its page
 * is local, or is touched for the first time and a frame is free), and comes to a stop at any other: an event at that
 * touch's own time handles it. The order of touches among virtual CPUs is that of their clocks; while one waits for a
 * page, another runs on to its own next stop, and does not wait for a page that the first one is fetching.
 */
#include <inttypes.h>

#include "cluster/state.h"

enum { LOOK_AHEAD = 2 }; /* records */

/* Event arguments: VM and virtual CPU. */
static uint64_t about_vcpu(const struct vm *vm, const struct vcpu *vcpu)
{
	return (uint64_t)vm->number << 32 | (uint64_t)(vcpu - vm->vcpu);
}

/* When the record at hand is touched. */
static int64_t due_ps(const struct cluster *cluster, const struct vm *vm, const struct vcpu *vcpu)
{
	return vm->begin_ps + replay_clock_ps(vcpu->clock, cluster->cost.ips) + vcpu->stall_ps;
}

/* Takes the step of the record at hand, if there is one. */
static void step(struct vcpu *vcpu)
{
	const struct decoded_stream *stream = vcpu->stream;

	if (vcpu->at == stream->count)
		return;
	vcpu->clock.insn += stream->insn[vcpu->at];
	if (vcpu->gap < stream->gaps && stream->gap[vcpu->gap].at == vcpu->at) {
		vcpu->clock.insn += stream->gap[vcpu->gap].step.insn;
		vcpu->clock.idle_ns += stream->gap[vcpu->gap++].step.idle_ns;
	}
}

static void next_record(struct cluster *cluster, struct vcpu *vcpu)
{
	vcpu->at++;
	cluster->records_done++;
	step(vcpu);
}

static void schedule(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu, int64_t at_ps)
{
	events_add(&cluster->events, at_ps, &cluster->run_vcpu, about_vcpu(vm, vcpu));
}

static void begin_run(struct cluster *cluster, struct vm *vm, int64_t now_ps)
{
	vm->begin_ps = now_ps;
	vm->running = vm->vcpus;
	for (unsigned i = 0; i < vm->vcpus; i++) {
		struct vcpu *vcpu = &vm->vcpu[i];

		*vcpu = (struct vcpu){.stream = &vm->trace->stream[i]};
		step(vcpu);
		schedule(cluster, vm, vcpu, due_ps(cluster, vm, vcpu));
	}
}

/* The job is done, once more or for good, or stopped. */
static void end_run(struct cluster *cluster, struct vm *vm)
{
	if (!vm->stopped && --vm->runs_left) {
		begin_run(cluster, vm, vm->end_ps);
		return;
	}
	vm->result.time_ps = vm->end_ps - vm->result.start_ps;
	vm->result.stopped = vm->stopped;
	if (--cluster->jobs_running == 0)
		cluster->events.status = ERR_FAILED; /* the end: what is still on its way concerns nobody */
}

static void end_vcpu(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu)
{
	int64_t end_ps = vm->begin_ps + replay_clock_ps(vm->trace->end[vcpu - vm->vcpu], cluster->cost.ips) +
			 vcpu->stall_ps;

	vcpu->ended = true;
	vm->end_ps = end_ps > vm->end_ps ? end_ps : vm->end_ps;
	if (--vm->running == 0)
		end_run(cluster, vm);
}

/* The VM needs a page that nobody has any more. */
static void stop(struct cluster *cluster, struct vm *vm)
{
	if (vm->stopped)
		return;
	vm->stopped = true;
	vm->end_ps = cluster->events.now_ps;
	end_run(cluster, vm);
}

static void begin(void *context, uint64_t number, int64_t now_ps)
{
	struct cluster *cluster = context;

	begin_run(cluster, &cluster->vm[number], now_ps);
}

/* The time up to which this virtual CPU may run: the earliest record of another that is not waiting. */
static int64_t horizon_ps(const struct cluster *cluster, const struct vm *vm, const struct vcpu *self)
{
	int64_t horizon = INT64_MAX;

	for (unsigned i = 0; i < vm->vcpus; i++) {
		const struct vcpu *vcpu = &vm->vcpu[i];

		if (vcpu != self && !vcpu->waiting && !vcpu->ended) {
			int64_t due = due_ps(cluster, vm, vcpu);

			horizon = due < horizon ? due : horizon;
		}
	}
	return horizon;
}

static void add_stall(struct vm *vm, struct vcpu *vcpu, enum stall what, int64_t ps)
{
	vcpu->stall_ps += ps;
	vm->result.stall_ps[what] += ps;
}

/* While the page is on its way: asks memory for what the next touches look at first. Among many VMs all of it has left
 * the caches. */
static void look_ahead(const struct vm *vm, const struct vcpu *vcpu)
{
	const struct decoded_stream *stream = vcpu->stream;

	for (uint64_t at = vcpu->at + 1; at < stream->count && at <= vcpu->at + LOOK_AHEAD; at++) {
		local_memory_soon(&vm->memory, stream->page[at], vm->memory.array.base != NULL);
		__builtin_prefetch(&vm->trace->frame[stream->page[at]]);
	}
}

static void send_fetch(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu)
{
	vcpu->behind_buffer = false;
	if (!remote_fetch(cluster, vm, vcpu->page, PLANE_DEMAND,
			  subject_pack(ABOUT_FETCH, vm->number, (uint32_t)(vcpu - vm->vcpu)), vcpu)) {
		stop(cluster, vm);
		return;
	}
	local_memory_prefetch(&vm->memory, vcpu->page);
	look_ahead(vm, vcpu);
}

static void send_fetch_event(void *context, uint64_t about, int64_t now_ps)
{
	struct cluster *cluster = context;
	struct vm *vm = &cluster->vm[about >> 32];

	(void)now_ps;
	if (!vm->stopped)
		send_fetch(cluster, vm, &vm->vcpu[(uint32_t)about]);
}

/* The software part before the wire, then the fetch. */
static void begin_fetch(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu)
{
	const struct config_fault *fault = &cluster->config->fault;
	int64_t software_ps = fault->exit_ps + fault->handler_ps + fault->lookup_ps + cluster->config->fabric.post_ps;

	add_stall(vm, vcpu, STALL_EXIT, fault->exit_ps);
	add_stall(vm, vcpu, STALL_HANDLER, fault->handler_ps);
	add_stall(vm, vcpu, STALL_LOOKUP, fault->lookup_ps);
	add_stall(vm, vcpu, STALL_POST, cluster->config->fabric.post_ps);
	if (software_ps)
		events_add(&cluster->events, cluster->events.now_ps + software_ps, &cluster->send_fetch,
			   about_vcpu(vm, vcpu));
	else
		send_fetch(cluster, vm, vcpu);
}

/* Takes a page that was fetched ahead and is there. */
static void touch_ahead(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu, int64_t now_ps)
{
	bool trapped;

	local_memory_ahead(&vm->memory, vcpu->page, vcpu->stream->kind[vcpu->at] & TRACE_WRITE, now_ps, &trapped);
	if (trapped)
		add_stall(vm, vcpu, STALL_MINOR, cluster->cost.minor_ps);
}

/* A touch that is no plain hit, at its own time. True when the virtual CPU goes on. */
static bool handle(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu, page_id page, trace_kind kind)
{
	enum touch touch;

	if (cluster->pages_lost && rpm_state(remote_entry(vm, page)) == RPM_LOST) {
		stop(cluster, vm);
		return false;
	}
	touch = local_memory_touch(&vm->memory, page, kind & TRACE_WRITE);
	vcpu->page = page;
	vcpu->fault_ps = cluster->events.now_ps;
	if (touch == TOUCH_MINOR)
		add_stall(vm, vcpu, STALL_MINOR, cluster->cost.minor_ps);
	if (touch == TOUCH_AHEAD && vm->memory.arrival_ps[page] <= cluster->events.now_ps) {
		touch_ahead(cluster, vm, vcpu, cluster->events.now_ps);
		return true;
	}
	if (touch != TOUCH_FAULT && touch != TOUCH_AHEAD)
		return true;
	vcpu->waiting = true;
	vcpu->behind_ahead = touch == TOUCH_AHEAD;
	if (vcpu->behind_ahead)
		return false;
	if (vm->buffered > cluster->config->fault.buffer) {
		vcpu->behind_buffer = true;
		return false;
	}
	begin_fetch(cluster, vm, vcpu);
	return false;
}

/* Whether a touch of this page needs no event of its own. */
static inline bool is_plain(const struct local_memory *memory, page_id page)
{
	uint8_t state = memory->state[page];

	return (state & (PAGE_LOCAL | PAGE_AHEAD)) == PAGE_LOCAL || (!(state & PAGE_KNOWN) && memory->free_frames);
}

static void run_vcpu(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu)
{
	const struct decoded_stream *stream = vcpu->stream;
	int64_t horizon = vm->vcpus > 1 ? horizon_ps(cluster, vm, vcpu) : INT64_MAX;

	while (vcpu->at < stream->count) {
		page_id page = stream->page[vcpu->at];
		trace_kind kind = stream->kind[vcpu->at];
		bool plain = is_plain(&vm->memory, page);

		if (vm->future.gap)
			vm->next_use = future_next(&vm->future, vcpu->at);
		if (!plain || horizon != INT64_MAX) {
			int64_t due = due_ps(cluster, vm, vcpu);

			if (due > cluster->events.now_ps && (!plain || due > horizon)) {
				schedule(cluster, vm, vcpu, due);
				return;
			}
		}
		if (plain) {
			if (local_memory_touch(&vm->memory, page, kind & TRACE_WRITE) == TOUCH_MINOR)
				add_stall(vm, vcpu, STALL_MINOR, cluster->cost.minor_ps);
		} else if (!handle(cluster, vm, vcpu, page, kind)) {
			return;
		}
		next_record(cluster, vcpu);
	}
	vcpu->clock = vm->trace->end[vcpu - vm->vcpu];
	if (due_ps(cluster, vm, vcpu) > cluster->events.now_ps)
		schedule(cluster, vm, vcpu, due_ps(cluster, vm, vcpu)); /* what else happens until then still counts */
	else
		end_vcpu(cluster, vm, vcpu);
}

static void run_vcpu_event(void *context, uint64_t about, int64_t now_ps)
{
	struct cluster *cluster = context;
	struct vm *vm = &cluster->vm[about >> 32];

	(void)now_ps;
	if (!vm->stopped)
		run_vcpu(cluster, vm, &vm->vcpu[(uint32_t)about]);
}

static void log_fault(struct cluster *cluster, const struct vm *vm, const struct vcpu *vcpu,
		      const struct plane_delivery *delivery, int64_t resume_ps)
{
	if (cluster->log)
		fprintf(cluster->log, "%" PRId64 ",%s,%#" PRIx64 ",%" PRIu32 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n",
			vcpu->fault_ps, vm->result.name, vm->trace->frame[vcpu->page], vcpu->donor, delivery->queue_ps,
			delivery->wire_ps, resume_ps - vcpu->fault_ps);
}

/* A demand fetch has come. What was sent by a donor that has failed since is worth nothing: it is asked for again. */
static void fetched(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu, const struct plane_delivery *delivery)
{
	int64_t software_ps = cluster->config->fabric.completion_ps + cluster->config->fault.map_ps;

	add_stall(vm, vcpu, STALL_QUEUE, delivery->queue_ps);
	add_stall(vm, vcpu, STALL_WIRE, delivery->wire_ps);
	if (vcpu->donor != NODE_BACKING && cluster->host[vcpu->donor].generation != vcpu->generation) {
		send_fetch(cluster, vm, vcpu);
		return;
	}
	add_stall(vm, vcpu, STALL_COMPLETION, cluster->config->fabric.completion_ps);
	add_stall(vm, vcpu, STALL_MAP, cluster->config->fault.map_ps);
	log_fault(cluster, vm, vcpu, delivery, delivery->at_ps + software_ps);
	histogram_add(&vm->fetches, (uint64_t)(delivery->at_ps + software_ps - vcpu->fault_ps));
	if ((vm->memory.state[vcpu->page] & (PAGE_LOCAL | PAGE_AHEAD)) ==
	    PAGE_LOCAL) /* another virtual CPU may have driven it out since */
		remote_arrived(vm, vcpu->page);
	vcpu->waiting = false;
	next_record(cluster, vcpu);
	run_vcpu(cluster, vm, vcpu);
}

/* A virtual CPU that waited for a page fetched ahead: the first one takes it; the others, and all when it was evicted
 * on its way, try again. */
static void go_on_ahead(struct cluster *cluster, struct vm *vm, struct vcpu *vcpu, int64_t now_ps)
{
	bool taken = vm->memory.state[vcpu->page] & PAGE_AHEAD;

	vcpu->waiting = vcpu->behind_ahead = false;
	add_stall(vm, vcpu, STALL_IN_FLIGHT, now_ps - vcpu->fault_ps);
	if (cluster->pages_lost && rpm_state(remote_entry(vm, vcpu->page)) == RPM_LOST) {
		stop(cluster, vm);
		return;
	}
	if (taken)
		touch_ahead(cluster, vm, vcpu, vcpu->fault_ps);
	if (taken)
		next_record(cluster, vcpu);
	run_vcpu(cluster, vm, vcpu);
}

void vm_ask_again(struct cluster *cluster, struct vm *vm, page_id page)
{
	if (!(vm->memory.state[page] & PAGE_AHEAD) || vm->memory.arrival_ps[page] < NOT_THE_NEXT)
		return;
	if (remote_fetch(cluster, vm, page, PLANE_PREFETCH, subject_pack(ABOUT_AHEAD, vm->number, page), NULL))
		vm->memory.arrival_ps[page] = NOT_THE_NEXT;
}

static void came_ahead(struct cluster *cluster, struct vm *vm, page_id page, const struct plane_delivery *delivery)
{
	if (vm->memory.state[page] & PAGE_AHEAD && vm->memory.arrival_ps[page] == NOT_THE_NEXT) {
		vm->memory.arrival_ps[page] = NOT_YET;
		return;
	}
	if (vm->memory.state[page] & PAGE_AHEAD) {
		vm->memory.arrival_ps[page] = delivery->at_ps;
		remote_arrived(vm, page);
	}
	for (unsigned i = 0; i < vm->vcpus && !vm->stopped; i++)
		if (vm->vcpu[i].behind_ahead && vm->vcpu[i].page == page)
			go_on_ahead(cluster, vm, &vm->vcpu[i], delivery->at_ps);
}

/* A place in the write-back buffer is free: who waited for one goes on. */
static void written(struct cluster *cluster, struct vm *vm)
{
	vm->buffered--;
	for (unsigned i = 0; i < vm->vcpus && !vm->stopped; i++) {
		struct vcpu *vcpu = &vm->vcpu[i];

		if (vcpu->behind_buffer && vm->buffered <= cluster->config->fault.buffer) {
			vcpu->behind_buffer = false;
			add_stall(vm, vcpu, STALL_BUFFER, cluster->events.now_ps - vcpu->fault_ps);
			begin_fetch(cluster, vm, vcpu);
		}
	}
}

void vm_deliver(struct cluster *cluster, const struct plane_delivery *delivery)
{
	struct vm *vm = &cluster->vm[subject_vm(delivery->tag)];
	uint32_t low = (uint32_t)delivery->tag;

	switch (subject_kind(delivery->tag)) {
	case ABOUT_FETCH:
		if (!vm->stopped)
			fetched(cluster, vm, &vm->vcpu[low], delivery);
		break;
	case ABOUT_AHEAD:
		if (!vm->stopped)
			came_ahead(cluster, vm, low, delivery);
		break;
	case ABOUT_WRITE: written(cluster, vm); break;
	case ABOUT_COPY:
	case ABOUT_MOVE: break;
	}
}

void vm_handlers(struct cluster *cluster)
{
	cluster->run_vcpu = (struct event_handler){run_vcpu_event, cluster};
	cluster->send_fetch = (struct event_handler){send_fetch_event, cluster};
	cluster->begin_vm = (struct event_handler){begin, cluster};
}
