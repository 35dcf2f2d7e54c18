/* SPDX-License-Identifier: MIT */
#include "emulator/pages.h"

#include <stdlib.h>

#include "base/table.h"

#define LEAF_PAGES (UINT64_C(1) << PAGES_LEAF_BITS)
#define VPN_MASK   (PAGES_VPN_END - 1)
#define LEAVES     ((size_t)1 << (PAGES_VPN_BITS - PAGES_LEAF_BITS))

int pages_init(struct pages *pages, uint32_t capacity, struct err *err)
{
	*pages = (struct pages){.capacity = capacity};
	pages->directory = table_map(LEAVES, sizeof(*pages->directory));
	pages->info = table_map(capacity, sizeof(*pages->info));
	pages->spare = table_map(capacity, sizeof(*pages->spare));
	if (pages->directory && pages->info && pages->spare)
		return 0;
	pages_free(pages);
	return err_memory(err, "the target's pages");
}

void pages_free(struct pages *pages)
{
	for (size_t i = 0; pages->directory && i < LEAVES; i++)
		free(pages->directory[i]);
	table_unmap(pages->directory, LEAVES, sizeof(*pages->directory));
	table_unmap(pages->info, pages->capacity, sizeof(*pages->info));
	table_unmap(pages->spare, pages->capacity, sizeof(*pages->spare));
	*pages = (struct pages){0};
}

/* The entry of a page in its leaf; NULL without a leaf. */
static uint32_t *entry(const struct pages *pages, uint64_t vpn)
{
	uint32_t *leaf = vpn >> PAGES_VPN_BITS ? NULL : pages->directory[vpn >> PAGES_LEAF_BITS];

	return leaf ? &leaf[vpn & (LEAF_PAGES - 1)] : NULL;
}

/* The same, with a leaf. NULL when memory runs out. */
static uint32_t *make_entry(struct pages *pages, uint64_t vpn)
{
	uint32_t **leaf = &pages->directory[vpn >> PAGES_LEAF_BITS];

	if (!*leaf)
		*leaf = calloc(LEAF_PAGES, sizeof(**leaf));
	return entry(pages, vpn);
}

page_id pages_find(const struct pages *pages, uint64_t vpn)
{
	const uint32_t *found = entry(pages, vpn);

	return found && *found ? *found - 1 : PAGE_NONE;
}

page_id pages_add(struct pages *pages, uint64_t vpn)
{
	uint32_t *place = vpn >> PAGES_VPN_BITS ? NULL : make_entry(pages, vpn);
	page_id page;

	if (!place || (!pages->spares && pages->used == pages->capacity))
		return PAGE_NONE;
	page = pages->spares ? pages->spare[--pages->spares] : pages->used++;
	*place = page + 1;
	pages->info[page] = (struct page_info){.vpn = vpn & VPN_MASK};
	return page;
}

void pages_remove(struct pages *pages, page_id page)
{
	*entry(pages, pages->info[page].vpn) = 0;
	pages->info[page] = (struct page_info){0};
	pages->spare[pages->spares++] = page;
}

bool pages_move(struct pages *pages, page_id page, uint64_t to_vpn)
{
	uint32_t *to = to_vpn >> PAGES_VPN_BITS ? NULL : make_entry(pages, to_vpn);

	if (!to)
		return false;
	*entry(pages, pages->info[page].vpn) = 0;
	*to = page + 1;
	pages->info[page].vpn = to_vpn & VPN_MASK;
	return true;
}

uint64_t pages_next(const struct pages *pages, uint64_t from, uint64_t to)
{
	while (from < to && !(from >> PAGES_VPN_BITS)) {
		const uint32_t *found = entry(pages, from);

		if (found && *found)
			return from;
		from = found ? from + 1 : (from | (LEAF_PAGES - 1)) + 1;
	}
	return to;
}
