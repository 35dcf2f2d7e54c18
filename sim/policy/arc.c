/* SPDX-License-Identifier: MIT */
/*
 * ARC, the adaptive replacement cache. T1 lists the local pages touched once, T2 those touched again, both in LRU
 * order. B1 and B2 list the pages evicted from T1 and from T2 most recently. T1's target size p grows when a page of B1
 * is fetched again, and shrinks when a page of B2 is. The victim is T1's oldest page if T1 is above its target,
 * otherwise T2's. With c frames, T1 and B1 together list at most c pages, and all four lists at most 2c.
 *
 * Source: Megiddo & Modha, 'ARC: a self-tuning, low overhead replacement cache', FAST 2003, figure 4. Departs from it:
 * pages over these limits are dropped when a page is filled, after the victim was chosen, not before; the lists are the
 * same in the end. p is a real number, as the paper's quotients are. A prefetched page is an ordinary fill. When a
 * frame is taken back and no page is coming in, the victim is chosen as for a new page.
 */
#include <math.h>
#include <stdlib.h>

#include "base/table.h"
#include "policy/list_array.h"

enum place {
	T1,
	T2,
	B1,
	B2,
	LISTS,
	NOWHERE = LISTS,
	RECALLED, /* was in B1 or B2 and is being fetched: T2 is next */
};

struct arc {
	struct page_links links;
	struct page_list list[LISTS]; /* least recently used at the head */
	uint8_t *place;               /* enum place by page */
	uint32_t frames;              /* c */
	double target;                /* p */
};

static void destroy(void *state)
{
	struct arc *arc = state;

	page_links_free(&arc->links);
	free(arc->place);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct arc *arc = state;

	arc->frames = env->frames;
	arc->place = table_alloc(env->pages, sizeof(*arc->place));
	if (!arc->place)
		return err_memory(err, "the lists of arc");
	if (page_links_init(&arc->links, env->pages, LISTS, err)) {
		destroy(arc);
		return ERR_FAILED;
	}
	for (uint32_t page = 0; page < env->pages; page++)
		arc->place[page] = NOWHERE;
	for (uint32_t which = 0; which < LISTS; which++)
		page_list_init(&arc->list[which], &arc->links, which);
	return 0;
}

static void append(struct arc *arc, enum place to, page_id page)
{
	page_list_append(&arc->list[to], page);
	arc->place[page] = (uint8_t)to;
}

static page_id pop(struct arc *arc, enum place from)
{
	page_id page = page_list_pop(&arc->list[from]);

	arc->place[page] = NOWHERE;
	return page;
}

static bool hit(void *state, page_id page)
{
	struct arc *arc = state;

	page_list_remove(&arc->list[arc->place[page]], page);
	append(arc, T2, page);
	return false;
}

/* A page of B1 or B2 is fetched again: the list that it was evicted from is too short. Adapts the target. */
static void recall(struct arc *arc, page_id page)
{
	double b1 = arc->list[B1].length, b2 = arc->list[B2].length;

	if (arc->place[page] == B1)
		arc->target = fmin(arc->target + fmax(b2 / b1, 1), arc->frames);
	else
		arc->target = fmax(arc->target - fmax(b1 / b2, 1), 0);
	page_list_remove(&arc->list[arc->place[page]], page);
	arc->place[page] = RECALLED;
}

static bool is_remembered(const struct arc *arc, page_id page)
{
	return arc->place[page] == B1 || arc->place[page] == B2;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct arc *arc = state;
	const struct page_list *list = arc->list;

	(void)why;
	if (is_remembered(arc, page)) /* a free frame: no victim was chosen */
		recall(arc, page);
	if (arc->place[page] == RECALLED) {
		append(arc, T2, page);
		return;
	}
	if (list[T1].length + list[B1].length >= arc->frames)
		pop(arc, B1);
	else if (list[T1].length + list[T2].length + list[B1].length + list[B2].length >= 2 * arc->frames)
		pop(arc, B2);
	append(arc, T1, page);
}

static page_id victim(void *state, page_id incoming)
{
	struct arc *arc = state;
	double seen_once = arc->list[T1].length;
	bool from_b2 = false, from_t1;
	page_id page;

	if (incoming != PAGE_NONE && is_remembered(arc, incoming)) {
		from_b2 = arc->place[incoming] == B2;
		recall(arc, incoming);
	}
	from_t1 = seen_once > arc->target || (from_b2 && seen_once == arc->target && seen_once > 0);
	if (arc->list[T2].length == 0)
		from_t1 = true;
	page = pop(arc, from_t1 ? T1 : T2);
	append(arc, from_t1 ? B1 : B2, page);
	return page;
}

static void forget(void *state, page_id page)
{
	struct arc *arc = state;

	page_list_remove(&arc->list[arc->place[page]], page);
	arc->place[page] = NOWHERE;
}

static struct policy_array array(const void *state)
{
	const struct arc *arc = state;

	return list_array(&arc->links);
}

const struct policy_ops policy_arc = {
	.name = "arc",
	.summary = "two LRU lists, pages seen once and seen again, whose sizes adapt to the pages that were evicted "
		   "too early",
	.source = "Megiddo & Modha, 'ARC: a self-tuning, low overhead replacement cache', 2003",
	.filtered = FILTERED_APPROXIMATE,
	.sees_again = true,
	.state_size = sizeof(struct arc),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.array = array,
};
