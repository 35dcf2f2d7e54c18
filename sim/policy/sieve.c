/* SPDX-License-Identifier: MIT */
/*
 * SIEVE: a FIFO with a visited bit per page, set by a touch. A hand moves from the oldest page to the newest, then
 * starts again at the oldest. It clears the bits that are set; the first page whose bit is clear is the victim. Unlike
 * in CLOCK, a page whose bit was cleared keeps its position, and new pages always enter as the newest.
 *
 * Source: Zhang, Yang, Yue, Vigfusson, Rashmi, 'SIEVE is simpler than LRU', NSDI 2024, algorithm 1. Departs from it:
 * nowhere. A page enters with its bit clear, so a prefetched page is an ordinary fill.
 */
#include <stdlib.h>

#include "base/table.h"
#include "memory/page_list.h"
#include "policy/policy.h"

struct sieve {
	struct page_links links;
	struct page_list queue; /* oldest at the head */
	uint32_t hand;          /* the next page to check, or the queue's sentinel: start at the oldest */
	bool *visited;          /* by page */
};

static void destroy(void *state)
{
	struct sieve *sieve = state;

	page_links_free(&sieve->links);
	free(sieve->visited);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct sieve *sieve = state;

	sieve->visited = table_alloc(env->pages, sizeof(*sieve->visited));
	if (!sieve->visited)
		return err_memory(err, "visited bits");
	if (page_links_init(&sieve->links, env->pages, 1, err)) {
		destroy(sieve);
		return ERR_FAILED;
	}
	page_list_init(&sieve->queue, &sieve->links, 0);
	sieve->hand = sieve->queue.sentinel;
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct sieve *sieve = state;

	sieve->visited[page] = true;
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct sieve *sieve = state;

	(void)why;
	sieve->visited[page] = false;
	page_list_append(&sieve->queue, page);
}

static void forget(void *state, page_id page)
{
	struct sieve *sieve = state;

	if (sieve->hand == page)
		sieve->hand = sieve->queue.node[page].next;
	page_list_remove(&sieve->queue, page);
}

static page_id victim(void *state, page_id incoming)
{
	struct sieve *sieve = state;
	const struct page_link *node = sieve->queue.node;
	uint32_t sentinel = sieve->queue.sentinel, at = sieve->hand;

	(void)incoming;
	while (at == sentinel || sieve->visited[at]) {
		if (at != sentinel)
			sieve->visited[at] = false;
		at = node[at].next;
	}
	sieve->hand = at;
	forget(sieve, at);
	return at;
}

const struct policy_ops policy_sieve = {
	.name = "sieve",
	.summary = "a FIFO with a moving hand; touched pages stay and keep their position",
	.source = "Zhang et al., 'SIEVE is simpler than LRU: an efficient turn-key eviction algorithm for web caches', "
		  "2024",
	.state_size = sizeof(struct sieve),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
