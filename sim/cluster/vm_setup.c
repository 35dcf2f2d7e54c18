/* SPDX-License-Identifier: MIT */
#include "cluster/vm_setup.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/table.h"
#include "cluster/vm.h"

uint32_t vm_local_frames(const struct vm *vm, const struct config *config)
{
	const struct share *local = &vm->config->local;
	const uint32_t frames = decoded_local_frames(vm->trace, local);
	const uint32_t reserved = policy_reserved(policies[vm->config->policy],
						  config->policy_params[vm->config->policy]);
	uint64_t most;

	if (!local->is_size || frames < vm->trace->footprint)
		return frames;
	most = local->bytes >> TRACE_PAGE_SHIFT; /* the footprint and the kernel's own memory, if it holds both */
	return most - frames < reserved ? (uint32_t)most : frames + reserved;
}

enum policy_filtered vm_counts(const struct decoded_trace *trace, const struct config_vm *vm)
{
	const bool prefetches = !prefetchers[vm->prefetch]->is_none;

	return trace->active ? policy_counts_active(policies[vm->policy], prefetches)
			     : policy_counts(policies[vm->policy], trace->k, trace->again, prefetches);
}

static int check_local(const struct vm *vm, const struct local_config *local, struct err *err)
{
	const uint32_t min = trace_min_pages(vm->trace->k, vm->trace->active) +
			     policy_reserved(local->policy, local->policy_params);
	const uint32_t frames = local->frames;

	if (frames >= min)
		return 0;
	return err_set(err, ERR_USAGE,
		       "vms.local of %s: %" PRIu32 " pages: allowed are %" PRIu32 "%s to %" PRIu32
		       ", the footprint of %s",
		       vm->config->name, frames, min, trace_min_reason(vm->trace->k, vm->trace->active),
		       vm->trace->footprint, vm->trace->path);
}

/*
 * The future is known only when the order of touches does not depend on time: with one virtual CPU that runs its job
 * once. With a prefetcher, pages become local at times of their own, so OPT would not be a bound.
 */
static int read_future(struct vm *vm, const struct local_config *local, const struct prefetch_ops *prefetch,
		       struct err *err)
{
	const struct decoded_trace *trace = vm->trace;

	if (prefetch->needs_future)
		return err_set(
			err, ERR_USAGE,
			"%s of %s: it needs the future, which a cluster does not know: 'megavm curve' tells that bound",
			prefetch->name, vm->config->name);
	if (!local->policy->needs_future)
		return 0;
	if (vm->cluster->config->until == UNTIL_ALL && vm->cluster->vms > 1)
		return err_set(err, ERR_USAGE, "%s of %s: it needs the future, which 'until: all' leaves open",
			       local->policy->name, vm->config->name);
	if (trace->vcpus > 1 || vm->config->repeats > 1 || !prefetch->is_none)
		return err_set(err, ERR_USAGE,
			       "%s of %s: it needs the future, which is known of one virtual CPU that runs its job "
			       "once (here %u, %" PRIu64 " times) without a prefetcher (here %s)",
			       local->policy->name, vm->config->name, trace->vcpus, vm->config->repeats,
			       prefetch->name);
	return future_of(&vm->future, trace->stream[0].page, trace->stream[0].count, trace->pages, err);
}

static int init_machine(struct cluster *cluster, struct vm *vm, struct err *err)
{
	const struct config *config = cluster->config;
	const struct decoded_trace *trace = vm->trace;
	const struct prefetch_ops *prefetch = prefetchers[vm->config->prefetch];
	bool has_frames = trace->guest_frames <=
			  RPM_FRAMES_MAX; /* false for imported traces whose ids are too large for the map */
	struct fault_config machine = {
		.local =
			{
				.pages = trace->pages,
				.frames = vm_local_frames(vm, config),
				.policy = policies[vm->config->policy],
				.policy_params = config->policy_params[vm->config->policy],
				.next_use = &vm->next_use,
				.prefetch_params = config->prefetch_params[vm->config->prefetch],
				.frame = trace->frame,
				.frame_map = &trace->map,
				.guest_frames = trace->guest_frames,
				.seed = config_stream(config, RNG_EVICTION, vm->number),
			},
		.cost = &cluster->cost,
		.vcpus = vm->vcpus,
		.rpm_frames = has_frames ? trace->guest_frames : trace->pages,
		.rpm_key = has_frames ? trace->frame : NULL,
		.copies = (unsigned)config->donors.replicas,
		.shares_pages = vm->vcpus > 1,
	};
	int status = check_local(vm, &machine.local, err);

	if (status < 0)
		return status;
	if ((status = read_future(vm, &machine.local, prefetch, err)) < 0)
		return status;
	if (!prefetch->is_none)
		machine.local.prefetch = prefetch;
	return fault_init(&vm->machine, &machine, &vm_fault_ops, vm, err);
}

static int begin_result(const struct cluster *cluster, struct vm *vm, struct err *err)
{
	struct job_result *result = &vm->result;
	time_wide clock_ps = 0;

	for (unsigned i = 0; i < vm->vcpus; i++) {
		time_wide own_ps = fault_clock_wide_ps(vm->trace->end[i], cluster->cost.ips);

		clock_ps = own_ps > clock_ps ? own_ps : clock_ps;
	}
	if (!time_fits(clock_ps * vm->config->repeats)) {
		time_error("the job with all memory local", "cpu.ips and vms.repeats", err);
		err_prefix(err, "%s", result->name);
		return ERR_FAILED;
	}
	vm->clocks_ps = (int64_t)clock_ps * (int64_t)vm->config->repeats;
	result->footprint_pages = vm->trace->footprint;
	result->start_ps = vm->config->start_ps;
	for (unsigned i = 0; i < vm->vcpus; i++) {
		result->instructions += vm->trace->end[i].insn * vm->config->repeats;
		result->idle_ns += vm->trace->end[i].idle_ns * vm->config->repeats;
	}
	result->base_idle_ns = result->idle_ns / vm->vcpus;
	return 0;
}

static bool donors_may_fail(const struct config *config)
{
	for (size_t i = 0; i < config->event_count; i++)
		if (config->events[i].action == ACTION_FAIL)
			return true;
	return false;
}

/* Marks the pages that the trace's records touch. */
static bool *touched_pages(const struct decoded_trace *trace)
{
	bool *touched = calloc((size_t)trace->pages + 1, sizeof(*touched));

	for (unsigned i = 0; i < trace->vcpus && touched; i++)
		for (uint64_t at = 0; at < trace->stream[i].count; at++)
			touched[trace->stream[i].page[at]] = true;
	return touched;
}

static int open_memory(struct vm *vm, struct err *err)
{
	struct local_opening opening = {.snapshot = vm->trace->snapshot,
					.count = vm->trace->snapshot_pages,
					.warm = (enum local_warm)vm->config->warm,
					.first_use = vm->future.first,
					.next_use = &vm->next_use};
	bool *touched = opening.warm == WARM_SNAPSHOT ? NULL : touched_pages(vm->trace);

	if (!touched && opening.warm != WARM_SNAPSHOT)
		return err_memory(err, "a VM's opening");
	opening.touched = touched;
	local_memory_open(&vm->machine.memory, &opening);
	free(touched);
	return 0;
}

/* Until when a VM that is set up now may run ahead of simulated time: INT64_MAX, or the last picosecond before its
 * hypervisor fails or leaves. */
static int64_t last_ps(const struct vm *vm)
{
	const struct config *config = vm->cluster->config;
	int64_t last_ps = INT64_MAX;

	for (size_t i = 0; i < config->event_count; i++) {
		const struct config_event *event = &config->events[i];

		if (event->hypervisor == vm->host && event->at_ps >= vm->cluster->events.now_ps &&
		    event->at_ps <= last_ps && config_vm_ends(vm->config, event->action))
			last_ps = event->at_ps - 1;
	}
	return last_ps;
}

int vm_init(struct cluster *cluster, struct vm *vm, int64_t begin_ps, struct err *err)
{
	int status;

	vm->cluster = cluster;
	vm->began_ps = begin_ps;
	vm->last_ps = last_ps(vm);
	vm->vcpus = vm->trace->vcpus;
	vm->runs_left = vm->config->repeats;
	vm->timer = vm_timer_handler(vm);
	vm->vcpu = vm->vcpus == 1 ? &vm->one_vcpu : calloc(vm->vcpus, sizeof(*vm->vcpu));
	if (!vm->vcpu)
		return err_memory(err, "a VM");
	if (cluster->has_store && donors_may_fail(cluster->config)) {
		vm->storing = table_alloc(vm->trace->pages, sizeof(*vm->storing));
		if (!vm->storing)
			return err_memory(err, "a VM");
	}
	if ((status = begin_result(cluster, vm, err)) < 0 ||
	    (status = latency_seed(&cluster->latency, &vm->latency_rng,
				   config_stream(cluster->config, RNG_LATENCY, vm->number), err)) < 0 ||
	    (status = init_machine(cluster, vm, err)) < 0)
		return status;
	if ((status = open_memory(vm, err)) < 0)
		return status;
	for (unsigned i = 0; i < vm->vcpus; i++)
		cluster->records_total += vm->config->repeats * vm->trace->stream[i].count;
	events_add(&cluster->events, begin_ps, &cluster->begin_vm, vm->number);
	return 0;
}

void vm_free(struct vm *vm)
{
	fault_free(&vm->machine);
	future_free(&vm->future);
	rng_free(&vm->latency_rng);
	free(vm->storing);
	if (vm->vcpu != &vm->one_vcpu)
		free(vm->vcpu);
}
