/* SPDX-License-Identifier: MIT */
#include "memory/multi_lru.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"

_Static_assert(MULTI_LRU_SIZES < MULTI_LRU_UNKNOWN, "a level beyond the last is no unknown page's");

int multi_lru_init(struct multi_lru *multi_lru, uint32_t pages, const uint32_t *frames, unsigned sizes, struct err *err)
{
	assert(sizes >= 1 && sizes <= MULTI_LRU_SIZES);
	*multi_lru = (struct multi_lru){.sizes = sizes, .newest = PAGE_NONE, .oldest = PAGE_NONE};
	memcpy(multi_lru->frames, frames, sizes * sizeof(*frames));
	multi_lru->page = table_alloc((size_t)pages + 1, sizeof(*multi_lru->page));
	if (!multi_lru->page)
		return err_memory(err, "LRU memories");
	for (page_id page = 0; page < pages; page++)
		multi_lru->page[page].level = MULTI_LRU_UNKNOWN;
	return 0;
}

void multi_lru_free(struct multi_lru *multi_lru)
{
	free(multi_lru->page);
	*multi_lru = (struct multi_lru){0};
}

static void unlink_page(struct multi_lru *multi_lru, const struct multi_lru_page *page)
{
	multi_lru->page[page->newer].older = page->older; /* it is not the newest */
	if (page->older == PAGE_NONE)
		multi_lru->oldest = page->newer;
	else
		multi_lru->page[page->older].newer = page->newer;
}

static void put_first(struct multi_lru *multi_lru, page_id id)
{
	struct multi_lru_page *page = &multi_lru->page[id];

	page->newer = PAGE_NONE;
	page->older = multi_lru->newest;
	if (multi_lru->newest == PAGE_NONE)
		multi_lru->oldest = id;
	else
		multi_lru->page[multi_lru->newest].newer = id;
	multi_lru->newest = id;
	page->level = 0;
}

/* Moves the marks of the sizes that evict a page, from the smallest on: the page that one size evicts is still in the
 * next one. */
static void evict(struct multi_lru *multi_lru, struct multi_lru_step *step)
{
	for (unsigned i = 0; i < step->evicting; i++) {
		page_id victim = multi_lru->last[i];
		struct multi_lru_page *page = &multi_lru->page[victim];

		multi_lru->last[i] = page->newer;
		page->level = (uint8_t)(i + 1);
		step->victim[i] = victim;
		step->dirty[i] = page->dirty_from <= i;
		if (page->dirty_from <= i)
			page->dirty_from = (uint8_t)(i + 1);
	}
}

static void add(struct multi_lru *multi_lru, page_id id, struct multi_lru_step *step)
{
	step->first = true;
	step->missing = multi_lru->sizes;
	step->evicting = multi_lru->full;
	put_first(multi_lru, id);
	evict(multi_lru, step);
	multi_lru->known++;
	if (multi_lru->full < multi_lru->sizes && multi_lru->known == multi_lru->frames[multi_lru->full])
		multi_lru->last[multi_lru->full++] = multi_lru->oldest;
}

void multi_lru_miss(struct multi_lru *multi_lru, page_id id, bool write, struct multi_lru_step *step)
{
	struct multi_lru_page *page = &multi_lru->page[id];

	if (page->level == MULTI_LRU_UNKNOWN) {
		page->dirty_from = (uint8_t)multi_lru->sizes;
		add(multi_lru, id, step);
	} else {
		step->first = false;
		step->missing = step->evicting = page->level;
		if (page->level < multi_lru->full && multi_lru->last[page->level] == id)
			multi_lru->last[page->level] = page->newer;
		unlink_page(multi_lru, page);
		put_first(multi_lru, id);
		evict(multi_lru, step);
	}
	if (write)
		page->dirty_from = 0;
}

void multi_lru_place(struct multi_lru *multi_lru, page_id id, uint32_t dirty_from, struct multi_lru_step *step)
{
	unsigned level = 0;

	while (level < multi_lru->sizes && (!dirty_from || multi_lru->frames[level] < dirty_from))
		level++;
	multi_lru->page[id].dirty_from = (uint8_t)level;
	add(multi_lru, id, step);
}
