/* SPDX-License-Identifier: MIT */
/*
 * What the replay is measured against: eviction policies as one usually writes them, on a well-kept library. Pages are
 * found in a hash table (uthash) and ordered by a linked list (utlist) or a binary heap; each local page is one
 * allocation. The page counts of both sides must be equal.
 */
#ifndef BENCH_PLAIN_CACHE_H
#define BENCH_PLAIN_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/page.h"

/* A miss is a first touch or a fault; a write-back is the eviction of a page that was written. */
struct plain_counts {
	uint64_t misses, write_backs;
};

struct plain_cache;

/* An empty cache of `frames` pages under `policy` (lru, fifo, clock or sieve). Memory that runs out ends the program.
 */
struct plain_cache *plain_cache_create(const char *policy, uint32_t frames);
void plain_cache_touch(struct plain_cache *cache, page_id page, bool write);

/* Frees the cache and returns its counts. */
struct plain_counts plain_cache_end(struct plain_cache *cache);

/* Replays a trace through such a cache. */
struct plain_counts plain_replay(const char *path, const char *policy, uint32_t frames);

/* Replays a trace under OPT (Belady): the page whose next use is furthest away leaves. */
struct plain_counts plain_replay_opt(const char *path, uint32_t frames);

#endif
