/* SPDX-License-Identifier: MIT */
#include "placement/tournament.h"

#include <stdlib.h>

int tournament_init(struct tournament *tournament, uint32_t nodes, struct err *err)
{
	uint32_t leaves = 1;

	while (leaves < nodes)
		leaves *= 2;
	tournament->leaves = leaves;
	tournament->key = calloc(leaves, sizeof(*tournament->key));
	tournament->winner = calloc(2 * (size_t)leaves, sizeof(*tournament->winner));
	if (!tournament->key || !tournament->winner)
		return err_memory(err, "a tournament of nodes");
	for (uint32_t place = 2 * leaves - 1; place > 0; place--)
		tournament->winner[place] = place >= leaves ? place - leaves : tournament->winner[2 * place];
	return 0;
}

void tournament_free(struct tournament *tournament)
{
	free(tournament->key);
	free(tournament->winner);
}

void tournament_set(struct tournament *tournament, uint32_t node, uint64_t key)
{
	uint32_t *winner = tournament->winner;

	tournament->key[node] = key;
	for (uint32_t place = (tournament->leaves + node) / 2; place > 0; place /= 2) {
		uint32_t left = winner[2 * place], right = winner[2 * place + 1];
		uint32_t best = tournament->key[right] > tournament->key[left] ? right : left;

		if (best == winner[place] && best != node)
			return; /* then nothing above it changes */
		winner[place] = best;
	}
}

/* The best node below `place`. It descends only where a barred node won: log2(nodes) places for each of those. */
static uint32_t best_below(const struct tournament *tournament, uint32_t place, const bool *barred)
{
	uint32_t node = tournament->winner[place], left, right;

	if (tournament->key[node] == 0)
		return TOURNAMENT_NONE;
	if (!barred[node])
		return node;
	if (place >= tournament->leaves)
		return TOURNAMENT_NONE;
	left = best_below(tournament, 2 * place, barred);
	right = best_below(tournament, 2 * place + 1, barred);
	if (left == TOURNAMENT_NONE || right == TOURNAMENT_NONE)
		return left == TOURNAMENT_NONE ? right : left;
	return tournament->key[right] > tournament->key[left] ? right : left;
}

uint32_t tournament_best(const struct tournament *tournament, const bool *barred)
{
	return best_below(tournament, 1, barred);
}
