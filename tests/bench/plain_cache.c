/* SPDX-License-Identifier: MIT */
#include "plain_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "bench.h"
#include "trace/reader.h"

struct page {
	page_id id;
	bool is_dirty, is_used; /* used: CLOCK's reference bit, SIEVE's visited bit */
	struct page *prev, *next;
	UT_hash_handle hh;
};

struct plain_policy {
	const char *name;
	void (*hit)(struct plain_cache *cache, struct page *page);
	struct page *(*victim)(struct plain_cache *cache); /* still in the order */
	bool enters_used;
};

struct plain_cache {
	const struct plain_policy *policy;
	struct page *table, *order; /* the order: the oldest first */
	struct page *hand;          /* of SIEVE; NULL: the oldest page */
	uint32_t frames, count;
	struct plain_counts counts;
};

static void hit_renew(struct plain_cache *cache, struct page *page)
{
	DL_DELETE(cache->order, page);
	DL_APPEND(cache->order, page);
}

static void hit_nothing(struct plain_cache *cache, struct page *page)
{
	(void)cache, (void)page;
}

static void hit_mark(struct plain_cache *cache, struct page *page)
{
	(void)cache;
	page->is_used = true;
}

static struct page *victim_oldest(struct plain_cache *cache)
{
	return cache->order;
}

/* The hand of the clock as a list: a page that was used goes to the end. */
static struct page *victim_clock(struct plain_cache *cache)
{
	while (cache->order->is_used) {
		cache->order->is_used = false;
		hit_renew(cache, cache->order);
	}
	return cache->order;
}

static struct page *victim_sieve(struct plain_cache *cache)
{
	struct page *page = cache->hand ? cache->hand : cache->order;

	while (page->is_used) {
		page->is_used = false;
		page = page->next ? page->next : cache->order;
	}
	cache->hand = page->next;
	return page;
}

static const struct plain_policy plain_policies[] = {
	{"lru", hit_renew, victim_oldest, false},
	{"fifo", hit_nothing, victim_oldest, false},
	{"clock", hit_mark, victim_clock, true},
	{"sieve", hit_mark, victim_sieve, false},
};

struct plain_cache *plain_cache_create(const char *policy, uint32_t frames)
{
	struct plain_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		exit(1);
	cache->frames = frames;
	for (size_t i = 0; i < sizeof(plain_policies) / sizeof(*plain_policies); i++)
		if (strcmp(plain_policies[i].name, policy) == 0)
			cache->policy = &plain_policies[i];
	return cache;
}

static void evict(struct plain_cache *cache)
{
	struct page *page = cache->policy->victim(cache);

	cache->counts.write_backs += page->is_dirty;
	HASH_DEL(cache->table, page);
	DL_DELETE(cache->order, page);
	free(page);
	cache->count--;
}

void plain_cache_touch(struct plain_cache *cache, page_id id, bool write)
{
	struct page *page;

	HASH_FIND(hh, cache->table, &id, sizeof(id), page);
	if (page) {
		page->is_dirty |= write;
		cache->policy->hit(cache, page);
		return;
	}
	cache->counts.misses++;
	if (cache->count == cache->frames)
		evict(cache);
	page = malloc(sizeof(*page));
	if (!page)
		exit(1);
	page->id = id;
	page->is_dirty = write;
	page->is_used = cache->policy->enters_used;
	HASH_ADD(hh, cache->table, id, sizeof(page->id), page);
	DL_APPEND(cache->order, page);
	cache->count++;
}

struct plain_counts plain_cache_end(struct plain_cache *cache)
{
	struct plain_counts counts = cache->counts;
	struct page *page, *next;

	HASH_ITER(hh, cache->table, page, next)
	{
		HASH_DEL(cache->table, page);
		free(page);
	}
	free(cache);
	return counts;
}

struct plain_counts plain_replay(const char *path, const char *policy, uint32_t frames)
{
	const struct trace_reader_options options = {0};
	struct plain_cache *cache = plain_cache_create(policy, frames);
	struct trace_reader *reader;
	struct trace_batch batch;
	struct err err;
	int more;

	bench_need(trace_reader_open(&reader, path, &options, &err), &err);
	while ((more = trace_reader_next(reader, &batch, &err)) > 0)
		for (uint32_t i = 0; i < batch.count; i++)
			plain_cache_touch(cache, batch.page[i], batch.kind[i] & TRACE_WRITE);
	bench_need(more, &err);
	trace_reader_close(reader);
	return plain_cache_end(cache);
}
