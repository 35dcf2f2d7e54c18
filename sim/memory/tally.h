/*
 * Counts faults and write-backs of an LRU memory of every size, from the depth at which each touch finds its page.
 *
 * A touch at depth d is a fault in the memories of less than d pages. Each of them evicted the page since its touch before, and wrote
 * it back if it was dirty there: those of D pages or more, D being the page's dirty_from (stack.h). Both are counted in bins by size and
 * summed up once, at the end: a fault in every memory below d is 1 in bin d, a write-back in the memories from D to d - 1 is +1 in bin D
 * and -1 in bin d.
 */
#ifndef MEMORY_TALLY_H
#define MEMORY_TALLY_H

#include "memory/stack.h"
#include "trace/ref.h"

struct tally_bin {
	uint64_t touches; /* that found their page this deep; in bin 0 the first touches */
	uint64_t written; /* write-backs in memories of this size or more, less those in one page less or more; modulo 2^64 */
};

struct tally {
	struct stack stack;
	struct tally_bin *bin; /* by size: 0 to stack.pages */
};

/* For page ids below `pages`. */
int tally_init(struct tally *tally, uint32_t pages, struct err *err);
void tally_free(struct tally *tally);

/* Places a page touched before the trace begins, from the least to the most recently used; tally_begin follows the last. */
void tally_place(struct tally *tally, page_id page, uint32_t dirty_from);
void tally_begin(struct tally *tally);

/*
 * Sums up, once: faults[m] and write_backs[m] of a memory of m pages, m from 0 to `pages`, may be NULL. Pages evicted since their last touch
 * count as written back, where they were dirty; those still there do not. Returns the number of first touches.
 */
uint64_t tally_end(struct tally *tally, uint64_t *faults, uint64_t *write_backs);

#define TALLY_AHEAD 24 /* touches between asking for a line of memory and using it */
#define TALLY_CHUNK 64 /* touches whose bins are asked for before the first of them is counted */

CLONED void tally_count(struct tally_bin *bin, const uint32_t *depth, const uint32_t *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bin[depth[i]].touches++;
		bin[depth[i]].written--;
		bin[from[i]].written++;
	}
}

/* Touches pages one after another. */
CLONED void tally_touch(struct tally *tally, const page_id *page, const trace_kind *kind, uint32_t count)
{
	struct stack *stack = &tally->stack;
	struct tally_bin *bin = tally->bin;
	uint32_t depth[TALLY_CHUNK], from[TALLY_CHUNK];

	for (uint32_t i = 0, n = 0; i < count; i++) {
		uint32_t dirty_from;

		if (i + 2 * TALLY_AHEAD < count)
			stack_prefetch_page(stack, page[i + 2 * TALLY_AHEAD]);
		if (i + TALLY_AHEAD < count)
			stack_prefetch_bits(stack, page[i + TALLY_AHEAD]);
		depth[n] = stack_touch(stack, page[i]);
		dirty_from = stack_dirty(stack, page[i], depth[n], kind[i] & TRACE_WRITE);
		from[n] = dirty_from - 1 < depth[n] - 1 ? dirty_from : depth[n]; /* 0 - 1 is larger than any depth */
		__builtin_prefetch(&bin[depth[n]], 1);
		__builtin_prefetch(&bin[from[n]], 1);
		if (++n == TALLY_CHUNK || i + 1 == count) {
			tally_count(bin, depth, from, n);
			n = 0;
		}
	}
}

#endif
