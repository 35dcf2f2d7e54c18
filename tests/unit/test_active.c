/* SPDX-License-Identifier: MIT */
/*
 * A recorder with an active set, against LRU memories that see every touch. Each size from D to the footprint must lie
 * inside the bounds of memory/active.h, in faults (of each virtual CPU) and write-backs. Recorders with a mistake must
 * leave them.
 */
#include <stdio.h>
#include <string.h>

#include "memory/active.h"
#include "naive_recorder.h"
#include "unit.h"

/* Part (4) at one size: `at` the truth there, `lru` the curve of the recording, which is of a whole trace or not. */
static bool inside(const struct naive_lru *at, const uint64_t of_vcpu[STRING_VCPUS], const struct curve *lru,
		   struct active_rule rule, bool whole)
{
	uint32_t m = at->frames, most = m + rule.keep - 1, more = most < lru->pages ? most : lru->pages,
		 less = m - (rule.keep - 1);
	const struct curve_counts *low = &lru->low, *high = &lru->high;
	bool is = at->first_touches == lru->first_touches && between(low->faults[m], at->faults, high->faults[m]) &&
		  between(low->write_backs[m], at->write_backs, high->write_backs[m]) &&
		  between(low->faults[m], lru->faults[m], high->faults[m]) &&
		  between(low->write_backs[m], lru->write_backs[m], high->write_backs[m]) &&
		  lru->faults[more] <= low->faults[m] && high->faults[m] <= lru->faults[less] &&
		  (!whole ||
		   (lru->write_backs[more] <= low->write_backs[m] && high->write_backs[m] <= lru->write_backs[less]));

	for (unsigned vcpu = 0; vcpu < STRING_VCPUS; vcpu++)
		is = is &&
		     between(curve_faults_of(lru, low, vcpu, m), of_vcpu[vcpu], curve_faults_of(lru, high, vcpu, m));
	return is;
}

/* True if every size from D to all pages lies inside the bounds of the recording. */
static bool holds(const struct string *full, const struct string *kept, struct active_rule rule)
{
	struct curve lru = string_curve(kept, rule);
	static struct naive_lru at;
	bool is = lru.min_pages == active_min_pages(rule);

	for (uint32_t m = lru.min_pages; m <= full->pages && is; m++) {
		uint64_t of_vcpu[STRING_VCPUS] = {0};

		naive_begin(&at, m, full->snapshot, full->known);
		for (uint32_t i = 0; i < full->count; i++) {
			uint64_t before = at.faults;

			naive_touch(&at, full->page[i], full->kind[i] & TRACE_WRITE);
			of_vcpu[TRACE_KIND_VCPU(full->kind[i])] += at.faults - before;
		}
		is = inside(&at, of_vcpu, &lru, rule, full->known == 0);
	}
	curve_free(&lru);
	return is;
}

static void bounds_hold(void)
{
	uint64_t seed = 1;

	for (int round = 0; round < 2000; round++) {
		const struct naive_way way = {draw_rule(&seed), round % 2, NO_MISTAKE};
		struct string full = string_draw(&seed, way.rule), kept;

		if (round % 3 == 0)
			string_add_snapshot(&full, &seed);
		kept = recorded(&full, &way);
		if (holds(&full, &kept, way.rule))
			continue;
		CU_FAIL("LRU is outside the bounds of the recording");
		printf("round %d: %u touches of %u pages, %u in the snapshot, %u kept, %u leave\n", round, full.count,
		       full.pages, full.known, way.rule.keep, way.rule.leave);
	}
}

/* How many of 300 strings leave the bounds when the recorder makes a mistake. */
static int violations(enum mistake mistake, bool asks)
{
	uint64_t seed = 2;
	int count = 0;

	for (int round = 0; round < 300; round++) {
		const struct naive_way way = {draw_rule(&seed), asks, mistake};
		struct string full = string_draw(&seed, way.rule), kept = recorded(&full, &way);

		count += !holds(&full, &kept, way.rule);
	}
	return count;
}

static void mistakes_show(void)
{
	for (int asks = 0; asks < 2; asks++) {
		CU_ASSERT_EQUAL(violations(NO_MISTAKE, asks), 0);
		CU_ASSERT_TRUE(violations(KEEPS_ONE_MORE, asks) > 0);
		CU_ASSERT_TRUE(violations(MAPS_WRITABLE, asks) > 0);
	}
	CU_ASSERT_TRUE(violations(WRITE_DOES_NOT_RENEW, false) > 0);
}

static enum active_answer touched(struct active *active, page_id page, bool write, bool alone)
{
	if (!alone)
		return active_touch(active, page, write)->answer;
	active_forget(active, page);
	return active_touch_alone(active, page, write)->answer;
}

/* The active set is the naive recorder. When pages are given back, only kept pages are mapped; so the bounds hold. */
static void set_records_by_the_rule(void)
{
	uint64_t seed = 3;

	for (int round = 0; round < 600; round++) {
		const struct naive_way way = {draw_rule(&seed), false, NO_MISTAKE};
		struct string full = string_draw(&seed, way.rule), kept = full, naive = recorded(&full, &way);
		struct active active;
		struct err err;

		CU_ASSERT_EQUAL_FATAL(active_init(&active, full.pages, way.rule, &err), 0);
		kept.count = 0;
		for (uint32_t i = 0; i < full.count; i++) {
			if (round % 4 == 3 && test_below(&seed, 10) == 0)
				active_forget(&active, (page_id)test_below(&seed, full.pages));
			if (touched(&active, full.page[i], full.kind[i] & TRACE_WRITE,
				    round % 4 == 1 && test_below(&seed, 10) == 0) == ACTIVE_RUNS)
				continue;
			kept.page[kept.count] = full.page[i];
			kept.kind[kept.count++] = full.kind[i];
		}
		active_free(&active);
		CU_ASSERT_TRUE(holds(&full, &kept, way.rule));
		if (round % 2 == 0)
			CU_ASSERT_TRUE(kept.count == naive.count &&
				       memcmp(kept.page, naive.page, kept.count * sizeof(kept.page[0])) == 0 &&
				       memcmp(kept.kind, naive.kind, kept.count * sizeof(kept.kind[0])) == 0);
	}
}

/* What the caller of an active set is told to do. */
static void set_says_what_to_do(void)
{
	const struct active_step *step;
	struct active active;
	struct err err;

	CU_ASSERT_EQUAL(active_init(&active, 10, (struct active_rule){0, 1}, &err), ERR_USAGE);
	CU_ASSERT_EQUAL(active_init(&active, 10, (struct active_rule){4, 5}, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "an active set of 4 pages that leave 5 at a time: allowed are 1 to 4");
	CU_ASSERT_EQUAL_FATAL(active_init(&active, 10, (struct active_rule){3, 2}, &err), 0);
	CU_ASSERT_EQUAL(active_touch(&active, 0, false)->answer, ACTIVE_COMES);
	CU_ASSERT_EQUAL(active_touch(&active, 0, false)->answer, ACTIVE_RUNS);
	CU_ASSERT_EQUAL(active_touch(&active, 1, true)->answer, ACTIVE_COMES);
	CU_ASSERT_EQUAL(active_touch(&active, 1, true)->answer, ACTIVE_RUNS);
	CU_ASSERT_EQUAL(active_touch(&active, 0, true)->answer, ACTIVE_WRITABLE);
	step = active_touch(&active, 2, false);
	CU_ASSERT_TRUE(step->answer == ACTIVE_COMES && step->leaving == 0);
	step = active_touch(&active, 3, false);
	CU_ASSERT_TRUE(step->answer == ACTIVE_COMES && step->leaving == 2 && step->page[0] == 1 && step->page[1] == 0);
	active_forget(&active, 2);
	active_forget(&active, 5);
	CU_ASSERT_EQUAL(active_touch(&active, 3, false)->answer, ACTIVE_RUNS);
	CU_ASSERT_EQUAL(active_touch(&active, 4, true)->answer, ACTIVE_COMES);
	step = active_touch(&active, 5, true);
	CU_ASSERT_TRUE(step->answer == ACTIVE_COMES && step->leaving == 1 && step->page[0] == 3);
	CU_ASSERT_EQUAL(active_touch(&active, 2, true)->answer, ACTIVE_COMES);
	step = active_touch_alone(&active, 6, true);
	CU_ASSERT_TRUE(step->answer == ACTIVE_COMES && step->leaving == 3);
	CU_ASSERT_EQUAL(active_touch(&active, 2, false)->answer, ACTIVE_COMES);
	CU_ASSERT_EQUAL(active_touch(&active, 6, true)->answer, ACTIVE_RUNS);
	active_free(&active);
}

CU_TestInfo active_tests[] = {
	{"the bounds hold on random strings", bounds_hold},
	{"a recorder's mistakes show", mistakes_show},
	{"the active set records by the rule", set_records_by_the_rule},
	{"the active set says what to do", set_says_what_to_do},
	CU_TEST_INFO_NULL,
};
