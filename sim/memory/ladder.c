#include "memory/ladder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"

_Static_assert(LADDER_SIZES < LADDER_UNKNOWN, "a level beyond the last is no unknown page's");

int ladder_init(struct ladder *ladder, uint32_t pages, const uint32_t *frames, unsigned sizes, struct err *err)
{
	assert(sizes >= 1 && sizes <= LADDER_SIZES);
	*ladder = (struct ladder){.sizes = sizes, .newest = PAGE_NONE, .oldest = PAGE_NONE};
	memcpy(ladder->frames, frames, sizes * sizeof(*frames));
	ladder->page = table_alloc((size_t)pages + 1, sizeof(*ladder->page));
	if (!ladder->page)
		return err_memory(err, "LRU memories");
	for (page_id page = 0; page < pages; page++)
		ladder->page[page].level = LADDER_UNKNOWN;
	return 0;
}

void ladder_free(struct ladder *ladder)
{
	free(ladder->page);
	*ladder = (struct ladder){0};
}

static void unlink_page(struct ladder *ladder, const struct ladder_page *page)
{
	ladder->page[page->newer].older = page->older; /* it is not the newest */
	if (page->older == PAGE_NONE)
		ladder->oldest = page->newer;
	else
		ladder->page[page->older].newer = page->newer;
}

static void put_first(struct ladder *ladder, page_id id)
{
	struct ladder_page *page = &ladder->page[id];

	page->newer = PAGE_NONE;
	page->older = ladder->newest;
	if (ladder->newest == PAGE_NONE)
		ladder->oldest = id;
	else
		ladder->page[ladder->newest].newer = id;
	ladder->newest = id;
	page->level = 0;
}

/* Moves the marks of the sizes that drive a page out, from the smallest on: what one drives out the next one still
 * holds. */
static void evict(struct ladder *ladder, struct ladder_step *step)
{
	for (unsigned i = 0; i < step->evicting; i++) {
		page_id victim = ladder->last[i];
		struct ladder_page *page = &ladder->page[victim];

		ladder->last[i] = page->newer;
		page->level = (uint8_t)(i + 1);
		step->victim[i] = victim;
		step->dirty[i] = page->dirty_from <= i;
		if (page->dirty_from <= i)
			page->dirty_from = (uint8_t)(i + 1);
	}
}

static void add(struct ladder *ladder, page_id id, struct ladder_step *step)
{
	step->first = true;
	step->missing = ladder->sizes;
	step->evicting = ladder->full;
	put_first(ladder, id);
	evict(ladder, step);
	ladder->known++;
	if (ladder->full < ladder->sizes && ladder->known == ladder->frames[ladder->full])
		ladder->last[ladder->full++] = ladder->oldest;
}

void ladder_miss(struct ladder *ladder, page_id id, bool write, struct ladder_step *step)
{
	struct ladder_page *page = &ladder->page[id];

	if (page->level == LADDER_UNKNOWN) {
		page->dirty_from = (uint8_t)ladder->sizes;
		add(ladder, id, step);
	} else {
		step->first = false;
		step->missing = step->evicting = page->level;
		if (page->level < ladder->full && ladder->last[page->level] == id)
			ladder->last[page->level] = page->newer;
		unlink_page(ladder, page);
		put_first(ladder, id);
		evict(ladder, step);
	}
	if (write)
		page->dirty_from = 0;
}

void ladder_place(struct ladder *ladder, page_id id, uint32_t dirty_from, struct ladder_step *step)
{
	unsigned level = 0;

	while (level < ladder->sizes && (!dirty_from || ladder->frames[level] < dirty_from))
		level++;
	ladder->page[id].dirty_from = (uint8_t)level;
	add(ladder, id, step);
}
