/* SPDX-License-Identifier: MIT */
/* Replay: each policy at 1 M pages, decoding included, beside a bare loop over the same records; many sizes on one core
 * and on two. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "memory/curve.h"
#include "replay/replay.h"
#include "trace/reader.h"

enum { PAGES = 1 << 20, RECORDS = 20000000, SHORT_RECORDS = 4000000 };

static const struct {
	const char *policy;
	double target;
} targets[] = {
	{"fifo", 10},    {"clock", 10}, {"lru", 15}, {"segmented-fifo", 0}, {"sieve", 20}, {"arc", 30}, {"2q", 30},
	{"s3-fifo", 30}, {"random", 0}, {"mru", 0},  {"opt", 60},
};

/* Decodes and touches one byte a page: what no replay can be faster than. Nanoseconds a record. */
static double bare_loop(const char *path)
{
	const struct trace_reader_options options = {false, false, false};
	uint8_t *touched = calloc(PAGES, 1);
	struct trace_reader *reader;
	struct trace_batch batch;
	struct err err;
	double start = bench_cpu();

	bench_need(trace_reader_open(&reader, path, &options, &err), &err);
	while (trace_reader_next(reader, &batch, &err) > 0)
		for (uint32_t i = 0; i < batch.count; i++)
			touched[batch.page[i]] = (uint8_t)(touched[batch.page[i]] + (batch.kind[i] & TRACE_WRITE));
	trace_reader_close(reader);
	start = bench_cpu() - start;
	printf("  (%d)\n", touched[PAGES / 2]);
	free(touched);
	return start * 1e9 / RECORDS;
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

static double one_policy(const char *path, const struct policy_ops *policy, uint32_t frames, double *miss_ratio)
{
	const struct replay_options options = {.cost = {2000000000, 1227680, 327680, 0}, .threads = 1};
	struct replay_point point = {.policy = policy, .policy_params = defaults(policy), .frames = frames};
	struct err err;
	double best = 1e9;

	for (int round = 0; round < 2; round++) {
		double start = bench_cpu();

		bench_need(replay(path, &point, 1, &options, &err), &err);
		start = bench_cpu() - start;
		best = start < best ? start : best;
	}
	*miss_ratio = (double)(point.counts.faults + point.counts.first_touches) / RECORDS;
	free((void *)point.policy_params);
	return best * 1e9 / RECORDS;
}

static double many_sizes(const char *path, unsigned threads, struct local_counts *sum)
{
	const struct replay_options options = {.cost = {2000000000, 1227680, 327680, 0}, .threads = threads};
	static struct replay_point point[100];
	struct err err;
	double start = bench_wall();

	for (uint32_t i = 0; i < 100; i++)
		point[i] = (struct replay_point){.policy = policy_find("clock"), .frames = PAGES / 16 / 100 * (i + 1)};
	bench_need(replay(path, point, 100, &options, &err), &err);
	start = bench_wall() - start;
	*sum = (struct local_counts){0};
	for (int i = 0; i < 100; i++)
		sum->faults += point[i].counts.faults;
	return start;
}

/* Every size of LRU at once. */
static double whole_curve(const char *path)
{
	const struct trace_reader_options options = {false, false, false};
	struct trace_reader *reader;
	struct curve curve;
	struct err err;
	double start = bench_cpu();

	bench_need(trace_reader_open(&reader, path, &options, &err), &err);
	bench_need(curve_read(&curve, reader, NULL, NULL, &err), &err);
	trace_reader_close(reader);
	curve_free(&curve);
	return (bench_cpu() - start) * 1e9 / RECORDS;
}

/* What a local memory under LRU takes of the allocator, in bytes a page of the guest. */
static double lru_memory(void)
{
	const struct local_config config = {.pages = PAGES, .frames = PAGES / 2, .policy = policy_find("lru")};
	struct local_memory memory;
	struct err err;
	struct mallinfo2 before = mallinfo2(), after;

	bench_need(local_memory_init(&memory, &config, &err), &err);
	after = mallinfo2();
	local_memory_free(&memory);
	return (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / PAGES;
}

void bench_replay(void)
{
	char path[] = "/tmp/megavm-bench-XXXXXX", small[] = "/tmp/megavm-bench-XXXXXX", what[100];
	struct local_counts one, two;
	double bare, alone, both;

	close(mkstemp(path));
	close(mkstemp(small));
	printf("replay: %d M records over 1 M pages, Zipf 1.0, decoding included\n", RECORDS / 1000000);
	bench_zipf(path, RECORDS, PAGES);
	bare = bare_loop(path);
	bench_row("bare loop: decode, touch one byte a page", bare, "ns a record", 0);
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		for (uint32_t percent = 10; percent <= 50; percent += 40) {
			double misses,
				ns = one_policy(path, policy_find(targets[i].policy), PAGES / 100 * percent, &misses);

			snprintf(what, sizeof(what), "%s, %u %% local: %.1f times the bare loop, %.3f miss",
				 targets[i].policy, percent, ns / bare, misses);
			bench_row(what, ns, "ns a record", targets[i].target);
		}
	}
	alone = whole_curve(path);
	snprintf(what, sizeof(what), "exact LRU curve, every size at once: %.1f times the bare loop", alone / bare);
	bench_row(what, alone, "ns a record", 60);
	bench_row("memory of LRU and its page states", lru_memory(), "bytes a page", 16);
	bench_zipf(small, SHORT_RECORDS, PAGES / 16);
	alone = many_sizes(small, 1, &one);
	both = many_sizes(small, 2, &two);
	if (memcmp(&one, &two, sizeof(one)) != 0)
		printf("  the counts on two cores differ from those on one\n");
	bench_row("100 sizes of clock, 64 K pages: on 2 cores against 1", alone / both, "times as fast", -1.9);
	unlink(path);
	unlink(small);
}
