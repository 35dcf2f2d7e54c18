/* SPDX-License-Identifier: MIT */
/* Pages in the order of their addresses, and the tables of 512 entries (2 MiB) that they lie in. */
#ifndef POLICY_ADDRESSES_H
#define POLICY_ADDRESSES_H

#include <stdint.h>

#include "base/err.h"
#include "base/page.h"

#define ADDRESSES_TABLE 512

struct addresses {
	const gfn *frame; /* by page; NULL: the page itself. The caller's */
	page_id *page;    /* by rank: the pages by ascending address */
	uint32_t *rank;   /* by page */
	uint32_t *table;  /* by page: its table's number; tables with pages are numbered from 0 */
	uint32_t *first;  /* by table: its first rank; one more at the end */
	uint32_t pages, tables;
};

/* Sorts `pages` pages. Returns 0 or ERR_FAILED; addresses_free is right in both cases. */
int addresses_init(struct addresses *addresses, const gfn *frame, uint32_t pages, struct err *err);
void addresses_free(struct addresses *addresses);

static inline gfn address_of(const struct addresses *addresses, page_id page)
{
	return addresses->frame ? addresses->frame[page] : page;
}

#endif
