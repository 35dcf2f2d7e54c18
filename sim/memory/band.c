/* SPDX-License-Identifier: MIT */
#include "memory/band.h"

#include <stdlib.h>

#include "base/table.h"

static int side_init(struct band_side *side, const struct lru_bins *like, struct err *err)
{
	int status = lru_bins_init(&side->bins, like->pages, like->vcpus, err);

	side->dirty_from = table_alloc((size_t)like->pages + 1, sizeof(*side->dirty_from));
	return status == 0 && !side->dirty_from ? err_memory(err, "a curve's bounds") : status;
}

int band_init(struct band *band, struct lru_counts *counts, struct active_rule rule, struct err *err)
{
	uint32_t pages = counts->stack.pages, *mark = table_alloc(2 * (size_t)pages + 1, sizeof(*mark));
	int status;

	*band = (struct band){.counts = counts, .rule = rule};
	band->oldest = mark;
	band->left = mark ? mark + pages : NULL;
	status = mark ? page_links_init(&band->links, pages, 1, err) : err_memory(err, "a curve's bounds");
	if (status < 0 || (status = side_init(&band->low, &counts->bins, err)) < 0 ||
	    (status = side_init(&band->high, &counts->bins, err)) < 0) {
		band_free(band);
		return status;
	}
	for (size_t i = 0; i < 2 * (size_t)pages; i++)
		mark[i] = STACK_NONE;
	page_list_init(&band->kept, &band->links, 0);
	counts->stack.mark = mark;
	counts->stack.marks = 2 * (size_t)pages;
	return 0;
}

static void side_free(struct band_side *side)
{
	lru_bins_free(&side->bins);
	free(side->dirty_from);
}

void band_free(struct band *band)
{
	band->counts->stack.mark = NULL;
	band->counts->stack.marks = 0;
	page_links_free(&band->links);
	free(band->oldest);
	side_free(&band->low);
	side_free(&band->high);
	*band = (struct band){0};
}

void band_begin(struct band *band, uint32_t placed)
{
	const struct stack_page *page = band->counts->stack.page;

	for (page_id id = 0; id < placed; id++) {
		band->oldest[id] = band->left[id] = page[id].slot;
		band->low.dirty_from[id] = band->high.dirty_from[id] = page[id].dirty_from;
	}
}

/* lo: the page itself, and the others recorded since it was no longer kept. Its own slot is before that,
 * except for a page placed by a snapshot, which is then counted among the others. */
static uint32_t low_depth(const struct band *band, page_id page)
{
	const struct stack *stack = &band->counts->stack;
	uint32_t left = band->left[page];

	return left == STACK_NONE ? 1 : stack_since(stack, left) + (stack->page[page].slot < left);
}

/* hi: the pages recorded since the record of the oldest that was kept. */
static uint32_t high_depth(const struct band *band, page_id page)
{
	return stack_since(&band->counts->stack, band->oldest[page]);
}

static void side_touch(struct band_side *side, page_id page, uint32_t depth, trace_kind kind)
{
	uint32_t from = stack_dirty(&side->dirty_from[page], depth, kind & TRACE_WRITE);

	lru_bins_add(&side->bins, depth, from, TRACE_KIND_VCPU(kind));
}

/* Makes a page that has just been recorded the newest of those kept. */
static void renew(struct band *band, page_id page, bool is_kept)
{
	const struct stack_page *at = band->counts->stack.page;

	const uint32_t leaving = !is_kept && band->kept.length == band->rule.keep ? band->rule.leave : 0;

	if (is_kept)
		page_list_remove(&band->kept, page);
	for (uint32_t i = 0; i < leaving; i++)
		band->left[page_list_pop(&band->kept)] = at[page].slot;
	page_list_append(&band->kept, page);
	band->left[page] = STACK_NONE;
	band->oldest[page] = at[page_list_head(&band->kept)].slot;
}

void band_touch(struct band *band, const page_id *page, const trace_kind *kind, uint32_t count)
{
	const struct stack *stack = &band->counts->stack;

	for (uint32_t i = 0; i < count; i++) {
		bool known = stack->page[page[i]].slot != STACK_NONE;

		side_touch(&band->low, page[i], known ? low_depth(band, page[i]) : 0, kind[i]);
		side_touch(&band->high, page[i], known ? high_depth(band, page[i]) : 0, kind[i]);
		lru_counts_touch(band->counts, &page[i], &kind[i], 1);
		renew(band, page[i], known && band->left[page[i]] == STACK_NONE);
	}
}

void band_end(struct band *band)
{
	const struct stack *stack = &band->counts->stack;

	for (page_id page = 0; page < stack->pages; page++) {
		if (stack->page[page].slot == STACK_NONE)
			continue;
		lru_bins_end(&band->low.bins, low_depth(band, page), band->low.dirty_from[page]);
		lru_bins_end(&band->high.bins, high_depth(band, page), band->high.dirty_from[page]);
	}
}
