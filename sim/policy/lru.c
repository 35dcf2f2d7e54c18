/* SPDX-License-Identifier: MIT */
/*
 * Least recently used: the page whose last touch is the oldest is the victim.
 *
 * Source: Mattson, Gecsei, Slutz, Traiger, 'Evaluation techniques for storage hierarchies', IBM Systems Journal 9(2),
 * 1970. Departs from it: nowhere. A prefetched page counts as touched when it is filled. If it entered as the oldest
 * page instead, it would be evicted before its use.
 *
 * The order is a log of touches, not a linked list: a touch appends the page and records where. An entry counts only
 * while it is its page's latest; the oldest such entry names the victim. A touch therefore reads one random cache line
 * where a list reads three, and the next victims are adjacent. When the log is full, the entries that count move to its
 * beginning.
 */
#include <stdlib.h>

#include "base/table.h"
#include "policy/policy.h"

enum {
	TOUCHES = 4,  /* entries of the log for each frame */
	EXTRA = 64,   /* and some more, so that a small memory does not compact at each touch */
	DISTANCE = 16 /* how many entries in advance a page's latest entry is loaded into the cache */
};

#define NOWHERE UINT32_MAX

struct lru {
	page_id *log;     /* from `oldest` to `end`, the pages in the order of their touches */
	uint32_t *latest; /* by page: its latest entry, NOWHERE when it has none that counts */
	uint32_t size, oldest, end;
};

static void destroy(void *state)
{
	struct lru *lru = state;

	free(lru->log);
	free(lru->latest);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct lru *lru = state;
	uint64_t size = (uint64_t)TOUCHES * env->frames + EXTRA;

	lru->size = size < NOWHERE ? (uint32_t)size : NOWHERE;
	lru->log = table_alloc((size_t)lru->size + DISTANCE, sizeof(*lru->log));
	lru->latest = table_alloc(env->pages, sizeof(*lru->latest));
	if (!lru->log || !lru->latest) {
		destroy(lru);
		return err_memory(err, "the order of touches");
	}
	return 0;
}

/* Moves the entries that count to the beginning. Whether one counts cannot be predicted: the loop has no branch. */
static __attribute__((noinline)) void compact(struct lru *lru)
{
	page_id *log = lru->log;
	uint32_t *latest = lru->latest, to = 0;

	for (uint32_t at = lru->oldest; at < lru->end; at++) {
		page_id page = log[at];
		bool counts = latest[page] == at;

		__builtin_prefetch(&latest[log[at + DISTANCE]], 1); /* past the end is an old page or page 0 */
		log[to] = page;
		latest[page] = counts ? to : latest[page];
		to += counts;
	}
	lru->oldest = 0;
	lru->end = to;
}

static inline void append(struct lru *lru, page_id page)
{
	if (__builtin_expect(lru->end == lru->size, 0))
		compact(lru);
	lru->log[lru->end] = page;
	lru->latest[page] = lru->end++;
}

static bool hit(void *state, page_id page)
{
	append(state, page);
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	(void)why;
	append(state, page);
}

static page_id victim(void *state, page_id incoming)
{
	struct lru *lru = state;
	const page_id *next = lru->log + lru->oldest;

	(void)incoming;
	while (lru->latest[*next] != (uint32_t)(next - lru->log))
		__builtin_prefetch(&lru->latest[next++[DISTANCE]], 1);
	__builtin_prefetch(&lru->latest[next[DISTANCE]], 1);
	lru->oldest = (uint32_t)(next + 1 - lru->log);
	return *next;
}

static void forget(void *state, page_id page)
{
	struct lru *lru = state;

	lru->latest[page] = NOWHERE;
}

static struct policy_array array(const void *state)
{
	const struct lru *lru = state;

	return (struct policy_array){(const char *)lru->latest, sizeof(*lru->latest)};
}

const struct policy_ops policy_lru = {
	.name = "lru",
	.summary = "least recently used",
	.source = "Mattson et al., 'Evaluation techniques for storage hierarchies', 1970",
	.exact_on_filtered = true,
	.has_curve = true,
	.state_size = sizeof(struct lru),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.array = array,
};
