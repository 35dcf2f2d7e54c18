/* SPDX-License-Identifier: MIT */
#include "memory/stack.h"

#include <stdlib.h>
#include <string.h>

#include "base/clones.h"
#include "base/table.h"

int stack_init(struct stack *stack, uint32_t pages, struct err *err)
{
	size_t lines, groups;

	*stack = (struct stack){.pages = pages};
	if (pages > STACK_PAGES_MAX)
		return err_set(err, ERR_FAILED, "an LRU stack of %u pages: allowed are up to %u", pages,
			       STACK_PAGES_MAX);
	lines = ((size_t)pages * STACK_SLOTS_A_PAGE) / STACK_LINE_SLOTS + 1;
	groups = (lines + STACK_GROUP_LINES - 1) / STACK_GROUP_LINES;
	groups += STACK_GROUPS_AT_ONCE - groups % STACK_GROUPS_AT_ONCE;
	stack->slots = (uint32_t)(lines * STACK_LINE_SLOTS);
	stack->page = table_alloc((size_t)pages + 1, sizeof(*stack->page));
	stack->bits = table_alloc(lines, STACK_LINE_SLOTS / 8);
	stack->before_line = table_alloc(groups * STACK_GROUP_LINES, sizeof(*stack->before_line));
	stack->before_group = table_alloc(groups, sizeof(*stack->before_group));
	if (!stack->page || !stack->bits || !stack->before_line || !stack->before_group) {
		stack_free(stack);
		return err_memory(err, "an LRU stack");
	}
	for (uint32_t page = 0; page < pages; page++)
		stack->page[page].slot = STACK_NONE;
	return 0;
}

void stack_free(struct stack *stack)
{
	free(stack->page);
	free(stack->bits);
	free(stack->before_line);
	free(stack->before_group);
	*stack = (struct stack){0};
}

/* The numbers of the line and, if it is the first of one, of the group at the head. */
static void number_line(struct stack *stack, uint32_t bits_before)
{
	uint32_t group = stack->head / STACK_GROUP_SLOTS;

	if (stack->head % STACK_GROUP_SLOTS == 0)
		stack->before_group[group] = bits_before;
	stack->before_line[stack->head / STACK_LINE_SLOTS] = (uint16_t)(bits_before - stack->before_group[group]);
}

/* Gives the pages the slots 0 to depth - 1, in the same order. There are more slots than that. */
CLONES static void compact_stack(struct stack *stack)
{
	for (page_id page = 0; page < stack->pages; page++)
		if (stack->page[page].slot != STACK_NONE)
			stack->page[page].slot = stack_rank(stack, stack->page[page].slot);
	for (size_t i = 0; i < stack->marks; i++)
		if (stack->mark[i] != STACK_NONE)
			stack->mark[i] = stack_rank(stack, stack->mark[i]);
	memset(stack->bits, 0, stack->slots / 8);
	for (stack->head = 0; stack->head < stack->depth; stack->head++) {
		if (stack->head % STACK_LINE_SLOTS == 0)
			number_line(stack, stack->head);
		stack->bits[stack->head / 64] |= UINT64_C(1) << stack->head % 64;
	}
}

void stack_open_line(struct stack *stack)
{
	if (stack->head == stack->slots)
		compact_stack(stack);
	if (stack->head % STACK_LINE_SLOTS == 0)
		number_line(stack, stack->depth);
}

void stack_order(const struct stack *stack, page_id *order)
{
	for (page_id page = 0; page < stack->pages; page++)
		if (stack->page[page].slot != STACK_NONE)
			order[stack_rank(stack, stack->page[page].slot)] = page;
}

void stack_settle(struct stack *stack)
{
	for (page_id page = 0; page < stack->pages; page++) {
		uint32_t *dirty_from = &stack->page[page].dirty_from;

		if (*dirty_from) {
			uint32_t depth = stack_depth(stack, page);

			*dirty_from = *dirty_from > depth ? *dirty_from : depth;
		}
	}
}
