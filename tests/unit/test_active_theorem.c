/* SPDX-License-Identifier: MIT */
/* The theorem of memory/active.h word for word: its definitions written out, on every short string; and the curve's
 * bounds against these definitions. */
#include <string.h>

#include "naive_recorder.h"
#include "unit.h"

static uint32_t count_bits(const bool *in, uint32_t pages)
{
	uint32_t count = 0;

	for (uint32_t page = 0; page < pages; page++)
		count += in[page];
	return count;
}

struct bounds {
	uint32_t lo, depth, hi;
};

/* lo, depth and hi of a touch of `page` after the first `end` records, word for word as active.h has them; all 0 if it
 * was not recorded before. */
static struct bounds bounds_of(const struct string *kept, uint32_t end, page_id page, uint32_t keep)
{
	bool since_left[NAIVE_PAGES] = {false}, since[NAIVE_PAGES] = {false}, high[NAIVE_PAGES] = {false};
	uint32_t r = end, others = 0;

	while (r > 0 && kept->page[r - 1] != page)
		r--;
	if (r-- == 0)
		return (struct bounds){0, 0, 0};
	for (uint32_t i = r + 1, last = 0; i > 0 && last < keep; i--) {
		last += !high[kept->page[i - 1]];
		high[kept->page[i - 1]] = true;
	}
	for (uint32_t i = r + 1; i < end; i++) {
		others += !since[kept->page[i]];
		since[kept->page[i]] = high[kept->page[i]] = true;
		since_left[kept->page[i]] |= others >= keep;
	}
	return (struct bounds){1 + count_bits(since_left, kept->pages), 1 + others, count_bits(high, kept->pages)};
}

struct counts {
	uint64_t faults, write_backs;
};

/* Adds a touch, or the end, of a page that is found at `depth` to the counts of a memory of m pages. */
static void count_touch(struct counts *counts, bool *dirty, uint32_t depth, uint32_t m, bool write, bool end)
{
	counts->faults += depth > m && !end;
	counts->write_backs += depth > m && *dirty;
	*dirty = (*dirty && depth <= m) || write;
}

/* Faults and write-backs of m pages for both bounds, from the definitions. */
static void naive_band(const struct string *kept, uint32_t keep, uint32_t m, struct counts *low, struct counts *high)
{
	bool dirty_low[NAIVE_PAGES] = {false}, dirty_high[NAIVE_PAGES] = {false};

	*low = *high = (struct counts){0, 0};
	for (uint32_t i = 0; i < kept->count + kept->pages; i++) {
		bool end = i >= kept->count, write = !end && kept->kind[i] & TRACE_WRITE;
		page_id page = end ? i - kept->count : kept->page[i];
		struct bounds bounds = bounds_of(kept, end ? kept->count : i, page, keep);

		count_touch(low, &dirty_low[page], bounds.lo, m, write, end);
		count_touch(high, &dirty_high[page], bounds.hi, m, write, end);
	}
}

/* The curve's bounds at every size are those of the definitions. */
static void curve_has_the_bounds(void)
{
	uint64_t seed = 4;

	for (int round = 0; round < 300; round++) {
		uint32_t keep = draw_keep(&seed);
		struct string full = string_draw(&seed, keep), kept;
		struct counts low, high;
		struct curve lru;
		bool same = true;

		full.count = full.count < 250 ? full.count : 250;
		kept = recorded(&full, keep, NO_MISTAKE);
		lru = string_curve(&kept, keep);
		for (uint32_t m = 2 * keep - 1; m <= full.pages && same; m += 1 + (uint32_t)test_below(&seed, 4)) {
			naive_band(&kept, keep, m, &low, &high);
			same = low.faults == lru.low.faults[m] && high.faults == lru.high.faults[m] &&
			       low.write_backs == lru.low.write_backs[m] && high.write_backs == lru.high.write_backs[m];
		}
		CU_ASSERT_TRUE(same);
		curve_free(&lru);
	}
}

/* Parts (1) to (3): each touch of the full string, against its bounds in the recording. */
static bool depths_hold(const struct string *full, const struct string *kept, uint32_t keep)
{
	static struct naive_lru all;
	uint32_t records = 0;

	naive_begin(&all, NAIVE_PAGES, NULL, 0);
	for (uint32_t i = 0; i < full->count; i++) {
		bool known = all.seen[full->page[i]], is_record = records < kept->count && kept->touch[records] == i;
		struct bounds at = bounds_of(kept, records, full->page[i], keep);
		uint32_t d = naive_touch(&all, full->page[i], false);

		if (known && (d < at.lo || d > at.hi || at.depth > at.lo + keep - 1 || at.hi > at.depth + keep - 1))
			return false;
		if (!is_record && d > 2 * keep - 1)
			return false;
		records += is_record;
	}
	return records == kept->count;
}

/* Part (4) by the definitions alone. */
static bool counts_hold(const struct string *full, const struct string *kept, uint32_t keep)
{
	static struct naive_lru at;
	bool is = true;

	for (uint32_t m = 2 * keep - 1; m <= full->pages && is; m++) {
		struct counts low, high;

		naive_band(kept, keep, m, &low, &high);
		naive_begin(&at, m, NULL, 0);
		for (uint32_t i = 0; i < full->count; i++)
			naive_touch(&at, full->page[i], full->kind[i] & TRACE_WRITE);
		is = between(low.faults, at.faults, high.faults) &&
		     between(low.write_backs, at.write_backs, high.write_backs);
	}
	return is;
}

enum { SHORT = 7, SHORT_PAGES = 5 };

/*
 * Every string of SHORT touches to up to SHORT_PAGES pages, named in the order of first touch, with every choice of
 * writes. Returns how many break the theorem with a set of `keep` pages; stops at the first unless all are right.
 */
static int short_violations(uint32_t keep, enum mistake mistake)
{
	static struct string full;
	page_id *page = full.page, most[SHORT + 1] = {0};
	uint32_t at = 0;

	full.count = SHORT;
	memset(page, 0, sizeof(full.page));
	for (;;) {
		for (; at < SHORT; at++) /* the pages named so far */
			most[at + 1] = most[at] > page[at] + 1 ? most[at] : page[at] + 1;
		full.pages = most[SHORT];
		for (uint32_t writes = 0; writes < 1u << SHORT; writes++) {
			struct string kept;

			for (uint32_t i = 0; i < SHORT; i++)
				full.kind[i] = TRACE_KIND(writes >> i & 1, TRACE_DATA, 0);
			kept = recorded(&full, keep, mistake);
			if (!depths_hold(&full, &kept, keep) || !counts_hold(&full, &kept, keep))
				return 1;
		}
		for (at = SHORT - 1; at > 0 && (page[at] == most[at] || page[at] == SHORT_PAGES - 1); at--)
			page[at] = 0;
		if (at == 0)
			return 0;
		page[at]++;
	}
}

static void no_short_string_breaks_it(void)
{
	for (uint32_t keep = 1; keep <= 3; keep++)
		CU_ASSERT_EQUAL(short_violations(keep, NO_MISTAKE), 0);
	for (uint32_t keep = 1; keep <= 2; keep++) {
		CU_ASSERT_EQUAL(short_violations(keep, KEEPS_ONE_MORE), 1);
		CU_ASSERT_EQUAL(short_violations(keep, MAPS_WRITABLE), 1);
	}
	CU_ASSERT_EQUAL(short_violations(2, WRITE_DOES_NOT_RENEW), 1);
}

/* With A = 2, pages a and b mapped: a comes, then b is touched, c comes in its place, and a is touched: depth 3 = 2 A -
 * 1, a fault of a memory of 2 pages, of which the recording has nothing. */
static void a_smaller_memory_hides_a_fault(void)
{
	static const page_id page[] = {1, 0, 1, 2, 0};
	static struct naive_lru lru;
	struct string full = {.count = 5, .pages = 3}, kept;
	struct curve curve;

	memcpy(full.page, page, sizeof(page));
	kept = recorded(&full, 2, NO_MISTAKE);
	CU_ASSERT_EQUAL(kept.count, 3);
	curve = string_curve(&kept, 2);
	naive_begin(&lru, 2, NULL, 0);
	for (uint32_t i = 0; i < full.count; i++)
		naive_touch(&lru, full.page[i], false);
	CU_ASSERT_EQUAL(lru.faults, 1);
	CU_ASSERT_EQUAL(curve.high.faults[2], 0);
	CU_ASSERT_EQUAL(curve.min_pages, 3);
	curve_free(&curve);
}

CU_TestInfo active_theorem_tests[] = {
	{"no short string breaks the theorem", no_short_string_breaks_it},
	{"the curve has the bounds of the definitions", curve_has_the_bounds},
	{"a smaller memory hides a fault", a_smaller_memory_hides_a_fault},
	CU_TEST_INFO_NULL,
};
