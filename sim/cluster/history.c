/* SPDX-License-Identifier: MIT */
#include "cluster/history.h"

#include <stdlib.h>

#include "cluster/stop.h"

int history_init(struct cluster *cluster, struct err *err)
{
	const struct config *config = cluster->config;

	cluster->changes = calloc(config->event_count + 1, sizeof(*cluster->changes));
	if (!cluster->changes)
		return err_memory(err, "the events");
	for (size_t i = 0; i < config->event_count; i++) {
		struct change_result *change = &cluster->changes[i];
		enum config_action action = config->events[i].action;

		change->action = action == ACTION_FAIL   ? CHANGE_FAIL
				 : action == ACTION_JOIN ? CHANGE_JOIN
							 : CHANGE_LEAVE;
		change->hypervisor = config->events[i].hypervisor;
		change->at_ps = change->done_ps = config->events[i].at_ps;
		change->known_ps = action == ACTION_FAIL ? -1 : change->at_ps;
		if (action != ACTION_JOIN && !(change->of = calloc(cluster->jobs, sizeof(*change->of))))
			return err_memory(err, "the events");
	}
	return 0;
}

static void add(struct change_result *change, size_t job, enum change_outcome became)
{
	change->of[job].became[became]++;
	change->all.became[became]++;
}

/* A leave that is not over: the copies that are still there have stayed. */
static void close_record(struct cluster *cluster, uint32_t node)
{
	struct change_result *change = cluster->host[node].change;
	struct lease lease;

	if (!change || change->action != CHANGE_LEAVE)
		return;
	for (uint32_t from = 0; pool_next(cluster->pool, node, from, &lease); from = lease.frame + 1) {
		uint32_t vm = owner_vm(pool_owner_of(cluster->pool, lease));

		if (vm != OWNER_MOVES)
			add(change, cluster->vm[vm].job, CHANGE_STAYED);
	}
}

void history_begin(struct cluster *cluster, size_t number)
{
	struct change_result *change = &cluster->changes[number];
	uint32_t node = (uint32_t)change->hypervisor;

	close_record(cluster, node);
	change->happened = true;
	cluster->host[node].change = change;
}

void history_count(struct cluster *cluster, uint32_t node)
{
	struct change_result *change = cluster->host[node].change;
	struct lease lease;

	for (uint32_t from = 0; pool_next(cluster->pool, node, from, &lease); from = lease.frame + 1) {
		uint32_t vm = owner_vm(pool_owner_of(cluster->pool, lease));

		if (vm == OWNER_MOVES)
			continue;
		change->of[cluster->vm[vm].job].copies++;
		change->all.copies++;
	}
}

void history_failed(struct cluster *cluster, uint32_t node, pool_owner owner, enum change_outcome became)
{
	struct change_result *change = cluster->host[node].change;

	if (!change || change->action != CHANGE_FAIL || owner_vm(owner) == OWNER_MOVES)
		return;
	change->of[cluster->vm[owner_vm(owner)].job].copies++;
	change->all.copies++;
	add(change, cluster->vm[owner_vm(owner)].job, became);
}

void history_left(struct change_result *change, const struct vm *vm, enum change_outcome became)
{
	const struct cluster *cluster = vm->cluster;

	add(change, vm->job, became);
	if (became != CHANGE_MOVED)
		return;
	change->done_ps = cluster->events.now_ps;
	if (cluster->host[change->hypervisor].change !=
	    change) { /* the record was closed while the page was in flight */
		change->of[vm->job].became[CHANGE_STAYED]--;
		change->all.became[CHANGE_STAYED]--;
	}
}

void history_remade(struct change_result *change, const struct vm *vm)
{
	change->remade++;
	change->done_ps = vm->cluster->events.now_ps;
}

void history_waited(struct cluster *cluster, uint32_t node, int64_t wait_ps)
{
	struct change_result *change = cluster->host[node].change;

	if (!change || change->action != CHANGE_FAIL)
		return;
	change->waits++;
	change->wait_ps += wait_ps;
}

struct change_vm_result *history_vm(struct cluster *cluster, const struct vm *vm, enum change_vm became)
{
	struct change_result *change = cluster->host[vm->host].change;
	struct change_vm_result *vms;

	for (size_t i = 0; i < change->vms; i++)
		if (change->vm[i].job == vm->job) {
			change->vm[i].became = became;
			return &change->vm[i];
		}
	vms = realloc(change->vm, (change->vms + 1) * sizeof(*vms));
	if (!vms) {
		cluster_fail(cluster, err_memory(&cluster->err, "the events"));
		return NULL;
	}
	change->vm = vms;
	vms[change->vms] = (struct change_vm_result){.job = vm->job, .became = became, .at_ps = cluster->events.now_ps};
	return &vms[change->vms++];
}

static void put_freed(struct change_pages *pages)
{
	uint64_t others = 0;

	for (int i = 0; i < CHANGE_OUTCOMES; i++)
		others += pages->became[i];
	pages->became[CHANGE_FREED] += pages->copies - others;
}

static int by_time(const void *a, const void *b)
{
	const struct change_result *one = a, *other = b;

	if (one->at_ps != other->at_ps)
		return one->at_ps < other->at_ps ? -1 : 1;
	return (one->hypervisor > other->hypervisor) - (one->hypervisor < other->hypervisor);
}

void history_end(struct cluster *cluster, struct run_result *result)
{
	size_t count = cluster->config->event_count, kept = 0;

	for (uint32_t node = 0; node < cluster->hosts; node++)
		close_record(cluster, node);
	for (size_t i = 0; i < count; i++) {
		struct change_result *change = &cluster->changes[i];

		if (!change->happened) {
			free(change->of);
			continue;
		}
		if (change->action == CHANGE_LEAVE) {
			for (uint32_t job = 0; job < cluster->jobs; job++)
				put_freed(&change->of[job]);
			put_freed(&change->all);
		}
		cluster->changes[kept++] = *change;
	}
	qsort(cluster->changes, kept, sizeof(*cluster->changes), by_time);
	result->change = cluster->changes;
	result->changes = kept;
	cluster->changes = NULL;
}
