/* SPDX-License-Identifier: MIT */
#include "cluster/restart.h"

#include <stdlib.h>
#include <string.h>

#include "cluster/history.h"
#include "cluster/remote.h"
#include "cluster/stop.h"
#include "cluster/vm.h"
#include "cluster/vm_setup.h"

static void halt(struct vm *vm, enum config_action action)
{
	struct change_vm_result *record;

	vm_halt(vm);
	if (!vm->runs_left) /* its job has ended already */
		return;
	vm->to_restart = config_vm_restarts(vm->config, action);
	record = history_vm(vm->cluster, vm, vm->to_restart ? CHANGE_VM_WAITS : CHANGE_VM_STOPPED);
	if (!record || vm->to_restart)
		return;
	vm_give_up(vm, action == ACTION_FAIL ? "its hypervisor failed" : "its hypervisor left");
}

void restart_halt(struct cluster *cluster, uint32_t node, enum config_action action)
{
	for (uint32_t i = 0; i < cluster->vms; i++) {
		struct vm *vm = &cluster->vm[i];

		if (vm->host == node && !vm->gone && config_vm_ends(vm->config, action))
			halt(vm, action);
	}
}

void restart_clear(struct cluster *cluster, uint32_t node)
{
	for (uint32_t i = 0; i < cluster->vms; i++) {
		struct vm *vm = &cluster->vm[i];
		uint32_t frames = vm_local_frames(vm, cluster->config);

		if (vm->host != node || !vm->gone || vm->cleared)
			continue;
		remote_clear(vm);
		vm->cleared = true;
		cluster->host[node].own_frames -= frames;
		cluster->host[node].lent_frames += frames;
	}
}

/* The hypervisor with the most free frames that has at least so many, or NODE_NONE. */
static uint32_t roomiest(const struct cluster *cluster, uint32_t frames)
{
	uint32_t best = NODE_NONE;

	for (uint32_t node = 0; node < cluster->hosts; node++)
		if (pool_is_open(cluster->pool, node) && !cluster->host[node].silent &&
		    pool_free(cluster->pool, node) >= frames &&
		    (best == NODE_NONE || pool_free(cluster->pool, node) > pool_free(cluster->pool, best)))
			best = node;
	return best;
}

/* Takes the VM's local memory out of what its new hypervisor lends. */
static int take_frames(struct vm *vm, struct err *err)
{
	struct host *host = &vm->cluster->host[vm->host];
	uint32_t frames = vm_local_frames(vm, vm->cluster->config);

	host->own_frames += frames;
	host->lent_frames -= frames;
	return pool_join(vm->cluster->pool, vm->host, (uint32_t)host->lent_frames, err);
}

/* A VM of the same job, on `node`. */
static struct vm *make(struct cluster *cluster, const struct vm *old, uint32_t node)
{
	struct vm *vm = &cluster->vm[cluster->vms];

	vm->cluster = cluster;
	vm->number = cluster->vms++;
	vm->job = old->job;
	vm->config = old->config;
	vm->trace = old->trace;
	vm->host = node;
	vm->result.policy = old->result.policy;
	vm->result.policy_counts = old->result.policy_counts;
	vm->result.prefetcher = old->result.prefetcher;
	vm->result.restarts = old->result.restarts + 1;
	vm->result.name = strdup(old->result.name);
	vm->result.trace = strdup(old->result.trace);
	vm->result.workload = strdup(old->result.workload);
	return vm->result.name && vm->result.trace && vm->result.workload ? vm : NULL;
}

static int start_again(struct cluster *cluster, struct vm *old, uint32_t node, struct err *err)
{
	int64_t now_ps = cluster->events.now_ps, begin_ps = now_ps + old->config->restart_after_ps;
	struct vm *vm = make(cluster, old, node);
	struct change_vm_result *record = history_vm(cluster, old, CHANGE_VM_RESTARTED);
	int status;

	if (!vm || !record)
		return err_memory(err, "a VM");
	if (begin_ps < old->config->start_ps)
		begin_ps = old->config->start_ps;
	old->successor = vm->number;
	vm->result.lost_ps = begin_ps - old->config->start_ps;
	*record = (struct change_vm_result){.job = vm->job,
					    .became = CHANGE_VM_RESTARTED,
					    .hypervisor = node,
					    .at_ps = begin_ps,
					    .lost_ps = begin_ps - old->began_ps};
	if ((status = take_frames(vm, err)) < 0 || (status = vm_init(cluster, vm, begin_ps, err)) < 0)
		return status;
	return remote_place_snapshots(cluster, vm->number, err);
}

static void restart(struct cluster *cluster, struct vm *old)
{
	uint32_t node = roomiest(cluster, vm_local_frames(old, cluster->config));
	int status;

	old->to_restart = false;
	if (node == NODE_NONE) {
		old->end_ps = cluster->events.now_ps;
		history_vm(cluster, old, CHANGE_VM_NO_ROOM);
		vm_give_up(old, "no hypervisor has room to restart it");
		return;
	}
	status = start_again(cluster, old, node, &cluster->err);
	if (status < 0)
		cluster_fail(cluster, status);
}

void restart_all(struct cluster *cluster, uint32_t node)
{
	uint32_t vms = cluster->vms; /* those made meanwhile run */

	for (uint32_t i = 0; i < vms && cluster->status == 0; i++)
		if (cluster->vm[i].host == node && cluster->vm[i].to_restart)
			restart(cluster, &cluster->vm[i]);
}
