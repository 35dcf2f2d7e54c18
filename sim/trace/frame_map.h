/* SPDX-License-Identifier: MIT */
/* From guest frames to dense page ids, given out in the order in which frames are first named. */
#ifndef TRACE_FRAME_MAP_H
#define TRACE_FRAME_MAP_H

#include <stddef.h>

#include "base/err.h"
#include "base/page.h"

#define FRAME_MAP_PAGES_MAX (UINT32_MAX / 2) /* ids fit 32 bits with room for list sentinels */

struct frame_map_place {
	gfn frame; /* GFN_NONE where free */
	page_id page;
};

struct frame_map {
	struct frame_map_place *place;
	size_t mask;
	unsigned shift;
	uint32_t pages;
};

int frame_map_init(struct frame_map *map, struct err *err);
void frame_map_free(struct frame_map *map);

/* The id of a frame; a frame not seen before gets the next one (`pages` grows). GFN_NONE is not a frame. */
int frame_map_add(struct frame_map *map, gfn frame, page_id *page, struct err *err);

/* The id of a frame, PAGE_NONE when it was never added. */
page_id frame_map_find(const struct frame_map *map, gfn frame);

#endif
