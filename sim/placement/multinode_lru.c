/* SPDX-License-Identifier: MIT */
/*
 * Multinode LRU: pages go to the nodes that hold the oldest frames of all nodes.
 *
 * Source: Feeley, Morgan, Pighin, Karlin, Levy & Thekkath, 'Implementing global memory management in a workstation
 * cluster', SOSP 1995 (GMS). The rule: 1. every node keeps the frames it lends in age order; a page that is placed or
 * used becomes its youngest, a free frame is infinitely old. 2. At the beginning of an epoch the M oldest frames of all
 * nodes are found, and a node's weight is how many of them it has.
 * 3. A page goes to a node that is drawn with probability proportional to weight, and that node's weight falls by
 * one. 4. It takes a free frame there or else the oldest one, whose page goes to the backing store. 5. An epoch ends
 * after `epoch_ps`, or once as many pages were placed as its weights cover.
 *
 * M is twice the placements of the last epoch, at least 64 and at least one a node. Like the paper's it follows the
 * rate of replacement, and an epoch costs no more than the placements before it. M is at most 1/16 of the frames: if it
 * were all of them, the weights would depend on the nodes' sizes and not on their ages. Free frames are all equally
 * old, so an epoch counts all of them or none.
 *
 * Departs from it: a VM's own local frames are not candidates, because the configuration fixes a VM's local size. So a
 * hypervisor never keeps its own victim, and no victim is dropped at once for being young (the paper's MinAge). When
 * all remaining weight is on nodes that this page may not go to, it goes to the allowed node with the oldest frame; in
 * the paper a node would keep the page. A node that joins or closes ends the epoch at once. The weights are exact and
 * take no time; the paper gathers them by messages. The paper's pool is exclusive: a page that is fetched leaves its
 * frame. Here that is donors.pool; in an inclusive pool such a frame is the oldest of all.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "placement/ages.h"
#include "placement/tournament.h"

#define M_MIN    64
#define M_SHARE  16
#define KEY_FREE UINT64_MAX /* of a node with a free frame */

struct multinode {
	struct placement_env env;
	uint32_t *uncounted;      /* by node, while weights are computed: the oldest frame that is not counted yet */
	struct tournament oldest; /* by node: the age of its oldest frame */
	uint64_t *weight;         /* a tree of sums over nodes: 1 is the root, leaves + node is a node's own weight */
	uint32_t leaves;          /* of that tree: a power of two */
	uint64_t covered, placed; /* in this epoch: the sum of the weights at its start, pages placed */
	int64_t end_ps;
	bool over; /* a node joined or closed: the epoch ends early */
};

static void destroy(void *state)
{
	struct multinode *multinode = state;

	free(multinode->uncounted);
	free(multinode->weight);
	tournament_free(&multinode->oldest);
}

static int init(void *state, const struct placement_env *env, struct err *err)
{
	struct multinode *multinode = state;

	multinode->env = *env;
	if (tournament_init(&multinode->oldest, env->nodes, err))
		return ERR_FAILED;
	multinode->leaves = 1;
	while (multinode->leaves < env->nodes)
		multinode->leaves *= 2;
	multinode->uncounted = calloc(env->nodes, sizeof(*multinode->uncounted));
	multinode->weight = calloc(2 * (size_t)multinode->leaves, sizeof(*multinode->weight));
	multinode->over = true;
	return multinode->uncounted && multinode->weight ? 0 : err_memory(err, "the weights of nodes");
}

/* The key of the oldest frame that a node offers; 0 when it is closed or hosts more than it lends. */
static uint64_t oldest_key(const struct multinode *multinode, uint32_t node)
{
	const struct ages *ages = multinode->env.ages;

	if (multinode->env.node[node].free)
		return KEY_FREE;
	return ages_keeps(ages, node) ? 0 : KEY_FREE - ages_stamp(ages, node, ages_oldest(ages, node));
}

static void update(void *state, uint32_t node)
{
	struct multinode *multinode = state;
	uint64_t key = oldest_key(multinode, node);

	if (key != tournament_key(&multinode->oldest, node))
		tournament_set(&multinode->oldest, node, key);
}

static void members(void *state)
{
	struct multinode *multinode = state;

	multinode->over = true;
}

/* Counts the `m` oldest frames into the leaves. The tournament's winner has the oldest frame: it is counted, and that
 * node's key becomes its next frame's. */
static void count_oldest(struct multinode *multinode, uint64_t m)
{
	const struct ages *ages = multinode->env.ages;
	struct tournament *tournament = &multinode->oldest;
	uint64_t *leaf = multinode->weight + multinode->leaves;

	for (uint32_t node = 0; node < multinode->env.nodes; node++)
		multinode->uncounted[node] = ages_oldest(ages, node);
	for (;;) {
		uint32_t node = tournament_winner(tournament);
		uint64_t key = tournament_key(tournament, node), frames = 1;

		if (key == 0 || (multinode->covered >= m && key != KEY_FREE))
			return;
		if (key == KEY_FREE)
			frames = multinode->env.node[node].free;
		else
			multinode->uncounted[node] = ages_younger(ages, node, multinode->uncounted[node]);
		leaf[node] += frames;
		multinode->covered += frames;
		tournament_set(tournament, node, KEY_FREE - ages_stamp(ages, node, multinode->uncounted[node]));
	}
}

static uint64_t choose_m(const struct multinode *multinode)
{
	const struct placement_env *env = &multinode->env;
	uint64_t m = 2 * multinode->placed, lent = 0, most;

	for (uint32_t node = 0; node < env->nodes; node++)
		lent += env->node[node].lent;
	most = lent / M_SHARE + 1;
	m = m < M_MIN ? M_MIN : m;
	m = m < env->nodes ? env->nodes : m;
	return m < most ? m : most;
}

static void begin_epoch(struct multinode *multinode, int64_t now_ps)
{
	uint32_t leaves = multinode->leaves;
	uint64_t *weight = multinode->weight, m = choose_m(multinode);

	memset(weight, 0, 2 * (size_t)leaves * sizeof(*weight));
	multinode->covered = multinode->placed = 0;
	count_oldest(multinode, m);
	for (uint32_t node = 0; node < multinode->env.nodes; node++)
		update(multinode, node); /* counting changed the keys */
	for (uint32_t place = leaves - 1; place > 0; place--)
		weight[place] = weight[2 * place] + weight[2 * place + 1];
	multinode->over = false;
	if (__builtin_add_overflow(now_ps, multinode->env.epoch_ps, &multinode->end_ps))
		multinode->end_ps = INT64_MAX;
}

/* The weight below `place`, which is `height` levels above the leaves, of nodes that are not barred. */
static uint64_t allowed_weight(const struct multinode *multinode, const struct placement_query *query, uint32_t place,
			       unsigned height)
{
	uint64_t weight = multinode->weight[place];

	for (uint32_t i = 0; i < query->bar_count; i++) {
		uint32_t leaf = multinode->leaves + query->bars[i];

		if (leaf >> height == place)
			weight -= multinode->weight[leaf];
	}
	return weight;
}

/* Draws an allowed node by weight; NODE_NONE when none has any. */
static uint32_t draw(struct multinode *multinode, const struct placement_query *query)
{
	uint32_t leaves = multinode->leaves, place = 1;
	unsigned height = (unsigned)__builtin_ctz(leaves);
	uint64_t total = allowed_weight(multinode, query, place, height), number;

	if (!total)
		return NODE_NONE;
	number = rng_below(multinode->env.rng, total);
	while (place < leaves) {
		uint64_t left;

		place *= 2;
		left = allowed_weight(multinode, query, place, --height);
		if (number >= left) {
			number -= left;
			place++;
		}
	}
	return place - leaves;
}

static uint32_t pick(void *state, const struct placement_query *query)
{
	struct multinode *multinode = state;
	uint32_t node;

	if (multinode->over || query->now_ps >= multinode->end_ps || multinode->placed >= multinode->covered)
		begin_epoch(multinode, query->now_ps);
	node = draw(multinode, query);
	if (node == NODE_NONE) {
		node = tournament_best(&multinode->oldest, query->barred);
	} else {
		for (uint32_t place = multinode->leaves + node; place > 0; place /= 2)
			multinode->weight[place]--;
	}
	multinode->placed += node != NODE_NONE;
	return node;
}

const struct placement_ops placement_multinode_lru = {
	.name = "multinode-lru",
	.timed = true,
	.evicts = true,
	.state_size = sizeof(struct multinode),
	.init = init,
	.destroy = destroy,
	.pick = pick,
	.update = update,
	.members = members,
};
