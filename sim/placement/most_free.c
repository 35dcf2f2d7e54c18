/* SPDX-License-Identifier: MIT */
/*
 * Most-free: the node with the most free frames takes the page; of equal nodes, the one with the lower number.
 *
 * Every borrower knows every node's count at all times. It is the bound that two-choices approaches by comparing two
 * nodes.
 */
#include "placement/placement.h"
#include "placement/tournament.h"

struct most_free {
	const struct placement_node *node;
	struct tournament tournament; /* by free frames */
};

static int init(void *state, const struct placement_env *env, struct err *err)
{
	struct most_free *most = state;

	most->node = env->node;
	return tournament_init(&most->tournament, env->nodes, err);
}

static void destroy(void *state)
{
	struct most_free *most = state;

	tournament_free(&most->tournament);
}

static void update(void *state, uint32_t node)
{
	struct most_free *most = state;

	tournament_set(&most->tournament, node, most->node[node].free);
}

static uint32_t pick(void *state, const struct placement_query *query)
{
	const struct most_free *most = state;

	return tournament_best(&most->tournament, query->barred);
}

const struct placement_ops placement_most_free = {
	.name = "most-free",
	.state_size = sizeof(struct most_free),
	.init = init,
	.destroy = destroy,
	.pick = pick,
	.update = update,
};
