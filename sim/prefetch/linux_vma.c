/* SPDX-License-Identifier: MIT */
/*
 * Linux's swap read-ahead along addresses, used for stores that are not rotating disks: a fault fetches up to `window`
 * neighbours. The window is hits + 2 rounded up to a power of two of at least 4, where hits are the pages read ahead
 * that were touched since the last fault. With no hits it is 2 if the fault is adjacent to the page touched last (by a
 * fault, or of those read ahead), otherwise 1 (only the faulting page). It is at most 2^cluster, and at least half of
 * the previous window. It begins at the faulting page when that follows the last one, ends there when it precedes it,
 * and else lies around it; it does not leave the 2 MiB that the page lies in (one table of pages).
 *
 * Source: Linux 6.1, mm/swap_state.c: swap_vma_readahead, swap_ra_info, swap_ra_clamp_pfn, __swapin_nr_pages,
 * swap_cache_get_folio; 5.0 has the same rules. `cluster` is vm.page-cluster.
 * Departs from it: a trace is one mapping, with one state; of a whole guest its frames are the addresses. A touch of a
 * page that is in the swap cache for another reason (written, and not freed yet) is not seen as the page touched last.
 */
#include "prefetch/prefetch.h"
#include "prefetch/swapin.h"

#define TABLE_PAGES 512 /* pages of a table: 2 MiB */

struct linux_vma {
	gfn frames, last; /* the page that was touched last */
	uint64_t max_window, window, hits;
};

static const struct option_row options[] = {SWAPIN_CLUSTER_ROW("5")};

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	const struct swapin_params *params = env->params;
	struct linux_vma *ahead = state;

	(void)err;
	ahead->frames = env->frames;
	ahead->max_window = UINT64_C(1) << params->cluster;
	ahead->hits = SWAPIN_FIRST_HITS;
	return 0;
}

static gfn larger(gfn a, gfn b)
{
	return a > b ? a : b;
}

static gfn smaller(gfn a, gfn b)
{
	return a < b ? a : b;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	struct linux_vma *ahead = state;
	const gfn last = ahead->last, table = frame & ~(gfn)(TABLE_PAGES - 1);
	gfn before, start, end;
	size_t count = 0;

	if (ahead->max_window == 1)
		return 0;
	ahead->window = swapin_window(&(struct swapin){last, ahead->hits, ahead->max_window, ahead->window}, frame);
	ahead->last = frame;
	ahead->hits = 0;
	before = frame == last + 1 ? 0 : frame == last - 1 ? ahead->window - 1 : (ahead->window - 1) / 2;
	start = larger(table, frame - smaller(before, frame));
	end = smaller(smaller(frame + ahead->window - before, table + TABLE_PAGES), ahead->frames);
	for (gfn at = start; at < end; at++)
		if (at != frame)
			out[count++] = at;
	return count;
}

static void on_outcome(void *state, gfn frame, enum prefetch_outcome outcome)
{
	struct linux_vma *ahead = state;

	if (outcome == PREFETCH_UNUSED)
		return;
	ahead->last = frame;
	if (ahead->hits < SWAPIN_HITS_MAX)
		ahead->hits++;
}

static void destroy(void *state)
{
	(void)state;
}

const struct prefetch_ops prefetch_linux_vma = {
	.name = "linux-vma",
	.summary = "Linux's swap read-ahead along addresses: neighbours within 2 MiB, more after hits",
	.source = "Linux, mm/swap_state.c (swap_vma_readahead)",
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct swapin_params),
	.state_size = sizeof(struct linux_vma),
	.init = init,
	.on_fault = on_fault,
	.on_outcome = on_outcome,
	.destroy = destroy,
};
