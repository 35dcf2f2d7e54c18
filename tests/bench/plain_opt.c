/* SPDX-License-Identifier: MIT */
/* OPT as one usually writes it: a pass for the next uses, then a hash table of the local pages and a binary heap that
 * has the page whose next use is furthest away at its root. */
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "bench.h"
#include "plain_cache.h"
#include "trace/reader.h"

struct page {
	page_id id;
	bool is_dirty;
	uint64_t next_use; /* UINT64_MAX - id when there is none: the lowest id leaves first */
	uint32_t place;    /* in the heap */
	UT_hash_handle hh;
};

/* A page's first record after the current one, in the backward pass. */
struct seen {
	page_id id;
	uint64_t at;
	UT_hash_handle hh;
};

struct opt {
	struct page *table, **heap;
	uint32_t frames, count;
	struct plain_counts counts;
};

static void *need_memory(void *memory)
{
	if (!memory)
		exit(1);
	return memory;
}

static void put(struct opt *opt, uint32_t place, struct page *page)
{
	opt->heap[place] = page;
	page->place = place;
}

static void sift_up(struct opt *opt, struct page *page)
{
	uint32_t place = page->place;

	while (place > 0 && opt->heap[(place - 1) / 2]->next_use < page->next_use) {
		put(opt, place, opt->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	put(opt, place, page);
}

static void sift_down(struct opt *opt, struct page *page)
{
	uint32_t place = page->place, child;

	while ((child = 2 * place + 1) < opt->count) {
		if (child + 1 < opt->count && opt->heap[child + 1]->next_use > opt->heap[child]->next_use)
			child++;
		if (opt->heap[child]->next_use < page->next_use)
			break;
		put(opt, place, opt->heap[child]);
		place = child;
	}
	put(opt, place, page);
}

static void evict(struct opt *opt)
{
	struct page *page = opt->heap[0], *last = opt->heap[--opt->count];

	opt->counts.write_backs += page->is_dirty;
	if (last != page) {
		last->place = 0;
		sift_down(opt, last);
	}
	HASH_DEL(opt->table, page);
	free(page);
}

static void touch(struct opt *opt, page_id id, bool write, uint64_t next_use)
{
	struct page *page;

	next_use = next_use == UINT64_MAX ? UINT64_MAX - id : next_use;
	HASH_FIND(hh, opt->table, &id, sizeof(id), page);
	if (page) {
		page->is_dirty |= write;
	} else {
		opt->counts.misses++;
		if (opt->count == opt->frames)
			evict(opt);
		page = need_memory(malloc(sizeof(*page)));
		page->id = id;
		page->is_dirty = write;
		page->place = opt->count++;
		HASH_ADD(hh, opt->table, id, sizeof(page->id), page);
	}
	page->next_use = next_use; /* later than before: the page can only rise */
	sift_up(opt, page);
}

/* Every record's page, turned into the position of that page's next record. */
static uint64_t *read_next_uses(struct trace_reader *reader)
{
	uint64_t records = trace_reader_totals(reader)->records, at = 0;
	uint64_t *next_use = need_memory(malloc(records * sizeof(*next_use)));
	struct seen *table = NULL, *seen, *next;
	struct trace_batch batch;
	struct err err;
	int more;

	while ((more = trace_reader_next(reader, &batch, &err)) > 0)
		for (uint32_t i = 0; i < batch.count; i++)
			next_use[at++] = batch.page[i];
	bench_need(more, &err);
	while (at-- > 0) {
		page_id id = (page_id)next_use[at];

		HASH_FIND(hh, table, &id, sizeof(id), seen);
		next_use[at] = seen ? seen->at : UINT64_MAX;
		if (!seen) {
			seen = need_memory(malloc(sizeof(*seen)));
			seen->id = id;
			HASH_ADD(hh, table, id, sizeof(seen->id), seen);
		}
		seen->at = at;
	}
	HASH_ITER(hh, table, seen, next)
	{
		HASH_DEL(table, seen);
		free(seen);
	}
	return next_use;
}

struct plain_counts plain_replay_opt(const char *path, uint32_t frames)
{
	const struct trace_reader_options options = {0};
	struct opt opt = {.heap = need_memory(malloc(frames * sizeof(*opt.heap))), .frames = frames};
	struct trace_reader *reader;
	struct trace_batch batch;
	uint64_t *next_use;
	struct err err;
	int more;

	bench_need(trace_reader_open(&reader, path, &options, &err), &err);
	next_use = read_next_uses(reader);
	bench_need(trace_reader_seek(reader, 0, &err), &err);
	while ((more = trace_reader_next(reader, &batch, &err)) > 0)
		for (uint32_t i = 0; i < batch.count; i++)
			touch(&opt, batch.page[i], batch.kind[i] & TRACE_WRITE, next_use[batch.first_record + i]);
	bench_need(more, &err);
	trace_reader_close(reader);
	while (opt.count > 0) {
		HASH_DEL(opt.table, opt.heap[opt.count - 1]);
		free(opt.heap[--opt.count]);
	}
	free(opt.heap);
	free(next_use);
	return opt.counts;
}
