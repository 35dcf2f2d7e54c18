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

/* The only copy of a page is gone. */
static enum change_outcome lose_only(struct cluster *cluster, struct vm *vm, page_id page, uint32_t node, bool failed)
{
	rpm_entry first = fault_entry(&vm->machine, 0, page);
	bool here = rpm_state(first) == RPM_CACHED && local_memory_is_local(&vm->machine.memory, page);

	if (here) { /* no donor has it any more: it must be sent to one when it is evicted */
		fault_note(&vm->machine, 0, page, rpm_pack(RPM_LOCAL, 0, 0, 0));
		local_memory_mark_dirty(&vm->machine.memory, page);
		return CHANGE_LOCAL;
	}
	if (cluster->has_store && !(failed && store_lacks(vm, page))) {
		cluster->pages_stored++;
		fault_note(&vm->machine, 0, page, rpm_pack(RPM_STORED, 0, 0, 0));
		return CHANGE_STORED;
	}
	fault_note(&vm->machine, 0, page, rpm_pack(RPM_LOST, 0, 0, 0));
	cluster->pages_lost++;
	cluster->host[node].pages_lost++;
	return CHANGE_LOST;
}

enum change_outcome lose_copy(struct cluster *cluster, pool_owner owner, struct lease lease, bool failed)
{
	struct vm *vm = &cluster->vm[owner_vm(owner)];
	page_id page = owner_page(owner);
	enum change_outcome became;

	if (owner_vm(owner) == OWNER_MOVES) {
		cluster->moves.move[page].target_gone = true;
		return CHANGE_FREED;
	}
	if (rpm_copies(fault_entry(&vm->machine, 0, page))) {
		drop_copy(cluster, vm, page, owner_copy(owner));
		became = CHANGE_REPLICA;
	} else if (vm->gone) { /* nobody needs it */
		fault_note(&vm->machine, 0, page, rpm_pack(RPM_LOST, 0, 0, 0));
		became = CHANGE_FREED;
	} else {
		became = lose_only(cluster, vm, page, lease.node, failed);
	}
	if (failed && owner_copy(owner) == 0 && !vm->gone) /* the copy that fetches read */
		fault_prefetch_again(&vm->machine, page);
	return vm->gone ? CHANGE_FREED : became;
}
