/* SPDX-License-Identifier: MIT */
/*
 * The pool: the frames that hypervisors lend, who holds which page in them, and which donor takes the next one. It
 * moves no bytes and knows no time but what it is told; the cluster sends the pages and keeps the remote page maps.
 */
#ifndef CLUSTER_POOL_H
#define CLUSTER_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define POOL_NOBODY UINT64_MAX

/* A lent frame. */
struct lease {
	uint32_t node;  /* the donor: a hypervisor's number */
	uint32_t frame; /* of that donor, from 0 */
};

/* Whose page is in a frame: the cluster's own numbering of (VM, page, replica); never POOL_NOBODY. */
typedef uint64_t pool_owner;

enum pool_placement { /* in the order of config.h's enum config_placement */
		      POOL_ROUND_ROBIN,
		      POOL_MOST_FREE,
		      POOL_NEAREST,
		      POOL_TWO_CHOICES,
		      POOL_RANDOM,
		      POOL_MULTINODE_LRU,
};

struct pool_config {
	uint32_t nodes;
	const uint32_t *lent; /* by node: frames that it lends */
	enum pool_placement placement;
	/* Hops from a borrower to a donor, for nearest; ties go to the lower number. */
	uint32_t (*hops)(void *context, uint32_t from, uint32_t to);
	void *context;
	uint64_t seed;    /* for two-choices, random and multinode-lru */
	int64_t epoch_ps; /* multinode-lru: how often the weights are drawn up anew */
};

struct pool;

/* config->lent is read here only; `hops` and `context` must last as long as the pool. */
int pool_create(struct pool **pool, const struct pool_config *config, struct err *err);
void pool_destroy(struct pool *pool);

/*
 * A frame for a page of `borrower`, not on the borrower itself and not on any of the `n` nodes in `taken` (where other
 * replicas are). Returns true with *lease; under multinode-lru *displaced tells whose page had to leave that frame (it
 * goes to the backing store), otherwise it is POOL_NOBODY. False when the pool has no such frame.
 */
bool pool_place(struct pool *pool, uint32_t borrower, pool_owner owner, int64_t now_ps, const uint32_t *taken, size_t n,
		struct lease *lease, pool_owner *displaced);

/* The page in this frame was read or written now: it becomes the youngest of its donor's age order. */
void pool_renew(struct pool *pool, struct lease lease, int64_t now_ps);

/* The frame is free again. */
void pool_release(struct pool *pool, struct lease lease);

/* The page in this frame goes by another number from now on. */
void pool_rename(struct pool *pool, struct lease lease, pool_owner owner);

pool_owner pool_owner_of(const struct pool *pool, struct lease lease);

/*
 * Who joins lends `lent` frames from now on; who leaves or fails gives out no more frames. Its pages stay listed until
 * they are released, and count against `lent` if it joins again before that. All nodes begin open. Joining fails only
 * for want of memory.
 */
int pool_join(struct pool *pool, uint32_t node, uint32_t lent, struct err *err);
void pool_close(struct pool *pool, uint32_t node);
bool pool_is_open(const struct pool *pool, uint32_t node);

/* The first frame of a node at `from` or behind it that holds a page; false when there is none. For walks over what a
 * node hosts. */
bool pool_next(const struct pool *pool, uint32_t node, uint32_t from, struct lease *lease);

uint32_t pool_free(const struct pool *pool, uint32_t node);
uint32_t pool_hosted(const struct pool *pool, uint32_t node);

#endif
