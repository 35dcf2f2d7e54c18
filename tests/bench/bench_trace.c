/* SPDX-License-Identifier: MIT */
/* Traces: the filter, decoding, bytes a record. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "trace/copy.h"
#include "trace/filter.h"

static int count_one(void *context, const struct trace_ref *ref, struct err *err)
{
	(void)ref, (void)err;
	++*(uint64_t *)context;
	return 0;
}

/* Every record of a trace, in memory. */
static struct trace_ref *load(const char *path, size_t *count)
{
	const struct trace_reader_options options = {false, true, true};
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

static void filter(const struct trace_ref *refs, size_t count)
{
	for (uint32_t k = 64; k <= 1024; k *= 4) {
		uint64_t kept = 0;
		struct trace_sink sink = {count_one, &kept};
		struct trace_filter *filter;
		char what[80];
		struct err err;
		double start;

		bench_need(trace_filter_create(&filter, k, sink, &err), &err);
		start = bench_cpu();
		for (size_t i = 0; i < count; i++)
			trace_filter_add(filter, &refs[i], &err);
		trace_filter_sync(filter, &err);
		start = bench_cpu() - start;
		snprintf(what, sizeof(what), "filter, K = %u, keeps 1 in %.4g", k, (double)count / (double)kept);
		bench_row(what, start * 1e9 / (double)count, "ns a ref", 15);
		trace_filter_destroy(filter);
	}
}

/* Reads a trace over and over for about a second; records a second, in millions. */
static double decode(const char *path, bool clocks, double *bytes)
{
	const struct trace_reader_options options = {false, clocks, false};
	struct trace_reader *reader;
	struct trace_batch batch;
	uint64_t records = 0;
	struct err err;
	double start = bench_cpu();
	int more;

	bench_need(trace_reader_open(&reader, path, &options, &err), &err);
	do {
		bench_need(trace_reader_seek(reader, 0, &err), &err);
		while ((more = trace_reader_next(reader, &batch, &err)) > 0)
			records += batch.count;
		bench_need(more, &err);
	} while (bench_cpu() - start < 1);
	start = bench_cpu() - start;
	*bytes = (double)trace_reader_bytes(reader) / (double)trace_reader_totals(reader)->records;
	trace_reader_close(reader);
	return (double)records / start / 1e6;
}

void bench_trace(void)
{
	char whole[] = "/tmp/megavm-bench-XXXXXX", filtered[] = "/tmp/megavm-bench-XXXXXX";
	struct trace_ref *refs;
	uint64_t touches;
	size_t count;
	double bytes;

	close(mkstemp(whole));
	close(mkstemp(filtered));
	printf("trace: the references of a quicksort of 4 M keys (32 MiB)\n");
	touches = bench_quicksort(whole, UINT64_C(4) << 20, 0);
	bench_quicksort(filtered, UINT64_C(4) << 20, 64);
	printf("  %.4g M references\n", (double)touches / 1e6);
	refs = load(whole, &count);
	filter(refs, count);
	free(refs);
	bench_row("decode, K = 64, all columns", decode(filtered, true, &bytes), "M records/s", -100);
	bench_row("decode, K = 64, pages and kinds", decode(filtered, false, &bytes), "M records/s", 0);
	bench_row("size, K = 64", bytes, "bytes a record", 0);
	bench_row("decode, unfiltered, all columns", decode(whole, true, &bytes), "M records/s", 0);
	bench_row("size, unfiltered", bytes, "bytes a record", 0);
	unlink(whole);
	unlink(filtered);
}
