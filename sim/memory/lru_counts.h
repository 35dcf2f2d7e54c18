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

struct lru_counts_bin {
	uint64_t touches; /* touches that found their page at this depth; in bin 0 the first touches */
	uint64_t written; /* write-backs in memories of this size or more, less those in one page less or more; modulo
			     2^64 */
};

struct lru_counts {
	struct stack stack;
	struct lru_counts_bin *bin; /* by size: 0 to stack.pages */
	unsigned vcpus;
	uint64_t *of_vcpu; /* touches again, [vcpu * (stack.pages + 1) + size]; NULL for one virtual CPU */
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

/* The faults of each virtual CPU, [vcpu * (stack.pages + 1) + m]; for more than one. */
void lru_counts_faults_of_vcpus(const struct lru_counts *counts, uint64_t *faults);

/* The first touches of a virtual CPU. */
uint64_t lru_counts_first_touches(const struct lru_counts *counts, unsigned vcpu);

#endif
