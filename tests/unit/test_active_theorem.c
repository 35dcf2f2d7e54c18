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

/* Which pages are kept right after each record. */
struct history {
	const struct string *records;
	bool kept[STRING_TOUCHES][NAIVE_PAGES];
};

static page_id oldest_kept(const bool *kept, const uint32_t *latest, uint32_t pages)
{
	page_id oldest = NAIVE_PAGES;

	for (page_id page = 0; page < pages; page++)
		if (kept[page] && (oldest == NAIVE_PAGES || latest[page] < latest[oldest]))
			oldest = page;
	return oldest;
}

static void history_make(struct history *history, const struct string *records, struct active_rule rule)
{
	bool kept[NAIVE_PAGES] = {false};
	uint32_t latest[NAIVE_PAGES] = {0};

	history->records = records;
	for (uint32_t i = 0; i < records->count; i++) {
		const page_id page = records->page[i];
		const bool full = !kept[page] && count_bits(kept, records->pages) == rule.keep;

		for (uint32_t left = 0; full && left < rule.leave; left++)
			kept[oldest_kept(kept, latest, records->pages)] = false;
		kept[page] = true;
		latest[page] = i;
		memcpy(history->kept[i], kept, records->pages * sizeof(kept[0]));
	}
}

/* lo, depth and hi of a touch of `page` after the first `end` records, word for word as active.h has them; all 0 if it
 * was not recorded before. */
static struct bounds bounds_of(const struct history *history, uint32_t end, page_id page)
{
	bool since_left[NAIVE_PAGES] = {false}, since[NAIVE_PAGES] = {false}, high[NAIVE_PAGES] = {false};
	const struct string *records = history->records;
	uint32_t r = end;

	while (r > 0 && records->page[r - 1] != page)
		r--;
	if (r-- == 0)
		return (struct bounds){0, 0, 0};
	memcpy(high, history->kept[r], records->pages * sizeof(high[0]));
	for (uint32_t i = r + 1; i < end; i++) {
		since[records->page[i]] = high[records->page[i]] = true;
		since_left[records->page[i]] |= !history->kept[i][page];
	}
	return (struct bounds){1 + count_bits(since_left, records->pages), 1 + count_bits(since, records->pages),
			       count_bits(high, records->pages)};
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
static void naive_band(const struct history *history, uint32_t m, struct counts *low, struct counts *high)
{
	const struct string *kept = history->records;
	bool dirty_low[NAIVE_PAGES] = {false}, dirty_high[NAIVE_PAGES] = {false};

	*low = *high = (struct counts){0, 0};
	for (uint32_t i = 0; i < kept->count + kept->pages; i++) {
		bool end = i >= kept->count, write = !end && kept->kind[i] & TRACE_WRITE;
		page_id page = end ? i - kept->count : kept->page[i];
		struct bounds bounds = bounds_of(history, end ? kept->count : i, page);

		count_touch(low, &dirty_low[page], bounds.lo, m, write, end);
		count_touch(high, &dirty_high[page], bounds.hi, m, write, end);
	}
}

/* The curve's bounds at every size are those of the definitions. */
static void curve_has_the_bounds(void)
{
	uint64_t seed = 4;

	for (int round = 0; round < 300; round++) {
		const struct naive_way way = {draw_rule(&seed), round % 2, NO_MISTAKE};
		const uint32_t least = active_min_pages(way.rule);
		struct string full = string_draw(&seed, way.rule), kept;
		static struct history history;
		struct counts low, high;
		struct curve lru;
		bool same = true;

		full.count = full.count < 250 ? full.count : 250;
		kept = recorded(&full, &way);
		history_make(&history, &kept, way.rule);
		lru = string_curve(&kept, way.rule);
		for (uint32_t m = least; m <= full.pages && same; m += 1 + (uint32_t)test_below(&seed, 4)) {
			naive_band(&history, m, &low, &high);
			same = low.faults == lru.low.faults[m] && high.faults == lru.high.faults[m] &&
			       low.write_backs == lru.low.write_backs[m] && high.write_backs == lru.high.write_backs[m];
		}
		CU_ASSERT_TRUE(same);
		curve_free(&lru);
	}
}

/* Parts (1) to (3): each touch of the full string, against its bounds in the recording. */
static bool depths_hold(const struct string *full, const struct history *history, struct active_rule rule)
{
	const struct string *kept = history->records;
	const uint32_t least = active_min_pages(rule);
	static struct naive_lru all;
	uint32_t records = 0;

	naive_begin(&all, NAIVE_PAGES, NULL, 0);
	for (uint32_t i = 0; i < full->count; i++) {
		bool known = all.seen[full->page[i]], is_record = records < kept->count && kept->touch[records] == i;
		struct bounds at = bounds_of(history, records, full->page[i]);
		uint32_t d = naive_touch(&all, full->page[i], false);

		if (known && (d < at.lo || d > at.hi || at.depth > at.lo + rule.keep - 1 ||
			      at.hi > at.depth + rule.keep - 1 || at.hi - at.lo > least - 1))
			return false;
		if (!is_record && d > least)
			return false;
		records += is_record;
	}
	return records == kept->count;
}

/* Part (4) by the definitions alone. */
static bool counts_hold(const struct string *full, const struct history *history, struct active_rule rule)
{
	static struct naive_lru at;
	bool is = true;

	for (uint32_t m = active_min_pages(rule); m <= full->pages && is; m++) {
		struct counts low, high;

		naive_band(history, m, &low, &high);
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
 * writes. Returns whether one breaks the theorem.
 */
static bool short_violation(const struct naive_way *way)
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
			static struct history history;
			struct string kept;

			for (uint32_t i = 0; i < SHORT; i++)
				full.kind[i] = TRACE_KIND(writes >> i & 1, TRACE_DATA, 0);
			kept = recorded(&full, way);
			history_make(&history, &kept, way->rule);
			if (!depths_hold(&full, &history, way->rule) || !counts_hold(&full, &history, way->rule))
				return true;
		}
		for (at = SHORT - 1; at > 0 && (page[at] == most[at] || page[at] == SHORT_PAGES - 1); at--)
			page[at] = 0;
		if (at == 0)
			return false;
		page[at]++;
	}
}

static void no_short_string_breaks_it(void)
{
	for (uint32_t keep = 1; keep <= 3; keep++)
		for (uint32_t leave = 1; leave <= keep; leave++)
			for (int asks = 0; asks < 2; asks++)
				CU_ASSERT_FALSE(short_violation(&(struct naive_way){{keep, leave}, asks, NO_MISTAKE}));
	for (uint32_t keep = 1; keep <= 2; keep++)
		for (uint32_t leave = 1; leave <= keep; leave++)
			for (int asks = 0; asks < 2; asks++) {
				struct naive_way way = {{keep, leave}, asks, KEEPS_ONE_MORE};

				CU_ASSERT_TRUE(short_violation(&way));
				way.mistake = MAPS_WRITABLE;
				CU_ASSERT_TRUE(short_violation(&way));
			}
	CU_ASSERT_TRUE(short_violation(&(struct naive_way){{2, 1}, false, WRITE_DOES_NOT_RENEW}));
}

/* A string of which a memory of 2 pages faults once, which the recording by a rule with D = 3 does not have. */
static void hides_a_fault(const page_id *page, uint32_t count, struct active_rule rule)
{
	static struct naive_lru lru;
	struct string full = {.count = count, .pages = 3}, kept;
	struct curve curve;

	memcpy(full.page, page, count * sizeof(*page));
	kept = recorded(&full, &(struct naive_way){rule, false, NO_MISTAKE});
	CU_ASSERT_EQUAL(kept.count, 3);
	curve = string_curve(&kept, rule);
	naive_begin(&lru, 2, NULL, 0);
	for (uint32_t i = 0; i < full.count; i++)
		naive_touch(&lru, full.page[i], false);
	CU_ASSERT_EQUAL(lru.faults, 1);
	CU_ASSERT_EQUAL(curve.high.faults[2], 0);
	CU_ASSERT_EQUAL(curve.min_pages, 3);
	curve_free(&curve);
}

/* Two pages kept, one leaves: b comes, a comes, b is touched, c comes in its place, and a is touched, at depth 3. Three
 * that leave together: a, b and c come, and a is touched, at depth 3. */
static void a_smaller_memory_hides_a_fault(void)
{
	hides_a_fault((const page_id[]){1, 0, 1, 2, 0}, 5, (struct active_rule){2, 1});
	hides_a_fault((const page_id[]){0, 1, 2, 0}, 4, (struct active_rule){3, 3});
}

CU_TestInfo active_theorem_tests[] = {
	{"no short string breaks the theorem", no_short_string_breaks_it},
	{"the curve has the bounds of the definitions", curve_has_the_bounds},
	{"a smaller memory hides a fault", a_smaller_memory_hides_a_fault},
	CU_TEST_INFO_NULL,
};
