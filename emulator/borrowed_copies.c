/* SPDX-License-Identifier: MIT */
/* The copies of borrowed pages: which peers have them, and what becomes of them when peers come, leave and go down. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emulator/borrowed_state.h"

enum { AGAIN_US = 20000 }; /* repairs that found no room are tried again after so long */

/* ---- entries of the Remote Page Map ---- */

unsigned copies_count(const struct borrowed *borrowed, page_id page)
{
	const rpm_entry entry = fault_entry(borrowed->machine, 0, page);
	const enum rpm_state state = rpm_state(entry);

	return state == RPM_REMOTE || state == RPM_CACHED ? 1 + rpm_copies(entry) : 0;
}

struct lease copies_get(const struct borrowed *borrowed, page_id page, unsigned copy)
{
	const rpm_entry entry = fault_entry(borrowed->machine, copy, page);

	return (struct lease){rpm_node(entry), (uint32_t)rpm_frame(entry)};
}

/* Writes one copy's entry; copy 0 also has the state and the number of further copies. */
static void set_copy(struct borrowed *borrowed, page_id page, unsigned copy, struct lease lease, unsigned count)
{
	const bool local = local_memory_is_local(&borrowed->machine->memory, page);

	fault_note(borrowed->machine, copy, page,
		   rpm_pack(local ? RPM_CACHED : RPM_REMOTE, lease.node, lease.frame, copy ? 0 : count - 1));
}

static void set_count(struct borrowed *borrowed, page_id page, unsigned count)
{
	set_copy(borrowed, page, 0, copies_get(borrowed, page, 0), count);
}

/* Its content is here: it is local or waits to be sent, and is not being fetched. */
static bool is_here(const struct borrowed *borrowed, page_id page)
{
	if (borrowed->pager->pages.info[page].fetching)
		return borrowed_content(borrowed, page);
	return local_memory_is_local(&borrowed->machine->memory, page) || borrowed->flags[page] & BORROWED_WAITING;
}

void copies_remove(struct borrowed *borrowed, page_id page, unsigned copy)
{
	const unsigned count = copies_count(borrowed, page);

	for (unsigned i = copy; i + 1 < count; i++)
		set_copy(borrowed, page, i, copies_get(borrowed, page, i + 1), count - 1);
	if (count > 1) {
		set_count(borrowed, page, count - 1);
		return;
	}
	borrowed->flags[page] &= (uint8_t) ~(BORROWED_VALID | BORROWED_CURRENT);
	if (borrowed->flags[page] & BORROWED_WAITING)
		borrowed->flags[page] |= BORROWED_SEND;
	borrowed->counts.lost += !is_here(borrowed, page);
	fault_note(borrowed->machine, 0, page, rpm_pack(is_here(borrowed, page) ? RPM_LOCAL : RPM_LOST, 0, 0, 0));
}

void copies_drop(struct borrowed *borrowed, page_id page)
{
	const unsigned count = copies_count(borrowed, page);

	for (unsigned i = 0; i < count; i++)
		pool_release(borrowed->pool, copies_get(borrowed, page, i));
}

static unsigned find_copy(const struct borrowed *borrowed, page_id page, struct lease lease)
{
	const unsigned count = copies_count(borrowed, page);
	unsigned copy = 0;

	while (copy < count && (copies_get(borrowed, page, copy).node != lease.node ||
				copies_get(borrowed, page, copy).frame != lease.frame))
		copy++;
	return copy;
}

/* ---- finding frames ---- */

/* A frame for one more copy. Another page may have to give its frame up, but only one that is here as well or has
 * another copy. */
static bool find_frame(struct borrowed *borrowed, page_id page, bool free_only, struct lease *lease)
{
	const unsigned count = copies_count(borrowed, page);
	uint32_t taken[FAULT_COPIES_MAX];
	const struct pool_request request = {.borrower = BORROWED_SELF,
					     .owner = page,
					     .now_ps = borrowed_model_ps(borrowed),
					     .taken = taken,
					     .n = count,
					     .free_only = free_only};
	pool_owner displaced;

	for (unsigned i = 0; i < count; i++)
		taken[i] = copies_get(borrowed, page, i).node;
	if (!pool_place(borrowed->pool, &request, lease, &displaced))
		return false;
	if (displaced == POOL_NOBODY)
		return true;
	if (!is_here(borrowed, (page_id)displaced) && copies_count(borrowed, (page_id)displaced) < 2) {
		pool_rename(borrowed->pool, *lease, displaced);
		return false;
	}
	copies_remove(borrowed, (page_id)displaced, find_copy(borrowed, (page_id)displaced, *lease));
	return true;
}

static unsigned peers_up(const struct borrowed *borrowed)
{
	unsigned count = 0;

	for (unsigned i = 0; i < borrowed->peers.count; i++)
		count += pool_is_open(borrowed->pool, borrowed_node(i));
	return count;
}

bool copies_are_missing(const struct borrowed *borrowed, page_id page)
{
	const unsigned count = copies_count(borrowed, page);

	return count < borrowed->replicas && count < peers_up(borrowed);
}

bool copies_place(struct borrowed *borrowed, page_id page)
{
	unsigned count = copies_count(borrowed, page);
	struct lease lease;

	while (count < borrowed->replicas && count < peers_up(borrowed) &&
	       find_frame(borrowed, page, count > 0, &lease)) {
		set_copy(borrowed, page, count, lease, count + 1);
		set_count(borrowed, page, ++count);
	}
	return count > 0;
}

/* ---- repairs ---- */

static bool is_leaving(const struct borrowed *borrowed, uint32_t node)
{
	return borrowed->peer[borrowed_peer_of(node)].leaves;
}

/* The first copy at a peer that leaves; the number of copies if there is none. */
static unsigned leaving_copy(const struct borrowed *borrowed, page_id page)
{
	const unsigned count = copies_count(borrowed, page);
	unsigned copy = 0;

	while (copy < count && !is_leaving(borrowed, copies_get(borrowed, page, copy).node))
		copy++;
	return copy;
}

static bool needs_repair(const struct borrowed *borrowed, page_id page)
{
	const unsigned count = copies_count(borrowed, page);

	return count && (count < borrowed->replicas || leaving_copy(borrowed, page) < count);
}

static void queue_repair(struct borrowed *borrowed, page_id page)
{
	if (borrowed->flags[page] & BORROWED_QUEUED || !needs_repair(borrowed, page))
		return;
	borrowed->flags[page] |= BORROWED_QUEUED;
	borrowed->scans |= !page_queue_push(&borrowed->repairs, page);
}

/* A page whose content is here needs no copy at a peer that leaves: it is sent to another one when it is evicted. */
static bool forget_leaving(struct borrowed *borrowed, page_id page)
{
	unsigned copy = leaving_copy(borrowed, page);

	if (!is_here(borrowed, page) || borrowed->sending[page])
		return false;
	for (; copy < copies_count(borrowed, page); copy = leaving_copy(borrowed, page)) {
		pool_release(borrowed->pool, copies_get(borrowed, page, copy));
		copies_remove(borrowed, page, copy);
		borrowed->counts.moved++;
	}
	return true;
}

/* Begins to read a page for one more copy. False: there is no room for it now. */
static bool begin_repair(struct borrowed *borrowed, page_id page)
{
	struct transfer *transfer;
	struct lease from, to;
	int status;

	if (forget_leaving(borrowed, page))
		return true;
	if (!needs_repair(borrowed, page) || !(borrowed->flags[page] & BORROWED_VALID))
		return true;
	if (!find_frame(borrowed, page, true, &to))
		return false;
	transfer = peers_has_frame(&borrowed->peers, borrowed_peer_of(to.node), to.frame)
			   ? borrowed_take_transfer(borrowed, TRANSFER_READ, page)
			   : NULL;
	if (!transfer) {
		pool_release(borrowed->pool, to);
		return false;
	}
	from = copies_get(borrowed, page, 0);
	transfer->to = to;
	transfer->owner = page;
	transfer->version = borrowed->version[page];
	transfer->peer = borrowed_peer_of(from.node);
	borrowed->repairing++;
	status = peers_get(&borrowed->peers, transfer->peer, from.frame, (uint64_t)(transfer - borrowed->transfer),
			   transfer->content);
	if (status == 1)
		copies_read(borrowed, transfer);
	else if (status < 0)
		copies_copied(borrowed, transfer, false);
	return true;
}

void copies_read(struct borrowed *borrowed, struct transfer *transfer)
{
	const unsigned peer = borrowed_peer_of(transfer->to.node);

	if (transfer->page == PAGE_NONE || transfer->version != borrowed->version[transfer->page] ||
	    !peers_is_up(&borrowed->peers, peer) || !borrowed_is_right(borrowed, transfer->page, transfer->content)) {
		copies_copied(borrowed, transfer, false);
		return;
	}
	transfer->kind = TRANSFER_COPY;
	transfer->peer = peer;
	if (peers_put(&borrowed->peers, peer, transfer->to.frame, (uint64_t)(transfer - borrowed->transfer),
		      transfer->content) < 0)
		peers_fail(&borrowed->peers, peer, "a page could not be sent to it");
	else
		peers_flush(&borrowed->peers, peer);
}

/* The new copy takes the place of one at a peer that leaves, or is one more. */
static void add_copy(struct borrowed *borrowed, page_id page, struct lease lease)
{
	const unsigned count = copies_count(borrowed, page), leaving = leaving_copy(borrowed, page);

	borrowed->counts.copied++;
	if (leaving < count) {
		pool_release(borrowed->pool, copies_get(borrowed, page, leaving));
		set_copy(borrowed, page, leaving, lease, count);
		borrowed->counts.moved++;
		return;
	}
	set_copy(borrowed, page, count, lease, count + 1);
	set_count(borrowed, page, count + 1);
}

void copies_copied(struct borrowed *borrowed, struct transfer *transfer, bool fine)
{
	const page_id page = transfer->page;
	const struct lease to = transfer->to;
	const uint32_t version = transfer->version;
	const pool_owner owner = transfer->owner;

	borrowed_end_transfer(borrowed, transfer);
	borrowed->repairing--;
	fine = fine && page != PAGE_NONE && version == borrowed->version[page] &&
	       borrowed->flags[page] & BORROWED_VALID && needs_repair(borrowed, page) &&
	       pool_owner_of(borrowed->pool, to) == page;
	if (fine)
		add_copy(borrowed, page, to);
	else if (pool_owner_of(borrowed->pool, to) == owner &&
		 (page == PAGE_NONE || find_copy(borrowed, page, to) == copies_count(borrowed, page)))
		pool_release(borrowed->pool, to);
	if (page != PAGE_NONE)
		queue_repair(borrowed, page);
}

/* A peer that leaves and has nothing of ours any more may go. */
static void let_go(struct borrowed *borrowed)
{
	for (unsigned i = 0; i < borrowed->peers.count; i++)
		if (borrowed->peer[i].leaves && borrowed->peers.peer[i].leases &&
		    !pool_hosted(borrowed->pool, borrowed_node(i)))
			peers_release(&borrowed->peers, i);
}

static void scan(struct borrowed *borrowed)
{
	borrowed->scans = false;
	for (page_id page = 0; page < borrowed->pager->pages.used; page++)
		queue_repair(borrowed, page);
}

bool copies_repair(struct borrowed *borrowed)
{
	bool any = false;

	let_go(borrowed);
	if (peers_now_us() < borrowed->blocked_us)
		return false;
	if (borrowed->scans)
		scan(borrowed);
	for (uint32_t left = borrowed->repairs.count; left && borrowed->repairing < BORROWED_REPAIRS; left--) {
		const page_id page = page_queue_pop(&borrowed->repairs);

		borrowed->flags[page] &= (uint8_t)~BORROWED_QUEUED;
		if (begin_repair(borrowed, page)) {
			any = true;
			continue;
		}
		queue_repair(borrowed, page);
		borrowed->blocked_us = peers_now_us() + AGAIN_US;
		break;
	}
	return any;
}

/* ---- peers that come and go ---- */

static void set_lent(struct borrowed *borrowed, unsigned peer, uint32_t frames)
{
	struct err err;

	borrowed->peer[peer].lent = frames;
	borrowed->blocked_us = 0;
	if (pool_join(borrowed->pool, borrowed_node(peer), frames, &err) < 0)
		borrowed_fail(borrowed, &err);
}

void copies_up(void *context, unsigned peer, uint32_t frames)
{
	struct borrowed *borrowed = context;

	borrowed->peer[peer].leaves = false;
	set_lent(borrowed, peer, frames);
	borrowed->scans = borrowed->pager && borrowed->replicas > 1;
}

void copies_changed(void *context, unsigned peer, uint32_t frames)
{
	struct borrowed *borrowed = context;

	if (!borrowed->peer[peer].leaves && !borrowed->peers.peer[peer].leaves)
		set_lent(borrowed, peer, frames);
}

void copies_leave(void *context, unsigned peer)
{
	struct borrowed *borrowed = context;
	const uint32_t node = borrowed_node(peer);
	struct lease lease;

	borrowed->peer[peer].leaves = true;
	borrowed->blocked_us = 0;
	pool_close(borrowed->pool, node);
	for (uint32_t from = 0; pool_next(borrowed->pool, node, from, &lease); from = lease.frame + 1)
		queue_repair(borrowed, (page_id)pool_owner_of(borrowed->pool, lease));
}

/* What was under way to or from the peer. */
static void end_transfers(struct borrowed *borrowed, unsigned peer)
{
	for (unsigned i = 0; i < BORROWED_TRANSFERS; i++) {
		struct transfer *transfer = &borrowed->transfer[i];

		if (transfer->kind == TRANSFER_NONE || transfer->peer != peer || transfer->here)
			continue;
		if (transfer->kind == TRANSFER_SEND)
			borrowed_sent(borrowed, transfer, false);
		else if (transfer->kind != TRANSFER_FETCH)
			copies_copied(borrowed, transfer, false);
		else if (transfer->page == PAGE_NONE)
			borrowed_end_transfer(borrowed, transfer);
		else if (transfer->stale)
			borrowed_arrive(borrowed, transfer);
		else
			borrowed_fetch_again(borrowed, transfer);
	}
}

void copies_down(void *context, unsigned peer, const char *reason)
{
	struct borrowed *borrowed = context;
	const uint32_t node = borrowed_node(peer);
	struct lease lease;

	borrowed->peer[peer].down_us = peers_now_us();
	borrowed->peer[peer].leaves = false;
	borrowed->peer[peer].lent = 0;
	snprintf(borrowed->peer[peer].reason, sizeof(borrowed->peer[peer].reason), "%s", reason);
	pool_close(borrowed->pool, node);
	for (uint32_t from = 0; pool_next(borrowed->pool, node, from, &lease); from = lease.frame + 1) {
		const page_id page = (page_id)pool_owner_of(borrowed->pool, lease);
		const unsigned copy = find_copy(borrowed, page, lease);

		pool_release(borrowed->pool, lease);
		if (copy == copies_count(borrowed, page)) /* one that was being made */
			continue;
		copies_remove(borrowed, page, copy);
		queue_repair(borrowed, page);
	}
	end_transfers(borrowed, peer);
}
