/* SPDX-License-Identifier: MIT */
/*
 * Least recently used: the page whose last touch is the oldest is the victim.
 *
 * Source: Mattson, Gecsei, Slutz, Traiger, 'Evaluation techniques for storage hierarchies', IBM Systems Journal 9(2),
 * 1970. Departs from it: nowhere. A prefetched page counts as touched when it is filled. If it entered as the oldest
 * page instead, it would be evicted before its use.
 */
#include "policy/list_array.h"

struct lru {
	struct page_links links;
	struct page_list order; /* least recently used at the head */
};

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct lru *lru = state;

	if (page_links_init(&lru->links, env->pages, 1, err))
		return ERR_FAILED;
	page_list_init(&lru->order, &lru->links, 0);
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct lru *lru = state;

	page_list_renew(&lru->order, page);
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct lru *lru = state;

	(void)why;
	page_list_append(&lru->order, page);
}

static page_id victim(void *state, page_id incoming)
{
	struct lru *lru = state;

	(void)incoming;
	return page_list_pop(&lru->order);
}

static void forget(void *state, page_id page)
{
	struct lru *lru = state;

	page_list_remove(&lru->order, page);
}

static void destroy(void *state)
{
	struct lru *lru = state;

	page_links_free(&lru->links);
}

static struct policy_array array(const void *state)
{
	const struct lru *lru = state;

	return list_array(&lru->links);
}

static size_t peek(const void *state, page_id *out, size_t n)
{
	const struct lru *lru = state;
	page_id page = page_list_head(&lru->order);
	size_t count = 0;

	for (; count < n && page != PAGE_NONE; page = page_list_newer(&lru->order, page))
		out[count++] = page;
	return count;
}

const struct policy_ops policy_lru = {
	.name = "lru",
	.summary = "least recently used",
	.source = "Mattson et al., 'Evaluation techniques for storage hierarchies', 1970",
	.filtered = FILTERED_EXACT,
	.has_curve = true,
	.state_size = sizeof(struct lru),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.array = array,
	.peek = peek,
};
