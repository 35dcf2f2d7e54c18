/* SPDX-License-Identifier: MIT */
/*
 * Finds the node with the largest key while keys change: a tree in which each inner place holds the winner of the two
 * places below it. A change costs log2(nodes) steps. Of equal keys the lower number wins.
 */
#ifndef PLACEMENT_TOURNAMENT_H
#define PLACEMENT_TOURNAMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define TOURNAMENT_NONE UINT32_MAX

struct tournament {
	uint64_t *key;    /* by node; 0 never wins */
	uint32_t *winner; /* places 1 to leaves - 1 are inner, 1 is the root; leaves + node is that node */
	uint32_t leaves;  /* a power of two */
};

/* Sets all keys to 0. Returns 0, or a negative code when memory runs out; tournament_free is allowed in both cases. */
int tournament_init(struct tournament *tournament, uint32_t nodes, struct err *err);
void tournament_free(struct tournament *tournament);

void tournament_set(struct tournament *tournament, uint32_t node, uint64_t key);

static inline uint64_t tournament_key(const struct tournament *tournament, uint32_t node)
{
	return tournament->key[node];
}

/* The winner among all nodes; a node of key 0 when all keys are 0. */
static inline uint32_t tournament_winner(const struct tournament *tournament)
{
	return tournament->winner[1];
}

/* The winner among the nodes that are not barred (by node), TOURNAMENT_NONE when all their keys are 0. */
uint32_t tournament_best(const struct tournament *tournament, const bool *barred);

#endif
