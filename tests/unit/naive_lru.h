/* SPDX-License-Identifier: MIT */
/* A simple LRU memory and reference strings for it. The stack, the curve and the region are tested against it. */
#ifndef TESTS_NAIVE_LRU_H
#define TESTS_NAIVE_LRU_H

#include <stdbool.h>

#include "trace/reader.h"
#include "traces.h"

#define NAIVE_PAGES 256

struct naive_lru {
	uint32_t frames, used;
	struct naive_page {
		page_id page;
		bool dirty;
	} at[NAIVE_PAGES];                            /* most recently used first */
	bool seen[NAIVE_PAGES], opening[NAIVE_PAGES]; /* opening: absent at the beginning and not touched since */
	uint64_t faults, compulsory, first_touches, write_backs;
};

/* A memory of `frames` pages, with the most recent ones of a snapshot in it (pages 0 to count - 1, as in a reader). */
void naive_begin(struct naive_lru *lru, uint32_t frames, const struct trace_snapshot_page *snapshot, uint32_t count);

/* Touches a page. Returns its previous place in the memory, from 1; 0 when it was absent. */
uint32_t naive_touch(struct naive_lru *lru, page_id page, bool write);

/* The pages of a reference string (up to NAIVE_PAGES) as dense ids, in order of first touch; the caller frees it. */
page_id *dense_pages(const struct refs *refs, uint32_t *pages);

#endif
