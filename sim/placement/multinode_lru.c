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
 * take no time; the paper gathers them by messages. Ages follow the order of the calls, so that no two pages are
 * equally old.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "memory/page_list.h"
#include "placement/placement.h"
#include "placement/tournament.h"

#define M_MIN    64
#define M_SHARE  16
#define KEY_FREE UINT64_MAX /* of a node with a free frame */

/* What a node hosts, by age. */
struct host {
	struct page_links links;
	struct page_list hosted; /* oldest at the head */
	uint64_t *stamp;         /* by frame: when its page was last used, in calls */
	uint32_t uncounted;      /* while weights are computed: the oldest frame that is not counted yet */
};

struct multinode {
	struct placement_env env;
	struct host *host;
	struct tournament oldest; /* by node: the age of its oldest frame */
	uint64_t *weight;         /* a tree of sums over nodes: 1 is the root, leaves + node is a node's own weight */
	uint32_t leaves;          /* of that tree: a power of two */
	uint64_t clock;           /* calls */
	uint64_t covered, placed; /* in this epoch: the sum of the weights at its start, pages placed */
	int64_t end_ps;
	bool over; /* a node joined or closed: the epoch ends early */
};

static void destroy(void *state)
{
	struct multinode *multinode = state;

	for (uint32_t node = 0; multinode->host && node < multinode->env.nodes; node++) {
		page_links_free(&multinode->host[node].links);
		free(multinode->host[node].stamp);
	}
	free(multinode->host);
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
	multinode->host = calloc(env->nodes, sizeof(*multinode->host));
	multinode->weight = calloc(2 * (size_t)multinode->leaves, sizeof(*multinode->weight));
	multinode->over = true;
	return multinode->host && multinode->weight ? 0 : err_memory(err, "the weights of nodes");
}

/* Frames that never hold a page take no memory. */
static int reserve(void *state, uint32_t node, uint32_t frames, struct err *err)
{
	struct multinode *multinode = state;
	struct host *host = &multinode->host[node], grown = {.stamp = calloc(frames, sizeof(*grown.stamp))};

	if (!grown.stamp || page_links_init_sparse(&grown.links, frames, 1, err)) {
		free(grown.stamp);
		return err_memory(err, "the age order of a node's frames");
	}
	page_list_init(&grown.hosted, &grown.links, 0);
	while (host->hosted.length) {
		page_id frame = page_list_pop(&host->hosted);

		page_list_append(&grown.hosted, frame);
		grown.stamp[frame] = host->stamp[frame];
	}
	page_links_free(&host->links);
	free(host->stamp);
	*host = grown;
	return 0;
}

/* A larger key is an older frame. */
static uint64_t key_of(const struct host *host, page_id frame)
{
	return frame == PAGE_NONE ? 0 : KEY_FREE - host->stamp[frame];
}

/* The key of the oldest frame that a node offers; 0 when it is closed or hosts more than it lends. */
static uint64_t oldest_key(const struct multinode *multinode, uint32_t number)
{
	const struct host *host = &multinode->host[number];
	const struct placement_node *node = &multinode->env.node[number];

	if (node->free)
		return KEY_FREE;
	return node->lent == 0 || node->hosted > node->lent ? 0 : key_of(host, page_list_head(&host->hosted));
}

static void update(void *state, uint32_t node)
{
	struct multinode *multinode = state;
	uint64_t key = oldest_key(multinode, node);

	if (key != tournament_key(&multinode->oldest, node))
		tournament_set(&multinode->oldest, node, key);
}

static void stamp(struct multinode *multinode, uint32_t node, uint32_t frame)
{
	multinode->host[node].stamp[frame] = ++multinode->clock;
}

static void arrive(void *state, uint32_t node, uint32_t frame)
{
	struct multinode *multinode = state;

	page_list_append(&multinode->host[node].hosted, frame);
	stamp(multinode, node, frame);
}

static void renew(void *state, uint32_t node, uint32_t frame)
{
	struct multinode *multinode = state;
	struct page_list *hosted = &multinode->host[node].hosted;
	bool was_oldest = page_list_head(hosted) == frame;

	page_list_renew(hosted, frame);
	stamp(multinode, node, frame);
	if (was_oldest)
		update(multinode, node);
}

static void leave(void *state, uint32_t node, uint32_t frame)
{
	struct multinode *multinode = state;

	page_list_remove(&multinode->host[node].hosted, frame);
}

static uint32_t oldest(void *state, uint32_t node)
{
	struct multinode *multinode = state;

	return page_list_head(&multinode->host[node].hosted);
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
	struct tournament *tournament = &multinode->oldest;
	uint64_t *leaf = multinode->weight + multinode->leaves;

	for (uint32_t node = 0; node < multinode->env.nodes; node++)
		multinode->host[node].uncounted = page_list_head(&multinode->host[node].hosted);
	for (;;) {
		uint32_t node = tournament_winner(tournament);
		struct host *host = &multinode->host[node];
		uint64_t key = tournament_key(tournament, node), frames = 1;

		if (key == 0 || (multinode->covered >= m && key != KEY_FREE))
			return;
		if (key == KEY_FREE)
			frames = multinode->env.node[node].free;
		else
			host->uncounted = page_list_newer(&host->hosted, host->uncounted);
		leaf[node] += frames;
		multinode->covered += frames;
		tournament_set(tournament, node, key_of(host, host->uncounted));
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
	.reserve = reserve,
	.arrive = arrive,
	.renew = renew,
	.leave = leave,
	.oldest = oldest,
	.members = members,
};
