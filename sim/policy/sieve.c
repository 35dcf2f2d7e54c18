/* SPDX-License-Identifier: MIT */
/*
 * SIEVE: a FIFO with a visited bit per page, set by a touch. A hand moves from the oldest page to the newest, then
 * starts again at the oldest. It clears the bits that are set; the first page whose bit is clear is the victim. Unlike
 * in CLOCK, a page whose bit was cleared keeps its position, and new pages always enter as the newest.
 *
 * Source: Zhang, Yang, Yue, Vigfusson, Rashmi, 'SIEVE is simpler than LRU', NSDI 2024, algorithm 1. Departs from it:
 * nowhere. A page enters with its bit clear, so a prefetched page is an ordinary fill.
 *
 * The queue is an array with holes, not a linked list: the pages that the hand checks next are adjacent, so their bits
 * can be loaded early. A page that leaves becomes a hole. When the array is full, the pages move together.
 */
#include <stdlib.h>

#include "base/table.h"
#include "policy/policy.h"

enum {
	PLACES = 2,   /* places of the queue for each frame */
	EXTRA = 64,   /* and some more, so that a small memory does not compact at each fill */
	DISTANCE = 16 /* how many places in advance a visited bit is loaded into the cache */
};

#define AT_OLDEST UINT32_MAX

struct sieve {
	page_id *queue;             /* from the oldest page to the newest; PAGE_NONE in a hole */
	uint32_t *place;            /* in the queue, by page */
	bool *visited;              /* by page */
	uint32_t size, oldest, end; /* places in the queue; before `oldest` are only holes */
	uint32_t hand;              /* the place of the next page to check, or AT_OLDEST */
};

static void destroy(void *state)
{
	struct sieve *sieve = state;

	free(sieve->queue);
	free(sieve->place);
	free(sieve->visited);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct sieve *sieve = state;
	uint64_t size = (uint64_t)PLACES * env->frames + EXTRA;

	sieve->size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
	sieve->queue = table_alloc((size_t)sieve->size + DISTANCE, sizeof(*sieve->queue));
	sieve->place = table_alloc(env->pages, sizeof(*sieve->place));
	sieve->visited = table_alloc(env->pages, sizeof(*sieve->visited));
	if (!sieve->queue || !sieve->place || !sieve->visited) {
		destroy(sieve);
		return err_memory(err, "the queue of pages");
	}
	sieve->hand = AT_OLDEST;
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct sieve *sieve = state;

	sieve->visited[page] = true;
	return false;
}

/* Moves the pages of a full queue together, to its beginning. */
static __attribute__((noinline)) void compact(struct sieve *sieve)
{
	uint32_t to = 0, hand = sieve->hand;

	for (uint32_t at = sieve->oldest; at < sieve->end; at++) {
		page_id page = sieve->queue[at];

		if (at == sieve->hand)
			hand = to;
		if (page == PAGE_NONE)
			continue;
		sieve->queue[to] = page;
		sieve->place[page] = to++;
	}
	sieve->hand = hand;
	sieve->oldest = 0;
	sieve->end = to;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct sieve *sieve = state;

	(void)why;
	if (sieve->end == sieve->size)
		compact(sieve);
	sieve->visited[page] = false;
	sieve->place[page] = sieve->end;
	sieve->queue[sieve->end++] = page;
}

/* Leaves a hole at the place, and the hand, if it is there, at the next page. */
static void leave(struct sieve *sieve, uint32_t place)
{
	uint32_t next = place + 1;

	sieve->queue[place] = PAGE_NONE;
	if (sieve->hand != place)
		return;
	while (next < sieve->end && sieve->queue[next] == PAGE_NONE)
		next++;
	sieve->hand = next < sieve->end ? next : AT_OLDEST;
}

static void forget(void *state, page_id page)
{
	struct sieve *sieve = state;

	leave(sieve, sieve->place[page]);
}

/* The place of the oldest page. */
static uint32_t oldest(struct sieve *sieve)
{
	while (sieve->queue[sieve->oldest] == PAGE_NONE)
		sieve->oldest++;
	return sieve->oldest;
}

/* Loads a visited bit that the hand needs soon. */
static void load_soon(const struct sieve *sieve, uint32_t place)
{
	__builtin_prefetch((void *)((uintptr_t)sieve->visited + sieve->queue[place + DISTANCE]),
			   1); /* for a hole the address is invalid, and the hint has no effect */
}

static page_id victim(void *state, page_id incoming)
{
	struct sieve *sieve = state;
	uint32_t at = sieve->hand == AT_OLDEST ? oldest(sieve) : sieve->hand;
	page_id page;

	(void)incoming;
	while ((page = sieve->queue[at]) == PAGE_NONE || sieve->visited[page]) {
		load_soon(sieve, at);
		if (page != PAGE_NONE)
			sieve->visited[page] = false;
		at = at + 1 < sieve->end ? at + 1 : oldest(sieve);
	}
	load_soon(sieve, at);
	sieve->hand = at;
	leave(sieve, at);
	return page;
}

const struct policy_ops policy_sieve = {
	.name = "sieve",
	.summary = "a FIFO with a moving hand; touched pages stay and keep their position",
	.source = "Zhang et al., 'SIEVE is simpler than LRU: an efficient turn-key eviction algorithm for web caches', "
		  "2024",
	.filtered = FILTERED_APPROXIMATE,
	.sees_again = true,
	.state_size = sizeof(struct sieve),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
