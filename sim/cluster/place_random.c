/* SPDX-License-Identifier: MIT */
/*
 * Random: every node with a free frame is equally likely, however many it has. Two-choices: two such nodes are drawn,
 * independently of each other, and the one with more free frames takes the page; among equals the first drawn.
 *
 * Source: Mitzenmacher, 'The power of two choices in randomized load balancing', IEEE TPDS 12(10), 2001: with n nodes
 * the fullest exceeds the mean by about log log n / log 2 pages, where a single choice lets it exceed by the square
 * root of the mean and more. Departs from it: nodes have an end. Full, closed and barred nodes are not drawn, and nodes
 * of different size are compared by free frames, not by load.
 */
#include <stdlib.h>

#include "cluster/placement.h"

struct ready_set {
	uint32_t *node;     /* those with a free frame, in no order */
	uint32_t *position; /* where in `node` one is, counted from 1; 0 when it is not there */
	uint32_t count;
};

static void destroy(struct pool *pool)
{
	struct ready_set *ready = pool->state;

	free(ready->node);
	free(ready->position);
}

static int init(struct pool *pool, struct err *err)
{
	struct ready_set *ready = pool->state;

	ready->node = calloc(pool->nodes, sizeof(*ready->node));
	ready->position = calloc(pool->nodes, sizeof(*ready->position));
	return ready->node && ready->position ? 0 : err_memory(err, "the nodes with free frames");
}

static void update(struct pool *pool, uint32_t node)
{
	struct ready_set *ready = pool->state;
	uint32_t position = ready->position[node];

	if (pool->free[node] && !position) {
		ready->node[ready->count] = node;
		ready->position[node] = ++ready->count;
	} else if (!pool->free[node] && position) {
		uint32_t last = ready->node[--ready->count];

		ready->node[position - 1] = last;
		ready->position[last] = position;
		ready->position[node] = 0;
	}
}

/* Whether any ready node is not barred. */
static bool any(const struct pool *pool)
{
	const struct ready_set *ready = pool->state;
	uint32_t barred = 0;

	for (uint32_t i = 0; i < pool->bar_count; i++)
		barred += pool->free[pool->bars[i]] > 0;
	return ready->count > barred;
}

/* Few nodes are barred, so few draws are thrown away. */
static uint32_t draw(struct pool *pool)
{
	struct ready_set *ready = pool->state;
	uint32_t node;

	do
		node = ready->node[rng_below(&pool->rng, ready->count)];
	while (pool->barred[node]);
	return node;
}

static uint32_t pick_one(struct pool *pool, uint32_t borrower, int64_t now_ps)
{
	(void)borrower, (void)now_ps;
	return any(pool) ? draw(pool) : NODE_NONE;
}

static uint32_t pick_of_two(struct pool *pool, uint32_t borrower, int64_t now_ps)
{
	uint32_t first, second;

	(void)borrower, (void)now_ps;
	if (!any(pool))
		return NODE_NONE;
	first = draw(pool);
	second = draw(pool);
	return pool->free[second] > pool->free[first] ? second : first;
}

const struct placement_ops place_random = {
	.state_size = sizeof(struct ready_set),
	.init = init,
	.destroy = destroy,
	.pick = pick_one,
	.update = update,
};

const struct placement_ops place_two_choices = {
	.state_size = sizeof(struct ready_set),
	.init = init,
	.destroy = destroy,
	.pick = pick_of_two,
	.update = update,
};
