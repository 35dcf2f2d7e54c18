/* SPDX-License-Identifier: MIT */
/*
 * The pool: the frames that hypervisors lend, which page is in each of them, and which donor takes the next page. It
 * sends no pages and has no clock: its user sends the pages, keeps the Remote Page Maps and passes the time.
 */
#ifndef PLACEMENT_POOL_H
#define PLACEMENT_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "placement/placement.h"

#define POOL_NOBODY UINT64_MAX

/* A lent frame. */
struct lease {
	uint32_t node;  /* the donor's number */
	uint32_t frame; /* of that donor, from 0 */
};

/* Whose page is in a frame: the user's own numbering, for example of (VM, page, replica); never POOL_NOBODY. */
typedef uint64_t pool_owner;

struct pool_config {
	uint32_t nodes;       /* at least 1 */
	const uint32_t *lent; /* by node: frames that it lends */
	const struct placement_ops *placement;
	/* Hops from a borrower to a donor, for the placements that look at distances. */
	uint32_t (*hops)(void *context, uint32_t from, uint32_t to);
	void *context;
	uint64_t seed;    /* for the placements that draw random numbers */
	int64_t epoch_ps; /* for the placements that look at ages: how often they compare them again */
	bool ages; /* keep the ages of pages: when no donor has a free frame, the oldest page is given up for the next
		      one. Needed by a placement that evicts */
};

/* A page to be placed: not on the borrower itself and not on any of the nodes in `taken`, where its other copies are.
 */
struct pool_request {
	uint32_t borrower;
	pool_owner owner;
	int64_t now_ps;
	const uint32_t *taken;
	size_t n;       /* length of `taken` */
	bool free_only; /* take a free frame or none: no page is given up */
};

struct pool;

/* On success the caller owns *pool until pool_destroy. `lent` is read here only; `hops` and `context` must last as long
 * as the pool. Returns a negative code when memory is out or a node lends more frames than 32 bits can number. */
int pool_create(struct pool **pool, const struct pool_config *config, struct err *err);
void pool_destroy(struct pool *pool);

/*
 * Finds a frame for a page. Returns true with *lease. *displaced is the owner of the page that had to leave that frame,
 * when ages are kept; otherwise it is POOL_NOBODY. Returns false when there is no such frame.
 */
bool pool_place(struct pool *pool, const struct pool_request *request, struct lease *lease, pool_owner *displaced);

/* The page in this frame was read or written: it becomes the youngest of its donor's pages. Ages follow the order of
 * the calls. */
void pool_renew(struct pool *pool, struct lease lease);

/* The page in this frame is its borrower's again: the frame is the first to be given up. */
void pool_retire(struct pool *pool, struct lease lease);

/* The pages placed and renewed so far were there before the run begins: a placement that keeps ages compares them
 * again before the next page. */
void pool_begin(struct pool *pool);

/* The frame is free again. */
void pool_release(struct pool *pool, struct lease lease);

/* The page in this frame has another owner number from now on. */
void pool_rename(struct pool *pool, struct lease lease, pool_owner owner);

/* The owner of the page in a frame, POOL_NOBODY when it is empty. */
pool_owner pool_owner_of(const struct pool *pool, struct lease lease);

/*
 * A node that joins lends `lent` frames from now on. A node that is closed (it leaves or fails) gives out no more
 * frames. Its pages stay listed until they are released, and count against `lent` if it joins again before that. All
 * nodes begin open. Joining fails as pool_create does.
 */
int pool_join(struct pool *pool, uint32_t node, uint32_t lent, struct err *err);
void pool_close(struct pool *pool, uint32_t node);
bool pool_is_open(const struct pool *pool, uint32_t node);

/* The first frame of a node, from number `from` on, that holds a page; false when there is none. For walks over all
 * pages that a node hosts. */
bool pool_next(const struct pool *pool, uint32_t node, uint32_t from, struct lease *lease);

/* Pages that a node can still take, and pages that it hosts. */
uint32_t pool_free(const struct pool *pool, uint32_t node);
uint32_t pool_hosted(const struct pool *pool, uint32_t node);

#endif
