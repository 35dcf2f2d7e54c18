/* SPDX-License-Identifier: MIT */
/*
 * Nearest: of the nodes with a free frame, the one that is the fewest hops from the borrower takes the page; of
 * equal nodes, the one with the lower number.
 *
 * Each borrower's order of nodes is sorted when it first borrows. Near nodes fill up first; skipping a full one costs
 * one load.
 */
#include <stdlib.h>

#include "placement/placement.h"

struct nearest {
	struct placement_env env;
	uint32_t *order; /* nodes by nodes: each borrower's, from near to far */
	bool *ordered;   /* by borrower */
	uint64_t *key;   /* by node: room to sort in */
};

static void destroy(void *state)
{
	struct nearest *nearest = state;

	free(nearest->order);
	free(nearest->ordered);
	free(nearest->key);
}

static int init(void *state, const struct placement_env *env, struct err *err)
{
	struct nearest *nearest = state;

	nearest->env = *env;
	nearest->order = calloc((size_t)env->nodes * env->nodes, sizeof(*nearest->order));
	nearest->ordered = calloc(env->nodes, sizeof(*nearest->ordered));
	nearest->key = calloc(env->nodes, sizeof(*nearest->key));
	if (!nearest->order || !nearest->ordered || !nearest->key)
		return err_memory(err, "the nodes by distance");
	return 0;
}

static void update(void *state, uint32_t node)
{
	(void)state, (void)node;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static void sort_by_hops(struct nearest *nearest, uint32_t borrower, uint32_t *order)
{
	const struct placement_env *env = &nearest->env;

	for (uint32_t node = 0; node < env->nodes; node++)
		nearest->key[node] = (uint64_t)env->hops(env->context, borrower, node) << 32 | node;
	qsort(nearest->key, env->nodes, sizeof(*nearest->key), compare);
	for (uint32_t i = 0; i < env->nodes; i++)
		order[i] = (uint32_t)nearest->key[i];
	nearest->ordered[borrower] = true;
}

static uint32_t pick(void *state, const struct placement_query *query)
{
	struct nearest *nearest = state;
	const struct placement_env *env = &nearest->env;
	uint32_t *order = nearest->order + (size_t)query->borrower * env->nodes;

	if (!nearest->ordered[query->borrower])
		sort_by_hops(nearest, query->borrower, order);
	for (uint32_t i = 0; i < env->nodes; i++)
		if (env->node[order[i]].free && !query->barred[order[i]])
			return order[i];
	return NODE_NONE;
}

const struct placement_ops placement_nearest = {
	.name = "nearest",
	.state_size = sizeof(struct nearest),
	.init = init,
	.destroy = destroy,
	.pick = pick,
	.update = update,
};
