/* SPDX-License-Identifier: MIT */
/* A simple pool: a table of pages, which every query scans completely. */
#ifndef TESTS_NAIVE_POOL_H
#define TESTS_NAIVE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "placement/pool.h"

#define NAIVE_NODES 70 /* more than a word of bits */
#define NAIVE_PAGES 3000
#define NAIVE_NONE  UINT32_MAX

struct naive_page {
	bool hosted;
	struct lease lease;
	uint64_t used; /* when it was last placed or renewed, in the order of the calls; a retired one is older than all
			*/
};

struct naive_pool;
struct naive_request;

/* The naive counterpart of a placement. */
struct naive_placement {
	const char *name;
	/* Returns the donor of the next page, or NAIVE_NONE. NULL for placements that use random numbers. */
	uint32_t (*pick)(struct naive_pool *naive, const struct naive_request *request);
	bool evicts; /* a full donor gives up its oldest page */
};

struct naive_pool {
	const struct naive_placement *placement;
	uint32_t nodes;
	bool open[NAIVE_NODES];
	uint32_t lent[NAIVE_NODES], hosted[NAIVE_NODES];
	struct naive_page page[NAIVE_PAGES];
	bool ages;                  /* when no node has a free frame, the oldest page is given up */
	uint64_t young, retired;    /* count up for pages that are used, down for those that are retired */
	uint32_t last[NAIVE_NODES]; /* round-robin: by borrower */
	uint32_t (*hops)(void *context, uint32_t from, uint32_t to);

	/* Multinode LRU. */
	struct rng rng;
	int64_t epoch_ps, end_ps;
	uint64_t weight[NAIVE_NODES], covered, placed;
	bool over;
};

struct naive_request {
	uint32_t borrower, taken[3];
	size_t n;
	int64_t now_ps;
	bool free_only; /* no page may be given up */
};

uint32_t naive_free(const struct naive_pool *naive, uint32_t node);

/* Whether a placement may pick a node: it is neither the borrower nor taken, and it has a free frame or, where the
 * placement evicts, a page to evict. */
bool naive_may_take(const struct naive_pool *naive, const struct naive_request *request, uint32_t node);

/* Whether a node that is allowed has a free frame or a page to evict, whatever the placement. */
bool naive_may_give_up(const struct naive_pool *naive, const struct naive_request *request, uint32_t node);

/* The allowed node with the oldest frame; among free ones the lower number. */
uint32_t naive_globally_oldest(const struct naive_pool *naive, const struct naive_request *request);

/* The donor of the next page, or NAIVE_NONE; for a placement with `pick`. */
uint32_t naive_pick(struct naive_pool *naive, const struct naive_request *request);

/* The counterpart of that name, or NULL. */
const struct naive_placement *naive_placement_find(const char *name);

/* The oldest page that a node hosts, NAIVE_NONE when it hosts none. */
uint32_t naive_oldest(const struct naive_pool *naive, uint32_t node);

#endif
