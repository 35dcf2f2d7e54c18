/* SPDX-License-Identifier: MIT */
/*
 * S3-FIFO: three FIFO queues, and a count of touches per page, at most 3. A new page enters the small queue S. While S
 * holds at least `small` of the frames, its oldest page must go: to the main queue M with its count cleared if it was
 * touched more than once, otherwise it is evicted and listed in the ghost queue G (as long as M). A page fetched while
 * it is in G enters M. If S is smaller, M's oldest page is evicted, or reinserted with its count reduced by one if that
 * is not 0.
 *
 * Source: Yang, Zhang, Qiu, Yue, Vigfusson, 'FIFO queues are all you need for cache eviction', SOSP 2023, algorithm 1.
 * Departs from it: where a move from S to M overfills M, the paper evicts from M and then also from S; here only M's
 * page is evicted. A page is removed from G when it is fetched. A prefetched page is an ordinary fill: S is meant for
 * pages that may not be used again.
 */
#include <math.h>
#include <stdlib.h>

#include "base/table.h"
#include "memory/page_list.h"
#include "policy/policy.h"

#define COUNT_MAX 3

struct params {
	double small;
};

static const struct option_row options[] = {
	{.name = "small",
	 .type = OPTION_PERCENT,
	 .at = offsetof(struct params, small),
	 .min = "0%",
	 .max = "100%",
	 .def = "10%",
	 .help = "frames for new pages, as a share of the local frames (at least one frame)"},
};

enum place {
	NOWHERE,
	SMALL,
	MAIN,
	GHOST,
};

struct s3_fifo {
	struct page_links links;
	struct page_list small, main, ghost; /* oldest at the head */
	uint8_t *count;                      /* touches by page, for local pages */
	uint8_t *place; /* enum place by page; not in one array with count, so that a hit reads one byte */
	uint32_t small_max, main_max; /* main_max is also the limit of G */
};

static void destroy(void *state)
{
	struct s3_fifo *s3 = state;

	page_links_free(&s3->links);
	free(s3->count);
	free(s3->place);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	const struct params *params = env->params;
	struct s3_fifo *s3 = state;

	s3->count = table_alloc(env->pages, sizeof(*s3->count));
	s3->place = table_alloc(env->pages, sizeof(*s3->place));
	if (!s3->count || !s3->place) {
		destroy(s3);
		return err_memory(err, "the queues of s3-fifo");
	}
	if (page_links_init(&s3->links, env->pages, 3, err)) {
		destroy(s3);
		return ERR_FAILED;
	}
	page_list_init(&s3->small, &s3->links, 0);
	page_list_init(&s3->main, &s3->links, 1);
	page_list_init(&s3->ghost, &s3->links, 2);
	s3->small_max = (uint32_t)fmax(1, round(params->small * env->frames));
	s3->main_max = env->frames - s3->small_max;
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct s3_fifo *s3 = state;

	if (s3->count[page] < COUNT_MAX)
		s3->count[page]++;
	return false;
}

static void enter(struct s3_fifo *s3, enum place place, page_id page)
{
	page_list_append(place == SMALL ? &s3->small : &s3->main, page);
	s3->place[page] = (uint8_t)place;
	s3->count[page] = 0;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct s3_fifo *s3 = state;

	(void)why;
	if (s3->place[page] == GHOST) {
		page_list_remove(&s3->ghost, page);
		enter(s3, MAIN, page);
	} else {
		enter(s3, SMALL, page);
	}
}

static void remember(struct s3_fifo *s3, page_id page)
{
	page_list_append(&s3->ghost, page);
	s3->place[page] = GHOST;
	if (s3->ghost.length > s3->main_max)
		s3->place[page_list_pop(&s3->ghost)] = NOWHERE;
}

static page_id victim_of_main(struct s3_fifo *s3)
{
	page_id page = page_list_pop(&s3->main);

	while (s3->count[page] > 0) {
		s3->count[page]--;
		page_list_append(&s3->main, page);
		page = page_list_pop(&s3->main);
	}
	s3->place[page] = NOWHERE;
	return page;
}

static page_id victim(void *state, page_id incoming)
{
	struct s3_fifo *s3 = state;

	(void)incoming;
	if (s3->small.length < s3->small_max && s3->main.length > 0)
		return victim_of_main(s3);
	while (s3->small.length > 0 && s3->main.length <= s3->main_max) {
		page_id page = page_list_pop(&s3->small);

		if (s3->count[page] <= 1) {
			remember(s3, page);
			return page;
		}
		enter(s3, MAIN, page);
	}
	return victim_of_main(s3);
}

static void forget(void *state, page_id page)
{
	struct s3_fifo *s3 = state;

	page_list_remove(s3->place[page] == SMALL ? &s3->small : &s3->main, page);
	s3->place[page] = NOWHERE;
}

const struct policy_ops policy_s3_fifo = {
	.name = "s3-fifo",
	.summary =
		"a small FIFO for new pages, a main FIFO that reinserts touched pages, a ghost FIFO of evicted pages",
	.source = "Yang et al., 'FIFO queues are all you need for cache eviction', 2023",
	.filtered = FILTERED_APPROXIMATE,
	.sees_again = true,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct s3_fifo),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
