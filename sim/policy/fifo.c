/* SPDX-License-Identifier: MIT */
/*
 * First in, first out: the page that has been local the longest is the victim. A hit changes nothing.
 *
 * Source: Belady, 'A study of replacement algorithms for a virtual-storage computer', IBM Systems Journal 5(2), 1966.
 * Departs from it: nowhere.
 *
 * The queue is a ring buffer, not a linked list: the next victims are adjacent in memory, so choosing one seldom misses
 * the cache. The price is that forget searches the ring.
 */
#include <stdlib.h>

#include "base/table.h"
#include "policy/policy.h"

struct fifo {
	page_id *ring; /* of `frames` entries */
	uint32_t frames, oldest, count;
};

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct fifo *fifo = state;

	fifo->ring = table_alloc(env->frames, sizeof(*fifo->ring));
	fifo->frames = env->frames;
	return fifo->ring ? 0 : err_memory(err, "the queue of pages");
}

static bool hit(void *state, page_id page)
{
	(void)state, (void)page;
	return false;
}

/* The index in the ring of the n-th oldest page, counted from 0. */
static uint32_t place(const struct fifo *fifo, uint32_t n)
{
	uint32_t left = fifo->frames - fifo->oldest;

	return n < left ? fifo->oldest + n : n - left;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct fifo *fifo = state;

	(void)why;
	fifo->ring[place(fifo, fifo->count++)] = page;
}

static page_id victim(void *state, page_id incoming)
{
	struct fifo *fifo = state;
	page_id page = fifo->ring[fifo->oldest];

	(void)incoming;
	fifo->oldest = place(fifo, 1);
	fifo->count--;
	return page;
}

static void forget(void *state, page_id page)
{
	struct fifo *fifo = state;
	uint32_t n = 0;

	while (fifo->ring[place(fifo, n)] != page)
		n++;
	for (fifo->count--; n < fifo->count; n++)
		fifo->ring[place(fifo, n)] = fifo->ring[place(fifo, n + 1)];
}

static void destroy(void *state)
{
	struct fifo *fifo = state;

	free(fifo->ring);
}

const struct policy_ops policy_fifo = {
	.name = "fifo",
	.summary = "first in, first out",
	.source = "Belady, 'A study of replacement algorithms for a virtual-storage computer', 1966",
	.filtered = FILTERED_APPROXIMATE,
	.state_size = sizeof(struct fifo),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
