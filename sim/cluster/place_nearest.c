/* SPDX-License-Identifier: MIT */
/*
 * Nearest: of the nodes with a free frame, the one that is the fewest hops from the borrower takes the page; among
 * equals the lower number.
 *
 * Near nodes fill up first, so a placement looks past the full ones: one load each, in the borrower's own order of
 * nodes, which is drawn up when it first borrows.
 */
#include <stdlib.h>

#include "cluster/placement.h"

struct nearest {
	uint32_t *order; /* nodes by nodes: each borrower's, from near to far */
	bool *ordered;   /* by borrower */
	uint64_t *key;   /* by node: room to sort in */
};

static void destroy(struct pool *pool)
{
	struct nearest *nearest = pool->state;

	free(nearest->order);
	free(nearest->ordered);
	free(nearest->key);
}

static int init(struct pool *pool, struct err *err)
{
	struct nearest *nearest = pool->state;

	nearest->order = calloc((size_t)pool->nodes * pool->nodes, sizeof(*nearest->order));
	nearest->ordered = calloc(pool->nodes, sizeof(*nearest->ordered));
	nearest->key = calloc(pool->nodes, sizeof(*nearest->key));
	if (!nearest->order || !nearest->ordered || !nearest->key)
		return err_memory(err, "the nodes by distance");
	return 0;
}

static void update(struct pool *pool, uint32_t node)
{
	(void)pool, (void)node;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static void sort_by_hops(struct pool *pool, uint32_t borrower, uint32_t *order)
{
	struct nearest *nearest = pool->state;

	for (uint32_t node = 0; node < pool->nodes; node++)
		nearest->key[node] = (uint64_t)pool->config.hops(pool->config.context, borrower, node) << 32 | node;
	qsort(nearest->key, pool->nodes, sizeof(*nearest->key), compare);
	for (uint32_t i = 0; i < pool->nodes; i++)
		order[i] = (uint32_t)nearest->key[i];
	nearest->ordered[borrower] = true;
}

static uint32_t pick(struct pool *pool, uint32_t borrower, int64_t now_ps)
{
	struct nearest *nearest = pool->state;
	uint32_t *order = nearest->order + (size_t)borrower * pool->nodes;

	(void)now_ps;
	if (!nearest->ordered[borrower])
		sort_by_hops(pool, borrower, order);
	for (uint32_t i = 0; i < pool->nodes; i++)
		if (pool->free[order[i]] && !pool->barred[order[i]])
			return order[i];
	return NODE_NONE;
}

const struct placement_ops place_nearest = {
	.state_size = sizeof(struct nearest),
	.init = init,
	.destroy = destroy,
	.pick = pick,
	.update = update,
};
