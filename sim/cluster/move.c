/* SPDX-License-Identifier: MIT */
#include "cluster/move.h"

#include <stdlib.h>

#include "cluster/history.h"
#include "cluster/lose.h"
#include "cluster/send.h"
#include "cluster/stop.h"

enum { MOVES_AT_ONCE = 16 }; /* pages in flight at a time, of each donor that leaves or has failed */

void move_init(struct cluster *cluster)
{
	cluster->moves.first_free = UINT32_MAX;
}

void move_free(struct cluster *cluster)
{
	for (uint32_t node = 0; cluster->host && node < cluster->hosts; node++)
		free(cluster->host[node].rebuild.owner);
	free(cluster->moves.move);
}

/* The owner of a frame that a move has taken, until the page arrives there. */
static pool_owner owner_of_move(uint32_t number)
{
	return owner_pack(OWNER_MOVES, 0, number);
}

static struct move *new_move(struct cluster *cluster, uint32_t *number)
{
	if (cluster->moves.first_free == UINT32_MAX) {
		struct move *moves = realloc(cluster->moves.move, (cluster->moves.count + 1) * sizeof(*moves));

		if (!moves) {
			cluster_fail(cluster, err_memory(&cluster->err, "pages in flight"));
			return NULL;
		}
		cluster->moves.move = moves;
		cluster->moves.first_free = cluster->moves.count++;
		moves[cluster->moves.first_free] = (struct move){.next_free = UINT32_MAX};
	}
	*number = cluster->moves.first_free;
	cluster->moves.first_free = cluster->moves.move[*number].next_free;
	return &cluster->moves.move[*number];
}

static void free_move(struct cluster *cluster, uint32_t number)
{
	cluster->moves.move[number].taken = false;
	cluster->moves.move[number].next_free = cluster->moves.first_free;
	cluster->moves.first_free = number;
}

/* The donors that have a copy of a page, or will have one when a move arrives. */
struct taken {
	uint32_t node[2 * FAULT_COPIES_MAX], count;
};

static struct taken find_taken(const struct cluster *cluster, pool_owner owner)
{
	const struct fault_machine *machine = &cluster->vm[owner_vm(owner)].machine;
	rpm_entry first = fault_entry(machine, 0, owner_page(owner));
	struct taken taken = {.count = 0};

	for (uint32_t copy = 0; copy <= rpm_copies(first); copy++)
		taken.node[taken.count++] = rpm_node(fault_entry(machine, copy, owner_page(owner)));
	for (uint32_t i = 0; i < cluster->moves.count; i++) {
		const struct move *other = &cluster->moves.move[i];

		if (other->taken && !other->target_gone && owner_vm(other->owner) == owner_vm(owner) &&
		    owner_page(other->owner) == owner_page(owner))
			taken.node[taken.count++] = other->to.node;
	}
	return taken;
}

/* Sends the page in a donor's frame to another donor than those of `taken`; `plan` says why. False when none has a free
 * frame. */
static bool send_page(struct cluster *cluster, const struct move *plan, const struct taken *taken)
{
	struct pool_request request = {.borrower = cluster->vm[owner_vm(plan->owner)].host,
				       .now_ps = cluster->events.now_ps,
				       .taken = taken->node,
				       .n = taken->count,
				       .free_only = true};
	struct plane_message message = {.bytes = (uint32_t)cluster->config->fabric.page_bytes,
					.class = PLANE_BULK,
					.receiver = &cluster->receiver};
	pool_owner displaced;
	struct move *move;
	struct lease to;
	struct way way;
	uint32_t number;

	move = new_move(cluster, &number);
	if (!move)
		return false;
	request.owner = owner_of_move(number);
	if (!pool_place(cluster->pool, &request, &to, &displaced)) {
		free_move(cluster, number);
		return false;
	}
	*move = *plan;
	move->to = to;
	move->from_generation = cluster->host[plan->from.node].generation;
	move->taken = true;
	message.tag = subject_pack(SUBJECT_MOVE, 0, number);
	if (way_find(cluster, plan->from.node, to.node, &way)) {
		message.extra_ps = way.latency_ps - way_added_ps(cluster, &way);
		way_send(cluster, &way, &message);
	}
	return true;
}

/* ---- a donor that leaves ---- */

/* Whether the page in this frame is being sent already. */
static bool is_moving(const struct cluster *cluster, struct lease lease)
{
	for (uint32_t i = 0; i < cluster->moves.count; i++)
		if (cluster->moves.move[i].taken && cluster->moves.move[i].from.node == lease.node &&
		    cluster->moves.move[i].from.frame == lease.frame)
			return true;
	return false;
}

void move_away(struct cluster *cluster, uint32_t node)
{
	struct host *host = &cluster->host[node];
	struct lease lease;

	while (host->leaving && host->moving < MOVES_AT_ONCE &&
	       pool_next(cluster->pool, node, host->leave_frame, &lease)) {
		const struct move plan = {.owner = pool_owner_of(cluster->pool, lease),
					  .from = lease,
					  .change = host->change};
		const pool_owner owner = plan.owner;
		struct taken taken;

		host->leave_frame = lease.frame + 1;
		if (owner_vm(owner) == OWNER_MOVES || is_moving(cluster, lease))
			continue;
		taken = find_taken(cluster, owner);
		if (send_page(cluster, &plan, &taken)) {
			host->moving++;
		} else if (cluster->has_store) {
			pool_release(cluster->pool, lease);
			history_left(host->change, &cluster->vm[owner_vm(owner)],
				     lose_copy(cluster, owner, lease, false));
		}
	}
}

/* A move from or to this frame has ended, perhaps without success: if the frame's donor is leaving, its search for
 * pages to move starts at this frame again. */
static void look_again(struct cluster *cluster, struct lease lease)
{
	struct host *host = &cluster->host[lease.node];

	if (host->leave_frame > lease.frame)
		host->leave_frame = lease.frame;
	move_away(cluster, lease.node);
}

/* The page is in its new frame from now on, or where it was before. */
static void end_away(struct cluster *cluster, const struct move *move, bool from_is_there)
{
	struct vm *vm = &cluster->vm[owner_vm(move->owner)];
	uint32_t copy = owner_copy(move->owner);
	page_id page = owner_page(move->owner);

	cluster->host[move->from.node].moving--;
	if (!move->target_gone && from_is_there) {
		rpm_entry entry = fault_entry(&vm->machine, copy, page);

		fault_note(&vm->machine, copy, page,
			   rpm_pack(rpm_state(entry), move->to.node, move->to.frame, rpm_copies(entry)));
		pool_rename(cluster->pool, move->to, move->owner);
		pool_release(cluster->pool, move->from);
		history_left(move->change, vm, CHANGE_MOVED);
	} else if (!move->target_gone) { /* the page is no longer in the frame that it was sent from */
		pool_release(cluster->pool, move->to);
	}
}

/* ---- copies made anew ---- */

void move_remember(struct cluster *cluster, uint32_t node, pool_owner owner)
{
	struct rebuild *rebuild = &cluster->host[node].rebuild;

	if (rebuild->next == rebuild->count)
		rebuild->next = rebuild->count = 0;
	if (rebuild->count == rebuild->room) {
		uint32_t room = rebuild->room ? 2 * rebuild->room : 1024;
		pool_owner *more = realloc(rebuild->owner, room * sizeof(*more));

		if (!more) {
			cluster_fail(cluster, err_memory(&cluster->err, "the pages that have lost a copy"));
			return;
		}
		rebuild->owner = more;
		rebuild->room = room;
	}
	rebuild->owner[rebuild->count++] = owner;
}

/* Whether the page still has a copy at a donor, and fewer copies than it should have, those on their way included:
 * `taken` has them. */
static bool lacks_copy(const struct cluster *cluster, pool_owner owner, struct taken *taken)
{
	const struct vm *vm = &cluster->vm[owner_vm(owner)];
	rpm_entry first = fault_entry(&vm->machine, 0, owner_page(owner));

	if (vm->gone || (rpm_state(first) != RPM_REMOTE && rpm_state(first) != RPM_CACHED) ||
	    rpm_node(first) == RPM_NODE_STORE)
		return false;
	*taken = find_taken(cluster, owner);
	return taken->count < vm->machine.copies;
}

void move_rebuild(struct cluster *cluster, uint32_t node)
{
	struct rebuild *rebuild = &cluster->host[node].rebuild;

	while (rebuild->flying < MOVES_AT_ONCE && rebuild->next < rebuild->count) {
		pool_owner lost = rebuild->owner[rebuild->next++];
		struct move plan = {.owner = owner_pack(owner_vm(lost), 0, owner_page(lost)),
				    .change = cluster->host[node].change,
				    .rebuilds = true,
				    .failed = node};
		rpm_entry first = fault_entry(&cluster->vm[owner_vm(lost)].machine, 0, owner_page(lost));
		struct taken taken;

		if (!lacks_copy(cluster, plan.owner, &taken))
			continue;
		plan.from = (struct lease){rpm_node(first), (uint32_t)rpm_frame(first)};
		rebuild->flying += send_page(cluster, &plan, &taken);
	}
}

/* A donor has a copy already: the page has been placed anew since. */
static bool has_copy(const struct vm *vm, page_id page, uint32_t node)
{
	for (uint32_t copy = 0; copy <= rpm_copies(fault_entry(&vm->machine, 0, page)); copy++)
		if (rpm_node(fault_entry(&vm->machine, copy, page)) == node)
			return true;
	return false;
}

static void add_copy(struct cluster *cluster, struct vm *vm, page_id page, struct lease to)
{
	rpm_entry first = fault_entry(&vm->machine, 0, page);
	uint32_t copy = rpm_copies(first) + 1;

	fault_note(&vm->machine, copy, page, rpm_pack(rpm_state(first), to.node, to.frame, 0));
	fault_note(&vm->machine, 0, page, rpm_pack(rpm_state(first), rpm_node(first), rpm_frame(first), copy));
	pool_rename(cluster->pool, to, owner_pack(vm->number, copy, page));
	if (rpm_state(first) == RPM_CACHED)
		pool_retire(cluster->pool, to);
}

static void end_rebuild(struct cluster *cluster, const struct move *move, bool from_is_there)
{
	struct vm *vm = &cluster->vm[owner_vm(move->owner)];
	page_id page = owner_page(move->owner);

	cluster->host[move->failed].rebuild.flying--;
	if (move->target_gone) {
		move_remember(cluster, move->failed, move->owner);
	} else if (from_is_there && rpm_copies(fault_entry(&vm->machine, 0, page)) + 1 < vm->machine.copies &&
		   !has_copy(vm, page, move->to.node)) {
		add_copy(cluster, vm, page, move->to);
		history_remade(move->change, vm);
	} else {
		pool_release(cluster->pool, move->to);
	}
}

/* ---- arrivals ---- */

void move_delivered(struct cluster *cluster, uint64_t tag)
{
	struct move *slot = &cluster->moves.move[(uint32_t)tag], move;
	bool from_is_there;

	if (cluster->host[slot->from.node].silent || cluster->host[slot->to.node].silent) {
		slot->swallowed = true;
		return;
	}
	move = *slot;
	free_move(cluster, (uint32_t)tag);
	from_is_there = cluster->host[move.from.node].generation == move.from_generation &&
			pool_owner_of(cluster->pool, move.from) == move.owner;
	if (move.rebuilds)
		end_rebuild(cluster, &move, from_is_there);
	else
		end_away(cluster, &move, from_is_there);
	look_again(cluster, move.from);
	look_again(cluster, move.to); /* its donor may be leaving as well */
	if (move.rebuilds)
		move_rebuild(cluster, move.failed);
}

void move_donor_failed(struct cluster *cluster, uint32_t node)
{
	for (uint32_t i = 0; i < cluster->moves.count; i++) {
		struct move *move = &cluster->moves.move[i];

		if (!move->taken || !move->swallowed || (move->from.node != node && move->to.node != node))
			continue;
		move->swallowed = false;
		move_delivered(cluster, i);
	}
}
