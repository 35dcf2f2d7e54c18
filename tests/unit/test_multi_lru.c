/* SPDX-License-Identifier: MIT */
/* LRU memories of several sizes in one pass: each against a naive memory of that size, page by page. */
#include <stdlib.h>

#include "memory/multi_lru.h"
#include "naive_lru.h"
#include "unit.h"

enum { SIZES = 12 };

/* Some distinct sizes, ascending. */
static unsigned draw_sizes(uint32_t frames[SIZES], uint32_t pages, uint64_t *seed)
{
	unsigned sizes = 0;
	uint32_t next = 1 + (uint32_t)test_below(seed, 3);

	while (sizes < SIZES && next <= pages + 2) {
		frames[sizes++] = next;
		next += 1 + (uint32_t)test_below(seed, pages / 4 + 1);
	}
	return sizes;
}

/* The next victim of the naive memory, or PAGE_NONE while there is room. */
static page_id next_victim(const struct naive_lru *lru, bool *dirty)
{
	if (lru->used < lru->frames)
		return PAGE_NONE;
	*dirty = lru->at[lru->frames - 1].dirty;
	return lru->at[lru->frames - 1].page;
}

static void check_touch(struct naive_lru *lru, unsigned size, page_id page, bool write,
			const struct multi_lru_step *step)
{
	uint64_t first_touches = lru->first_touches;
	bool dirty = false;
	page_id victim = next_victim(lru, &dirty);
	bool held = naive_touch(lru, page, write) > 0;

	CU_ASSERT_EQUAL(held, size >= step->missing);
	if (held)
		return;
	CU_ASSERT_EQUAL(step->first, lru->first_touches > first_touches);
	CU_ASSERT_EQUAL(victim != PAGE_NONE, size < step->evicting);
	if (size < step->evicting) {
		CU_ASSERT_EQUAL(step->victim[size], victim);
		CU_ASSERT_EQUAL(step->dirty[size], dirty);
	}
}

static void equals_naive_memories(void)
{
	uint64_t seed = 5;

	for (int round = 0; round < 60; round++) {
		struct refs refs = test_refs(test_random(&seed), 1500, 3 + (uint32_t)test_below(&seed, 150));
		uint32_t pages, frames[SIZES], count = 0;
		page_id *page = dense_pages(&refs, &pages);
		struct trace_snapshot_page snapshot[NAIVE_PAGES];
		unsigned sizes = draw_sizes(frames, pages, &seed);
		static struct naive_lru lru[SIZES];
		struct multi_lru_step step;
		struct multi_lru multi_lru;
		struct err err;

		if (round % 2)
			for (count = 0; count < pages / 2; count++)
				snapshot[count] = (struct trace_snapshot_page){count,
									       (uint32_t)test_below(&seed, pages + 3)};
		CU_ASSERT_EQUAL_FATAL(multi_lru_init(&multi_lru, pages, frames, sizes, &err), 0);
		for (page_id i = 0; i < count; i++)
			multi_lru_place(&multi_lru, i, snapshot[i].dirty_from, &step);
		for (unsigned i = 0; i < sizes; i++)
			naive_begin(&lru[i], frames[i], snapshot, count);
		for (size_t i = 0; i < refs.count; i++) {
			bool write = refs.ref[i].kind & TRACE_WRITE;

			if (!multi_lru_touch(&multi_lru, page[i], write, &step))
				step = (struct multi_lru_step){.missing = 0};
			for (unsigned size = 0; size < sizes; size++)
				check_touch(&lru[size], size, page[i], write, &step);
		}
		multi_lru_free(&multi_lru);
		test_refs_free(&refs);
		free(page);
	}
}

CU_TestInfo multi_lru_tests[] = {
	{"equals naive memories, page by page", equals_naive_memories},
	CU_TEST_INFO_NULL,
};
