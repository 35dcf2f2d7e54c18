/* SPDX-License-Identifier: MIT */
/*
 * Round-robin: each borrower goes round the nodes by number and takes the next one that has a free frame. It starts
 * after itself. Each borrower has its own position in the round, so that hypervisors need not communicate.
 *
 * Departs from the usual rule: full, closed and barred nodes are skipped, and the next round starts after the node that
 * was taken.
 */
#include <stdlib.h>

#include "placement/placement.h"

struct round_robin {
	const struct placement_node *node;
	uint64_t *ready; /* a bit a node: it has a free frame */
	uint32_t words;
	uint32_t *last; /* by borrower: the node it took last */
};

static void destroy(void *state)
{
	struct round_robin *round = state;

	free(round->ready);
	free(round->last);
}

static int init(void *state, const struct placement_env *env, struct err *err)
{
	struct round_robin *round = state;

	round->node = env->node;
	round->words = (env->nodes + 63) / 64;
	round->ready = calloc(round->words, sizeof(*round->ready));
	round->last = calloc(env->nodes, sizeof(*round->last));
	if (!round->ready || !round->last)
		return err_memory(err, "round-robin placement");
	for (uint32_t node = 0; node < env->nodes; node++)
		round->last[node] = node;
	return 0;
}

static void update(void *state, uint32_t node)
{
	struct round_robin *round = state;
	uint64_t bit = 1ull << node % 64;

	if (round->node[node].free)
		round->ready[node / 64] |= bit;
	else
		round->ready[node / 64] &= ~bit;
}

/* The first ready node that is not barred, from `from` to the highest number. */
static uint32_t first_from(const struct round_robin *round, const bool *barred, uint32_t from)
{
	uint64_t mask = UINT64_MAX << from % 64;

	for (uint32_t i = from / 64; i < round->words; i++, mask = UINT64_MAX)
		for (uint64_t word = round->ready[i] & mask; word; word &= word - 1) {
			uint32_t node = i * 64 + (uint32_t)__builtin_ctzll(word);

			if (!barred[node])
				return node;
		}
	return NODE_NONE;
}

static uint32_t pick(void *state, const struct placement_query *query)
{
	struct round_robin *round = state;
	uint32_t node = first_from(round, query->barred, round->last[query->borrower] + 1);

	if (node == NODE_NONE)
		node = first_from(round, query->barred, 0);
	if (node != NODE_NONE)
		round->last[query->borrower] = node;
	return node;
}

const struct placement_ops placement_round_robin = {
	.name = "round-robin",
	.state_size = sizeof(struct round_robin),
	.init = init,
	.destroy = destroy,
	.pick = pick,
	.update = update,
};
