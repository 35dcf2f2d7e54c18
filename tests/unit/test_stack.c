/* SPDX-License-Identifier: MIT */
/* The LRU stack against a simple list, and, where that is too slow, against a tree over all touches. */
#include <stdlib.h>
#include <string.h>

#include "memory/stack.h"
#include "naive_lru.h"
#include "unit.h"

/* Compares every touch of the string, and sometimes the whole order. */
static bool same_as_list(const struct refs *refs)
{
	uint32_t pages;
	page_id *page = dense_pages(refs, &pages), order[NAIVE_PAGES];
	static struct naive_lru list;
	struct stack stack;
	struct err err;
	bool same = stack_init(&stack, pages, &err) == 0;

	naive_begin(&list, NAIVE_PAGES, NULL, 0);
	for (size_t i = 0; i < refs->count && same; i++) {
		same = stack_touch(&stack, page[i]) == naive_touch(&list, page[i], false) &&
		       stack_depth(&stack, page[i]) == 1;
		if (i % 100 != 99)
			continue;
		stack_order(&stack, order);
		same = same && stack.depth == list.used;
		for (uint32_t at = 0; at < list.used && same; at++)
			same = order[list.used - 1 - at] == list.at[at].page &&
			       stack_depth(&stack, list.at[at].page) == at + 1;
	}
	stack_free(&stack);
	free(page);
	return same;
}

static void same_as_list_on_random_strings(void)
{
	uint64_t seed = 11;

	for (int round = 0; round < 2000; round++) {
		struct refs refs = test_refs(test_random(&seed), 1 + test_below(&seed, 1500),
					     1 + (uint32_t)test_below(&seed, 200));

		CU_ASSERT_TRUE(same_as_list(&refs));
		test_refs_free(&refs);
	}
}

/* 250 pages have 1024 slots: 80 compactions, some of them with every page in the stack. */
static void compaction_keeps_the_order(void)
{
	for (uint64_t seed = 0; seed < 6; seed++) {
		struct refs refs = test_refs(seed, 60000, 250);

		CU_ASSERT_TRUE(same_as_list(&refs));
		test_refs_free(&refs);
	}
}

static void tree_add(uint32_t *tree, uint32_t size, uint32_t at, int value)
{
	for (at++; at <= size; at += at & -at)
		tree[at] += (uint32_t)value;
}

static uint32_t tree_sum(const uint32_t *tree, uint32_t at)
{
	uint32_t sum = 0;

	for (at++; at > 0; at -= at & -at)
		sum += tree[at];
	return sum;
}

/* Enough pages for a second vector of groups, and touches for a compaction: a Fenwick tree with an entry for each touch
 * gives the distances. */
static void many_pages(void)
{
	enum { PAGES = 270000, TOUCHES = 1700000 };
	uint32_t *tree = calloc(TOUCHES + 1, sizeof(*tree)), *last = malloc(PAGES * sizeof(*last)), used = 0;
	uint64_t seed = 5;
	struct stack stack;
	struct err err;
	bool same = true;

	CU_ASSERT_EQUAL_FATAL(stack_init(&stack, PAGES, &err), 0);
	CU_ASSERT_TRUE(stack.slots > STACK_GROUPS_AT_ONCE * STACK_GROUP_SLOTS && stack.slots < TOUCHES);
	memset(last, 0xff, PAGES * sizeof(*last));
	for (uint32_t i = 0; i < TOUCHES && same; i++) {
		page_id page = (page_id)(i % 3 ? test_below(&seed, PAGES)
					       : test_below(&seed, 1 + test_below(&seed, PAGES)));
		uint32_t distance = 0;

		if (last[page] == UINT32_MAX) {
			used++;
		} else {
			distance = used - tree_sum(tree, last[page]) + 1;
			tree_add(tree, TOUCHES, last[page], -1);
		}
		tree_add(tree, TOUCHES, i, 1);
		last[page] = i;
		same = stack_touch(&stack, page) == distance;
	}
	CU_ASSERT_TRUE(same);
	stack_free(&stack);
	free(tree);
	free(last);
}

static void refuses_too_many_pages(void)
{
	struct stack stack;
	struct err err;

	CU_ASSERT_EQUAL(stack_init(&stack, UINT32_MAX, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "an LRU stack of 4294967295 pages: allowed are up to 1073741311");
}

CU_TestInfo stack_tests[] = {
	{"same as a list on random strings", same_as_list_on_random_strings},
	{"compaction keeps the order", compaction_keeps_the_order},
	{"many pages", many_pages},
	{"refuses too many pages", refuses_too_many_pages},
	CU_TEST_INFO_NULL,
};
