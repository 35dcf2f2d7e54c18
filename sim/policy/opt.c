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
 * The local pages are a heap with eight children per node and the furthest next use at the root. An element is 8 bytes,
 * so that the children of a node are one line of the cache. Each page's index in the heap is kept in an array.
 */
#include <stdlib.h>

#include "base/table.h"
#include "policy/policy.h"

enum {
	CHILDREN = 8,
	BEFORE_ROOT = CHILDREN - 1 /* unused elements, so that the children of a node begin a line of the cache */
};

/*
 * Position of the next use, 32 bits, then the complement of the page, 32 bits: no two are equal, and of the pages
 * without a next use (all ones in the upper half) the lowest has the greatest number. Positions are below 2^32 - 1
 * (replay/future.h).
 */
typedef uint64_t use_key;

struct opt {
	const uint64_t *next_use;
	use_key *elements, *heap; /* the heap's root is element BEFORE_ROOT */
	uint32_t *place;          /* index in the heap, by page */
	uint32_t count;
};

static page_id page_of(use_key use)
{
	return ~(page_id)use;
}

static void destroy(void *state)
{
	struct opt *opt = state;

	free(opt->elements);
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
	opt->elements = table_alloc((size_t)env->frames + BEFORE_ROOT + CHILDREN, sizeof(*opt->elements));
	opt->place = table_alloc(env->pages, sizeof(*opt->place));
	if (!opt->elements || !opt->place) {
		destroy(opt);
		return err_memory(err, "the next uses of pages");
	}
	opt->heap = opt->elements + BEFORE_ROOT;
	return 0;
}

static void put(struct opt *opt, uint32_t place, use_key use)
{
	opt->heap[place] = use;
	opt->place[page_of(use)] = place;
}

/* Puts `use` at the hole or above it, moving nearer uses down. The hole: a free index in the heap. */
static void sift_up(struct opt *opt, uint32_t hole, use_key use)
{
	while (hole > 0) {
		uint32_t parent = (hole - 1) / CHILDREN;

		if (opt->heap[parent] > use)
			break;
		put(opt, hole, opt->heap[parent]);
		hole = parent;
	}
	put(opt, hole, use);
}

/* The child, of those from `first` on, with the furthest next use. All are compared: those that are not there are 0. */
static uint32_t furthest_of(const use_key *heap, uint32_t first)
{
	uint32_t furthest = first;
	use_key at = heap[first];

	for (uint32_t child = first + 1; child < first + CHILDREN; child++) {
		bool further = heap[child] > at;

		furthest = further ? child : furthest;
		at = further ? heap[child] : at;
	}
	return furthest;
}

/* Puts `use` at the hole or below it, moving further uses up. */
static void sift_down(struct opt *opt, uint32_t hole, use_key use)
{
	for (;;) {
		uint32_t first = CHILDREN * hole + 1, furthest;

		if (first >= opt->count)
			break;
		furthest = furthest_of(opt->heap, first);
		if (opt->heap[furthest] < use)
			break;
		put(opt, hole, opt->heap[furthest]);
		hole = furthest;
	}
	put(opt, hole, use);
}

static use_key next_use(const struct opt *opt, page_id page)
{
	uint64_t at = *opt->next_use;

	return (at < UINT32_MAX ? at : UINT32_MAX) << 32 | (page_id)~page;
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
	use_key last = opt->heap[--opt->count];

	opt->heap[opt->count] = 0;
	if (hole == opt->count)
		return;
	if (last > opt->heap[hole])
		sift_up(opt, hole, last);
	else
		sift_down(opt, hole, last);
}

static page_id victim(void *state, page_id incoming)
{
	struct opt *opt = state;
	page_id page = page_of(opt->heap[0]);

	(void)incoming;
	forget(opt, page);
	return page;
}

static struct policy_array array(const void *state)
{
	const struct opt *opt = state;

	return (struct policy_array){.base = (const char *)opt->place,
				     .stride = sizeof(*opt->place),
				     .target = (const char *)opt->heap,
				     .target_stride = sizeof(*opt->heap),
				     .links = 1};
}

const struct policy_ops policy_opt = {
	.name = "opt",
	.summary = "the page whose next use is furthest away (needs the future; a bound for every other policy)",
	.source = "Belady, 'A study of replacement algorithms for a virtual-storage computer', 1966",
	.filtered = FILTERED_APPROXIMATE,
	.needs_future = true,
	.state_size = sizeof(struct opt),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.array = array,
};
