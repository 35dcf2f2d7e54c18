/* SPDX-License-Identifier: MIT */
/*
 * First in, first out: the page that has been local the longest is the victim. A hit changes nothing.
 *
 * Source: Belady, 'A study of replacement algorithms for a virtual-storage computer', IBM Systems Journal 5(2), 1966.
 * Departs from it: nowhere.
 *
 * The queue is a ring buffer, not a linked list: the next victims are adjacent in memory, so choosing one seldom misses
 * the cache. forget leaves an empty place in the ring. The first call of forget doubles the ring and begins to record
 * each page's place, so that a run without forget pays nothing for it, and the empty places are removed only after as
 * many calls of forget as there are frames.
 */
#include <stdlib.h>

#include "base/table.h"
#include "policy/policy.h"

struct fifo {
	page_id *ring;      /* PAGE_NONE: an empty place */
	uint32_t *place_of; /* by page: its index in the ring; NULL until the first forget */
	uint32_t places;    /* of the ring */
	uint32_t oldest;    /* the index of the oldest place in use */
	uint32_t used;      /* places in use, with the empty ones */
	uint32_t frames, pages;
};

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct fifo *fifo = state;

	fifo->ring = table_alloc(env->frames, sizeof(*fifo->ring));
	fifo->places = fifo->frames = env->frames;
	fifo->pages = env->pages;
	return fifo->ring ? 0 : err_memory(err, "the queue of pages");
}

static bool hit(void *state, page_id page)
{
	(void)state, (void)page;
	return false;
}

/* The index of the n-th place in use, counted from 0, the oldest. */
static uint32_t place(const struct fifo *fifo, uint32_t n)
{
	uint32_t left = fifo->places - fifo->oldest;

	return n < left ? fifo->oldest + n : n - left;
}

static void put(struct fifo *fifo, page_id page)
{
	uint32_t at = place(fifo, fifo->used++);

	fifo->ring[at] = page;
	if (fifo->place_of)
		fifo->place_of[page] = at;
}

/* Removes the empty places. */
static void close_gaps(struct fifo *fifo)
{
	uint32_t used = fifo->used;

	fifo->used = 0;
	for (uint32_t n = 0; n < used; n++) {
		page_id page = fifo->ring[place(fifo, n)];

		if (page != PAGE_NONE)
			put(fifo, page);
	}
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct fifo *fifo = state;

	(void)why;
	if (fifo->used == fifo->places)
		close_gaps(fifo);
	put(fifo, page);
}

static page_id victim(void *state, page_id incoming)
{
	struct fifo *fifo = state;
	page_id page;

	(void)incoming;
	do {
		page = fifo->ring[fifo->oldest];
		fifo->oldest = place(fifo, 1);
		fifo->used--;
	} while (page == PAGE_NONE);
	return page;
}

/* Doubles the ring and records every page's place. Returns false when memory runs out. */
static bool prepare_forget(struct fifo *fifo)
{
	page_id *ring = table_alloc(2 * (size_t)fifo->frames, sizeof(*ring));
	uint32_t *place_of = calloc(fifo->pages, sizeof(*place_of));
	struct fifo old = *fifo;

	if (!ring || !place_of) {
		free(ring);
		free(place_of);
		return false;
	}
	*fifo = (struct fifo){ring, place_of, 2 * old.frames, 0, 0, old.frames, old.pages};
	for (uint32_t n = 0; n < old.used; n++)
		put(fifo, old.ring[place(&old, n)]);
	free(old.ring);
	return true;
}

/* Without memory for the places: searches the ring. */
static void search_and_forget(struct fifo *fifo, page_id page)
{
	uint32_t n = 0;

	while (fifo->ring[place(fifo, n)] != page)
		n++;
	for (fifo->used--; n < fifo->used; n++)
		fifo->ring[place(fifo, n)] = fifo->ring[place(fifo, n + 1)];
}

static void forget(void *state, page_id page)
{
	struct fifo *fifo = state;

	if (fifo->place_of || prepare_forget(fifo))
		fifo->ring[fifo->place_of[page]] = PAGE_NONE;
	else
		search_and_forget(fifo, page);
}

static void destroy(void *state)
{
	struct fifo *fifo = state;

	free(fifo->ring);
	free(fifo->place_of);
}

const struct policy_ops policy_fifo = {
	.name = "fifo",
	.summary = "first in, first out",
	.source = "Belady, 'A study of replacement algorithms for a virtual-storage computer', 1966",
	.filtered = FILTERED_APPROXIMATE,
	.traps_suffice = true,
	.state_size = sizeof(struct fifo),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
