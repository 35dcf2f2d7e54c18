/* SPDX-License-Identifier: MIT */
/*
 * Random: every node with a free frame is equally likely, however many it has. Two-choices: two such nodes are drawn,
 * independently of each other, and the one with more free frames takes the page; of equal nodes, the first drawn.
 *
 * Source: Mitzenmacher, 'The power of two choices in randomized load balancing', IEEE TPDS 12(10), 2001: with n nodes
 * the fullest exceeds the mean by about log log n / log 2 pages, where a single choice lets it exceed by the square
 * root of the mean and more. Departs from it: nodes can be full. Full, closed and barred nodes are not drawn, and nodes
 * of different size are compared by free frames, not by load.
 */
#include <stdlib.h>

#include "placement/placement.h"

struct ready_set {
	const struct placement_node *numbers; /* of each node */
	struct rng *rng;
	uint32_t *node;     /* those with a free frame, in any order */
	uint32_t *position; /* where in `node` one is, counted from 1; 0 when it is not there */
	uint32_t count;
};

static void destroy(void *state)
{
	struct ready_set *ready = state;

	free(ready->node);
	free(ready->position);
}

static int init(void *state, const struct placement_env *env, struct err *err)
{
	struct ready_set *ready = state;

	ready->numbers = env->node;
	ready->rng = env->rng;
	ready->node = calloc(env->nodes, sizeof(*ready->node));
	ready->position = calloc(env->nodes, sizeof(*ready->position));
	return ready->node && ready->position ? 0 : err_memory(err, "the nodes with free frames");
}

static void update(void *state, uint32_t node)
{
	struct ready_set *ready = state;
	uint32_t position = ready->position[node], free_frames = ready->numbers[node].free;

	if (free_frames && !position) {
		ready->node[ready->count] = node;
		ready->position[node] = ++ready->count;
	} else if (!free_frames && position) {
		uint32_t last = ready->node[--ready->count];

		ready->node[position - 1] = last;
		ready->position[last] = position;
		ready->position[node] = 0;
	}
}

/* Whether any ready node is not barred. */
static bool any(const struct ready_set *ready, const struct placement_query *query)
{
	uint32_t barred = 0;

	for (uint32_t i = 0; i < query->bar_count; i++)
		barred += ready->position[query->bars[i]] > 0;
	return ready->count > barred;
}

/* Draws until a node is not barred; few are, so few draws are repeated. */
static uint32_t draw(const struct ready_set *ready, const struct placement_query *query)
{
	uint32_t node;

	do
		node = ready->node[rng_below(ready->rng, ready->count)];
	while (query->barred[node]);
	return node;
}

static uint32_t pick_one(void *state, const struct placement_query *query)
{
	return any(state, query) ? draw(state, query) : NODE_NONE;
}

static uint32_t pick_of_two(void *state, const struct placement_query *query)
{
	const struct ready_set *ready = state;
	uint32_t first, second;

	if (!any(ready, query))
		return NODE_NONE;
	first = draw(ready, query);
	second = draw(ready, query);
	return ready->numbers[second].free > ready->numbers[first].free ? second : first;
}

const struct placement_ops placement_random = {
	.name = "random",
	.state_size = sizeof(struct ready_set),
	.init = init,
	.destroy = destroy,
	.pick = pick_one,
	.update = update,
};

const struct placement_ops placement_two_choices = {
	.name = "two-choices",
	.state_size = sizeof(struct ready_set),
	.init = init,
	.destroy = destroy,
	.pick = pick_of_two,
	.update = update,
};
