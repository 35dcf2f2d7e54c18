/* SPDX-License-Identifier: MIT */
#include "cluster/check.h"

#include <inttypes.h>

#include "cluster/state.h"

static int wrong(const struct vm *vm, page_id page, const char *what, struct err *err)
{
	return err_set(err, ERR_FAILED, "check: at %" PRId64 " ps, page %" PRIu32 " of %s %s",
		       vm->cluster->events.now_ps, page, vm->result.name, what);
}

/* Every copy is in a frame that the pool lists as that copy's, and no two copies are on the same donor. */
static int check_copies(const struct vm *vm, page_id page, rpm_entry first, uint64_t *leased, struct err *err)
{
	for (uint32_t copy = 0; copy <= rpm_copies(first); copy++) {
		rpm_entry entry = fault_entry(&vm->machine, copy, page);
		struct lease lease = {rpm_node(entry), (uint32_t)rpm_frame(entry)};

		if (lease.node >= vm->cluster->hosts ||
		    pool_owner_of(vm->cluster->pool, lease) != owner_pack(vm->number, copy, page))
			return wrong(vm, page, "is not in the frame where its map says", err);
		if (lease.node == vm->host)
			return wrong(vm, page, "is lent by its own host", err);
		for (uint32_t other = 0; other < copy; other++)
			if (rpm_node(fault_entry(&vm->machine, other, page)) == lease.node)
				return wrong(vm, page, "has two copies on one donor", err);
		++*leased;
	}
	return 0;
}

static int check_page(const struct vm *vm, page_id page, uint64_t *leased, struct err *err)
{
	const struct local_memory *memory = &vm->machine.memory;
	rpm_entry entry = fault_entry(&vm->machine, 0, page);
	bool local = local_memory_is_local(memory, page);

	switch (rpm_state(entry)) {
	case RPM_ABSENT:
	case RPM_LOCAL: return local_memory_is_remote(memory, page) ? wrong(vm, page, "is nowhere", err) : 0;
	case RPM_CACHED:
		if (!local)
			return wrong(vm, page, "is said to be local and is not", err);
		return rpm_node(entry) == RPM_NODE_STORE ? 0 : check_copies(vm, page, entry, leased, err);
	case RPM_REMOTE: /* it may have a local frame too, while it is being fetched */
		return check_copies(vm, page, entry, leased, err);
	case RPM_STORED:
	case RPM_LOST: return 0;
	default: return wrong(vm, page, "is in a state that no page has here", err);
	}
}

static int check_vm(const struct vm *vm, uint64_t *leased, struct err *err)
{
	const struct local_memory *memory = &vm->machine.memory;
	uint64_t local = 0;
	int status = 0;

	if (vm->cleared)
		return 0;
	for (page_id page = 0; page < vm->trace->pages && status == 0; page++) {
		local += local_memory_has_frame(memory, page);
		status = check_page(vm, page, leased, err);
	}
	if (status == 0 && local + local_memory_free_frames(memory) != memory->frames)
		status = err_set(err, ERR_FAILED,
				 "check: %s has %" PRIu64 " local pages and %" PRIu32 " free frames of %" PRIu32,
				 vm->result.name, local, local_memory_free_frames(memory), memory->frames);
	return status;
}

int check_cluster(const struct cluster *cluster, struct err *err)
{
	uint64_t leased = 0, hosted = 0;
	int status = 0;

	for (uint32_t i = 0; i < cluster->moves.count; i++) /* a move holds its target frame, unless that is gone */
		leased += cluster->moves.move[i].taken && !cluster->moves.move[i].target_gone;
	for (uint32_t i = 0; i < cluster->vms && status == 0; i++)
		status = check_vm(&cluster->vm[i], &leased, err);
	for (uint32_t node = 0; node < cluster->hosts && status == 0; node++) {
		hosted += pool_hosted(cluster->pool, node);
		if (pool_is_open(cluster->pool, node) &&
		    pool_hosted(cluster->pool, node) + pool_free(cluster->pool, node) !=
			    cluster->host[node].lent_frames)
			status = err_set(err, ERR_FAILED,
					 "check: hypervisor %" PRIu32 " hosts %" PRIu32 " pages and has %" PRIu32
					 " frames free of %" PRIu64,
					 node, pool_hosted(cluster->pool, node), pool_free(cluster->pool, node),
					 cluster->host[node].lent_frames);
	}
	if (status == 0 && hosted != leased)
		status = err_set(err, ERR_FAILED, "check: %" PRIu64 " frames are taken for %" PRIu64 " copies of pages",
				 hosted, leased);
	return status;
}
