/* SPDX-License-Identifier: MIT */
/*
 * OPT: the page whose next use is furthest in the future is the victim. No demand-fetch policy faults less often. It
 * needs the future, so it is a bound for the others. Pages that are never used again are evicted first, the lowest page
 * id first.
 *
 * Source: Belady, 'A study of replacement algorithms for a virtual-storage computer', IBM Systems Journal 5(2), 1966
 * (MIN); Mattson et al., 'Evaluation techniques for storage hierarchies', IBM Systems Journal 9(2), 1970 (proof).
 * Departs from it: nowhere. The bound holds for fetching on demand only. A prefetched page is an ordinary fill, and
 * other policies with prefetching can fault less often.
 *
 * The local pages are a heap with four children per node and the furthest next use at the root. Each page's index in
 * the heap is kept in an array.
 */
#include <stdlib.h>

#include "base/table.h"
#include "policy/policy.h"

struct use {
	uint64_t at; /* position of the next use; if there is none, UINT64_MAX - page, so that no two are equal */
	page_id page;
};

struct opt {
	const uint64_t *next_use;
	struct use *heap;
	uint32_t *place; /* index in the heap, by page */
	uint32_t count;
};

static void destroy(void *state)
{
	struct opt *opt = state;

	free(opt->heap);
	free(opt->place);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct opt *opt = state;

	if (!env->next_use)
		return err_set(
			err, ERR_USAGE,
			"policy opt needs to know when each page is used next, which only a recorded trace can give");
	opt->next_use = env->next_use;
	opt->heap = table_alloc(env->frames, sizeof(*opt->heap));
	opt->place = table_alloc(env->pages, sizeof(*opt->place));
	if (!opt->heap || !opt->place) {
		destroy(opt);
		return err_memory(err, "the next uses of pages");
	}
	return 0;
}

static void put(struct opt *opt, uint32_t place, struct use use)
{
	opt->heap[place] = use;
	opt->place[use.page] = place;
}

/* Puts `use` at the hole or above it, moving nearer uses down. The hole: a free index in the heap. */
static void sift_up(struct opt *opt, uint32_t hole, struct use use)
{
	while (hole > 0) {
		uint32_t parent = (hole - 1) / 4;

		if (opt->heap[parent].at > use.at)
			break;
		put(opt, hole, opt->heap[parent]);
		hole = parent;
	}
	put(opt, hole, use);
}

/* Puts `use` at the hole or below it, moving further uses up. */
static void sift_down(struct opt *opt, uint32_t hole, struct use use)
{
	for (;;) {
		uint32_t first = 4 * hole + 1, end = first + 4 < opt->count ? first + 4 : opt->count;
		uint32_t furthest = first;

		for (uint32_t child = first + 1; child < end; child++)
			if (opt->heap[child].at > opt->heap[furthest].at)
				furthest = child;
		if (first >= end || opt->heap[furthest].at < use.at)
			break;
		put(opt, hole, opt->heap[furthest]);
		hole = furthest;
	}
	put(opt, hole, use);
}

static struct use next_use(const struct opt *opt, page_id page)
{
	uint64_t at = *opt->next_use;

	return (struct use){at == UINT64_MAX ? UINT64_MAX - page : at, page};
}

/* A hit moves the next use of the page further away, never nearer, so in the heap it can only move up. */
static bool hit(void *state, page_id page)
{
	struct opt *opt = state;

	sift_up(opt, opt->place[page], next_use(opt, page));
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct opt *opt = state;

	(void)why;
	sift_up(opt, opt->count++, next_use(opt, page));
}

static void forget(void *state, page_id page)
{
	struct opt *opt = state;
	uint32_t hole = opt->place[page];
	struct use last = opt->heap[--opt->count];

	if (hole == opt->count)
		return;
	if (last.at > opt->heap[hole].at)
		sift_up(opt, hole, last);
	else
		sift_down(opt, hole, last);
}

static page_id victim(void *state, page_id incoming)
{
	struct opt *opt = state;
	page_id page = opt->heap[0].page;

	(void)incoming;
	forget(opt, page);
	return page;
}

const struct policy_ops policy_opt = {
	.name = "opt",
	.summary = "the page whose next use is furthest away (needs the future; a bound for every other policy)",
	.source = "Belady, 'A study of replacement algorithms for a virtual-storage computer', 1966",
	.needs_future = true,
	.state_size = sizeof(struct opt),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
