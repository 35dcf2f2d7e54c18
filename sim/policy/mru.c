/* SPDX-License-Identifier: MIT */
/*
 * Most recently used: the page whose last touch is the newest is the victim. Good for loops larger than the memory, bad
 * for anything else.
 *
 * Source: Chou & DeWitt, 'An evaluation of buffer management strategies for relational database systems', VLDB 1985.
 * Departs from it: one memory instead of one buffer pool per relation. A prefetched page has not been used, so it
 * enters as the oldest. As the newest it would be the next victim, and each prefetch would evict the previous one.
 */
#include "policy/list_array.h"

struct mru {
	struct page_links links;
	struct page_list order; /* most recently used at the tail */
};

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct mru *mru = state;

	if (page_links_init(&mru->links, env->pages, 1, err))
		return ERR_FAILED;
	page_list_init(&mru->order, &mru->links, 0);
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct mru *mru = state;

	page_list_renew(&mru->order, page);
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct mru *mru = state;

	if (why == FILL_PREFETCH)
		page_list_prepend(&mru->order, page);
	else
		page_list_append(&mru->order, page);
}

static page_id victim(void *state, page_id incoming)
{
	struct mru *mru = state;
	page_id page = page_list_tail(&mru->order);

	(void)incoming;
	page_list_remove(&mru->order, page);
	return page;
}

static void forget(void *state, page_id page)
{
	struct mru *mru = state;

	page_list_remove(&mru->order, page);
}

static void destroy(void *state)
{
	struct mru *mru = state;

	page_links_free(&mru->links);
}

static struct policy_array array(const void *state)
{
	const struct mru *mru = state;

	return list_array(&mru->links);
}

const struct policy_ops policy_mru = {
	.name = "mru",
	.summary = "most recently used (for loops larger than the memory)",
	.source =
		"Chou & DeWitt, 'An evaluation of buffer management strategies for relational database systems', 1985",
	.state_size = sizeof(struct mru),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.array = array,
};
