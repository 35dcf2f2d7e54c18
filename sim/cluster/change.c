/* SPDX-License-Identifier: MIT */
/*
 * Donors join, leave and fail. A donor that fails does not answer any more. After donors.detect that is known, or
 * earlier when it joins or leaves: then each page that it hosts is in another replica, in the backing store, or lost. A
 * donor that leaves sends its pages to other donors, a few at a time, while they stay in use. When no donor has a free
 * frame, the page's copy in the backing store is used from then on; without a backing store the page stays where it is.
 * restart.h says what becomes of the VMs that run there.
 */
#include "cluster/change.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cluster/check.h"
#include "cluster/history.h"
#include "cluster/lose.h"
#include "cluster/restart.h"
#include "cluster/send.h"
#include "cluster/stop.h"
#include "cluster/vm.h"

enum { MOVES_AT_ONCE = 16 }; /* pages of a leaving donor that are in flight at a time */

/* A donor's failure is known: all pages that it hosts are lost there. */
static void lose_donor(struct cluster *cluster, uint32_t node)
{
	struct lease lease;

	pool_close(cluster->pool, node);
	cluster->host[node].generation++;
	cluster->host[node].silent = false;
	for (uint32_t from = 0; pool_next(cluster->pool, node, from, &lease); from = lease.frame + 1) {
		pool_owner owner = pool_owner_of(cluster->pool, lease);

		pool_release(cluster->pool, lease);
		history_failed(cluster, node, owner, lose_copy(cluster, owner, lease, true));
	}
}

/* The owner of a frame that a move has taken, until the page arrives there. */
static pool_owner owner_of_move(uint32_t number)
{
	return owner_pack(OWNER_MOVES, 0, number);
}

static void move_on(struct cluster *cluster, uint32_t node);

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

/* Sends one hosted page of a leaving donor to another donor; false when none has a free frame. */
static bool send_move(struct cluster *cluster, struct lease from)
{
	pool_owner owner = pool_owner_of(cluster->pool, from), displaced;
	struct vm *vm = &cluster->vm[owner_vm(owner)];
	rpm_entry first = fault_entry(&vm->machine, 0, owner_page(owner));
	uint32_t taken[2 * FAULT_COPIES_MAX], number;
	struct pool_request request = {
		.borrower = vm->host, .now_ps = cluster->events.now_ps, .taken = taken, .free_only = true};
	struct plane_message message = {.bytes = (uint32_t)cluster->config->fabric.page_bytes,
					.class = PLANE_BULK,
					.receiver = &cluster->receiver};
	struct move *move;
	struct lease to;
	struct way way;

	for (uint32_t copy = 0; copy <= rpm_copies(first); copy++)
		taken[request.n++] = rpm_node(fault_entry(&vm->machine, copy, owner_page(owner)));
	for (uint32_t i = 0; i < cluster->moves.count; i++) { /* nor a donor that another copy is moving to */
		const struct move *other = &cluster->moves.move[i];

		if (other->taken && !other->target_gone && owner_vm(other->owner) == owner_vm(owner) &&
		    owner_page(other->owner) == owner_page(owner))
			taken[request.n++] = other->to.node;
	}
	move = new_move(cluster, &number);
	if (!move)
		return false;
	request.owner = owner_of_move(number);
	if (!pool_place(cluster->pool, &request, &to, &displaced)) {
		move->next_free = cluster->moves.first_free;
		cluster->moves.first_free = number;
		return false;
	}
	*move = (struct move){.owner = owner,
			      .from = from,
			      .to = to,
			      .from_generation = cluster->host[from.node].generation,
			      .change = cluster->host[from.node].change,
			      .taken = true};
	cluster->host[from.node].moving++;
	message.tag = subject_pack(SUBJECT_MOVE, 0, number);
	if (way_find(cluster, from.node, to.node, &way)) {
		message.extra_ps = way.latency_ps - way_added_ps(cluster, &way);
		way_send(cluster, &way, &message);
	}
	return true;
}

/* Whether the page in this frame is being moved already. */
static bool is_moving(const struct cluster *cluster, struct lease lease)
{
	for (uint32_t i = 0; i < cluster->moves.count; i++)
		if (cluster->moves.move[i].taken && cluster->moves.move[i].from.node == lease.node &&
		    cluster->moves.move[i].from.frame == lease.frame)
			return true;
	return false;
}

/* Starts as many of a leaving donor's moves as are allowed at a time. */
static void move_on(struct cluster *cluster, uint32_t node)
{
	struct host *host = &cluster->host[node];
	struct lease lease;

	while (host->leaving && host->moving < MOVES_AT_ONCE &&
	       pool_next(cluster->pool, node, host->leave_frame, &lease)) {
		pool_owner owner = pool_owner_of(cluster->pool, lease);

		host->leave_frame = lease.frame + 1;
		if (owner_vm(owner) == OWNER_MOVES || is_moving(cluster, lease) || send_move(cluster, lease))
			continue;
		if (cluster->has_store) {
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
	move_on(cluster, lease.node);
}

void change_move_delivered(struct cluster *cluster, uint64_t tag)
{
	struct move *move = &cluster->moves.move[(uint32_t)tag];
	struct lease from = move->from, to = move->to;
	struct vm *vm = &cluster->vm[owner_vm(move->owner)];
	bool to_is_there = !move->target_gone;
	bool from_is_there = cluster->host[move->from.node].generation == move->from_generation &&
			     pool_owner_of(cluster->pool, move->from) == move->owner;
	uint32_t copy = owner_copy(move->owner);
	page_id page = owner_page(move->owner);

	if (cluster->host[from.node].silent || cluster->host[to.node].silent) {
		move->swallowed = true;
		return;
	}
	move->taken = false;
	move->next_free = cluster->moves.first_free;
	cluster->moves.first_free = (uint32_t)tag;
	cluster->host[move->from.node].moving--;
	if (to_is_there && from_is_there) {
		rpm_entry entry = fault_entry(&vm->machine, copy, page);

		fault_note(&vm->machine, copy, page,
			   rpm_pack(rpm_state(entry), move->to.node, move->to.frame, rpm_copies(entry)));
		pool_rename(cluster->pool, move->to, move->owner);
		pool_release(cluster->pool, move->from);
		history_left(move->change, vm, CHANGE_MOVED);
	} else if (to_is_there) { /* the page is no longer in the frame that it was sent from */
		pool_release(cluster->pool, move->to);
	}
	look_again(cluster, from);
	look_again(cluster, to); /* its donor may be leaving as well */
}

/* What was sent to the donor or by it, and has waited, is answered. */
static void notice(struct cluster *cluster, uint32_t node)
{
	if (!cluster->host[node].silent)
		return;
	cluster->host[node].change->known_ps = cluster->events.now_ps;
	restart_clear(cluster, node);
	lose_donor(cluster, node);
	vm_donor_failed(cluster, node);
	for (uint32_t i = 0; i < cluster->moves.count; i++) {
		struct move *move = &cluster->moves.move[i];

		if (!move->taken || !move->swallowed || (move->from.node != node && move->to.node != node))
			continue;
		move->swallowed = false;
		change_move_delivered(cluster, i);
	}
	restart_all(cluster, node);
}

static void check(struct cluster *cluster)
{
	int status = cluster->options->check ? check_cluster(cluster, &cluster->err) : 0;

	if (status < 0)
		cluster_fail(cluster, status);
}

/* An event: donors.detect after a failure. */
static void detect(void *context, uint64_t argument, int64_t now_ps)
{
	struct cluster *cluster = context;
	uint32_t node = (uint32_t)argument;

	(void)now_ps;
	if (cluster->host[node].generation != argument >> 32)
		return;
	notice(cluster, node);
	check(cluster);
}

static void fail(struct cluster *cluster, uint32_t node, size_t number)
{
	struct host *host = &cluster->host[node];

	if (host->silent) {
		cluster->changes[number].happened = true;
		return;
	}
	history_begin(cluster, number);
	host->silent = true;
	host->leaving = false;
	restart_halt(cluster, node, ACTION_FAIL);
	if (cluster->config->donors.detect_ps == 0)
		notice(cluster, node);
	else
		events_add(&cluster->events, cluster->events.now_ps + cluster->config->donors.detect_ps,
			   &cluster->notice, (uint64_t)host->generation << 32 | node);
}

static void leave(struct cluster *cluster, uint32_t node, size_t number)
{
	notice(cluster, node);
	if (cluster->host[node].leaving) { /* tries again to send what has stayed, as part of the first leave */
		cluster->changes[number].happened = true;
	} else {
		history_begin(cluster, number);
		history_count(cluster, node);
	}
	pool_close(cluster->pool, node);
	restart_halt(cluster, node, ACTION_LEAVE);
	restart_clear(cluster, node);
	restart_all(cluster, node);
	cluster->host[node].leaving = true;
	cluster->host[node].leave_frame = 0;
	move_on(cluster, node);
}

static void join(struct cluster *cluster, uint32_t node, size_t number)
{
	int status;

	notice(cluster, node);
	history_begin(cluster, number);
	cluster->changes[number].frames = cluster->host[node].lent_frames;
	status = pool_join(cluster->pool, node, (uint32_t)cluster->host[node].lent_frames, &cluster->err);
	cluster->host[node].leaving = false;
	if (status < 0)
		cluster_fail(cluster, status);
}

static void change(void *context, uint64_t number, int64_t now_ps)
{
	struct cluster *cluster = context;
	const struct config_event *event = &cluster->config->events[number];
	uint32_t node = (uint32_t)event->hypervisor;

	(void)now_ps;
	if (event->action == ACTION_FAIL)
		fail(cluster, node, number);
	else if (event->action == ACTION_LEAVE)
		leave(cluster, node, number);
	else
		join(cluster, node, number);
	check(cluster);
}

void change_handlers(struct cluster *cluster)
{
	cluster->change = (struct event_handler){change, cluster};
	cluster->notice = (struct event_handler){detect, cluster};
	cluster->moves.first_free = UINT32_MAX;
}

int change_schedule(struct cluster *cluster, struct err *err)
{
	for (size_t i = 0; i < cluster->config->event_count; i++) {
		const struct config_event *event = &cluster->config->events[i];

		if (event->hypervisor >= cluster->hosts)
			return err_set(err, ERR_USAGE,
				       "events.%zu: hypervisor %" PRIu64 ": there are %" PRIu32 ", numbered from 0", i,
				       event->hypervisor, cluster->hosts);
		events_add(&cluster->events, event->at_ps, &cluster->change, i);
	}
	return 0;
}
