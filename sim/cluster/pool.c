/* SPDX-License-Identifier: MIT */
#include "cluster/pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "cluster/placement.h"

static const struct placement_ops *const placements[] = {
	[POOL_ROUND_ROBIN] = &place_round_robin, [POOL_MOST_FREE] = &place_most_free,
	[POOL_NEAREST] = &place_nearest,         [POOL_TWO_CHOICES] = &place_two_choices,
	[POOL_RANDOM] = &place_random,           [POOL_MULTINODE_LRU] = &place_multinode_lru,
};

/* What a node can still take: nothing while it hosts more than it lends, as it does after it came back with fewer
 * frames. */
static void count_free(struct pool *pool, uint32_t node)
{
	const struct donor *donor = &pool->donor[node];

	pool->free[node] = donor->lent > donor->hosted ? donor->lent - donor->hosted : 0;
	pool->ops->update(pool, node);
}

static void forget_arrays(struct donor *donor)
{
	table_unmap(donor->holder, donor->frames, sizeof(*donor->holder));
	table_unmap(donor->below, donor->frames, sizeof(*donor->below));
}

/* Arrays for so many frames; those that never hold a page take no memory. */
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
	if (pool->ops->reserve && pool->ops->reserve(pool, node, frames, err))
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
	struct donor *donor = &pool->donor[node];

	if (reserve(pool, node, lent ? lent : 1, err)) /* arrays even for a node that lends nothing */
		return ERR_FAILED;
	donor->lent = lent;
	donor->open = true;
	count_free(pool, node);
	if (pool->ops->members)
		pool->ops->members(pool);
	return 0;
}

void pool_close(struct pool *pool, uint32_t node)
{
	struct donor *donor = &pool->donor[node];

	donor->lent = 0;
	donor->open = false;
	count_free(pool, node);
	if (pool->ops->members)
		pool->ops->members(pool);
}

bool pool_is_open(const struct pool *pool, uint32_t node)
{
	return pool->donor[node].open;
}

static int fill(struct pool *pool, const struct pool_config *config, struct err *err)
{
	pool->config = *config;
	pool->nodes = config->nodes;
	pool->ops = placements[config->placement];
	pool->donor = calloc(pool->nodes, sizeof(*pool->donor));
	pool->free = calloc(pool->nodes, sizeof(*pool->free));
	pool->barred = calloc(pool->nodes, sizeof(*pool->barred));
	pool->bars = calloc(pool->nodes, sizeof(*pool->bars));
	pool->state = calloc(1, pool->ops->state_size);
	if (!pool->donor || !pool->free || !pool->barred || !pool->bars || !pool->state)
		return err_memory(err, "the pool's nodes");
	for (uint32_t node = 0; node < pool->nodes; node++)
		pool->donor[node].empty = FRAME_NONE;
	if (rng_init(&pool->rng, config->seed, err) || pool->ops->init(pool, err))
		return ERR_FAILED;
	for (uint32_t node = 0; node < pool->nodes; node++)
		if (pool_join(pool, node, config->lent[node], err))
			return ERR_FAILED;
	pool->config.lent = NULL; /* the caller's, read only here */
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
		pool->ops->destroy(pool);
	if (pool->rng.gsl)
		rng_free(&pool->rng);
	for (uint32_t node = 0; pool->donor && node < pool->nodes; node++)
		forget_arrays(&pool->donor[node]);
	free(pool->donor);
	free(pool->free);
	free(pool->barred);
	free(pool->bars);
	free(pool->state);
	free(pool);
}

static void bar(struct pool *pool, uint32_t node)
{
	if (pool->barred[node])
		return;
	pool->barred[node] = true;
	pool->bars[pool->bar_count++] = node;
}

static uint32_t pick(struct pool *pool, uint32_t borrower, int64_t now_ps, const uint32_t *taken, size_t n)
{
	uint32_t node;

	bar(pool, borrower);
	for (size_t i = 0; i < n; i++)
		bar(pool, taken[i]);
	node = pool->ops->pick(pool, borrower, now_ps);
	while (pool->bar_count)
		pool->barred[pool->bars[--pool->bar_count]] = false;
	return node;
}

/* Takes the page out of a frame; the caller counts the node's free frames anew. */
static pool_owner empty(struct pool *pool, uint32_t node, uint32_t frame)
{
	struct donor *donor = &pool->donor[node];
	pool_owner owner = ~donor->holder[frame];

	assert(owner != POOL_NOBODY);
	if (pool->ops->leave)
		pool->ops->leave(pool, node, frame);
	donor->holder[frame] = 0;
	donor->below[frame] = donor->empty;
	donor->empty = frame;
	donor->hosted--;
	return owner;
}

/* An empty frame: the one that was emptied last, whose entries are likely still in the processor's cache. */
static uint32_t take(struct donor *donor)
{
	uint32_t frame = donor->empty;

	donor->hosted++;
	if (frame == FRAME_NONE)
		return donor->used++;
	donor->empty = donor->below[frame];
	return frame;
}

bool pool_place(struct pool *pool, uint32_t borrower, pool_owner owner, int64_t now_ps, const uint32_t *taken, size_t n,
		struct lease *lease, pool_owner *displaced)
{
	uint32_t node = pick(pool, borrower, now_ps, taken, n);

	assert(owner != POOL_NOBODY);
	*displaced = POOL_NOBODY;
	if (node == NODE_NONE)
		return false;
	if (!pool->free[node])
		*displaced = empty(pool, node, pool->ops->oldest(pool, node));
	*lease = (struct lease){.node = node, .frame = take(&pool->donor[node])};
	pool->donor[node].holder[lease->frame] = ~owner;
	if (pool->ops->arrive)
		pool->ops->arrive(pool, node, lease->frame);
	count_free(pool, node);
	return true;
}

void pool_renew(struct pool *pool, struct lease lease, int64_t now_ps)
{
	(void)now_ps; /* ages are in the order of the calls */
	if (pool->ops->renew)
		pool->ops->renew(pool, lease.node, lease.frame);
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
	return pool->free[node];
}

uint32_t pool_hosted(const struct pool *pool, uint32_t node)
{
	return pool->donor[node].hosted;
}
