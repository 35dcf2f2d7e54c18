/* SPDX-License-Identifier: MIT */
/* Open addressing with linear probing, at most half full; nothing is ever removed. */
#include "trace/frame_map.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_BITS = 12 };

static int allocate(struct frame_map *map, unsigned bits, struct err *err)
{
	size_t places = (size_t)1 << bits;

	map->place = malloc(places * sizeof(*map->place));
	if (!map->place)
		return err_memory(err, "the table of guest frames");
	for (size_t at = 0; at < places; at++)
		map->place[at] = (struct frame_map_place){GFN_NONE, PAGE_NONE};
	map->mask = places - 1;
	map->shift = 64 - bits;
	return 0;
}

int frame_map_init(struct frame_map *map, struct err *err)
{
	*map = (struct frame_map){0};
	return allocate(map, FIRST_BITS, err);
}

void frame_map_free(struct frame_map *map)
{
	free(map->place);
	map->place = NULL;
}

static size_t place(const struct frame_map *map, gfn frame)
{
	size_t at = (size_t)(frame * 0x9E3779B97F4A7C15u >> map->shift); /* Knuth's multiplicative hash, 2^64 / phi */

	while (map->place[at].frame != frame && map->place[at].frame != GFN_NONE)
		at = (at + 1) & map->mask;
	return at;
}

static int grow(struct frame_map *map, struct err *err)
{
	struct frame_map bigger = {.pages = map->pages};
	int status = allocate(&bigger, 64 - map->shift + 1, err);

	if (status < 0)
		return status;
	for (size_t at = 0; at <= map->mask; at++) {
		if (map->place[at].frame != GFN_NONE) {
			size_t to = place(&bigger, map->place[at].frame);

			bigger.place[to] = map->place[at];
		}
	}
	frame_map_free(map);
	*map = bigger;
	return 0;
}

int frame_map_add(struct frame_map *map, gfn frame, page_id *page, struct err *err)
{
	size_t at = place(map, frame);

	assert(frame != GFN_NONE);
	if (map->place[at].frame == frame) {
		*page = map->place[at].page;
		return 0;
	}
	if (map->pages == FRAME_MAP_PAGES_MAX)
		return err_set(err, ERR_FAILED, "more than %u distinct pages", FRAME_MAP_PAGES_MAX);
	if ((size_t)map->pages * 2 > map->mask) {
		int status = grow(map, err);

		if (status < 0)
			return status;
		at = place(map, frame);
	}
	*page = map->pages++;
	map->place[at] = (struct frame_map_place){frame, *page};
	return 0;
}

page_id frame_map_find(const struct frame_map *map, gfn frame)
{
	size_t at = place(map, frame);

	return map->place[at].frame == frame && frame != GFN_NONE ? map->place[at].page : PAGE_NONE;
}
