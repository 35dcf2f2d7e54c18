/* SPDX-License-Identifier: MIT */
/* Replay at 1 M pages, decoding included: against the policies of plain_cache.h, against a bare loop over the same
 * records; every size of LRU at once; many sizes on one core and on two. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "memory/curve.h"
#include "plain_cache.h"
#include "replay/replay.h"
#include "trace/reader.h"

enum { PAGES = 1 << 20, RECORDS = 5000000, SHORT_RECORDS = 4000000, SIZES = 100 };

/* With fewer local pages the reference fits in a large cache, and even the bare loop is hardly 10 times as fast. */
enum { TARGET_PERCENT = 50 };

/* Those that the reference has. */
static const char *const plain[] = {"lru", "fifo", "clock", "sieve", "opt"};

/* The others, at most OTHERS_TARGET times the bare loop. */
static const char *const others[] = {"segmented-fifo", "arc", "2q", "s3-fifo", "random", "mru"};
enum { OTHERS_TARGET = 12 };

/* One policy at one size, and what each side counted. */
struct task {
	const char *path, *policy;
	uint32_t frames;
	struct plain_counts ours, reference;
};

static double per_record(double start)
{
	return (bench_cpu() - start) * 1e9 / RECORDS;
}

/* Decodes and touches one byte a page: what no replay can be faster than. */
static double bare_loop(void *context)
{
	const struct trace_reader_options options = {0};
	const struct task *task = context;
	uint8_t *touched = calloc(PAGES, 1);
	uint64_t pages = 0;
	struct trace_reader *reader;
	struct trace_batch batch;
	struct err err;
	double start = bench_cpu();

	bench_need(trace_reader_open(&reader, task->path, &options, &err), &err);
	while (trace_reader_next(reader, &batch, &err) > 0)
		for (uint32_t i = 0; i < batch.count; i++)
			touched[batch.page[i]] |= (uint8_t)(1 + (batch.kind[i] & TRACE_WRITE));
	trace_reader_close(reader);
	start = per_record(start);
	for (uint32_t page = 0; page < PAGES; page++)
		pages += touched[page] != 0;
	bench_same("pages of the bare loop", pages, PAGES);
	free(touched);
	return start;
}

/* Parameters of a policy with their defaults. */
static void *defaults(const struct policy_ops *policy)
{
	void *params = calloc(1, policy->params_size + 1);
	struct section section = {"", policy->options, policy->option_count, params};
	struct err err;

	if (policy->option_count)
		bench_need(option_defaults(&section, &err), &err);
	return params;
}

static double ours(void *context)
{
	const struct replay_options options = {.cost = {2000000000, 1227680, 327680, 0}, .threads = 1};
	struct task *task = context;
	const struct policy_ops *policy = policy_find(task->policy);
	struct replay_point point = {.policy = policy, .policy_params = defaults(policy), .frames = task->frames};
	struct err err;
	double start = bench_cpu();

	bench_need(replay(task->path, &point, 1, &options, &err), &err);
	start = per_record(start);
	task->ours = (struct plain_counts){point.counts.faults + point.counts.first_touches, point.counts.write_backs};
	free((void *)point.policy_params);
	return start;
}

static double reference(void *context)
{
	struct task *task = context;
	double start = bench_cpu();

	task->reference = strcmp(task->policy, "opt") == 0 ? plain_replay_opt(task->path, task->frames)
							   : plain_replay(task->path, task->policy, task->frames);
	return per_record(start);
}

static void against_plain(const char *path, const char *policy, uint32_t percent)
{
	struct task task = {.path = path, .policy = policy, .frames = PAGES / 100 * percent};
	struct bench_row row = {.reference = strcmp(policy, "opt") ? "uthash and utlist" : "uthash and a binary heap",
				.cost = bench_lowest(2, ours, reference, &task),
				.unit = "ns/rec.",
				.kind = BENCH_TIMES_AS_FAST,
				.target = 10,
				.is_open = percent < TARGET_PERCENT};
	char what[80];

	snprintf(what, sizeof(what), "%s, %u %% local, %.3f miss", policy, percent, (double)task.ours.misses / RECORDS);
	row.what = what;
	bench_same(what, task.ours.misses, task.reference.misses);
	bench_same(what, task.ours.write_backs, task.reference.write_backs);
	bench_row(&row);
}

static void against_bare(const char *path, const char *policy, uint32_t percent)
{
	struct task task = {.path = path, .policy = policy, .frames = PAGES / 100 * percent};
	char what[80];

	snprintf(what, sizeof(what), "%s, %u %% local", policy, percent);
	bench_row(&(struct bench_row){.what = what,
				      .reference = "bare loop",
				      .cost = bench_lowest(2, ours, bare_loop, &task),
				      .unit = "ns/rec.",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = OTHERS_TARGET});
}

/* Every size of LRU at once. */
static double whole_curve(void *context)
{
	const struct trace_reader_options options = {0};
	struct task *task = context;
	struct trace_reader *reader;
	struct curve curve;
	struct err err;
	double start = bench_cpu();

	bench_need(trace_reader_open(&reader, task->path, &options, &err), &err);
	bench_need(curve_read(&curve, reader, NULL, NULL, &err), &err);
	trace_reader_close(reader);
	start = per_record(start);
	task->ours = (struct plain_counts){curve.faults[task->frames] + curve.first_touches,
					   curve.write_backs[task->frames]};
	curve_free(&curve);
	return start;
}

/* One size in ten of the hundred is run; the cost is that of all of them. */
static void curve_row(const char *path)
{
	struct bench_row row = {.what = "LRU curve, every size at once",
				.reference = "uthash and utlist, 100 sizes",
				.unit = "ns/rec.",
				.kind = BENCH_TIMES_AS_FAST,
				.target = 250};
	double least = 1e9, sum = 0;
	unsigned runs = 0;

	for (uint32_t percent = 10; percent <= 90; percent += 20, runs++) {
		struct task task = {.path = path, .policy = "lru", .frames = PAGES / 100 * percent};
		struct bench_cost cost = bench_lowest(1, whole_curve, reference, &task);

		bench_same(row.what, task.ours.misses, task.reference.misses);
		bench_same(row.what, task.ours.write_backs, task.reference.write_backs);
		least = cost.ours < least ? cost.ours : least;
		sum += cost.reference;
	}
	row.cost = (struct bench_cost){least, sum / runs * SIZES};
	bench_row(&row);
}

static double allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)(info.uordblks + info.hblkhd);
}

/* What a local memory under LRU takes of the allocator, and what the plain one takes, in bytes a page of the guest. */
static void memory_row(void)
{
	const struct local_config config = {.pages = PAGES, .frames = PAGES / 2, .policy = policy_find("lru")};
	struct bench_row row = {.what = "memory of LRU, 50 % local",
				.reference = "uthash and utlist",
				.unit = "B/page",
				.kind = BENCH_TIMES_THE_COST,
				.target = 0.3};
	struct plain_cache *cache;
	struct local_memory memory;
	struct err err;
	double before = allocated();

	bench_need(local_memory_init(&memory, &config, &err), &err);
	row.cost.ours = (allocated() - before) / PAGES;
	local_memory_free(&memory);
	before = allocated();
	cache = plain_cache_create("lru", PAGES / 2);
	for (page_id page = 0; page < PAGES; page++)
		plain_cache_touch(cache, page, false);
	row.cost.reference = (allocated() - before) / PAGES;
	plain_cache_end(cache);
	bench_row(&row);
}

/* Seconds of wall-clock time of 100 sizes of CLOCK. */
static double many_sizes(const char *path, unsigned threads, struct plain_counts *counts)
{
	const struct replay_options options = {.cost = {2000000000, 1227680, 327680, 0}, .threads = threads};
	static struct replay_point point[SIZES];
	struct err err;
	double start = bench_wall();

	for (uint32_t i = 0; i < SIZES; i++)
		point[i] = (struct replay_point){.policy = policy_find("clock"),
						 .frames = PAGES / 16 / SIZES * (i + 1)};
	bench_need(replay(path, point, SIZES, &options, &err), &err);
	start = bench_wall() - start;
	*counts = (struct plain_counts){0};
	for (int i = 0; i < SIZES; i++) {
		counts->misses += point[i].counts.faults;
		counts->write_backs += point[i].counts.write_backs;
	}
	return start;
}

static double on_two(void *context)
{
	struct task *task = context;

	return many_sizes(task->path, 2, &task->ours);
}

static double on_one(void *context)
{
	struct task *task = context;

	return many_sizes(task->path, 1, &task->reference);
}

static void cores_row(const char *path)
{
	struct task task = {.path = path};
	struct bench_row row = {.what = "100 sizes of CLOCK on 2 cores",
				.reference = "the same on 1",
				.cost = bench_median(3, on_two, on_one, &task),
				.unit = "s",
				.kind = BENCH_TIMES_AS_FAST,
				.target = 0.9 * bench_two_cores()};

	bench_same(row.what, task.ours.misses, task.reference.misses);
	bench_same(row.what, task.ours.write_backs, task.reference.write_backs);
	bench_row(&row);
}

void bench_replay(void)
{
	char path[] = "/tmp/megavm-bench-XXXXXX", small[] = "/tmp/megavm-bench-XXXXXX";

	close(mkstemp(path));
	close(mkstemp(small));
	bench_part("replay",
		   "5 M records over 1 M pages, Zipf 1.0; CPU time with decoding, the lower of 2 rounds in turns");
	bench_zipf(path, RECORDS, PAGES);
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		for (uint32_t percent = 10; percent <= 50; percent += 40)
			against_plain(path, plain[i], percent);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		for (uint32_t percent = 10; percent <= 50; percent += 40)
			against_bare(path, others[i], percent);
	curve_row(path);
	memory_row();
	bench_zipf(small, SHORT_RECORDS, PAGES / 16);
	cores_row(small);
	unlink(path);
	unlink(small);
}
