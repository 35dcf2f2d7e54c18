/* SPDX-License-Identifier: MIT */
/*
 * A VM replays its trace. A virtual CPU runs ahead of simulated time through touches that need no fetch and no eviction
 * (the page is mapped, or it is a first touch and a frame is free). It stops at any other touch: an event at that
 * touch's own time passes it to the fault machine. With several virtual CPUs, all touches happen in the order of their
 * times.
 */
#include "cluster/vm.h"

#include <inttypes.h>

#include "base/time.h"
#include "cluster/history.h"
#include "cluster/remote.h"
#include "cluster/stop.h"

enum { LOOK_AHEAD = 2 }; /* records */

/* An event's argument: VM and virtual CPU. */
static uint64_t pack_vcpu(const struct vm *vm, const struct vcpu *vcpu)
{
	return (uint64_t)vm->number << 32 | (uint64_t)(vcpu - vm->vcpu);
}

/* The sum of two times; one that is too late for an int64_t is put at the last there is, where no run arrives. */
static inline int64_t later_ps(int64_t at_ps, int64_t by_ps)
{
	int64_t sum_ps;

	return __builtin_add_overflow(at_ps, by_ps, &sum_ps) ? EVENTS_END - 1 : sum_ps;
}

/* The time of the current record's touch. */
static int64_t due_ps(const struct vm *vm, const struct vcpu *vcpu)
{
	return later_ps(later_ps(vm->begin_ps, vcpu->stall_ps), fault_clock_ps(vcpu->clock, vm->cluster->cost.ips));
}

/* Advances the clock to the current record, if there is one. */
static void step(struct vcpu *vcpu)
{
	decoded_step(vcpu->stream, vcpu->at, &vcpu->gap, &vcpu->clock);
}

static void next_record(struct vm *vm, struct vcpu *vcpu)
{
	local_memory_again(&vm->machine.memory, vcpu->stream->page[vcpu->at], vcpu->stream->kind[vcpu->at]);
	vcpu->at++;
	vm->cluster->records_done++;
	step(vcpu);
}

static void schedule(struct vm *vm, struct vcpu *vcpu, int64_t at_ps)
{
	events_add(&vm->cluster->events, at_ps, &vm->cluster->run_vcpu, pack_vcpu(vm, vcpu));
}

static void begin_run(struct vm *vm, int64_t now_ps)
{
	vm->begin_ps = now_ps;
	vm->running = vm->vcpus;
	fault_restart(&vm->machine);
	for (unsigned i = 0; i < vm->vcpus; i++) {
		struct vcpu *vcpu = &vm->vcpu[i];

		*vcpu = (struct vcpu){.stream = &vm->trace->stream[i]};
		step(vcpu);
		schedule(vm, vcpu, due_ps(vm, vcpu));
	}
}

/* The time of all runs with all memory local. First touches happen in the first run only. */
static int64_t base_ps(const struct vm *vm)
{
	int64_t longest_ps = 0, first_ps = 0;

	for (unsigned i = 0; i < vm->vcpus; i++) {
		int64_t run_ps = fault_clock_ps(vm->trace->end[i], vm->cluster->cost.ips);
		int64_t with_ps = run_ps + fault_base_ps(&vm->machine, i);

		longest_ps = run_ps > longest_ps ? run_ps : longest_ps;
		first_ps = with_ps > first_ps ? with_ps : first_ps;
	}
	return first_ps + longest_ps * (int64_t)(vm->config->repeats - 1);
}

/* The upper bound of the time of several virtual CPUs: each waits for every other. */
static int bound_time(const struct vm *vm, struct job_result *job, struct err *err)
{
	time_wide sum_ps = (time_wide)vm->clocks_ps + vm->stalls_ps + (time_wide)job->lost_ps;

	job->time_max_ps = job->time_ps;
	if (vm->vcpus == 1 || job->stopped)
		return 0;
	if (!time_fits(sum_ps)) /* nor do the parts of the stalls fit */
		return time_error(job->name, "cpu.ips, fabric and fault", err);
	job->time_max_ps = (int64_t)(sum_ps - (time_wide)vm->machine.shared_ps);
	return 0;
}

/* The job's own runs have ended, or it was stopped: its result is what has happened so far. */
static void end_job(struct vm *vm)
{
	struct cluster *cluster = vm->cluster;
	int status;

	vm->result.time_ps = vm->end_ps - vm->result.start_ps;
	vm->result.base_ps = base_ps(vm);
	vm->result.stopped = vm->machine.stopped;
	status = bound_time(vm, &vm->result, &cluster->err);
	if (status == 0)
		status = fault_result(&vm->machine, &vm->result, &cluster->err);
	if (status < 0)
		cluster_fail(cluster, status);
	if (--cluster->jobs_running == 0)
		cluster->events.status = ERR_FAILED; /* ends the simulation; messages still in flight do not matter */
}

/* A run of the job has ended, or the VM was stopped. With `until: all` the job goes on until every job has ended its
 * own runs, so that it keeps loading the links. */
static void end_run(struct vm *vm)
{
	bool own = vm->runs_left > 0;

	if (own && !vm->machine.stopped && --vm->runs_left) {
		begin_run(vm, vm->end_ps);
		return;
	}
	if (own) {
		vm->runs_left = 0;
		end_job(vm);
	}
	if (vm->cluster->config->until == UNTIL_ALL && vm->cluster->jobs_running && !vm->machine.stopped)
		begin_run(vm, vm->end_ps);
}

static void end_vcpu(struct vm *vm, struct vcpu *vcpu)
{
	unsigned number = (unsigned)(vcpu - vm->vcpu);
	int64_t end_ps;

	vcpu->stall_ps = later_ps(vcpu->stall_ps, fault_end(&vm->machine, number));
	end_ps = due_ps(vm, vcpu);

	vcpu->ended = true;
	vm->stalls_ps += (time_wide)vcpu->stall_ps;
	vm->end_ps = end_ps > vm->end_ps ? end_ps : vm->end_ps;
	if (--vm->running == 0)
		end_run(vm);
}

static void begin(void *context, uint64_t number, int64_t now_ps)
{
	struct cluster *cluster = context;

	begin_run(&cluster->vm[number], now_ps);
}

/*
 * The time up to which a virtual CPU may run ahead of the others of its VM: the earliest touch of another one that does
 * not wait. If another one waits, also the next event, which may end that wait. And never past the end of its VM.
 */
static int64_t horizon_ps(const struct vm *vm, const struct vcpu *self)
{
	int64_t horizon = vm->last_ps;
	bool others_wait = false;

	for (unsigned i = 0; i < vm->vcpus; i++) {
		const struct vcpu *vcpu = &vm->vcpu[i];

		if (vcpu == self || vcpu->ended)
			continue;
		if (fault_is_waiting(&vm->machine, i)) {
			others_wait = true;
		} else {
			int64_t due = due_ps(vm, vcpu);

			horizon = due < horizon ? due : horizon;
		}
	}
	if (others_wait) {
		const struct cluster *cluster = vm->cluster;
		bool fluid = cluster->config->fabric.sharing ==
			     SHARING_FLUID; /* SimGrid's deliveries are not in our event queue */
		int64_t next_ps = fluid ? cluster->events.now_ps : events_next_ps(&cluster->events);

		horizon = next_ps < horizon ? next_ps : horizon;
	}
	return horizon;
}

/* Only for speed: while a page is in flight, loads what the next touches read first into the processor's caches. With
 * many VMs it is no longer there. */
static void look_ahead(const struct vm *vm, const struct vcpu *vcpu)
{
	const struct decoded_stream *stream = vcpu->stream;

	for (uint64_t at = vcpu->at + 1; at < stream->count && at <= vcpu->at + LOOK_AHEAD; at++)
		fault_soon(&vm->machine, stream->page[at]);
	fault_victims_soon(&vm->machine);
}

/* Passes a touch to the fault machine. True when the virtual CPU need not wait for an event. */
static bool touch(struct vm *vm, struct vcpu *vcpu)
{
	const struct decoded_stream *stream = vcpu->stream;
	int64_t now_ps = vm->cluster->events.now_ps;
	int64_t resume_ps = fault_touch(&vm->machine, (unsigned)(vcpu - vm->vcpu), stream->page[vcpu->at],
					stream->kind[vcpu->at] & TRACE_WRITE, now_ps);

	if (resume_ps == FAULT_WAITS) {
		look_ahead(vm, vcpu);
		return false;
	}
	vcpu->stall_ps += resume_ps - now_ps;
	return true;
}

static void run_vcpu(struct vm *vm, struct vcpu *vcpu)
{
	const struct decoded_stream *stream = vcpu->stream;
	int64_t horizon = vm->vcpus > 1 ? horizon_ps(vm, vcpu) : vm->last_ps;

	while (vcpu->at < stream->count) {
		page_id page = stream->page[vcpu->at];
		bool free_touch = fault_is_free_touch(&vm->machine, page);

		if (vm->future.gap)
			vm->next_use = future_next(&vm->future, vcpu->at);
		if (!free_touch || horizon != INT64_MAX) {
			int64_t due = due_ps(vm, vcpu);

			if (due > vm->cluster->events.now_ps && (!free_touch || due > horizon)) {
				schedule(vm, vcpu, due);
				return;
			}
		}
		if (free_touch)
			vcpu->stall_ps = later_ps(vcpu->stall_ps,
						  fault_free_touch(&vm->machine, (unsigned)(vcpu - vm->vcpu), page,
								   stream->kind[vcpu->at] & TRACE_WRITE));
		else if (!touch(vm, vcpu))
			return;
		else if (vm->vcpus > 1)
			horizon = horizon_ps(vm, vcpu); /* a message that it has sent may end another's wait */
		next_record(vm, vcpu);
	}
	vcpu->clock = vm->trace->end[vcpu - vm->vcpu];
	if (due_ps(vm, vcpu) > vm->cluster->events.now_ps)
		schedule(vm, vcpu, due_ps(vm, vcpu)); /* so that everything before the end is simulated */
	else
		end_vcpu(vm, vcpu);
}

static void run_vcpu_event(void *context, uint64_t argument, int64_t now_ps)
{
	struct cluster *cluster = context;
	struct vm *vm = &cluster->vm[argument >> 32];

	(void)now_ps;
	if (!vm->machine.stopped)
		run_vcpu(vm, &vm->vcpu[(uint32_t)argument]);
}

/* With several virtual CPUs, each resumes by an event of its own, so that those that resume at the same time keep their
 * order. */
static void resume(void *context, unsigned number, int64_t resume_ps)
{
	struct vm *vm = context;
	struct vcpu *vcpu = &vm->vcpu[number];

	vcpu->stall_ps += resume_ps - due_ps(vm, vcpu);
	next_record(vm, vcpu);
	if (vm->vcpus == 1)
		run_vcpu(vm, vcpu);
	else
		schedule(vm, vcpu, due_ps(vm, vcpu));
}

/* The VM needs a page of which no copy is left. */
static void lost(void *context, unsigned number)
{
	struct vm *vm = context;

	(void)number;
	if (vm->machine.stopped)
		return;
	fault_stop(&vm->machine);
	vm->end_ps = vm->cluster->events.now_ps;
	vm->result.stopped_by = "needed a lost page";
	end_run(vm);
}

void vm_halt(struct vm *vm)
{
	vm->gone = true;
	if (vm->machine.stopped) /* it needed a lost page */
		return;
	fault_stop(&vm->machine);
	vm->end_ps = vm->cluster->events.now_ps;
}

void vm_give_up(struct vm *vm, const char *why)
{
	vm->result.stopped_by = why;
	end_run(vm);
}

static int64_t fetch(void *context, page_id page, unsigned number, int64_t now_ps)
{
	struct vm *vm = context;
	struct vcpu *vcpu = &vm->vcpu[number];

	(void)now_ps;
	vcpu->donor = remote_source(vm, page);
	vcpu->generation = vcpu->donor == RPM_NODE_STORE ? 0 : vm->cluster->host[vcpu->donor].generation;
	return remote_fetch(vm, page, PLANE_DEMAND, subject_pack(SUBJECT_FETCH, vm->number, number));
}

static int64_t prefetch(void *context, page_id page)
{
	struct vm *vm = context;

	return remote_fetch(vm, page, PLANE_PREFETCH, subject_pack(SUBJECT_PREFETCH, vm->number, page));
}

static void set_timer(void *context, int64_t at_ps, uint64_t timer)
{
	struct vm *vm = context;

	events_add(&vm->cluster->events, at_ps, &vm->timer, timer);
}

static void timer(void *context, uint64_t argument, int64_t now_ps)
{
	struct vm *vm = context;

	fault_timer(&vm->machine, argument, now_ps);
}

static void fail(void *context, int status, const struct err *err)
{
	struct vm *vm = context;

	vm->cluster->err = *err;
	cluster_fail(vm->cluster, status);
}

const struct fault_ops vm_fault_ops = {
	.fetch = fetch,
	.prefetch = prefetch,
	.place = remote_place,
	.write_back = remote_write_back,
	.hurry = remote_hurry,
	.evicted = remote_left,
	.schedule = set_timer,
	.resume = resume,
	.lost = lost,
	.fail = fail,
};

static void log_fetch(const struct vm *vm, unsigned number, const struct plane_delivery *delivery)
{
	int64_t since_ps = fault_since_ps(&vm->machine, number);
	char donor[16] = "store";

	if (!vm->cluster->log.stream)
		return;
	if (vm->vcpu[number].donor != RPM_NODE_STORE)
		snprintf(donor, sizeof(donor), "%" PRIu32, vm->vcpu[number].donor);
	fprintf(vm->cluster->log.stream, "%" PRId64 ",%s,%#" PRIx64 ",%s,%" PRId64 ",%" PRId64 ",%" PRId64 "\n",
		since_ps, vm->result.name, vm->trace->frame[fault_page(&vm->machine, number)], donor,
		delivery->queue_ps, delivery->wire_ps, delivery->at_ps + fault_after_ps(&vm->cluster->cost) - since_ps);
}

/* A demand fetch has arrived. If its donor has failed in the meantime, the page is not valid and is fetched again. */
static void fetched(struct vm *vm, unsigned number, const struct plane_delivery *delivery)
{
	const struct vcpu *vcpu = &vm->vcpu[number];

	if (vm->machine.stopped)
		return;
	if (vcpu->donor != RPM_NODE_STORE && vm->cluster->host[vcpu->donor].generation != vcpu->generation) {
		fault_fetch_again(&vm->machine, number, delivery->at_ps, delivery->queue_ps, delivery->wire_ps);
		return;
	}
	log_fetch(vm, number, delivery);
	remote_arrived(vm, fault_page(&vm->machine, number));
	fault_fetched(&vm->machine, number, delivery->at_ps, delivery->queue_ps, delivery->wire_ps);
}

static void prefetched(struct vm *vm, page_id page, int64_t at_ps)
{
	const struct local_memory *memory = &vm->machine.memory;

	if (vm->gone)
		return;
	if (local_memory_is_prefetched(memory, page) && local_memory_arrival_ps(memory, page) == ARRIVAL_UNKNOWN)
		remote_arrived(vm, page);
	fault_prefetched(&vm->machine, page, at_ps);
}

/* A prefetch from a donor that is known to have failed now is requested again; the fault machine is told of an arrival
 * that it ignores. */
static void prefetch_again(struct vm *vm, page_id page, int64_t now_ps)
{
	const struct local_memory *memory = &vm->machine.memory;

	if (vm->gone)
		return;
	if (!local_memory_is_prefetched(memory, page) || local_memory_arrival_ps(memory, page) != ARRIVAL_AFTER_NEXT)
		fault_prefetch_again(&vm->machine, page);
	fault_prefetched(&vm->machine, page, now_ps);
}

/* Tells the owner of an exchange that its donor has failed. The whole time since it began was a wait. */
static void abandon(struct cluster *cluster, uint32_t number)
{
	const struct exchange exchange = cluster->exchanges.exchange[number];
	struct vm *vm = &cluster->vm[subject_vm(exchange.tag)];
	const struct plane_delivery waited = {.tag = exchange.tag,
					      .at_ps = cluster->events.now_ps,
					      .queue_ps = cluster->events.now_ps - exchange.begun_ps};

	if (subject_kind(exchange.tag) == SUBJECT_FETCH && !vm->gone)
		history_waited(cluster, exchange.node, waited.queue_ps);
	if (subject_kind(exchange.tag) == SUBJECT_WRITE)
		exchanges_remove_write(&cluster->exchanges, &vm->writes, number);
	if (exchange.state == EXCHANGE_SWALLOWED)
		exchanges_end(&cluster->exchanges, number, &waited);
	else
		cluster->exchanges.exchange[number].state = EXCHANGE_ABANDONED;
	if (subject_kind(exchange.tag) == SUBJECT_PREFETCH)
		prefetch_again(vm, (page_id)exchange.tag, waited.at_ps);
	else
		vm_deliver(cluster, &waited);
}

void vm_donor_failed(struct cluster *cluster, uint32_t node)
{
	uint32_t count = cluster->exchanges.count; /* those that begin meanwhile are with other donors */

	for (uint32_t number = 0; number < count; number++) {
		const struct exchange *exchange = &cluster->exchanges.exchange[number];

		if ((exchange->state == EXCHANGE_GOES_ON || exchange->state == EXCHANGE_SWALLOWED) &&
		    exchange->node == node && exchange->generation != cluster->host[node].generation)
			abandon(cluster, number);
	}
}

void vm_deliver(struct cluster *cluster, const struct plane_delivery *delivery)
{
	struct vm *vm = &cluster->vm[subject_vm(delivery->tag)];
	uint32_t low = (uint32_t)delivery->tag;

	switch (subject_kind(delivery->tag)) {
	case SUBJECT_FETCH: fetched(vm, low, delivery); break;
	case SUBJECT_PREFETCH: prefetched(vm, low, delivery->at_ps); break;
	case SUBJECT_WRITE: fault_written(&vm->machine, delivery->at_ps); break;
	case SUBJECT_STORE: remote_stored(vm, low, false, delivery->at_ps); break;
	case SUBJECT_STORE_ONLY: remote_stored(vm, low, true, delivery->at_ps); break;
	case SUBJECT_COPY:
	case SUBJECT_MOVE:
	case SUBJECT_REQUEST:
	case SUBJECT_PAGE: break;
	}
}

void vm_handlers(struct cluster *cluster)
{
	cluster->run_vcpu = (struct event_handler){run_vcpu_event, cluster};
	cluster->begin_vm = (struct event_handler){begin, cluster};
}

struct event_handler vm_timer_handler(struct vm *vm)
{
	return (struct event_handler){timer, vm};
}
