/* SPDX-License-Identifier: MIT */
/*
 * The node with the largest key, kept as keys change: a tree of winners, the two below each inner place playing for it.
 * A change costs log2(nodes) steps. Equal keys: the lower number wins.
 */
#ifndef CLUSTER_TOURNAMENT_H
#define CLUSTER_TOURNAMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define TOURNAMENT_NONE UINT32_MAX

struct tournament {
	uint64_t *key;    /* by node; 0 never wins */
	uint32_t *winner; /* places 1 to leaves - 1 are inner, 1 the top; leaves + node is that node's own */
	uint32_t leaves;  /* a power of two */
};

/* All keys are 0. */
int tournament_init(struct tournament *tournament, uint32_t nodes, struct err *err);
void tournament_free(struct tournament *tournament);

void tournament_set(struct tournament *tournament, uint32_t node, uint64_t key);

/* The winner among the nodes that are not barred (by node), TOURNAMENT_NONE when all their keys are 0. */
uint32_t tournament_best(const struct tournament *tournament, const bool *barred);

#endif
