/* SPDX-License-Identifier: MIT */
/* The curve against a separate LRU run at every size, and SHARDS against the curve. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory/curve.h"
#include "memory/shards.h"
#include "naive_lru.h"
#include "unit.h"

/* A trace in memory: dense pages, the first `known` of them in the snapshot. */
struct string {
	uint32_t pages, known, count;
	struct trace_snapshot_page snapshot[NAIVE_PAGES];
	page_id *page;
	trace_kind *kind;
};

/* A random one of up to 120 pages. The snapshot's pages are the first ids, as in a file; some of them may never be
 * touched. */
static struct string draw(uint64_t *seed, bool with_snapshot)
{
	uint32_t touched;
	struct refs refs = test_refs(test_random(seed), test_below(seed, 1500), 1 + (uint32_t)test_below(seed, 80));
	page_id *page = dense_pages(&refs, &touched), *order;
	struct string string = {.count = (uint32_t)refs.count,
				.page = page,
				.kind = malloc((refs.count + 1) * sizeof(trace_kind))};
	uint32_t untouched = with_snapshot ? (uint32_t)test_below(seed, 40) : 0;

	string.known = with_snapshot ? (uint32_t)test_below(seed, touched + 1) + untouched : 0;
	string.pages = touched + untouched;
	order = malloc((string.pages + 1) * sizeof(*order));
	for (uint32_t i = 0; i < string.pages;
	     i++) { /* which id each page gets, at random among those of the snapshot */
		uint32_t j = (uint32_t)test_below(seed, i + 1);

		order[i] = order[j];
		order[j] = i;
	}
	for (uint32_t i = 0; i < string.count; i++) {
		string.page[i] = with_snapshot ? order[page[i]] : page[i];
		string.kind[i] = refs.ref[i].kind;
	}
	for (uint32_t i = 0; i < string.known; i++)
		string.snapshot[i] = (struct trace_snapshot_page){
			i, test_below(seed, 2) ? (uint32_t)test_below(seed, string.known + 5) : 0};
	free(order);
	test_refs_free(&refs);
	return string;
}

static void string_free(struct string *string)
{
	free(string->page);
	free(string->kind);
}

/* The next records of the string, up to a block of them. */
static bool next_batch(const struct string *string, uint32_t size, struct trace_batch *batch)
{
	uint32_t at = (uint32_t)batch->first_record + batch->count;

	*batch = (struct trace_batch){.first_record = at, .page = string->page + at, .kind = string->kind + at};
	batch->count = string->count - at < size ? string->count - at : size;
	return batch->count > 0;
}

static struct curve_trace trace_of(const struct string *string)
{
	bool *touched = calloc(string->pages, sizeof(*touched));
	struct curve_trace trace = {
		.pages = string->pages, .vcpus = 1, .snapshot = string->snapshot, .snapshot_pages = string->known};

	for (uint32_t i = 0; i < string->count; i++)
		touched[string->page[i]] = true;
	for (uint32_t page = 0; page < string->pages; page++)
		trace.footprint += touched[page];
	free(touched);
	return trace;
}

static struct curve exact_curve(const struct string *string, uint32_t size)
{
	struct trace_batch batch = {0};
	struct curve_trace trace = trace_of(string);
	struct curve_pass *pass;
	struct curve curve;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(curve_pass_create(&pass, &trace, &err), 0);
	while (next_batch(string, size, &batch))
		curve_pass_add(pass, &batch);
	CU_ASSERT_EQUAL_FATAL(curve_pass_end(pass, &curve, &err), 0);
	curve_pass_destroy(pass);
	return curve;
}

static struct curve sampled_curve(const struct string *string, double rate, uint64_t seed)
{
	struct shards_options options = {rate, seed};
	struct curve_trace trace = trace_of(string);
	struct trace_batch batch = {0};
	struct shards *shards;
	struct curve curve;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(shards_create(&shards, &trace, &options, &err), 0);
	while (next_batch(string, TRACE_BLOCK_RECORDS, &batch))
		shards_add(shards, &batch);
	CU_ASSERT_EQUAL_FATAL(shards_end(shards, &curve, &err), 0);
	shards_destroy(shards);
	return curve;
}

static bool same_as_naive(const struct curve *curve, const struct string *string)
{
	static struct naive_lru lru;
	bool same = curve->pages == string->pages && curve->references == string->count && curve->min_pages == 1;

	for (uint32_t frames = 1; frames <= string->pages && same; frames++) {
		naive_begin(&lru, frames, string->snapshot, string->known);
		for (uint32_t i = 0; i < string->count; i++)
			naive_touch(&lru, string->page[i], string->kind[i] & TRACE_WRITE);
		same = lru.faults == curve->faults[frames] && lru.write_backs == curve->write_backs[frames] &&
		       (!curve->compulsory || lru.compulsory == curve->compulsory[frames]) &&
		       lru.first_touches == curve->first_touches;
	}
	return same;
}

static bool same_curve(const struct curve *a, const struct curve *b)
{
	size_t bytes = ((size_t)a->pages + 1) * sizeof(*a->faults);

	return a->pages == b->pages && a->min_pages == b->min_pages && a->references == b->references &&
	       a->first_touches == b->first_touches && memcmp(a->faults, b->faults, bytes) == 0 &&
	       memcmp(a->write_backs, b->write_backs, bytes) == 0;
}

/* On random strings the curve is that of the naive runs, and SHARDS at rate 1 is the curve. */
static void compare(uint64_t seed, int rounds, bool with_snapshot)
{
	for (int round = 0; round < rounds; round++) {
		struct string string = draw(&seed, with_snapshot);
		struct curve exact = exact_curve(&string, 1 + (uint32_t)test_below(&seed, 300)),
			     sampled = sampled_curve(&string, 1, seed);

		CU_ASSERT_TRUE(same_as_naive(&exact, &string));
		CU_ASSERT_TRUE(same_curve(&exact, &sampled));
		for (uint32_t pages = 0; pages <= sampled.pages; pages++)
			CU_ASSERT_EQUAL(sampled.error[pages], 0);
		curve_free(&exact);
		curve_free(&sampled);
		string_free(&string);
	}
}

static void same_as_naive_runs(void)
{
	compare(21, 150, false);
}

static void same_as_naive_runs_from_a_snapshot(void)
{
	compare(22, 250, true);
}

/* A hand-written case: a page is written, evicted from small memories, read, evicted from larger ones, written
 * again. */
static void write_backs_by_hand(void)
{
	page_id page[] = {0, 1, 0, 1, 2, 0, 0, 1, 2};
	trace_kind kind[] = {1, 0, 0, 0, 0, 0, 1, 0, 0};
	struct string string = {.pages = 3, .count = 9, .page = page, .kind = kind};
	struct curve curve = exact_curve(&string, 9);

	/* 1 page: 0 leaves dirty at its first 1, then clean, then dirty again; 2 pages: when 2 comes, and again; 3
	 * pages: never */
	CU_ASSERT_EQUAL(curve.write_backs[1], 2);
	CU_ASSERT_EQUAL(curve.write_backs[2], 2);
	CU_ASSERT_EQUAL(curve.write_backs[3], 0);
	CU_ASSERT_EQUAL(curve.faults[1], 5);
	CU_ASSERT_EQUAL(curve.faults[2], 3);
	CU_ASSERT_EQUAL(curve.faults[3], 0);
	CU_ASSERT_EQUAL(curve.first_touches, 3);
	curve_free(&curve);
}

/* A long skewed string: page = pages * u^3, which gives every size its share of the faults. */
static struct string draw_long(uint32_t pages, uint32_t count)
{
	struct string string = {.pages = pages,
				.count = count,
				.page = malloc(count * sizeof(page_id)),
				.kind = malloc(count * sizeof(trace_kind))};
	uint64_t seed = 77;

	for (uint32_t i = 0; i < count; i++) {
		double u = (double)(test_random(&seed) >> 11) * 0x1p-53;

		string.page[i] = (page_id)(u * u * u * pages);
		string.kind[i] = TRACE_KIND(test_below(&seed, 10) < 3, TRACE_DATA, 0);
	}
	return string;
}

/* The error of the samples, over many seeds and sizes. */
struct deviation {
	double faults, write_backs; /* on the mean, as a share of the references */
	double within;              /* the share of the samples within two of their reported standard errors */
};

static struct deviation deviation(const struct string *string, double rate)
{
	enum { SEEDS = 60, SIZES = 16 };
	struct curve exact = exact_curve(string, TRACE_BLOCK_RECORDS);
	struct deviation mean = {0, 0, 0};
	const double each = 1. / (SEEDS * SIZES);

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct curve sampled = sampled_curve(string, rate, seed);

		CU_ASSERT_EQUAL(sampled.references, string->count);
		for (uint32_t i = 1; i <= SIZES; i++) {
			uint32_t size = string->pages / 20 * i;
			double off = ((double)sampled.faults[size] - (double)exact.faults[size]) / string->count;

			mean.faults += off * each;
			mean.write_backs += ((double)sampled.write_backs[size] - (double)exact.write_backs[size]) /
					    string->count * each;
			mean.within += (fabs(off) <= 2 * sampled.error[size]) * each;
		}
		curve_free(&sampled);
	}
	curve_free(&exact);
	return mean;
}

/*
 * At R = 0.1 of 20000 pages one sample's fault ratio has a standard deviation of about 0.015 (of the write-backs,
 * less), so the mean of 60 samples has 0.002: no bias shows if it is within four times that. Within two of the standard
 * errors told are 91 % for an honest error from 8 values (Student's t, 7 degrees of freedom): an error that is too
 * small shows there, and so does one that is too large.
 */
static void samples_are_near_and_know_how_near(void)
{
	struct string string = draw_long(20000, 400000);
	struct deviation mean = deviation(&string, .1);

	CU_ASSERT_TRUE(fabs(mean.faults) < .008);
	CU_ASSERT_TRUE(fabs(mean.write_backs) < .008);
	CU_ASSERT_TRUE(mean.within > .85 && mean.within < .97);
	string_free(&string);
}

static void samples_refuse_bad_rates(void)
{
	static const double rates[] = {0, -.5, 1.01, NAN};
	const struct curve_trace trace = {.pages = 10, .vcpus = 1};
	struct shards *shards = NULL;
	struct err err;

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		CU_ASSERT_EQUAL(shards_create(&shards, &trace, &(struct shards_options){rates[i], 1}, &err), ERR_USAGE);
	CU_ASSERT_EQUAL(shards_create(&shards, &trace, &(struct shards_options){1e-9, 1}, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "a sample of 1.16415e-09 of the pages holds none of the trace's 10");
}

CU_TestInfo curve_tests[] = {
	{"same as naive runs", same_as_naive_runs},
	{"same as naive runs from a snapshot", same_as_naive_runs_from_a_snapshot},
	{"write-backs by hand", write_backs_by_hand},
	{"samples are near and know how near", samples_are_near_and_know_how_near},
	{"samples refuse bad rates", samples_refuse_bad_rates},
	CU_TEST_INFO_NULL,
};
