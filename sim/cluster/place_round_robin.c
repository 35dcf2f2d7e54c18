/* SPDX-License-Identifier: MIT */
/*
 * Round-robin: each borrower goes round the nodes by number and takes the next that has a free frame. It starts behind
 * itself, and has its own place in the round: hypervisors need not ask each other.
 *
 * Departs from the usual: a full, closed or barred node is passed over, and the round goes on behind the node that was
 * taken.
 */
#include <stdlib.h>

#include "cluster/placement.h"

struct round_robin {
	uint64_t *ready; /* a bit a node: it has a free frame */
	uint32_t words;
	uint32_t *last; /* by borrower: the node it took last */
};

static void destroy(struct pool *pool)
{
	struct round_robin *round = pool->state;

	free(round->ready);
	free(round->last);
}

static int init(struct pool *pool, struct err *err)
{
	struct round_robin *round = pool->state;

	round->words = (pool->nodes + 63) / 64;
	round->ready = calloc(round->words, sizeof(*round->ready));
	round->last = calloc(pool->nodes, sizeof(*round->last));
	if (!round->ready || !round->last)
		return err_memory(err, "round-robin placement");
	for (uint32_t node = 0; node < pool->nodes; node++)
		round->last[node] = node;
	return 0;
}

static void update(struct pool *pool, uint32_t node)
{
	struct round_robin *round = pool->state;
	uint64_t bit = 1ull << node % 64;

	if (pool->free[node])
		round->ready[node / 64] |= bit;
	else
		round->ready[node / 64] &= ~bit;
}

/* The first ready node that is not barred, from `from` to the highest number. */
static uint32_t first_from(const struct pool *pool, uint32_t from)
{
	const struct round_robin *round = pool->state;
	uint64_t mask = UINT64_MAX << from % 64;

	for (uint32_t i = from / 64; i < round->words; i++, mask = UINT64_MAX)
		for (uint64_t word = round->ready[i] & mask; word; word &= word - 1) {
			uint32_t node = i * 64 + (uint32_t)__builtin_ctzll(word);

			if (!pool->barred[node])
				return node;
		}
	return NODE_NONE;
}

static uint32_t pick(struct pool *pool, uint32_t borrower, int64_t now_ps)
{
	struct round_robin *round = pool->state;
	uint32_t node = first_from(pool, round->last[borrower] + 1);

	(void)now_ps;
	if (node == NODE_NONE)
		node = first_from(pool, 0);
	if (node != NODE_NONE)
		round->last[borrower] = node;
	return node;
}

const struct placement_ops place_round_robin = {
	.state_size = sizeof(struct round_robin),
	.init = init,
	.destroy = destroy,
	.pick = pick,
	.update = update,
};
