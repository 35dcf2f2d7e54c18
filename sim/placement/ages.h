/* SPDX-License-Identifier: MIT */
/*
 * The age order of the pages that donors hold. A page that is placed or used becomes the youngest of its donor's; one
 * that is retired, because its borrower has it back, becomes the oldest of all. Ages follow the order of the calls, so
 * that no two pages are equally old.
 */
#ifndef PLACEMENT_AGES_H
#define PLACEMENT_AGES_H

#include "memory/page_list.h"
#include "placement/placement.h"
#include "placement/tournament.h"

#define AGE_NONE UINT64_MAX /* the stamp of no frame */

/* What a node hosts, by age. */
struct ages_host {
	struct page_links links;
	struct page_list hosted; /* oldest at the head */
	uint64_t *stamp;         /* by frame: the smaller, the older; never 0 and never AGE_NONE */
};

struct ages {
	uint32_t nodes;
	const struct placement_node *node; /* the counts of each donor */
	struct ages_host *host;            /* NULL until ages_init */
	struct tournament oldest;          /* by node: the oldest page that it may give up */
	uint64_t young, retired;           /* the last stamps of a page that was used, and of one that was retired */
};

/* `node` must last as long as the ages. Returns 0, or a negative code; ages_free is allowed in both cases. */
int ages_init(struct ages *ages, uint32_t nodes, const struct placement_node *node, struct err *err);
void ages_free(struct ages *ages);

/* Frame numbers of a node will be below `frames`: never fewer than before. Frames that never hold a page take no
 * memory. */
int ages_reserve(struct ages *ages, uint32_t node, uint32_t frames, struct err *err);

/* A node's counts have changed. */
void ages_update(struct ages *ages, uint32_t node);

void ages_arrive(struct ages *ages, uint32_t node, uint32_t frame); /* the frame holds a page now */
void ages_renew(struct ages *ages, uint32_t node, uint32_t frame);  /* that page was used */
void ages_retire(struct ages *ages, uint32_t node, uint32_t frame); /* the first to be given up from now on */
void ages_leave(struct ages *ages, uint32_t node, uint32_t frame);  /* the frame is about to be empty */

/* The oldest frame of a node, PAGE_NONE if it hosts no page; then the next younger one. */
static inline uint32_t ages_oldest(const struct ages *ages, uint32_t node)
{
	return page_list_head(&ages->host[node].hosted);
}

static inline uint32_t ages_younger(const struct ages *ages, uint32_t node, uint32_t frame)
{
	return page_list_newer(&ages->host[node].hosted, frame);
}

/* The stamp of a frame, AGE_NONE of PAGE_NONE. */
static inline uint64_t ages_stamp(const struct ages *ages, uint32_t node, uint32_t frame)
{
	return frame == PAGE_NONE ? AGE_NONE : ages->host[node].stamp[frame];
}

/* A node that gives up no page: it is closed, or hosts more than it lends, or nothing. */
static inline bool ages_keeps(const struct ages *ages, uint32_t node)
{
	return ages->node[node].lent == 0 || ages->node[node].hosted > ages->node[node].lent;
}

/* The node, of those that are not barred, whose oldest page is the oldest; NODE_NONE when none may give up a page. */
static inline uint32_t ages_node(const struct ages *ages, const bool *barred)
{
	return tournament_best(&ages->oldest, barred);
}

#endif
