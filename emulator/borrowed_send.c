/* SPDX-License-Identifier: MIT */
/* Evicted pages: unmapped, read, sent to their peers, and freed. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "emulator/borrowed_state.h"

/* Where the page is in the memory file. */
static off_t offset_of(const struct borrowed *borrowed, page_id page)
{
	const uint64_t address = (uint64_t)borrowed->pager->pages.info[page].vpn << TRACE_PAGE_SHIFT;
	const struct area *area = areas_find(&borrowed->pager->areas, address);

	return (off_t)(area->offset + (address - area->start));
}

/* The page is at its peers: its memory here is freed. */
static void free_page(struct borrowed *borrowed, page_id page)
{
	uint8_t *flags = &borrowed->flags[page];

	(void)fallocate(borrowed->pager->memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset_of(borrowed, page),
			(off_t)BORROWED_PAGE);
	borrowed->waiting_pages--;
	borrowed->written += *flags & BORROWED_COUNTED ? 1 : 0;
	*flags |= BORROWED_VALID;
	*flags &= (uint8_t) ~(BORROWED_WAITING | BORROWED_SEND | BORROWED_COUNTED | BORROWED_CURRENT);
	for (unsigned i = 0; i < copies_count(borrowed, page); i++)
		pool_renew(borrowed->pool, copies_get(borrowed, page, i));
}

/* Waits again: its turn comes after the others. */
static void wait_again(struct borrowed *borrowed, page_id page)
{
	struct err err;

	if (page_queue_push(&borrowed->waiting, page))
		return;
	err_memory(&err, "evicted pages");
	borrowed_fail(borrowed, &err);
}

/* ---- sending ---- */

/* Whether all copies have leased frames. A frame that its peer will not lease after all is given up for another. */
static bool has_frames(struct borrowed *borrowed, page_id page)
{
	const bool placed = copies_place(borrowed, page);
	bool all = placed;

	if (!placed)
		borrowed_say_full(borrowed);
	for (unsigned i = 0; i < copies_count(borrowed, page); i++) {
		const struct lease lease = copies_get(borrowed, page, i);
		const unsigned peer = borrowed_peer_of(lease.node);

		if (peers_has_frame(&borrowed->peers, peer, lease.frame))
			continue;
		all = false;
		if (lease.frame >= borrowed->peer[peer].lent) {
			pool_release(borrowed->pool, lease);
			copies_remove(borrowed, page, i);
			break;
		}
	}
	return all;
}

static void put(struct borrowed *borrowed, struct transfer *transfer, struct lease lease)
{
	transfer->peer = borrowed_peer_of(lease.node);
	borrowed->sending[transfer->page]++;
	borrowed->counts.sent++;
	if (peers_put(&borrowed->peers, transfer->peer, lease.frame, (uint64_t)(transfer - borrowed->transfer),
		      transfer->content) < 0)
		peers_fail(&borrowed->peers, transfer->peer, "a page could not be sent to it");
}

/* Begins to send a page to each of its peers. False: it has to wait. */
static bool send_page(struct borrowed *borrowed, page_id page)
{
	const unsigned copies = has_frames(borrowed, page) ? copies_count(borrowed, page) : 0;
	const unsigned char *content = NULL;

	if (!copies || borrowed->free_transfers < BORROWED_FOR_TOUCHES + copies)
		return false;
	borrowed->version[page]++;
	borrowed->flags[page] |= BORROWED_CURRENT;
	borrowed->counts.unwritten += !(borrowed->flags[page] & BORROWED_COUNTED);
	for (unsigned i = 0; i < copies; i++) {
		struct transfer *transfer = borrowed_take_transfer(borrowed, TRANSFER_SEND, page);

		if (content) {
			memcpy(transfer->content, content, BORROWED_PAGE);
		} else if (pread(borrowed->pager->memory, transfer->content, BORROWED_PAGE,
				 offset_of(borrowed, page)) != (ssize_t)BORROWED_PAGE) {
			struct err err;

			err_errno(&err, ERR_FAILED, "reading an evicted page");
			borrowed_fail(borrowed, &err);
		}
		content = transfer->content;
		if (borrowed->checksum)
			borrowed->checksum[page] = XXH64(content, BORROWED_PAGE, 0);
		put(borrowed, transfer, copies_get(borrowed, page, i));
	}
	return true;
}

/* An evicted page that is not mapped any more. False: it has to wait. */
static bool send_or_free(struct borrowed *borrowed, page_id page)
{
	/* A page that was evicted, touched and evicted again is in the queue twice. */
	if (!(borrowed->flags[page] & BORROWED_WAITING) || borrowed->sending[page])
		return false;
	if (borrowed->flags[page] & BORROWED_SEND && !send_page(borrowed, page)) {
		wait_again(borrowed, page);
		return false;
	}
	if (borrowed->flags[page] & BORROWED_SEND)
		return true;
	borrowed->counts.clean++;
	free_page(borrowed, page);
	return true;
}

/* Takes pages that can be sent from the queue, up to UNMAP_PAGES, and unmaps them. Returns how many. */
static uint32_t take_pages(struct borrowed *borrowed, page_id page[UNMAP_PAGES])
{
	struct page_info *info = borrowed->pager->pages.info;
	page_id mapped[UNMAP_PAGES];
	uint32_t count = 0, mapped_count = 0, ready = 0;

	for (uint32_t left = borrowed->waiting.count; left && count < UNMAP_PAGES; left--) {
		const page_id one = page_queue_pop(&borrowed->waiting);

		if (!(borrowed->flags[one] & BORROWED_WAITING))
			continue;
		if (info[one].fetching || borrowed->sending[one]) {
			wait_again(borrowed, one);
			continue;
		}
		page[count++] = one;
		if (info[one].mapped)
			mapped[mapped_count++] = one;
	}
	if (mapped_count)
		pager_unmap(borrowed->pager, mapped, mapped_count);
	for (uint32_t i = 0; i < count; i++) {
		if (info[page[i]].mapped)
			wait_again(borrowed, page[i]);
		else
			page[ready++] = page[i];
	}
	return ready;
}

bool borrowed_send(struct borrowed *borrowed, bool idle)
{
	page_id page[UNMAP_PAGES];
	bool any = false;
	uint32_t count;

	if (borrowed->waiting.count < (idle ? 1 : borrowed->batch))
		return false;
	count = take_pages(borrowed, page);
	for (uint32_t i = 0; i < count; i++)
		any |= send_or_free(borrowed, page[i]);
	for (unsigned i = 0; i < borrowed->peers.count && any; i++)
		peers_flush(&borrowed->peers, i);
	return any;
}

void borrowed_sent(struct borrowed *borrowed, struct transfer *transfer, bool fine)
{
	const page_id page = transfer->page;
	uint8_t *flags;

	borrowed_end_transfer(borrowed, transfer);
	if (page == PAGE_NONE)
		return;
	flags = &borrowed->flags[page];
	if (!fine)
		*flags &= (uint8_t)~BORROWED_CURRENT;
	if (--borrowed->sending[page] || !(*flags & BORROWED_WAITING))
		return;
	if (*flags & BORROWED_CURRENT && !borrowed->pager->pages.info[page].mapped &&
	    !borrowed->pager->pages.info[page].fetching)
		free_page(borrowed, page);
	else
		wait_again(borrowed, page);
}
