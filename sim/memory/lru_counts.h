/* SPDX-License-Identifier: MIT */
/*
 * Counts faults and write-backs of an LRU memory of every size, from the depth at which each touch finds its page.
 *
 * A touch at depth d is a fault in the memories of less than d pages. Each of them has evicted the page since its
 * previous touch, and wrote it back if it was dirty there: the memories of D pages or more, where D is the page's
 * dirty_from (stack.h). Both are counted in bins by size, which are summed up at the end: a fault in every memory below
 * d is 1 in bin d; a write-back in the memories from D to d - 1 is +1 in bin D and -1 in bin d.
 */
#ifndef MEMORY_LRU_COUNTS_H
#define MEMORY_LRU_COUNTS_H

#include "memory/stack.h"
#include "trace/ref.h"

struct lru_bin {
	uint64_t touches; /* touches that found their page at this depth; in bin 0 the first touches */
	uint64_t written; /* write-backs in memories of this size or more, less those in one page less or more; modulo
			     2^64 */
};

/* The bins, for sizes and depths from 0 to `pages`. */
struct lru_bins {
	struct lru_bin *bin;
	uint64_t *of_vcpu; /* touches again, [vcpu * (pages + 1) + size]; NULL for one virtual CPU */
	uint32_t pages;
	unsigned vcpus;
};

int lru_bins_init(struct lru_bins *bins, uint32_t pages, unsigned vcpus, struct err *err);
void lru_bins_free(struct lru_bins *bins);

/* Counts a touch at `depth` by a virtual CPU; `from` is what stack_dirty returned for it. */
static inline void lru_bins_add(struct lru_bins *bins, uint32_t depth, uint32_t from, unsigned vcpu)
{
	bins->bin[depth].touches++;
	bins->bin[depth].written--;
	bins->bin[from].written++;
	if (bins->of_vcpu)
		bins->of_vcpu[vcpu * ((size_t)bins->pages + 1) + depth]++;
}

/* At the end: a page that is at `depth` then was written back by the memories that had evicted it, where it was dirty.
 */
static inline void lru_bins_end(struct lru_bins *bins, uint32_t depth, uint32_t dirty_from)
{
	if (!dirty_from || dirty_from >= depth)
		return;
	bins->bin[dirty_from].written++;
	bins->bin[depth].written--;
}

/* Sums up: faults[m] and write_backs[m] of a memory of m pages, m from 0 to `pages`; each may be NULL. */
void lru_bins_sum(const struct lru_bins *bins, uint64_t *faults, uint64_t *write_backs);

/* The faults of each virtual CPU, [vcpu * (pages + 1) + m]; for more than one. */
void lru_bins_of_vcpus(const struct lru_bins *bins, uint64_t *faults);

/* The first touches of a virtual CPU. */
uint64_t lru_bins_first_touches(const struct lru_bins *bins, unsigned vcpu);

struct lru_counts {
	struct stack stack;
	struct lru_bins bins;
};

/* For page ids below `pages` and so many virtual CPUs. */
int lru_counts_init(struct lru_counts *counts, uint32_t pages, unsigned vcpus, struct err *err);
void lru_counts_free(struct lru_counts *counts);

/* Places a page touched before the trace begins, from the least to the most recently used; lru_counts_begin follows the
 * last. */
void lru_counts_place(struct lru_counts *counts, page_id page, uint32_t dirty_from);
void lru_counts_begin(struct lru_counts *counts);

/* Touches pages one after another, writing where the kind has TRACE_WRITE. */
void lru_counts_touch(struct lru_counts *counts, const page_id *page, const trace_kind *kind, uint32_t count);

/*
 * Sums up, once: faults[m] and write_backs[m] of a memory of m pages, m from 0 to `pages`, may be NULL. Pages evicted
 * since their last touch count as written back, where they were dirty; those still there do not. Returns the number of
 * first touches.
 */
uint64_t lru_counts_end(struct lru_counts *counts, uint64_t *faults, uint64_t *write_backs);

#endif
