/*
 * First in, first out: pages leave in the order in which they came; a hit changes nothing.
 *
 * Source: Belady, 'A study of replacement algorithms for a virtual-storage computer', IBM Systems Journal 5(2), 1966.
 * Departs from it: nowhere. A prefetched page is an ordinary fill.
 */
#include "memory/page_list.h"
#include "policy/policy.h"

struct fifo {
	struct page_links links;
	struct page_list queue; /* oldest at the head */
};

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct fifo *fifo = state;

	if (page_links_init(&fifo->links, env->pages, 1, err))
		return ERR_FAILED;
	page_list_init(&fifo->queue, &fifo->links, 0);
	return 0;
}

static bool hit(void *state, page_id page)
{
	(void)state, (void)page;
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct fifo *fifo = state;

	(void)why;
	page_list_append(&fifo->queue, page);
}

static page_id victim(void *state, page_id incoming)
{
	struct fifo *fifo = state;

	(void)incoming;
	return page_list_pop(&fifo->queue);
}

static void forget(void *state, page_id page)
{
	struct fifo *fifo = state;

	page_list_remove(&fifo->queue, page);
}

static void destroy(void *state)
{
	struct fifo *fifo = state;

	page_links_free(&fifo->links);
}

const struct policy_ops policy_fifo = {
	.name = "fifo",
	.summary = "first in, first out",
	.source = "Belady, 'A study of replacement algorithms for a virtual-storage computer', 1966",
	.state_size = sizeof(struct fifo),
	.init = init, .hit = hit, .fill = fill, .victim = victim, .forget = forget, .destroy = destroy,
};
