/* SPDX-License-Identifier: MIT */
#include "trace/generate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/progress.h"
#include "base/rng.h"
#include "base/table.h"
#include "base/version.h"
#include "trace/writer.h"

struct trace_generator {
	const struct trace_generate_job *job;
	struct trace_writer *writer;
	struct trace_clock clock;
	struct rng rng;
	struct progress progress;
	uint64_t touches;
};

static int touch(struct trace_generator *generator, uint64_t page, bool write, struct err *err)
{
	const struct trace_generate_job *job = generator->job;
	struct trace_ref ref = {.frame = TRACE_GENERATE_SPAN + job->align + page,
				.kind = TRACE_KIND(write, TRACE_DATA, 0)};

	generator->clock.insn += job->insn_per_touch;
	ref.clock = generator->clock;
	if (++generator->touches % PROGRESS_EVERY == 0)
		progress_step(&generator->progress, generator->touches, generator->touches);
	return trace_writer_add(generator->writer, &ref, err);
}

/* A touch of the pattern, which writes with the job's probability. */
static int visit(struct trace_generator *generator, uint64_t page, struct err *err)
{
	const double writes = generator->job->writes;
	const bool write = writes >= 1 || (writes > 0 && gsl_rng_uniform(generator->rng.gsl) < writes);

	return touch(generator, page, write, err);
}

static uint64_t count(const struct trace_generator *generator)
{
	return generator->job->pages * generator->job->passes;
}

static int run_sum(struct trace_generator *generator, struct err *err)
{
	int status = 0;

	for (uint64_t i = 0; i < count(generator) && status == 0; i++)
		status = visit(generator, i % generator->job->pages, err);
	return status;
}

/* The array that is written lies below the one that is read, as the allocator places it that was asked for it last. */
static int run_copy(struct trace_generator *generator, struct err *err)
{
	const uint64_t pages = generator->job->pages;
	int status = 0;

	for (uint64_t i = 0; i < count(generator) && status == 0; i++)
		if ((status = touch(generator, pages + 1 + i % pages, false, err)) == 0)
			status = touch(generator, i % pages, true, err);
	return status;
}

static int run_random(struct trace_generator *generator, struct err *err)
{
	int status = 0;

	for (uint64_t i = 0; i < count(generator) && status == 0; i++)
		status = visit(generator, rng_below(&generator->rng, generator->job->pages), err);
	return status;
}

/* How many pages are hot: at least one, and at least one is not. */
static uint64_t hot_pages(const struct trace_generator *generator)
{
	const struct trace_generate_job *job = generator->job;
	const uint64_t hot = (uint64_t)floor(job->hot * (double)job->pages);

	return hot < 1 ? 1 : hot < job->pages ? hot : job->pages - 1;
}

static int run_hot_cold(struct trace_generator *generator, struct err *err)
{
	const uint64_t hot = hot_pages(generator), cold = generator->job->pages - hot;
	int status = 0;

	for (uint64_t i = 0; i < count(generator) && status == 0; i++) {
		const bool is_hot = gsl_rng_uniform(generator->rng.gsl) < generator->job->hot_touches;
		const uint64_t page = is_hot ? rng_below(&generator->rng, hot) : hot + rng_below(&generator->rng, cold);

		status = visit(generator, page, err);
	}
	return status;
}

static int run_loop_scan(struct trace_generator *generator, struct err *err)
{
	const uint64_t hot = hot_pages(generator), cold = generator->job->pages - hot;
	int status = 0;

	for (uint64_t i = 0; i < count(generator) && status == 0; i++)
		status = visit(generator, i % 2 ? rng_below(&generator->rng, hot) : hot + i / 2 % cold, err);
	return status;
}

/* Page ranks[i] is the i-th most popular one. */
static void shuffle(struct rng *rng, uint32_t *ranks, uint64_t pages)
{
	for (uint64_t i = 0; i < pages; i++) {
		const uint64_t at = rng_below(rng, i + 1);

		ranks[i] = ranks[at];
		ranks[at] = (uint32_t)i;
	}
}

/* The first entry that is larger than `x`. */
static uint64_t find_larger(const double *sum, uint64_t count_of, double x)
{
	uint64_t low = 0, high = count_of - 1;

	while (low < high) {
		const uint64_t middle = (low + high) / 2;

		if (sum[middle] > x)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static int run_zipf(struct trace_generator *generator, struct err *err)
{
	const uint64_t pages = generator->job->pages;
	double *sum = table_alloc(pages, sizeof(*sum)), total = 0; /* sum[i]: of the weights of ranks 0 to i */
	uint32_t *ranks = table_alloc(pages, sizeof(*ranks));
	int status = sum && ranks ? 0 : err_memory(err, "the popularity of pages");

	for (uint64_t i = 0; i < pages && status == 0; i++)
		sum[i] = total += pow((double)(i + 1), -generator->job->skew);
	if (status == 0)
		shuffle(&generator->rng, ranks, pages);
	for (uint64_t i = 0; i < count(generator) && status == 0; i++) {
		const double x = gsl_rng_uniform(generator->rng.gsl) * total;

		status = visit(generator, ranks[find_larger(sum, pages, x)], err);
	}
	free(ranks);
	free(sum);
	return status;
}

const struct trace_pattern trace_patterns[] = {
	{"stream-sum", "read all pages in order, again and again (STREAM's sum)", TRACE_PATTERN_WRITES, run_sum, 1},
	{"stream-copy", "copy one array to another, page by page (STREAM's copy)", 0, run_copy, 2},
	{"random", "touch pages at random, all alike", TRACE_PATTERN_SEED | TRACE_PATTERN_WRITES, run_random, 1},
	{"hot-cold", "touch pages at random, a few of them more often",
	 TRACE_PATTERN_SEED | TRACE_PATTERN_WRITES | TRACE_PATTERN_HOT | TRACE_PATTERN_HOT_TOUCHES, run_hot_cold, 1},
	{"cyclic-scan", "touch hot pages at random, and between two of them the next page of a scan of the others",
	 TRACE_PATTERN_SEED | TRACE_PATTERN_WRITES | TRACE_PATTERN_HOT, run_loop_scan, 1},
	{"zipf", "touch the i-th most popular page with a probability of 1 / i^skew, relatively",
	 TRACE_PATTERN_SEED | TRACE_PATTERN_WRITES | TRACE_PATTERN_SKEW, run_zipf, 1},
	{0},
};

/* Writes every page once; a copy's source first. */
static int fill(struct trace_generator *generator, struct err *err)
{
	const struct trace_generate_job *job = generator->job;
	int status = 0;

	for (unsigned array = job->pattern->arrays; array-- > 0;)
		for (uint64_t i = 0; i < job->pages && status == 0; i++)
			status = touch(generator, array * (job->pages + 1) + i, true, err);
	return status;
}

static int run(struct trace_generator *generator, struct err *err)
{
	int status = fill(generator, err);

	if (status == 0)
		status = trace_writer_mark(generator->writer, "roi-begin", &generator->clock, err);
	if (status == 0)
		status = generator->job->pattern->run(generator, err);
	return status == 0 ? trace_writer_mark(generator->writer, "roi-end", &generator->clock, err) : status;
}

/* What was asked for, in the words of the command. */
static void describe(const struct trace_generate_job *job, char *text, size_t size)
{
	const unsigned uses = job->pattern->uses;
	int at = snprintf(text, size, "%s --pages %" PRIu64 " --passes %" PRIu64 " --align %" PRIu64,
			  job->pattern->name, job->pages, job->passes, job->align);

	if (uses & TRACE_PATTERN_HOT)
		at += snprintf(text + at, size - (size_t)at, " --hot %g%%", 100 * job->hot);
	if (uses & TRACE_PATTERN_HOT_TOUCHES)
		at += snprintf(text + at, size - (size_t)at, " --hot-touches %g%%", 100 * job->hot_touches);
	if (uses & TRACE_PATTERN_SKEW)
		at += snprintf(text + at, size - (size_t)at, " --skew %g", job->skew);
	if (uses & TRACE_PATTERN_WRITES)
		at += snprintf(text + at, size - (size_t)at, " --writes %g%%", 100 * job->writes);
	if (uses & TRACE_PATTERN_SEED || (job->writes > 0 && job->writes < 1))
		at += snprintf(text + at, size - (size_t)at, " --seed %" PRIu64, job->seed);
	snprintf(text + at, size - (size_t)at, " --insn-per-touch %" PRIu64, job->insn_per_touch);
}

static int create(struct trace_generator *generator, struct err *err)
{
	const struct trace_generate_job *job = generator->job;
	const struct trace_writer_options options = {.level = job->level};
	struct trace_header header;
	char command[512], recorder[256];
	int status = trace_header_init(&header, err);

	if (status < 0)
		return status;
	header.k = job->k;
	header.again = true;
	describe(job, command, sizeof(command));
	snprintf(recorder, sizeof(recorder), "megavm %s generate", megavm_version);
	if ((status = trace_header_text(&header.workload, job->workload ? job->workload : job->pattern->name, err)) ==
		    0 &&
	    (status = trace_header_text(&header.command, command, err)) == 0 &&
	    (status = trace_header_text(&header.recorder, recorder, err)) == 0)
		status = trace_writer_create(&generator->writer, job->out, &header, &options, err);
	trace_header_free(&header);
	return status;
}

int trace_generate(const struct trace_generate_job *job, struct trace_totals *totals, struct err *err)
{
	struct trace_generator generator = {.job = job};
	int status;

	if (job->pattern->uses & TRACE_PATTERN_HOT && job->pages < 2)
		return err_set(err, ERR_USAGE, "%s needs at least 2 pages, one of them hot", job->pattern->name);
	if ((status = rng_init(&generator.rng, job->seed, err)) < 0)
		return status;
	if ((status = create(&generator, err)) < 0) {
		rng_free(&generator.rng);
		return status;
	}
	progress_begin(&generator.progress, job->out, "touches", job->pattern->arrays * job->pages * (1 + job->passes));
	if ((status = run(&generator, err)) == 0)
		status = trace_writer_finish(generator.writer, &generator.clock, (struct trace_clock){0, 0}, totals,
					     err);
	else
		trace_writer_abandon(generator.writer, true);
	progress_end(&generator.progress);
	rng_free(&generator.rng);
	return status;
}
