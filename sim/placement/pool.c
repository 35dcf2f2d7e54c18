/* SPDX-License-Identifier: MIT */
#include "placement/pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "placement/ages.h"

#define FRAME_NONE UINT32_MAX

/* The frames of one node. Memory is touched only up to `used`, so that a large donor takes memory for the frames that
 * it hosts, not for all that it lends. */
struct donor {
	pool_owner *holder; /* by frame, inverted: ~owner, 0 when the frame is empty */
	uint32_t *below;    /* by empty frame: the next one in the stack of empty frames */
	uint32_t empty;     /* top of that stack, FRAME_NONE at its bottom */
	uint32_t used;      /* frames from here on have never held a page */
	uint32_t frames;    /* length of the arrays: the most that was ever lent */
};

struct pool {
	struct donor *donor;
	struct placement_node *node; /* the counts of each donor, which the placement sees */
	uint32_t nodes;
	bool *barred;   /* by node: may not take the page that is being placed; all false between placements */
	uint32_t *bars; /* room for the numbers of the barred nodes */
	struct rng rng;
	const struct placement_ops *ops;
	void *state; /* the placement's own */
	struct ages ages;
	bool ageing; /* `ages` is kept */
};

/* Counts a node's free frames: none if it hosts more than it lends, after joining again with fewer frames. */
static void count_free(struct pool *pool, uint32_t number)
{
	struct placement_node *node = &pool->node[number];

	node->free = node->lent > node->hosted ? node->lent - node->hosted : 0;
	if (pool->ageing)
		ages_update(&pool->ages, number);
	pool->ops->update(pool->state, number);
}

static void forget_arrays(struct donor *donor)
{
	table_unmap(donor->holder, donor->frames, sizeof(*donor->holder));
	table_unmap(donor->below, donor->frames, sizeof(*donor->below));
}

/* Makes the arrays large enough for `frames` frames. Frames that never hold a page take no memory. */
static int reserve(struct pool *pool, uint32_t node, uint32_t frames, struct err *err)
{
	struct donor *donor = &pool->donor[node];
	pool_owner *holder;
	uint32_t *below;

	if (frames <= donor->frames)
		return 0;
	if (frames == FRAME_NONE)
		return err_set(err, ERR_FAILED, "node %u lends %u frames; %u are the most", node, frames,
			       FRAME_NONE - 1);
	if (pool->ageing && ages_reserve(&pool->ages, node, frames, err))
		return ERR_FAILED;
	holder = table_map(frames, sizeof(*holder));
	below = table_map(frames, sizeof(*below));
	if (!holder || !below) {
		table_unmap(holder, frames, sizeof(*holder));
		table_unmap(below, frames, sizeof(*below));
		return err_memory(err, "the frames that a node lends");
	}
	if (donor->used) {
		memcpy(holder, donor->holder, donor->used * sizeof(*holder));
		memcpy(below, donor->below, donor->used * sizeof(*below));
	}
	forget_arrays(donor);
	donor->holder = holder;
	donor->below = below;
	donor->frames = frames;
	return 0;
}

int pool_join(struct pool *pool, uint32_t node, uint32_t lent, struct err *err)
{
	if (reserve(pool, node, lent ? lent : 1, err)) /* arrays even for a node that lends nothing */
		return ERR_FAILED;
	pool->node[node].lent = lent;
	pool->node[node].open = true;
	count_free(pool, node);
	if (pool->ops->members)
		pool->ops->members(pool->state);
	return 0;
}

void pool_close(struct pool *pool, uint32_t node)
{
	pool->node[node].lent = 0;
	pool->node[node].open = false;
	count_free(pool, node);
	if (pool->ops->members)
		pool->ops->members(pool->state);
}

bool pool_is_open(const struct pool *pool, uint32_t node)
{
	return pool->node[node].open;
}

static int fill(struct pool *pool, const struct pool_config *config, struct err *err)
{
	struct placement_env env = {.nodes = config->nodes,
				    .rng = &pool->rng,
				    .hops = config->hops,
				    .context = config->context,
				    .epoch_ps = config->epoch_ps};

	pool->nodes = config->nodes;
	pool->ops = config->placement;
	pool->ageing = config->ages;
	assert(config->ages || !config->placement->evicts);
	pool->donor = calloc(pool->nodes, sizeof(*pool->donor));
	env.node = pool->node = calloc(pool->nodes, sizeof(*pool->node));
	pool->barred = calloc(pool->nodes, sizeof(*pool->barred));
	pool->bars = calloc(pool->nodes, sizeof(*pool->bars));
	pool->state = calloc(1, pool->ops->state_size);
	if (!pool->donor || !pool->node || !pool->barred || !pool->bars || !pool->state)
		return err_memory(err, "the pool's nodes");
	for (uint32_t node = 0; node < pool->nodes; node++)
		pool->donor[node].empty = FRAME_NONE;
	if (pool->ageing && ages_init(&pool->ages, pool->nodes, pool->node, err))
		return ERR_FAILED;
	env.ages = pool->ageing ? &pool->ages : NULL;
	if (rng_init(&pool->rng, config->seed, err) || pool->ops->init(pool->state, &env, err))
		return ERR_FAILED;
	for (uint32_t node = 0; node < pool->nodes; node++)
		if (pool_join(pool, node, config->lent[node], err))
			return ERR_FAILED;
	return 0;
}

int pool_create(struct pool **made, const struct pool_config *config, struct err *err)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	assert(config->nodes > 0 && config->nodes < NODE_NONE);
	if (!pool)
		return err_memory(err, "the pool");
	if (fill(pool, config, err)) {
		pool_destroy(pool);
		return ERR_FAILED;
	}
	*made = pool;
	return 0;
}

void pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	if (pool->state)
		pool->ops->destroy(pool->state);
	if (pool->rng.gsl)
		rng_free(&pool->rng);
	for (uint32_t node = 0; pool->donor && node < pool->nodes; node++)
		forget_arrays(&pool->donor[node]);
	ages_free(&pool->ages);
	free(pool->donor);
	free(pool->node);
	free(pool->barred);
	free(pool->bars);
	free(pool->state);
	free(pool);
}

static void bar(struct pool *pool, struct placement_query *query, uint32_t node)
{
	if (pool->barred[node])
		return;
	pool->barred[node] = true;
	pool->bars[query->bar_count++] = node;
}

/* The donor of a page: the placement's choice, else, when no donor has a free frame, the one whose page is the oldest
 * of all. */
static uint32_t pick(struct pool *pool, const struct pool_request *request)
{
	struct placement_query query = {
		.borrower = request->borrower, .now_ps = request->now_ps, .barred = pool->barred, .bars = pool->bars};
	uint32_t node;

	bar(pool, &query, request->borrower);
	for (size_t i = 0; i < request->n; i++)
		bar(pool, &query, request->taken[i]);
	for (uint32_t full = 0; request->free_only && pool->ops->evicts && full < pool->nodes; full++)
		if (!pool->node[full].free)
			bar(pool, &query, full);
	node = pool->ops->pick(pool->state, &query);
	if (node == NODE_NONE && pool->ageing && !request->free_only)
		node = ages_node(&pool->ages, pool->barred);
	for (uint32_t i = 0; i < query.bar_count; i++)
		pool->barred[pool->bars[i]] = false;
	return node;
}

/* Takes the page out of a frame. The caller then counts the node's free frames. */
static pool_owner empty(struct pool *pool, uint32_t node, uint32_t frame)
{
	struct donor *donor = &pool->donor[node];
	pool_owner owner = ~donor->holder[frame];

	assert(owner != POOL_NOBODY);
	if (pool->ageing)
		ages_leave(&pool->ages, node, frame);
	donor->holder[frame] = 0;
	donor->below[frame] = donor->empty;
	donor->empty = frame;
	pool->node[node].hosted--;
	return owner;
}

/* Takes the frame that was emptied last, because its entries are probably still in the processor's cache. */
static uint32_t take(struct donor *donor)
{
	uint32_t frame = donor->empty;

	if (frame == FRAME_NONE)
		return donor->used++;
	donor->empty = donor->below[frame];
	return frame;
}

bool pool_place(struct pool *pool, const struct pool_request *request, struct lease *lease, pool_owner *displaced)
{
	uint32_t node = pick(pool, request);

	assert(request->owner != POOL_NOBODY);
	*displaced = POOL_NOBODY;
	if (node == NODE_NONE)
		return false;
	if (!pool->node[node].free)
		*displaced = empty(pool, node, ages_oldest(&pool->ages, node));
	*lease = (struct lease){.node = node, .frame = take(&pool->donor[node])};
	pool->donor[node].holder[lease->frame] = ~request->owner;
	pool->node[node].hosted++;
	if (pool->ageing)
		ages_arrive(&pool->ages, node, lease->frame);
	count_free(pool, node);
	return true;
}

void pool_renew(struct pool *pool, struct lease lease)
{
	if (!pool->ageing)
		return;
	ages_renew(&pool->ages, lease.node, lease.frame);
	if (pool->ops->evicts)
		pool->ops->update(pool->state, lease.node);
}

void pool_retire(struct pool *pool, struct lease lease)
{
	if (!pool->ageing)
		return;
	ages_retire(&pool->ages, lease.node, lease.frame);
	if (pool->ops->evicts)
		pool->ops->update(pool->state, lease.node);
}

void pool_begin(struct pool *pool)
{
	if (pool->ops->members)
		pool->ops->members(pool->state);
}

void pool_release(struct pool *pool, struct lease lease)
{
	empty(pool, lease.node, lease.frame);
	count_free(pool, lease.node);
}

void pool_rename(struct pool *pool, struct lease lease, pool_owner owner)
{
	pool->donor[lease.node].holder[lease.frame] = ~owner;
}

pool_owner pool_owner_of(const struct pool *pool, struct lease lease)
{
	const struct donor *donor = &pool->donor[lease.node];

	return lease.frame < donor->used ? ~donor->holder[lease.frame] : POOL_NOBODY;
}

bool pool_next(const struct pool *pool, uint32_t node, uint32_t from, struct lease *lease)
{
	const struct donor *donor = &pool->donor[node];

	for (uint32_t frame = from; frame < donor->used; frame++)
		if (donor->holder[frame]) {
			*lease = (struct lease){.node = node, .frame = frame};
			return true;
		}
	return false;
}

uint32_t pool_free(const struct pool *pool, uint32_t node)
{
	return pool->node[node].free;
}

uint32_t pool_hosted(const struct pool *pool, uint32_t node)
{
	return pool->node[node].hosted;
}
