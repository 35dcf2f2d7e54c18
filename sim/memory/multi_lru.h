/* SPDX-License-Identifier: MIT */
/*
 * LRU memories of several sizes at once, in one pass: for every touch, which of them do not hold the page, and which
 * page each of these evicts. A curve (curve.h) has the counts for all sizes; this has the pages, for the requested
 * sizes.
 *
 * One list in the order of use serves all sizes: a memory of m pages holds its first m (Mattson, Gecsei, Slutz,
 * Traiger, 'Evaluation techniques for storage hierarchies', IBM Systems Journal 9(2), 1970). Each size has a mark at
 * the last page that it holds:
 *
 *     most recent  A  B  C  D  E  F  G  H
 *                        |        |
 *               size 3 --+        +-- size 6         level: A, B, C 0;  D, E, F 1;  G, H 2
 *
 * A touch of G moves it to the front and both marks one page back, to B and E: C and F are evicted. A page's level is
 * the smallest size that holds it. Likewise, dirty_from is the smallest size in which it is dirty.
 */
#ifndef MEMORY_MULTI_LRU_H
#define MEMORY_MULTI_LRU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/page.h"

enum { MULTI_LRU_SIZES = 128 };
#define MULTI_LRU_UNKNOWN UINT8_MAX

struct multi_lru_page {
	page_id newer, older;
	uint8_t level;      /* MULTI_LRU_UNKNOWN: never touched */
	uint8_t dirty_from; /* a level; beyond the last: clean in all */
};

struct multi_lru {
	struct multi_lru_page *page;
	uint32_t frames[MULTI_LRU_SIZES]; /* ascending */
	page_id last[MULTI_LRU_SIZES];    /* that each size holds, once it is full */
	unsigned sizes, full;             /* the sizes 0 to full - 1 are full */
	uint32_t known;                   /* pages touched so far */
	page_id newest, oldest;
};

/* What a touch did. Sizes are indices into `frames`. */
struct multi_lru_step {
	bool first;        /* the page's first touch: no size held it, and nothing is fetched */
	unsigned missing;  /* the sizes 0 to missing - 1 did not hold it */
	unsigned evicting; /* the sizes 0 to evicting - 1 evicted a page */
	page_id victim[MULTI_LRU_SIZES];
	bool dirty[MULTI_LRU_SIZES];
};

/* For page ids below `pages`, and 1 to MULTI_LRU_SIZES sizes of 1 page or more, ascending and distinct. */
int multi_lru_init(struct multi_lru *multi_lru, uint32_t pages, const uint32_t *frames, unsigned sizes,
		   struct err *err);
void multi_lru_free(struct multi_lru *multi_lru);

/* A page touched before the trace begins, from the least to the most recently used; dirty in memories of `dirty_from`
 * pages or more, 0 in none. */
void multi_lru_place(struct multi_lru *multi_lru, page_id page, uint32_t dirty_from, struct multi_lru_step *step);

void multi_lru_miss(struct multi_lru *multi_lru, page_id page, bool write, struct multi_lru_step *step);

/* Touches a page. Returns true if some size did not hold it, and `step` is worth a look. */
static inline bool multi_lru_touch(struct multi_lru *multi_lru, page_id page, bool write, struct multi_lru_step *step)
{
	if (page == multi_lru->newest) {
		if (write)
			multi_lru->page[page].dirty_from = 0;
		return false;
	}
	multi_lru_miss(multi_lru, page, write, step);
	return step->missing > 0;
}

#endif
