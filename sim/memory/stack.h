/* SPDX-License-Identifier: MIT */
/*
 * The LRU stack: every page touched so far, most recent first, and for each touch the page's depth in it (its stack
 * distance). An LRU memory of m pages holds the topmost m, so one distance serves every size at once.
 *
 * Each touch takes the next slot in a row of slots and sets its bit; the slot of the page's previous touch is cleared.
 * A page's depth is then the number of set bits from its slot on.
 *
 *   slots    1 0 0 1 1 0 1 0 0 0 1 1 . . . .        one bit each; head: the next free slot
 *            A     B C   D       E F ^head          depth of D: 3
 *   lines    512 slots, a cache line; before_line: bits set in the group before the line, 16 bits
 *   groups   128 lines; before_group: bits set before the group, 32 bits
 *
 * So a depth costs counting the bits of one cache line, and two numbers. Clearing a bit lowers the numbers after it:
 * 128 of 16 bits in the group, and 4 bytes per 65536 slots for the groups, all in vector instructions. Setting a bit
 * costs nothing, because the numbers of a line and of a group are computed when the head reaches them. When the head
 * reaches the end, the pages move down to the first slots in the same order. Slots that a caller has marked move along,
 * so that a mark still has the same pages at or above it.
 *
 * Source: after Bennett, Kruskal, 'LRU stack processing', IBM Journal of Research and Development 19(4), 1975 (a bit
 * per reference, counts in a hierarchy), and Olken's thesis, LBL-12370, 1981 (compaction). Departs from them: the
 * counts of prefixes are ours.
 */
#ifndef MEMORY_STACK_H
#define MEMORY_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clones.h"
#include "base/err.h"
#include "base/page.h"

#define STACK_LINE_SLOTS     512
#define STACK_GROUP_LINES    128
#define STACK_GROUP_SLOTS    (STACK_LINE_SLOTS * STACK_GROUP_LINES)
#define STACK_GROUPS_AT_ONCE 16 /* of the groups' numbers, lowered together */
#define STACK_SLOTS_A_PAGE   4  /* more: compaction is rarer, but the bits leave the fast caches */
#define STACK_PAGES_MAX      (UINT32_MAX / STACK_SLOTS_A_PAGE - STACK_LINE_SLOTS)
#define STACK_NONE           UINT32_MAX /* the slot of a page that is not in the stack */

struct stack_page {
	uint32_t slot;       /* of its last touch */
	uint32_t dirty_from; /* the smallest memory, in pages, in which it is dirty; 0: clean in all */
};

struct stack {
	struct stack_page *page;
	uint64_t *bits;
	uint16_t *before_line;
	uint32_t *before_group;
	uint32_t pages; /* page ids are below this */
	uint32_t depth; /* pages in the stack */
	uint32_t slots, head;
	uint32_t *mark; /* slots below the head that the caller has marked, or STACK_NONE; the caller owns the array */
	size_t marks;
};

/* Sets up an empty stack for page ids below `pages` (up to STACK_PAGES_MAX). Returns 0 or ERR_FAILED. */
int stack_init(struct stack *stack, uint32_t pages, struct err *err);
void stack_free(struct stack *stack);

/* Called when the head is at the beginning of a line: computes the numbers of the line, after a compaction if no slot
 * is left. */
void stack_open_line(struct stack *stack);

/* Writes the pages in the stack to `order`, `depth` of them, from the least to the most recently used. */
void stack_order(const struct stack *stack, page_id *order);

/*
 * Raises every page's dirty_from to its depth: a page is clean in a memory that has evicted it. Touches do this only
 * for the page touched.
 */
void stack_settle(struct stack *stack);

/* The number of set bits before a slot. */
CLONED uint32_t stack_rank(const struct stack *stack, uint32_t slot)
{
	const uint64_t *line = stack->bits + slot / STACK_LINE_SLOTS * (STACK_LINE_SLOTS / 64);
	uint32_t own = slot / 64 % (STACK_LINE_SLOTS / 64);
	int count = __builtin_popcountll(line[own] & ((UINT64_C(1) << slot % 64) - 1));

	for (uint32_t word = 0; word < STACK_LINE_SLOTS / 64;
	     word++) /* all of them: a branch on `own` would be mispredicted */
		count += __builtin_popcountll(line[word] & -(uint64_t)(word < own));
	return stack->before_group[slot / STACK_GROUP_SLOTS] + stack->before_line[slot / STACK_LINE_SLOTS] +
	       (uint32_t)count;
}

/* The number of pages whose last touch took this slot, which is below the head, or a later one. */
CLONED uint32_t stack_since(const struct stack *stack, uint32_t slot)
{
	return stack->depth - stack_rank(stack, slot);
}

/* The depth of a page that is in the stack; 1 for the page touched last. */
CLONED uint32_t stack_depth(const struct stack *stack, page_id page)
{
	return stack_since(stack, stack->page[page].slot);
}

CLONED void stack_clear(struct stack *stack, uint32_t slot)
{
	uint32_t group = slot / STACK_GROUP_SLOTS, head_group = stack->head / STACK_GROUP_SLOTS;
	uint16_t *line = stack->before_line + group * STACK_GROUP_LINES;
	int16_t own = slot / STACK_LINE_SLOTS % STACK_GROUP_LINES;

	stack->bits[slot / 64] &= ~(UINT64_C(1) << slot % 64);
	for (int16_t i = 0; i < STACK_GROUP_LINES; i++)
		line[i] = (uint16_t)(line[i] - (i > own));
	for (uint32_t from = group - group % STACK_GROUPS_AT_ONCE; from <= head_group; from += STACK_GROUPS_AT_ONCE) {
		uint32_t *groups = stack->before_group + from;
		int32_t last_kept = (int32_t)group - (int32_t)from;

		for (int32_t i = 0; i < STACK_GROUPS_AT_ONCE; i++)
			groups[i] -= i > last_kept;
	}
}

/* Moves the page to the top. Returns its previous depth, 0 if it was not in the stack. */
CLONED uint32_t stack_touch(struct stack *stack, page_id page)
{
	uint32_t slot, depth = 0;

	if (stack->head % STACK_LINE_SLOTS == 0)
		stack_open_line(stack);
	slot = stack->page[page].slot;
	if (slot != STACK_NONE) {
		depth = stack->depth - stack_rank(stack, slot);
		stack_clear(stack, slot);
	} else {
		stack->depth++;
	}
	slot = stack->head++;
	stack->bits[slot / 64] |= UINT64_C(1) << slot % 64;
	stack->page[page].slot = slot;
	return depth;
}

/*
 * The effect on write-backs of a touch of a page whose depth was `depth` and whose dirty_from is at `dirty_from`: the
 * memories of less than `depth` pages had evicted it. Returns D: the memories of D to depth - 1 pages wrote it back
 * then; none did if it is not below `depth`.
 */
CLONED uint32_t stack_dirty(uint32_t *dirty_from, uint32_t depth, bool write)
{
	uint32_t before = *dirty_from;
	bool wrote_back = before - 1 < depth - 1; /* 0 - 1 is larger than any depth */

	*dirty_from = write ? 1 : wrote_back ? depth : before;
	return wrote_back ? before : depth;
}

/* Prefetches into the cache what a touch of the page will need; the bits only once the page's own state is in the
 * cache. */
CLONED void stack_prefetch_page(const struct stack *stack, page_id page)
{
	__builtin_prefetch(&stack->page[page], 1);
}

CLONED void stack_prefetch_bits(const struct stack *stack, page_id page)
{
	uint32_t slot = stack->page[page].slot;

	if (slot != STACK_NONE)
		__builtin_prefetch(&stack->bits[slot / 64], 1);
}

#endif
