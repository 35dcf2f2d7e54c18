/* SPDX-License-Identifier: MIT */
/*
 * Inside the pool: what a placement sees of it and what it answers. A placement names the donor; the pool keeps the
 * frames. One file per placement, one row each in pool.c.
 */
#ifndef CLUSTER_PLACEMENT_H
#define CLUSTER_PLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "cluster/pool.h"

#define NODE_NONE  UINT32_MAX
#define FRAME_NONE UINT32_MAX

/* The frames of one node. Memory is touched only up to `used`, so that a large donor costs what it hosts, not what it
 * lends. */
struct donor {
	pool_owner *holder; /* by frame, inverted: ~owner, 0 when the frame is empty */
	uint32_t *below;    /* by empty frame: the next one in the stack of empty frames */
	uint32_t empty;     /* top of that stack, FRAME_NONE at its bottom */
	uint32_t used;      /* the frames from here on never held a page */
	uint32_t frames;    /* length of the arrays: the most that was ever lent */
	uint32_t lent, hosted;
	bool open;
};

struct pool {
	struct donor *donor;
	uint32_t nodes;
	uint32_t *free; /* by node: pages that it can still take; 0 when closed */
	bool *barred;   /* by node: not for the page that is being placed */
	uint32_t *bars; /* the barred nodes, each once */
	uint32_t bar_count;
	struct rng rng;
	struct pool_config config;
	const struct placement_ops *ops;
	void *state; /* the placement's own */
};

struct placement_ops {
	size_t state_size;
	int (*init)(struct pool *pool,
		    struct err *err); /* no frame is lent yet; when it fails, destroy is called too */
	void (*destroy)(struct pool *pool);

	/* A node that is not barred and has a free frame or, where there is an age order, a page that can go; NODE_NONE
	 * when there is none. */
	uint32_t (*pick)(struct pool *pool, uint32_t borrower, int64_t now_ps);

	/* pool->free[node] changed. */
	void (*update)(struct pool *pool, uint32_t node);

	/* For a placement that keeps an age order; NULL otherwise. */
	int (*reserve)(struct pool *pool, uint32_t node, uint32_t frames,
		       struct err *err); /* before donor.frames grows */
	void (*arrive)(struct pool *pool, uint32_t node, uint32_t frame);
	void (*renew)(struct pool *pool, uint32_t node, uint32_t frame);
	void (*leave)(struct pool *pool, uint32_t node, uint32_t frame);
	uint32_t (*oldest)(struct pool *pool, uint32_t node); /* the frame to empty on a node that hosts pages */
	void (*members)(struct pool *pool);                   /* a node joined or was closed */
};

extern const struct placement_ops place_round_robin, place_most_free, place_nearest, place_two_choices, place_random,
	place_multinode_lru;

#endif
