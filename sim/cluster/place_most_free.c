/* SPDX-License-Identifier: MIT */
/*
 * Most-free: the node with the most free frames takes the page; among equals the lower number.
 *
 * Every borrower knows the count of every node at once: the bound that two-choices comes near to with two questions.
 */
#include "cluster/placement.h"
#include "cluster/tournament.h"

static int init(struct pool *pool, struct err *err)
{
	return tournament_init(pool->state, pool->nodes, err);
}

static void destroy(struct pool *pool)
{
	tournament_free(pool->state);
}

static void update(struct pool *pool, uint32_t node)
{
	tournament_set(pool->state, node, pool->free[node]);
}

static uint32_t pick(struct pool *pool, uint32_t borrower, int64_t now_ps)
{
	(void)borrower, (void)now_ps;
	return tournament_best(pool->state, pool->barred);
}

const struct placement_ops place_most_free = {
	.state_size = sizeof(struct tournament),
	.init = init,
	.destroy = destroy,
	.pick = pick,
	.update = update,
};
