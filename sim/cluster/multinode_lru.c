/* SPDX-License-Identifier: MIT */
/*
 * Multinode LRU: a page goes to the node that holds the oldest frames of all.
 *
 * Source: Feeley, Morgan, Pighin, Karlin, Levy & Thekkath, 'Implementing global memory management in a workstation
 * cluster', SOSP 1995 (GMS). The rule: 1. every node keeps the frames it lends in age order; a page that is placed or
 * used becomes its youngest, a free frame is infinitely old. 2. At the beginning of an epoch the M oldest frames of all
 * nodes are found, and a node's weight is how many of them it has.
 * 3. A page goes to a node that is drawn with probability proportional to weight, and that node's weight falls by
 * one. 4. It takes a free frame there or else the oldest one, whose page goes to the backing store. 5. An epoch ends
 * after `epoch_ps`, or once as many pages were placed as its weights cover.
 *
 * M is twice the placements of the last epoch, at least 64 and at least one a node: like the paper's it follows the
 * rate of replacement, and an epoch costs no more than the placements before it. But it is at most 1/16 of the frames:
 * were it all of them, weights would tell sizes, not ages. Free frames are all equally old, so an epoch takes in all of
 * them or none.
 *
 * Departs from it: a VM's own local frames are no candidates, because a VM's local size is what an experiment sets and
 * must not shrink under it; so a hypervisor never keeps its own victim, and no victim is young enough to be dropped at
 * once (the paper's MinAge). When all remaining weight is on nodes that this page may not go to, it goes to the allowed
 * node with the oldest frame, where a paper's node would keep it. A node that joins or closes ends the epoch at once.
 * The weights are exact, not gathered by messages, and take no time. Ages are in the order of the calls, so two pages
 * are never equally old.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/placement.h"
#include "cluster/tournament.h"
#include "memory/page_list.h"

#define M_MIN    64
#define M_SHARE  16
#define KEY_FREE UINT64_MAX /* of a node with a free frame */

/* What a node hosts, by age. */
struct host {
	struct page_links links;
	struct page_list hosted; /* oldest at the head */
	uint64_t *stamp;         /* by frame: when its page was last used, in calls */
	uint32_t uncounted;      /* while weights are drawn up: the oldest frame that no weight counts yet */
};

struct multinode {
	struct host *host;
	struct tournament oldest; /* by node: the age of its oldest frame */
	uint64_t *weight;         /* a tree of sums over nodes: 1 the top, leaves + node a node's own */
	uint64_t clock;           /* calls */
	uint64_t covered, placed; /* in this epoch: all the weight there was, pages placed */
	int64_t end_ps;
	bool over; /* this epoch ended before its time */
};

static void destroy(struct pool *pool)
{
	struct multinode *multinode = pool->state;

	for (uint32_t node = 0; multinode->host && node < pool->nodes; node++) {
		page_links_free(&multinode->host[node].links);
		free(multinode->host[node].stamp);
	}
	free(multinode->host);
	free(multinode->weight);
	tournament_free(&multinode->oldest);
}

static int init(struct pool *pool, struct err *err)
{
	struct multinode *multinode = pool->state;

	if (tournament_init(&multinode->oldest, pool->nodes, err))
		return ERR_FAILED;
	multinode->host = calloc(pool->nodes, sizeof(*multinode->host));
	multinode->weight = calloc(2 * (size_t)multinode->oldest.leaves, sizeof(*multinode->weight));
	multinode->over = true;
	return multinode->host && multinode->weight ? 0 : err_memory(err, "the weights of nodes");
}

/* calloc rather than page_links_init: frames that never hold a page must not take memory. */
static int reserve(struct pool *pool, uint32_t node, uint32_t frames, struct err *err)
{
	struct host *host = &((struct multinode *)pool->state)->host[node],
		    grown = {.links = {.pages = frames, .lists = 1}};

	grown.links.node = calloc((size_t)frames + 1, sizeof(*grown.links.node));
	grown.stamp = calloc(frames, sizeof(*grown.stamp));
	if (!grown.links.node || !grown.stamp) {
		free(grown.links.node);
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

/* The oldest frame that a node offers: nothing when it is closed or hosts more than it lends. */
static uint64_t oldest_key(const struct pool *pool, uint32_t node)
{
	const struct host *host = &((struct multinode *)pool->state)->host[node];
	const struct donor *donor = &pool->donor[node];

	if (pool->free[node])
		return KEY_FREE;
	return donor->lent == 0 || donor->hosted > donor->lent ? 0 : key_of(host, page_list_head(&host->hosted));
}

static void update(struct pool *pool, uint32_t node)
{
	struct multinode *multinode = pool->state;
	uint64_t key = oldest_key(pool, node);

	if (key != multinode->oldest.key[node])
		tournament_set(&multinode->oldest, node, key);
}

static void stamp(struct multinode *multinode, uint32_t node, uint32_t frame)
{
	multinode->host[node].stamp[frame] = ++multinode->clock;
}

static void arrive(struct pool *pool, uint32_t node, uint32_t frame)
{
	struct multinode *multinode = pool->state;

	page_list_append(&multinode->host[node].hosted, frame);
	stamp(multinode, node, frame);
}

static void renew(struct pool *pool, uint32_t node, uint32_t frame)
{
	struct multinode *multinode = pool->state;
	struct page_list *hosted = &multinode->host[node].hosted;
	bool was_oldest = page_list_head(hosted) == frame;

	page_list_renew(hosted, frame);
	stamp(multinode, node, frame);
	if (was_oldest)
		update(pool, node);
}

static void leave(struct pool *pool, uint32_t node, uint32_t frame)
{
	page_list_remove(&((struct multinode *)pool->state)->host[node].hosted, frame);
}

static uint32_t oldest(struct pool *pool, uint32_t node)
{
	return page_list_head(&((struct multinode *)pool->state)->host[node].hosted);
}

static void members(struct pool *pool)
{
	((struct multinode *)pool->state)->over = true;
}

/* The next frame in age order, PAGE_NONE behind the youngest. */
static page_id younger(const struct host *host, page_id frame)
{
	uint32_t next = host->hosted.node[frame].next;

	return next == host->hosted.sentinel ? PAGE_NONE : next;
}

/* Counts the `m` oldest frames into the leaves: the tournament's winner has the oldest frame, counts it and plays on
 * with its next. */
static void count_oldest(struct pool *pool, uint64_t m)
{
	struct multinode *multinode = pool->state;
	struct tournament *tournament = &multinode->oldest;
	uint64_t *leaf = multinode->weight + tournament->leaves;

	for (uint32_t node = 0; node < pool->nodes; node++)
		multinode->host[node].uncounted = page_list_head(&multinode->host[node].hosted);
	for (;;) {
		uint32_t node = tournament->winner[1];
		struct host *host = &multinode->host[node];
		uint64_t key = tournament->key[node], frames = 1;

		if (key == 0 || (multinode->covered >= m && key != KEY_FREE))
			return;
		if (key == KEY_FREE)
			frames = pool->free[node];
		else
			host->uncounted = younger(host, host->uncounted);
		leaf[node] += frames;
		multinode->covered += frames;
		tournament_set(tournament, node, key_of(host, host->uncounted));
	}
}

static uint64_t choose_m(const struct pool *pool)
{
	uint64_t m = 2 * ((struct multinode *)pool->state)->placed, lent = 0, most;

	for (uint32_t node = 0; node < pool->nodes; node++)
		lent += pool->donor[node].lent;
	most = lent / M_SHARE + 1;
	m = m < M_MIN ? M_MIN : m;
	m = m < pool->nodes ? pool->nodes : m;
	return m < most ? m : most;
}

static void begin_epoch(struct pool *pool, int64_t now_ps)
{
	struct multinode *multinode = pool->state;
	uint32_t leaves = multinode->oldest.leaves;
	uint64_t *weight = multinode->weight, m = choose_m(pool);

	memset(weight, 0, 2 * (size_t)leaves * sizeof(*weight));
	multinode->covered = multinode->placed = 0;
	count_oldest(pool, m);
	for (uint32_t node = 0; node < pool->nodes; node++)
		update(pool, node); /* counting used the tournament up */
	for (uint32_t place = leaves - 1; place > 0; place--)
		weight[place] = weight[2 * place] + weight[2 * place + 1];
	multinode->over = false;
	if (__builtin_add_overflow(now_ps, pool->config.epoch_ps, &multinode->end_ps))
		multinode->end_ps = INT64_MAX;
}

/* The weight below `place`, which is `height` levels above the leaves, of nodes that are not barred. */
static uint64_t allowed_weight(const struct pool *pool, uint32_t place, unsigned height)
{
	const struct multinode *multinode = pool->state;
	uint64_t weight = multinode->weight[place];

	for (uint32_t i = 0; i < pool->bar_count; i++) {
		uint32_t leaf = multinode->oldest.leaves + pool->bars[i];

		if (leaf >> height == place)
			weight -= multinode->weight[leaf];
	}
	return weight;
}

/* Draws an allowed node by weight; NODE_NONE when none has any. */
static uint32_t draw(struct pool *pool)
{
	struct multinode *multinode = pool->state;
	uint32_t leaves = multinode->oldest.leaves, place = 1;
	unsigned height = (unsigned)__builtin_ctz(leaves);
	uint64_t total = allowed_weight(pool, place, height), number;

	if (!total)
		return NODE_NONE;
	number = rng_below(&pool->rng, total);
	while (place < leaves) {
		uint64_t left;

		place *= 2;
		left = allowed_weight(pool, place, --height);
		if (number >= left) {
			number -= left;
			place++;
		}
	}
	return place - leaves;
}

static uint32_t pick(struct pool *pool, uint32_t borrower, int64_t now_ps)
{
	struct multinode *multinode = pool->state;
	uint32_t node;

	(void)borrower;
	if (multinode->over || now_ps >= multinode->end_ps || multinode->placed >= multinode->covered)
		begin_epoch(pool, now_ps);
	node = draw(pool);
	if (node == NODE_NONE) {
		node = tournament_best(&multinode->oldest, pool->barred);
	} else {
		for (uint32_t place = multinode->oldest.leaves + node; place > 0; place /= 2)
			multinode->weight[place]--;
	}
	multinode->placed += node != NODE_NONE;
	return node;
}

const struct placement_ops place_multinode_lru = {
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
