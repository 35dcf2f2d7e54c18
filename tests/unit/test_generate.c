/* SPDX-License-Identifier: MIT */
/* Generated traces: every touch of the patterns that are not random, and what the random ones promise. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "trace/generate.h"
#include "unit.h"

static struct trace_generate_job job_of(const char *name, uint64_t pages, uint64_t passes)
{
	struct trace_generate_job job = {.pages = pages,
					 .passes = passes,
					 .seed = 1,
					 .hot = 0.2,
					 .hot_touches = 0.8,
					 .skew = 1,
					 .insn_per_touch = 10,
					 .level = 1};

	for (job.pattern = trace_patterns; strcmp(job.pattern->name, name) != 0; job.pattern++)
		CU_ASSERT_PTR_NOT_NULL_FATAL(job.pattern->name);
	return job;
}

/* The touches of a job. */
static struct refs generate(struct trace_generate_job job)
{
	struct trace_totals totals;
	struct err err = {""};

	job.out = test_path("generated.mvt");
	CU_ASSERT_EQUAL_FATAL(trace_generate(&job, &totals, &err), 0);
	CU_ASSERT_EQUAL(totals.end[0].insn, totals.records * job.insn_per_touch);
	return test_read_trace(job.out);
}

static bool is(const struct refs *refs, size_t i, uint64_t page, bool write)
{
	return i < refs->count && refs->ref[i].frame == TRACE_GENERATE_SPAN + page &&
	       (refs->ref[i].kind & TRACE_WRITE) == write;
}

/* The first writes, one after another. */
static void is_filled(const struct refs *refs, uint64_t pages)
{
	for (uint64_t i = 0; i < pages; i++)
		CU_ASSERT(is(refs, i, i, true));
}

static void stream_sum(void)
{
	struct refs refs = generate(job_of("stream-sum", 5, 3));

	CU_ASSERT_EQUAL(refs.count, 20);
	is_filled(&refs, 5);
	for (size_t i = 5; i < 20; i++)
		CU_ASSERT(is(&refs, i, i % 5, false));
	test_refs_free(&refs);
}

static void stream_copy(void)
{
	struct trace_generate_job job = job_of("stream-copy", 4, 2);
	struct refs refs;

	job.align = 7;
	refs = generate(job);
	CU_ASSERT_EQUAL(refs.count, 4 + 4 + 2 * 8);
	for (size_t i = 0; i < 4; i++) {
		CU_ASSERT(is(&refs, i, 7 + 5 + i, true));
		CU_ASSERT(is(&refs, 4 + i, 7 + i, true));
		for (size_t pass = 0; pass < 2; pass++) {
			CU_ASSERT(is(&refs, 8 + 8 * pass + 2 * i, 7 + 5 + i, false));
			CU_ASSERT(is(&refs, 8 + 8 * pass + 2 * i + 1, 7 + i, true));
		}
	}
	test_refs_free(&refs);
}

static void cyclic_scan(void)
{
	struct trace_generate_job job = job_of("cyclic-scan", 40, 5);
	struct refs refs;

	job.hot = 0.25;
	refs = generate(job);
	CU_ASSERT_EQUAL(refs.count, 40 + 200);
	is_filled(&refs, 40);
	for (size_t i = 0; i < 200; i += 2) {
		CU_ASSERT(is(&refs, 40 + i, 10 + i / 2 % 30, false));
		CU_ASSERT(refs.ref[40 + i + 1].frame < TRACE_GENERATE_SPAN + 10);
	}
	test_refs_free(&refs);
}

/* How often each page is touched after the first writes. */
static void tally(const struct refs *refs, uint64_t pages, uint64_t *count)
{
	memset(count, 0, pages * sizeof(*count));
	for (size_t i = pages; i < refs->count; i++) {
		CU_ASSERT_FATAL(refs->ref[i].frame >= TRACE_GENERATE_SPAN &&
				refs->ref[i].frame < TRACE_GENERATE_SPAN + pages);
		count[refs->ref[i].frame - TRACE_GENERATE_SPAN]++;
	}
}

/* A count lies within five standard deviations of a binomial's mean. */
static bool is_likely(uint64_t count, double touches, double probability)
{
	return fabs((double)count - touches * probability) <= 5 * sqrt(touches * probability * (1 - probability));
}

static void random_touches(void)
{
	enum { PAGES = 50, PASSES = 2000 };
	struct trace_generate_job job = job_of("random", PAGES, PASSES);
	uint64_t count[PAGES], writes = 0;
	struct refs refs;

	job.writes = 0.3;
	refs = generate(job);
	CU_ASSERT_EQUAL(refs.count, PAGES * (1 + PASSES));
	tally(&refs, PAGES, count);
	for (int page = 0; page < PAGES; page++)
		CU_ASSERT(is_likely(count[page], PAGES * PASSES, 1.0 / PAGES));
	for (size_t i = PAGES; i < refs.count; i++)
		writes += refs.ref[i].kind & TRACE_WRITE;
	CU_ASSERT(is_likely(writes, PAGES * PASSES, 0.3));
	test_refs_free(&refs);
}

static void hot_and_cold(void)
{
	enum { PAGES = 50, PASSES = 2000 };
	struct refs refs = generate(job_of("hot-cold", PAGES, PASSES));
	uint64_t count[PAGES];

	tally(&refs, PAGES, count);
	for (int page = 0; page < PAGES; page++)
		CU_ASSERT(is_likely(count[page], PAGES * PASSES, page < 10 ? 0.08 : 0.005));
	test_refs_free(&refs);
}

static int descending(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

static void zipf(void)
{
	enum { PAGES = 20, PASSES = 10000 };
	struct refs refs = generate(job_of("zipf", PAGES, PASSES));
	uint64_t count[PAGES];
	double sum = 0;

	tally(&refs, PAGES, count);
	qsort(count, PAGES, sizeof(*count), descending);
	for (int i = 1; i <= PAGES; i++)
		sum += 1.0 / i;
	for (int i = 1; i <= PAGES; i++)
		CU_ASSERT(is_likely(count[i - 1], PAGES * PASSES, 1.0 / i / sum));
	test_refs_free(&refs);
}

static void seeds(void)
{
	for (const struct trace_pattern *pattern = trace_patterns; pattern->name; pattern++) {
		struct trace_generate_job job = job_of(pattern->name, 100, 3);
		struct refs first = generate(job), again = generate(job), other;

		job.seed = 2;
		other = generate(job);
		CU_ASSERT(test_same_refs(&first, &again));
		CU_ASSERT(test_same_refs(&first, &other) == !(pattern->uses & TRACE_PATTERN_SEED));
		test_refs_free(&first);
		test_refs_free(&again);
		test_refs_free(&other);
	}
}

static void one_page_is_not_hot(void)
{
	struct trace_generate_job job = job_of("hot-cold", 1, 1);
	struct err err = {""};

	job.out = test_path("hot-page.mvt");
	CU_ASSERT_EQUAL(trace_generate(&job, NULL, &err), ERR_USAGE);
	CU_ASSERT(!test_file_is_there(job.out));
}

CU_TestInfo generate_tests[] = {
	{"stream-sum, touch by touch", stream_sum},
	{"stream-copy, touch by touch", stream_copy},
	{"cyclic-scan scans in order between hot pages", cyclic_scan},
	{"random touches are spread evenly, and write as often as asked", random_touches},
	{"hot pages have their share", hot_and_cold},
	{"zipf's frequencies", zipf},
	{"a seed repeats, another one differs", seeds},
	{"hot and cold need two pages", one_page_is_not_hot},
	CU_TEST_INFO_NULL,
};
