/* SPDX-License-Identifier: MIT */
/*
 * The filter against the unfiltered trace: an LRU memory of M >= K frames, written for clarity, must do exactly the
 * same with both: the same faults at the same clocks, the same victims, the same write-backs.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "same_lru.h"
#include "trace/filter.h"
#include "unit.h"

/* Apart from the write flag, which may move, and the touches that were left out. */
static bool differs(trace_kind full, trace_kind kept)
{
	return (full | TRACE_WRITE) != ((kept & ~(TRACE_AGAIN_MAX << TRACE_AGAIN_SHIFT)) | TRACE_WRITE);
}

static bool is_subsequence(const struct refs *full, const struct refs *kept)
{
	size_t i = 0;

	for (size_t j = 0; j < kept->count; j++, i++) {
		while (i < full->count && (full->ref[i].frame != kept->ref[j].frame ||
					   full->ref[i].clock.insn != kept->ref[j].clock.insn ||
					   full->ref[i].clock.idle_ns != kept->ref[j].clock.idle_ns ||
					   differs(full->ref[i].kind, kept->ref[j].kind)))
			i++;
		if (i == full->count)
			return false;
	}
	return true;
}

/* Filters with a synchronisation before each reference whose number is a multiple of `sync_every` (0: only at the
 * end). */
static struct refs filtered(const struct refs *full, uint32_t k, size_t sync_every)
{
	struct refs kept = {NULL, 0};
	struct trace_filter *filter;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_filter_create(&filter, k, test_refs_sink(&kept), &err), 0);
	for (size_t i = 0; i < full->count; i++) {
		if (sync_every && i % sync_every == 0)
			CU_ASSERT_EQUAL(trace_filter_sync(filter, &err), 0);
		CU_ASSERT_EQUAL(trace_filter_add(filter, &full->ref[i], &err), 0);
	}
	CU_ASSERT_EQUAL(trace_filter_sync(filter, &err), 0);
	trace_filter_destroy(filter);
	return kept;
}

/* Frames further apart: the more so, the more of them share a place among the filter's hits (hits.h). */
static struct refs spread(struct refs refs, int bits)
{
	for (size_t i = 0; i < refs.count; i++)
		refs.ref[i].frame <<= bits;
	return refs;
}

static void exact_for_lru(void)
{
	uint64_t seed = 1;

	for (int round = 0; round < 1500; round++) {
		uint32_t pages = 1 + (uint32_t)test_below(&seed, 120),
			 k = 1 + (uint32_t)test_below(&seed, round % 2 ? 12 : pages);
		struct refs full = spread(test_refs(test_random(&seed), 1 + test_below(&seed, 3000), pages),
					  round % 4 * 3);
		struct refs kept = filtered(&full, k, test_below(&seed, 3) ? 0 : 1 + test_below(&seed, 500));
		bool same = true;

		for (uint32_t frames = k; frames <= pages && same; frames += frames < k + 4 ? 1 : 1 + pages / 7)
			same = same_lru(&full, &kept, frames);
		same = same && same_lru(&full, &kept, pages > k ? pages : k) && is_subsequence(&full, &kept);
		if (!same) {
			CU_FAIL("a memory of K pages or more behaves differently on the filtered trace");
			printf("round %d: %u pages, K %u\n", round, pages, k);
		}
		test_refs_free(&full);
		test_refs_free(&kept);
	}
}

/* Every string of 9 references to 4 pages with every third one a write, K = 1, 2 and 3: nothing short is missed. */
static void exact_for_every_short_trace(void)
{
	bool same = true;

	for (uint32_t word = 0; word < 1u << 18; word++) {
		struct trace_ref ref[9];
		struct refs full = {ref, 9};

		for (uint32_t i = 0; i < 9; i++)
			ref[i] = (struct trace_ref){word >> 2 * i & 3,
						    {i, 0},
						    TRACE_KIND(i % 3 == word % 3, TRACE_DATA, 0)};
		for (uint32_t k = 1; k <= 3 && same; k++) {
			struct refs kept = filtered(&full, k, 0);

			for (uint32_t frames = k; frames <= 4; frames++)
				same = same && same_lru(&full, &kept, frames);
			test_refs_free(&kept);
		}
	}
	CU_ASSERT_TRUE(same);
}

/* The references that were left out after kept record `at`, before the page's next kept one; a record of `full` may
 * stand for several references itself. */
static uint64_t left_out_after(const struct refs *full, const struct refs *kept, size_t at, size_t from)
{
	const gfn frame = kept->ref[at].frame;
	uint64_t again = TRACE_KIND_AGAIN(full->ref[from].kind), next = UINT64_MAX;

	for (size_t j = at + 1; j < kept->count && next == UINT64_MAX; j++)
		if (kept->ref[j].frame == frame)
			next = kept->ref[j].clock.insn;
	for (size_t i = from + 1; i < full->count && full->ref[i].clock.insn != next; i++)
		if (full->ref[i].frame == frame)
			again += 1 + TRACE_KIND_AGAIN(full->ref[i].kind);
	return again < TRACE_AGAIN_MAX ? again : TRACE_AGAIN_MAX;
}

/* Each kept record counts what was left out after it, up to TRACE_AGAIN_MAX; and the first reference of a page after
 * a synchronisation is kept. Every reference has a time of its own here. */
static bool counts_what_is_left_out(const struct refs *full, const struct refs *kept, size_t sync_every)
{
	size_t at = 0;
	bool right = true;

	for (size_t i = 0; i < full->count; i++) {
		bool is_kept = at < kept->count && kept->ref[at].clock.insn == full->ref[i].clock.insn, first = true;

		for (size_t j = sync_every ? i - i % sync_every : i; j < i; j++)
			first = first && full->ref[j].frame != full->ref[i].frame;
		right = right && (is_kept || !sync_every || !first);
		if (is_kept)
			right = right && TRACE_KIND_AGAIN(kept->ref[at].kind) == left_out_after(full, kept, at, i);
		at += is_kept;
	}
	return right && at == kept->count;
}

static void counts_touches_left_out(void)
{
	uint64_t seed = 3, counted[TRACE_AGAIN_MAX + 1] = {0};

	for (int round = 0; round < 300; round++) {
		uint32_t pages = 1 + (uint32_t)test_below(&seed, 60), k = 1 + (uint32_t)test_below(&seed, pages);
		size_t sync_every = test_below(&seed, 2) ? 0 : 1 + test_below(&seed, 200);
		struct refs full = spread(test_refs(test_random(&seed), 1 + test_below(&seed, 700), pages),
					  round % 4 * 3),
			    kept, twice;

		for (size_t i = 0; i < full.count; i++)
			full.ref[i].clock = (struct trace_clock){i + 1, 0};
		kept = filtered(&full, k, sync_every);
		twice = filtered(&kept, k + 5, 0);
		CU_ASSERT_TRUE(counts_what_is_left_out(&full, &kept, sync_every));
		CU_ASSERT_TRUE(counts_what_is_left_out(&kept, &twice, 0));
		for (size_t i = 0; i < kept.count; i++)
			counted[TRACE_KIND_AGAIN(kept.ref[i].kind)]++;
		test_refs_free(&full);
		test_refs_free(&kept);
		test_refs_free(&twice);
	}
	for (unsigned again = 0; again <= TRACE_AGAIN_MAX; again++)
		CU_ASSERT_TRUE(counted[again] > 300);
}

/* A memory smaller than K does differ, which shows that the test above can fail. */
static void not_exact_below_k(void)
{
	struct refs full = test_refs(7, 3000, 100), kept = filtered(&full, 40, 0);

	CU_ASSERT_TRUE(kept.count < full.count);
	CU_ASSERT_FALSE(same_lru(&full, &kept, 5));
	test_refs_free(&full);
	test_refs_free(&kept);
}

/* Filtering a trace that was filtered with a smaller K is as exact as filtering it once. */
static void filters_compose(void)
{
	for (uint64_t seed = 100; seed < 160; seed++) {
		struct refs full = test_refs(seed, 4000, 90), once = filtered(&full, 5, 0),
			    twice = filtered(&once, 20, 0);

		for (uint32_t frames = 20; frames <= 90; frames += 7)
			CU_ASSERT_TRUE(same_lru(&full, &twice, frames));
		test_refs_free(&full);
		test_refs_free(&once);
		test_refs_free(&twice);
	}
}

/* A hot page among a long scan is kept about once every K scanned pages, and no more. */
static void a_hot_page_is_kept_seldom(void)
{
	enum { K = 16, SCAN = 1600 };
	struct refs full = {malloc(2 * SCAN * sizeof(struct trace_ref)), 2 * SCAN}, kept;

	for (size_t i = 0; i < SCAN; i++) {
		full.ref[2 * i] = (struct trace_ref){1000000, {2 * i, 0}, TRACE_KIND(1, TRACE_DATA, 0)};
		full.ref[2 * i + 1] = (struct trace_ref){i, {2 * i + 1, 0}, TRACE_KIND(0, TRACE_DATA, 0)};
	}
	kept = filtered(&full, K, 0);
	CU_ASSERT_TRUE(kept.count > SCAN + SCAN / K);
	CU_ASSERT_TRUE(kept.count <= SCAN + SCAN / (K - 1) + 2);
	for (uint32_t frames = K; frames < 3 * K; frames++)
		CU_ASSERT_TRUE(same_lru(&full, &kept, frames));
	test_refs_free(&full);
	test_refs_free(&kept);
}

static void refuses_bad_sizes(void)
{
	struct trace_filter *filter = NULL;
	struct err err;

	CU_ASSERT_EQUAL(trace_filter_create(&filter, 0, (struct trace_sink){0}, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "a filter of K = 0 pages: allowed are 1 to 1048576");
	CU_ASSERT_EQUAL(trace_filter_create(&filter, TRACE_FILTER_MAX + 1, (struct trace_sink){0}, &err), ERR_USAGE);
}

CU_TestInfo filter_tests[] = {
	{"exact for LRU at K frames or more", exact_for_lru},
	{"exact for every short trace", exact_for_every_short_trace},
	{"not exact below K", not_exact_below_k},
	{"counts the touches left out", counts_touches_left_out},
	{"filters compose", filters_compose},
	{"a hot page is kept seldom", a_hot_page_is_kept_seldom},
	{"refuses bad sizes", refuses_bad_sizes},
	CU_TEST_INFO_NULL,
};
