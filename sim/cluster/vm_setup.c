/* SPDX-License-Identifier: MIT */
/* A VM before and after its run: its local memory, its maps, what it will have to tell. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/state.h"

static void evicted(void *context, page_id page, bool dirty)
{
	struct vm *vm = context;

	remote_evict(vm->cluster, vm, page, dirty);
}

static int64_t fetch_ahead(void *context, page_id page)
{
	struct vm *vm = context;

	remote_fetch(vm->cluster, vm, page, PLANE_PREFETCH, subject_pack(ABOUT_AHEAD, vm->number, page), NULL);
	return NOT_YET;
}

uint32_t vm_local_frames(const struct vm *vm)
{
	return decoded_local_frames(vm->trace, &vm->config->local);
}

static int check_local(const struct vm *vm, uint32_t frames, struct err *err)
{
	uint32_t min = vm->trace->k ? vm->trace->k : 1;

	if (frames >= min)
		return 0;
	return err_set(err, ERR_USAGE,
		       "vms.local of %s: %" PRIu32 " pages: allowed are %" PRIu32 "%s to %" PRIu32
		       ", the footprint of %s",
		       vm->config->name, frames, min, vm->trace->k ? " (K, to which the trace is filtered)" : "",
		       vm->trace->footprint, vm->trace->path);
}

/*
 * The future is known where the order of touches is: that of one virtual CPU in one run of its job, whatever its
 * fetches take. Pages fetched ahead come at their own time, so that OPT with a prefetcher would be no bound.
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
	if (trace->vcpus > 1 || vm->config->repeats > 1 || strcmp(prefetch->name, "none") != 0)
		return err_set(err, ERR_USAGE,
			       "%s of %s: it needs the future, which is known of one virtual CPU that runs its job "
			       "once (here %u, %" PRIu64 " times) without a prefetcher (here %s)",
			       local->policy->name, vm->config->name, trace->vcpus, vm->config->repeats,
			       prefetch->name);
	return future_of(&vm->future, trace->stream[0].page, trace->stream[0].count, trace->pages, err);
}

static int init_memory(struct cluster *cluster, struct vm *vm, struct err *err)
{
	const struct config *config = cluster->config;
	const struct decoded_trace *trace = vm->trace;
	const struct prefetch_ops *prefetch = prefetchers[vm->config->prefetch];
	struct local_config local = {
		.pages = trace->pages,
		.frames = vm_local_frames(vm),
		.policy = policies[vm->config->policy],
		.policy_params = config->policy_params[vm->config->policy],
		.next_use = &vm->next_use,
		.prefetch_params = config->prefetch_params[vm->config->prefetch],
		.frame = trace->frame,
		.frame_map = &trace->map,
		.guest_frames = trace->guest_frames,
		.seed = config->seed + vm->number,
		.hooks = {vm, evicted, fetch_ahead},
	};
	int status = check_local(vm, local.frames, err);

	if (status < 0)
		return status;
	if ((status = read_future(vm, &local, prefetch, err)) < 0)
		return status;
	if (strcmp(prefetch->name, "none") != 0)
		local.prefetch = prefetch;
	vm->result.local_pages = local.frames;
	return local_memory_init(&vm->memory, &local, err);
}

static void begin_result(const struct cluster *cluster, struct vm *vm)
{
	struct job_result *result = &vm->result;

	result->footprint_pages = vm->trace->footprint;
	result->start_ps = vm->config->start_ps;
	for (unsigned i = 0; i < vm->vcpus; i++) {
		int64_t base_ps = replay_clock_ps(vm->trace->end[i], cluster->cost.ips);

		result->instructions += vm->trace->end[i].insn * vm->config->repeats;
		result->idle_ns += vm->trace->end[i].idle_ns * vm->config->repeats;
		result->base_ps = base_ps > result->base_ps ? base_ps : result->base_ps;
	}
	result->base_ps *= (int64_t)vm->config->repeats;
}

int vm_init(struct cluster *cluster, struct vm *vm, struct err *err)
{
	uint64_t frames = vm->trace->guest_frames <= RPM_FRAMES_MAX ? vm->trace->guest_frames : vm->trace->pages;
	int status = 0;

	vm->cluster = cluster;
	vm->vcpus = vm->trace->vcpus;
	vm->runs_left = vm->config->repeats;
	vm->copies = (uint32_t)cluster->config->donors.replicas;
	vm->vcpu = calloc(vm->vcpus, sizeof(*vm->vcpu));
	if (!vm->vcpu)
		return err_memory(err, "a VM");
	begin_result(cluster, vm);
	for (uint32_t copy = 0; copy < vm->copies && status == 0; copy++)
		status = rpm_init(&vm->rpm[copy], frames, err);
	if (status == 0)
		status = histogram_init(&vm->fetches, err);
	if (status == 0)
		status = init_memory(cluster, vm, err);
	if (status == 0)
		status = remote_place_snapshot(cluster, vm, err);
	if (status == 0)
		events_add(&cluster->events, vm->config->start_ps, &cluster->begin_vm, vm->number);
	return status;
}

void vm_free(struct vm *vm)
{
	if (vm->memory.state)
		local_memory_free(&vm->memory);
	for (uint32_t copy = 0; copy < vm->copies; copy++)
		rpm_free(&vm->rpm[copy]);
	histogram_free(&vm->fetches);
	future_free(&vm->future);
	free(vm->vcpu);
}
