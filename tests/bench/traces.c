/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/rng.h"
#include "bench.h"
#include "trace/writer.h"

static struct trace_writer *begin(const char *path, uint32_t k, const char *workload)
{
	struct trace_writer_options options = {.level = TRACE_LEVEL_DEFAULT};
	struct trace_header header;
	struct trace_writer *writer;
	struct err err;

	unlink(path);
	bench_need(trace_header_init(&header, &err), &err);
	bench_need(trace_header_text(&header.workload, workload, &err), &err);
	header.k = k;
	bench_need(trace_writer_create(&writer, path, &header, &options, &err), &err);
	trace_header_free(&header);
	return writer;
}

/* A sort that reports what it touches: an array behind a window of loads and stores. */
struct sorter {
	uint64_t *key;
	struct trace_writer *writer;
	struct trace_ref ref;
	uint64_t touches;
};

static void touch(struct sorter *sorter, int64_t at, bool write)
{
	struct err err;

	sorter->ref.frame = (gfn)at / 512; /* 512 keys of 8 bytes a page */
	sorter->ref.clock.insn += 4;       /* about as many instructions an access as quicksort's inner loops have */
	sorter->ref.kind = TRACE_KIND(write, TRACE_DATA, 0);
	sorter->touches++;
	bench_need(trace_writer_add(sorter->writer, &sorter->ref, &err), &err);
}

static uint64_t load(struct sorter *sorter, int64_t at)
{
	touch(sorter, at, false);
	return sorter->key[at];
}

static void store(struct sorter *sorter, int64_t at, uint64_t key)
{
	touch(sorter, at, true);
	sorter->key[at] = key;
}

/* Hoare's quicksort, the smaller part by recursion, the larger one in the loop. */
static void quicksort(struct sorter *sorter, int64_t low, int64_t high)
{
	while (low < high) {
		uint64_t pivot = load(sorter, low + (high - low) / 2), a, b;
		int64_t i = low, j = high;

		while (i <= j) {
			while ((a = load(sorter, i)) < pivot)
				i++;
			while ((b = load(sorter, j)) > pivot)
				j--;
			if (i <= j) {
				store(sorter, i++, b);
				store(sorter, j--, a);
			}
		}
		if (j - low < high - i) {
			quicksort(sorter, low, j);
			low = i;
		} else {
			quicksort(sorter, i, high);
			high = j;
		}
	}
}

uint64_t bench_quicksort(const char *path, uint64_t keys, uint32_t k)
{
	struct sorter sorter = {.key = malloc(keys * sizeof(uint64_t)), .writer = begin(path, k, "quicksort")};
	struct rng rng;
	struct err err;

	bench_need(sorter.key ? rng_init(&rng, 1, &err) : err_memory(&err, "keys"), &err);
	for (uint64_t i = 0; i < keys; i++)
		sorter.key[i] = rng_below(&rng, UINT64_C(1) << 62);
	quicksort(&sorter, 0, (int64_t)keys - 1);
	for (uint64_t i = 1; i < keys; i++)
		if (sorter.key[i - 1] > sorter.key[i])
			bench_need(err_set(&err, ERR_FAILED, "the sort is wrong"), &err);
	bench_need(trace_writer_finish(sorter.writer, &sorter.ref.clock, (struct trace_clock){0, 0}, NULL, &err), &err);
	rng_free(&rng);
	free(sorter.key);
	return sorter.touches;
}

void bench_zipf(const char *path, uint64_t records, uint32_t pages)
{
	struct trace_writer *writer = begin(path, 0, "zipf");
	struct trace_ref ref = {0};
	double log_pages = log((double)pages + 1);
	struct rng rng;
	struct err err;

	bench_need(rng_init(&rng, 1, &err), &err);
	for (uint64_t i = 0; i < records; i++) {
		double uniform = (double)rng_below(&rng, 1u << 30) / (1u << 30);
		/* each page once, hot and cold ones mixed (so that ids say nothing of heat), then by rank */
		uint64_t rank = i < pages ? i * 514229 % pages : (uint64_t)exp(uniform * log_pages) - 1;

		ref.frame = (rank < pages ? rank : pages - 1) * 2654435761u % (1u << 30);
		ref.clock.insn += 200;
		ref.kind = TRACE_KIND(rng_below(&rng, 10) < 3, TRACE_DATA, 0);
		bench_need(trace_writer_add(writer, &ref, &err), &err);
	}
	bench_need(trace_writer_finish(writer, &ref.clock, (struct trace_clock){0, 0}, NULL, &err), &err);
	rng_free(&rng);
}
