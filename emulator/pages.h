/* SPDX-License-Identifier: MIT */
/*
 * The pages of a target process that the pager manages: virtual page number to page id, and what is known of each page.
 * Ids are dense. A page that is removed gives its id back, and the id given back last is used first, so that the number
 * of ids ever used is the largest number of pages that existed at a time.
 *
 *   virtual page  | directory index (19 bits) | leaf index (16 bits) |      47-bit user addresses of x86-64
 *   directory     [ leaf  NULL  NULL  leaf ... ]                            4 MiB, used page by page
 *   leaf          [ id  id  none ... ]                                      256 KiB for 256 MiB of addresses
 */
#ifndef EMULATOR_PAGES_H
#define EMULATOR_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/page.h"

#define PAGES_VPN_BITS  35
#define PAGES_LEAF_BITS 16
#define PAGES_VPN_END   (UINT64_C(1) << PAGES_VPN_BITS) /* page numbers are below this */

struct page_info {
	uint64_t vpn : 60;
	uint64_t mapped : 1;    /* in the target's page table */
	uint64_t guarded : 1;   /* mapped write-protected: its next write traps */
	uint64_t fetching : 1;  /* a thread of the target waits for it */
	uint64_t unmapping : 1; /* to be unmapped before the next touch is handled */
};

struct pages {
	uint32_t **directory;   /* of leaves; an entry of a leaf is a page id + 1, 0 for no page */
	struct page_info *info; /* by page id */
	page_id *spare;         /* ids given back, the last one first */
	uint32_t spares;
	uint32_t used;     /* ids ever used */
	uint32_t capacity; /* ids are below this */
};

/* Makes room for up to `capacity` pages at a time; memory is taken as they are used. Returns 0 or a negative code. */
int pages_init(struct pages *pages, uint32_t capacity, struct err *err);
void pages_free(struct pages *pages);

/* The id of the page, PAGE_NONE when there is none. */
page_id pages_find(const struct pages *pages, uint64_t vpn);

/* Gives a new page an id. PAGE_NONE when there are `capacity` pages, when memory runs out, or when the number has more
 * than PAGES_VPN_BITS bits. */
page_id pages_add(struct pages *pages, uint64_t vpn);

void pages_remove(struct pages *pages, page_id page);

/* The page is at another address from now on. False when memory runs out. */
bool pages_move(struct pages *pages, page_id page, uint64_t to_vpn);

/* The number of the first page that exists in [from, to); `to` when there is none. */
uint64_t pages_next(const struct pages *pages, uint64_t from, uint64_t to);

/* Pages that exist now. */
static inline uint32_t pages_count(const struct pages *pages)
{
	return pages->used - pages->spares;
}

#endif
