/* SPDX-License-Identifier: MIT */
#include "cluster/lose.h"

#include "cluster/state.h"
#include "cluster/store.h"

/* Removes one copy from a page's list of copies: the last one takes its place. */
static void drop_copy(struct cluster *cluster, struct vm *vm, page_id page, uint32_t copy)
{
	rpm_entry first = fault_entry(&vm->machine, 0, page);
	uint32_t last = rpm_copies(first);
	rpm_entry moved = fault_entry(&vm->machine, last, page);

	if (copy != last) {
		rpm_entry there = rpm_pack(rpm_state(first), rpm_node(moved), rpm_frame(moved), copy ? 0 : last - 1);

		pool_rename(cluster->pool, (struct lease){rpm_node(moved), (uint32_t)rpm_frame(moved)},
			    owner_pack(vm->number, copy, page));
		fault_note(&vm->machine, copy, page, there);
	}
	fault_note(&vm->machine, last, page, 0);
	if (copy)
		fault_note(&vm->machine, 0, page,
			   rpm_pack(rpm_state(first), rpm_node(first), rpm_frame(first), last - 1));
}

static void lose_page(struct cluster *cluster, pool_owner owner, struct lease lease, bool failed)
{
	struct vm *vm = &cluster->vm[owner_vm(owner)];
	page_id page = owner_page(owner);
	rpm_entry first = fault_entry(&vm->machine, 0, page);
	bool here = rpm_state(first) == RPM_CACHED && local_memory_is_local(&vm->machine.memory, page);

	if (rpm_copies(first)) {
		drop_copy(cluster, vm, page, owner_copy(owner));
	} else if (here) { /* no donor has it any more: it must be sent to one when it is evicted */
		fault_note(&vm->machine, 0, page, rpm_pack(RPM_LOCAL, 0, 0, 0));
		local_memory_mark_dirty(&vm->machine.memory, page);
	} else if (cluster->has_store && !(failed && store_lacks(vm, page))) {
		cluster->pages_stored++;
		fault_note(&vm->machine, 0, page, rpm_pack(RPM_STORED, 0, 0, 0));
	} else {
		fault_note(&vm->machine, 0, page, rpm_pack(RPM_LOST, 0, 0, 0));
		cluster->pages_lost++;
		cluster->host[lease.node].pages_lost++;
	}
	if (failed && owner_copy(owner) == 0) /* the copy that fetches read */
		fault_prefetch_again(&vm->machine, page);
}

void lose_copy(struct cluster *cluster, pool_owner owner, struct lease lease, bool failed)
{
	if (owner_vm(owner) < cluster->vms)
		lose_page(cluster, owner, lease, failed);
	else
		cluster->moves.move[owner_page(owner)].target_gone = true;
}
