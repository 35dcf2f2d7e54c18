/* SPDX-License-Identifier: MIT */
/* The native pager's tables of addresses, against arrays with an entry for every page. */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "emulator/areas.h"
#include "emulator/pages.h"
#include "unit.h"

enum { PAGES = 200, STEPS = 4000, BYTES = 4096 };

/* By page: its offset in the file + 1; 0 where nothing is mapped. */
static uint64_t naive[PAGES];

static void note_removed(void *context, const struct area *area)
{
	uint64_t *sum = context;

	for (uint64_t at = area->start; at < area->end; at += BYTES) {
		CU_ASSERT_EQUAL(naive[at / BYTES], area->offset + (at - area->start) + 1);
		(*sum)++;
	}
}

static void check_areas(const struct areas *areas)
{
	for (uint64_t page = 0; page < PAGES; page++) {
		const struct area *area = areas_find(areas, page * BYTES + 17);

		CU_ASSERT_EQUAL(area ? area->offset + (page * BYTES - area->start) + 1 : 0, naive[page]);
	}
	for (size_t i = 1; i < areas->count; i++)
		CU_ASSERT(areas->area[i - 1].end <= areas->area[i].start);
}

static void random_areas(void)
{
	struct areas areas = {0};
	uint64_t offset = 0, removed = 0, expected = 0;
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 7, &err), 0);
	memset(naive, 0, sizeof(naive));
	for (int step = 0; step < STEPS; step++) {
		uint64_t from = rng_below(&rng, PAGES), to = from + 1 + rng_below(&rng, PAGES - from);
		const bool adds = rng_below(&rng, 2);
		struct area area = {from * BYTES, to * BYTES, offset, UINT64_MAX};

		for (uint64_t page = from; page < to; page++)
			expected += naive[page] != 0;
		CU_ASSERT_EQUAL(areas_remove(&areas, area.start, area.end, note_removed, &removed, &err), 0);
		memset(&naive[from], 0, (to - from) * sizeof(*naive));
		if (adds) {
			CU_ASSERT_EQUAL(areas_add(&areas, &area, &err), 0);
			for (uint64_t page = from; page < to; page++, offset += BYTES)
				naive[page] = offset + 1;
			offset += rng_below(&rng, 2) * BYTES; /* neighbours are sometimes one area */
		}
		check_areas(&areas);
	}
	CU_ASSERT_EQUAL(removed, expected);
	areas_free(&areas);
	rng_free(&rng);
}

static void neighbours_are_one_area(void)
{
	const struct area low = {0, 2 * BYTES, 0, 64 * BYTES}, high = {2 * BYTES, 4 * BYTES, 2 * BYTES, 64 * BYTES};
	const struct area other = {4 * BYTES, 5 * BYTES, 64 * BYTES, 128 * BYTES};
	struct areas areas = {0};
	struct err err;

	CU_ASSERT_EQUAL(areas_add(&areas, &high, &err), 0);
	CU_ASSERT_EQUAL(areas_add(&areas, &low, &err), 0);
	CU_ASSERT_EQUAL(areas_add(&areas, &other, &err), 0);
	CU_ASSERT_EQUAL(areas.count, 2);
	CU_ASSERT_EQUAL(areas_find(&areas, 0)->end, 4 * BYTES);
	areas_free(&areas);
}

/* Pages come, go and move; ids stay dense. */
static void random_pages(void)
{
	static const uint64_t base = UINT64_C(0x7f0000000) - 50; /* across a leaf's end */
	page_id id[PAGES];
	struct pages pages;
	struct rng rng;
	struct err err;
	uint32_t count = 0, most = 0;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 8, &err), 0);
	CU_ASSERT_EQUAL_FATAL(pages_init(&pages, PAGES, &err), 0);
	memset(id, 0xff, sizeof(id));
	for (int step = 0; step < STEPS; step++) {
		uint64_t at = rng_below(&rng, PAGES), to = rng_below(&rng, PAGES);

		if (id[at] == PAGE_NONE) {
			id[at] = pages_add(&pages, base + at);
			count++;
		} else if (rng_below(&rng, 3) == 0 && id[to] == PAGE_NONE) {
			CU_ASSERT(pages_move(&pages, id[at], base + to));
			id[to] = id[at];
			id[at] = PAGE_NONE;
		} else {
			pages_remove(&pages, id[at]);
			id[at] = PAGE_NONE;
			count--;
		}
		most = count > most ? count : most;
		CU_ASSERT_EQUAL(pages_count(&pages), count);
		CU_ASSERT_EQUAL(pages.used, most);
		for (uint64_t i = 0, next = pages_next(&pages, base, base + PAGES); i < PAGES; i++) {
			CU_ASSERT_EQUAL(pages_find(&pages, base + i), id[i]);
			if (id[i] == PAGE_NONE)
				continue;
			CU_ASSERT_EQUAL(next, base + i);
			CU_ASSERT(id[i] < most && pages.info[id[i]].vpn == base + i);
			next = pages_next(&pages, next + 1, base + PAGES);
		}
	}
	pages_free(&pages);
	rng_free(&rng);
}

static void page_limits(void)
{
	struct pages pages;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(pages_init(&pages, 2, &err), 0);
	CU_ASSERT_EQUAL(pages_add(&pages, PAGES_VPN_END), PAGE_NONE);
	CU_ASSERT_EQUAL(pages_add(&pages, PAGES_VPN_END - 1), 0);
	CU_ASSERT_EQUAL(pages_add(&pages, 0), 1);
	CU_ASSERT_EQUAL(pages_add(&pages, 1), PAGE_NONE);
	CU_ASSERT_EQUAL(pages_next(&pages, 1, PAGES_VPN_END), PAGES_VPN_END - 1);
	CU_ASSERT_EQUAL(pages_find(&pages, PAGES_VPN_END), PAGE_NONE);
	pages_free(&pages);
}

CU_TestInfo areas_tests[] = {
	{"random mappings against an entry for every page", random_areas},
	{"neighbours are one area", neighbours_are_one_area},
	{"pages that come, go and move", random_pages},
	{"the limits of page numbers and ids", page_limits},
	CU_TEST_INFO_NULL,
};
