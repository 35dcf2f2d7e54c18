/* SPDX-License-Identifier: MIT */
/*
 * Segmented FIFO: what a pager can do if it sees only the touches that trap. Active pages are mapped. When more than
 * `active` of the frames are active, the page that became active first becomes inactive: unmapped, but still local. A
 * touch of an inactive page traps (a minor fault) and makes it active again. The victim is the page that has been
 * inactive the longest, or the oldest active page if none is inactive.
 *
 * Source: Turner & Levy, 'Segmented FIFO page replacement', SIGMETRICS 1981 (VAX/VMS); Babaoglu & Joy, 'Converting a
 * swap-based system to do paging in an architecture lacking page-referenced bits', SOSP 1981 (the same idea in BSD).
 * Departs from them: VMS keeps written inactive pages on a separate list; here there is one list, and whoever drives
 * the policy writes the victim back. A prefetched page enters as inactive: it need not be mapped until it is touched,
 * and the trap of that touch informs the pager.
 */
#include <math.h>
#include <stdlib.h>

#include "base/table.h"
#include "memory/page_list.h"
#include "policy/policy.h"

struct params {
	double active;
};

static const struct option_row options[] = {
	{.name = "active",
	 .type = OPTION_PERCENT,
	 .at = offsetof(struct params, active),
	 .min = "0%",
	 .max = "100%",
	 .def = "50%",
	 .help = "local frames whose pages are mapped; the rest trap when touched (at least one frame is active)"},
};

struct segmented {
	struct page_links links;
	struct page_list active, inactive; /* oldest at the head */
	bool *is_active;                   /* by page */
	uint32_t active_max;
	void (*unmapped)(void *context, page_id page);
	void *context;
};

static void destroy(void *state)
{
	struct segmented *fifo = state;

	page_links_free(&fifo->links);
	free(fifo->is_active);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	const struct params *params = env->params;
	struct segmented *fifo = state;

	fifo->is_active = table_alloc(env->pages, sizeof(*fifo->is_active));
	if (!fifo->is_active)
		return err_memory(err, "active bits");
	if (page_links_init(&fifo->links, env->pages, 2, err)) {
		destroy(fifo);
		return ERR_FAILED;
	}
	page_list_init(&fifo->active, &fifo->links, 0);
	page_list_init(&fifo->inactive, &fifo->links, 1);
	fifo->active_max = (uint32_t)fmax(1, round(params->active * env->frames));
	fifo->unmapped = env->unmapped;
	fifo->context = env->context;
	return 0;
}

static void activate(struct segmented *fifo, page_id page)
{
	page_list_append(&fifo->active, page);
	fifo->is_active[page] = true;
	if (fifo->active.length > fifo->active_max) {
		page_id oldest = page_list_pop(&fifo->active);

		page_list_append(&fifo->inactive, oldest);
		fifo->is_active[oldest] = false;
		if (fifo->unmapped)
			fifo->unmapped(fifo->context, oldest);
	}
}

static bool hit(void *state, page_id page)
{
	struct segmented *fifo = state;

	if (fifo->is_active[page])
		return false;
	page_list_remove(&fifo->inactive, page);
	activate(fifo, page);
	return true;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct segmented *fifo = state;

	if (why == FILL_PREFETCH) {
		page_list_append(&fifo->inactive, page);
		fifo->is_active[page] = false;
	} else {
		activate(fifo, page);
	}
}

static page_id victim(void *state, page_id incoming)
{
	struct segmented *fifo = state;

	(void)incoming;
	return page_list_pop(fifo->inactive.length > 0 ? &fifo->inactive : &fifo->active);
}

static void forget(void *state, page_id page)
{
	struct segmented *fifo = state;

	page_list_remove(fifo->is_active[page] ? &fifo->active : &fifo->inactive, page);
}

const struct policy_ops policy_segmented_fifo = {
	.name = "segmented-fifo",
	.summary = "a FIFO of mapped pages, then a FIFO of unmapped ones; a touch maps a page again (a pager without "
		   "reference bits)",
	.source = "Turner & Levy, 'Segmented FIFO page replacement', 1981; Babaoglu & Joy, SOSP 1981",
	.filtered = FILTERED_APPROXIMATE,
	.traps_suffice = true,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct segmented),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
