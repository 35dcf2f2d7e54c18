/* SPDX-License-Identifier: MIT */
/* Traces: the filter against a plain LRU list of K pages; decoding and bytes a record against plain rows. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "plain_cache.h"
#include "plain_rows.h"
#include "trace/copy.h"
#include "trace/filter.h"

enum { KEYS = 1 << 20, FILTER_ROUNDS = 2, DECODE_ROUNDS = 3 };

struct filter_task {
	const struct trace_ref *refs;
	size_t count;
	uint32_t k;
	uint64_t kept;
	struct plain_cache *check; /* what the filter keeps goes through it; NULL: it is only counted */
	struct plain_counts counts;
};

static int keep(void *context, const struct trace_ref *ref, struct err *err)
{
	struct filter_task *task = context;

	(void)err;
	task->kept++;
	if (task->check)
		plain_cache_touch(task->check, (page_id)ref->frame, ref->kind & TRACE_WRITE);
	return 0;
}

static double filter(void *context)
{
	struct filter_task *task = context;
	struct trace_filter *filter;
	struct err err;
	double start;

	task->kept = 0;
	bench_need(trace_filter_create(&filter, task->k, (struct trace_sink){keep, task}, &err), &err);
	start = bench_cpu();
	for (size_t i = 0; i < task->count; i++)
		bench_need(trace_filter_add(filter, &task->refs[i], &err), &err);
	bench_need(trace_filter_sync(filter, &err), &err);
	start = bench_cpu() - start;
	trace_filter_destroy(filter);
	return start * 1e9 / (double)task->count;
}

static double plain_filter(void *context)
{
	struct filter_task *task = context;
	struct plain_cache *cache = plain_cache_create("lru", task->k);
	double start = bench_cpu();

	for (size_t i = 0; i < task->count; i++)
		plain_cache_touch(cache, (page_id)task->refs[i].frame, task->refs[i].kind & TRACE_WRITE);
	start = bench_cpu() - start;
	task->counts = plain_cache_end(cache);
	return start * 1e9 / (double)task->count;
}

/* What the filter keeps has the same misses and write-backs at K pages as all that it was given. */
static void check_filter(struct filter_task *task)
{
	struct plain_counts kept;

	task->check = plain_cache_create("lru", task->k);
	filter(task);
	kept = plain_cache_end(task->check);
	bench_same("misses of a filtered trace", kept.misses, task->counts.misses);
	bench_same("write-backs of a filtered trace", kept.write_backs, task->counts.write_backs);
}

static void filter_rows(const struct trace_ref *refs, size_t count)
{
	for (uint32_t k = 64; k <= 1024; k *= 4) {
		struct filter_task task = {.refs = refs, .count = count, .k = k};
		struct bench_row row = {.reference = "an LRU list of K, uthash",
					.cost = bench_lowest(FILTER_ROUNDS, filter, plain_filter, &task),
					.unit = "ns/ref.",
					.kind = BENCH_TIMES_AS_FAST,
					.target = 1};
		char what[80];

		snprintf(what, sizeof(what), "filter, K = %u, keeps 1 in %.3g", k, (double)count / (double)task.kept);
		row.what = what;
		bench_row(&row);
		check_filter(&task);
	}
}

/* Every record of a trace, in memory. */
static struct trace_ref *load(const char *path, size_t *count)
{
	const struct trace_reader_options options = {.clocks = true, .frames = true};
	struct trace_cursor cursor;
	struct trace_reader *reader;
	struct trace_ref *refs;
	struct err err;
	int more;

	bench_need(trace_reader_open(&reader, path, &options, &err), &err);
	refs = malloc(trace_reader_totals(reader)->records * sizeof(*refs));
	bench_need(refs ? 0 : err_memory(&err, "references"), &err);
	*count = 0;
	while ((more = trace_reader_next(reader, &cursor.batch, &err)) > 0) {
		trace_cursor_begin(&cursor, trace_reader_frames(reader));
		while (trace_cursor_next(&cursor, &refs[*count]))
			++*count;
	}
	bench_need(more, &err);
	trace_reader_close(reader);
	return refs;
}

struct decode_task {
	struct trace_reader *reader;
	struct plain_rows *rows;
	unsigned times; /* so that a short trace takes long enough */
	uint64_t records, sum[2];
};

static double decode(void *context)
{
	struct decode_task *task = context;
	struct trace_batch batch;
	struct err err;
	double start = bench_cpu();
	int more;

	for (unsigned i = 0; i < task->times; i++) {
		uint64_t sum = 0;

		bench_need(trace_reader_seek(task->reader, 0, &err), &err);
		while ((more = trace_reader_next(task->reader, &batch, &err)) > 0)
			for (uint32_t at = 0; at < batch.count; at++)
				sum += batch.page[at] + batch.kind[at] + batch.insn[at];
		bench_need(more, &err);
		task->sum[0] = sum;
	}
	return (bench_cpu() - start) * 1e9 / (double)task->records / task->times;
}

static double decode_rows(void *context)
{
	struct decode_task *task = context;
	double start = bench_cpu();

	for (unsigned i = 0; i < task->times; i++)
		task->sum[1] = plain_rows_sum(task->rows);
	return (bench_cpu() - start) * 1e9 / (double)task->records / task->times;
}

static void decode_rows_of(const char *path, const char *which)
{
	const struct trace_reader_options options = {.clocks = true};
	struct decode_task task = {.rows = plain_rows_read(path)};
	struct bench_row row = {
		.reference = "rows of 12 bytes, zstd -3", .unit = "ns/rec.", .kind = BENCH_TIMES_AS_FAST, .target = 1};
	char what[80];
	struct err err;

	bench_need(trace_reader_open(&task.reader, path, &options, &err), &err);
	task.records = trace_reader_totals(task.reader)->records;
	task.times = 1 + (unsigned)(10000000 / task.records);
	snprintf(what, sizeof(what), "decode, %s", which);
	row.what = what;
	row.cost = bench_lowest(DECODE_ROUNDS, decode, decode_rows, &task);
	bench_same(what, task.sum[0], task.sum[1]);
	bench_row(&row);
	snprintf(what, sizeof(what), "size, %s", which);
	row.cost = (struct bench_cost){(double)trace_reader_bytes(task.reader) / (double)task.records,
				       (double)plain_rows_bytes(task.rows) / (double)task.records};
	row.unit = "B/rec.";
	row.kind = BENCH_TIMES_THE_COST;
	bench_row(&row);
	trace_reader_close(task.reader);
	plain_rows_free(task.rows);
}

void bench_trace(void)
{
	char whole[] = "/tmp/megavm-bench-XXXXXX", filtered[] = "/tmp/megavm-bench-XXXXXX";
	struct trace_ref *refs;
	size_t count;

	close(mkstemp(whole));
	close(mkstemp(filtered));
	bench_part("trace",
		   "the references of a quicksort of 1 M keys (8 MiB); CPU time, the lowest of 2 or 3 rounds in "
		   "turns");
	bench_quicksort(whole, KEYS, 0);
	bench_quicksort(filtered, KEYS, 64);
	refs = load(whole, &count);
	filter_rows(refs, count);
	free(refs);
	decode_rows_of(filtered, "K = 64");
	decode_rows_of(whole, "unfiltered");
	unlink(whole);
	unlink(filtered);
}
