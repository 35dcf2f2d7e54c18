/* SPDX-License-Identifier: MIT */
/*
 * 2Q, full version: a new page enters a FIFO (A1in), where hits change nothing. A page evicted from A1in is listed in
 * another FIFO (A1out), without its contents. If it is fetched again while listed, it enters an LRU list (Am). The
 * victim is A1in's oldest page if A1in holds more than `in` of the frames, otherwise Am's least recently used page,
 * which is not listed in A1out.
 *
 * Source: Johnson & Shasha, '2Q: a low overhead high performance buffer management replacement algorithm', VLDB 1994,
 * section 3. Departs from it: nowhere. Where the paper gives no rule, A1in's oldest page is also the victim if Am is
 * empty. A prefetched page is an ordinary fill: A1in is meant for pages not yet known to be used often.
 */
#include <math.h>
#include <stdlib.h>

#include "base/table.h"
#include "memory/page_list.h"
#include "policy/policy.h"

struct params {
	double in, out;
};

static const struct option_row options[] = {
	{.name = "in",
	 .type = OPTION_PERCENT,
	 .at = offsetof(struct params, in),
	 .min = "0%",
	 .max = "100%",
	 .def = "25%",
	 .help = "frames for pages seen once (Kin), as a share of the local frames"},
	{.name = "out",
	 .type = OPTION_PERCENT,
	 .at = offsetof(struct params, out),
	 .min = "0%",
	 .max = "100%",
	 .def = "50%",
	 .help = "evicted pages to remember (Kout), as a share of the local frames"},
};

enum place {
	NOWHERE,
	IN,       /* A1in: local, seen once */
	MAIN,     /* Am: local, fetched again while in A1out */
	OUT,      /* A1out: evicted from A1in */
	RECALLED, /* was in A1out, but was dropped from it to make room for this very page */
};

struct two_q {
	struct page_links links;
	struct page_list in, out; /* oldest at the head */
	struct page_list main;    /* least recently used at the head */
	uint8_t *place;           /* enum place by page */
	uint32_t in_max, out_max; /* Kin, Kout */
};

static void destroy(void *state)
{
	struct two_q *q = state;

	page_links_free(&q->links);
	free(q->place);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	const struct params *params = env->params;
	struct two_q *q = state;

	q->place = table_alloc(env->pages, sizeof(*q->place));
	if (!q->place)
		return err_memory(err, "the queues of 2q");
	if (page_links_init(&q->links, env->pages, 3, err)) {
		destroy(q);
		return ERR_FAILED;
	}
	page_list_init(&q->in, &q->links, 0);
	page_list_init(&q->out, &q->links, 1);
	page_list_init(&q->main, &q->links, 2);
	q->in_max = (uint32_t)round(params->in * env->frames);
	q->out_max = (uint32_t)round(params->out * env->frames);
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct two_q *q = state;

	if (q->place[page] == MAIN)
		page_list_renew(&q->main, page);
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct two_q *q = state;
	bool remembered = q->place[page] == OUT || q->place[page] == RECALLED;

	(void)why;
	if (q->place[page] == OUT)
		page_list_remove(&q->out, page);
	page_list_append(remembered ? &q->main : &q->in, page);
	q->place[page] = remembered ? MAIN : IN;
}

/* Lists the evicted `page` in A1out. The paper looks `incoming` up before it makes room, so `incoming` counts as listed
 * even if it is the page dropped here. */
static void remember(struct two_q *q, page_id page, page_id incoming)
{
	page_list_append(&q->out, page);
	q->place[page] = OUT;
	if (q->out.length > q->out_max) {
		page_id dropped = page_list_pop(&q->out);

		q->place[dropped] = dropped == incoming ? RECALLED : NOWHERE;
	}
}

static page_id victim(void *state, page_id incoming)
{
	struct two_q *q = state;
	page_id page;

	if (q->in.length > q->in_max || q->main.length == 0) {
		page = page_list_pop(&q->in);
		remember(q, page, incoming);
	} else {
		page = page_list_pop(&q->main);
		q->place[page] = NOWHERE;
	}
	return page;
}

static void forget(void *state, page_id page)
{
	struct two_q *q = state;

	page_list_remove(q->place[page] == IN ? &q->in : &q->main, page);
	q->place[page] = NOWHERE;
}

const struct policy_ops policy_2q = {
	.name = "2q",
	.summary = "a FIFO for new pages, an LRU list for pages fetched again soon after they left it",
	.source =
		"Johnson & Shasha, '2Q: a low overhead high performance buffer management replacement algorithm', 1994",
	.filtered = FILTERED_APPROXIMATE,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct two_q),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
