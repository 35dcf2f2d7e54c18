/* SPDX-License-Identifier: MIT */
#include "naive_lru.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void naive_begin(struct naive_lru *lru, uint32_t frames, const struct trace_snapshot_page *snapshot, uint32_t count)
{
	*lru = (struct naive_lru){.frames = frames};
	assert(frames <= NAIVE_PAGES && count <= NAIVE_PAGES);
	for (page_id page = count; page-- > 0;) {
		uint32_t dirty_from = snapshot[page].dirty_from;

		lru->seen[page] = true;
		lru->opening[page] = lru->used == frames;
		if (lru->used < frames)
			lru->at[lru->used++] = (struct naive_page){page, dirty_from && dirty_from <= frames};
	}
}

uint32_t naive_touch(struct naive_lru *lru, page_id page, bool write)
{
	uint32_t at = 0;
	bool hit, dirty = write;

	while (at < lru->used && lru->at[at].page != page)
		at++;
	hit = at < lru->used;
	if (hit) {
		dirty |= lru->at[at].dirty;
	} else {
		lru->faults += lru->seen[page];
		lru->compulsory += lru->opening[page];
		lru->first_touches += !lru->seen[page];
		if (lru->used < lru->frames)
			lru->used++;
		else
			lru->write_backs += lru->at[--at].dirty;
	}
	memmove(lru->at + 1, lru->at, at * sizeof(lru->at[0]));
	lru->at[0] = (struct naive_page){page, dirty};
	lru->seen[page] = true;
	lru->opening[page] = false;
	return hit ? at + 1 : 0;
}

page_id *dense_pages(const struct refs *refs, uint32_t *pages)
{
	page_id *page = malloc((refs->count + 1) * sizeof(*page));
	gfn frame[NAIVE_PAGES];

	assert(page);
	*pages = 0;
	for (size_t i = 0; i < refs->count; i++) {
		page_id id = 0;

		while (id < *pages && frame[id] != refs->ref[i].frame)
			id++;
		assert(id < NAIVE_PAGES);
		if (id == *pages)
			frame[(*pages)++] = refs->ref[i].frame;
		page[i] = id;
	}
	return page;
}
