/* SPDX-License-Identifier: MIT */
/*
 * Linux's read-ahead for swap: a fault fetches the aligned block of `window` frames around the faulting one, in
 * ascending order. The window is hits + 2 rounded up to a power of two, where hits are the prefetched frames touched
 * since the last fault. With no hits it is 2 if the fault is adjacent to the last fault that had no hits either,
 * otherwise 1 (only the faulting frame). It is at most 2^cluster, and at least half of the previous window.
 *
 * Source: Linux 6.1, mm/swap_state.c: swap_cluster_readahead, swapin_nr_pages, __swapin_nr_pages; `cluster` is
 * vm.page-cluster. Departs from it: guest frames take the role of the kernel's swap slots (a hypervisor's remote memory
 * is addressed by guest frame). So frame 0 can be fetched; in the kernel it is the swap header. Each guest has its own
 * state; the kernel has one per machine. For swap devices other than rotating disks the kernel can read around the
 * virtual address instead, which a hypervisor does not see.
 */
#include "prefetch/prefetch.h"

struct read_ahead_params {
	uint64_t cluster;
};

static const struct option_row options[] = {
	{.name = "cluster",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct read_ahead_params, cluster),
	 .min = "0",
	 .max = "8",
	 .def = "3",
	 .help = "base-2 logarithm of the largest window, as vm.page-cluster (0: no read-ahead)"},
};

#define FIRST_HITS 4 /* the kernel's counter starts here, so that the very first fault reads a whole window */

struct read_ahead {
	gfn frames;
	uint64_t max_window;
	uint64_t window;  /* of the last fault */
	uint64_t hits;    /* since the last fault */
	gfn last_without; /* the last fault that found no hits, at first 0 */
};

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	const struct read_ahead_params *params = env->params;
	struct read_ahead *ahead = state;

	(void)err;
	ahead->frames = env->frames;
	ahead->max_window = UINT64_C(1) << params->cluster;
	ahead->hits = FIRST_HITS;
	return 0;
}

static uint64_t next_window(const struct read_ahead *ahead, gfn frame)
{
	bool adjacent = frame == ahead->last_without + 1 || frame == ahead->last_without - 1;
	uint64_t window = 4;

	if (ahead->hits == 0)
		window = adjacent ? 2 : 1;
	else
		while (window < ahead->hits + 2)
			window *= 2;
	if (window > ahead->max_window)
		window = ahead->max_window;
	return window < ahead->window / 2 ? ahead->window / 2 : window;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	struct read_ahead *ahead = state;
	size_t count = 0;
	gfn start;

	ahead->window = next_window(ahead, frame);
	if (ahead->hits == 0)
		ahead->last_without = frame;
	ahead->hits = 0;
	start = frame & ~(ahead->window - 1);
	for (gfn at = start; at < start + ahead->window && at < ahead->frames; at++)
		if (at != frame)
			out[count++] = at;
	return count;
}

static void on_outcome(void *state, gfn frame, enum prefetch_outcome outcome)
{
	struct read_ahead *ahead = state;

	(void)frame;
	ahead->hits += outcome != PREFETCH_UNUSED;
}

static void destroy(void *state)
{
	(void)state;
}

const struct prefetch_ops prefetch_read_ahead = {
	.name = "read-ahead",
	.summary = "Linux's swap read-ahead: an aligned block, larger after hits",
	.source = "Linux, mm/swap_state.c (swap_cluster_readahead)",
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct read_ahead_params),
	.state_size = sizeof(struct read_ahead),
	.init = init,
	.on_fault = on_fault,
	.on_outcome = on_outcome,
	.destroy = destroy,
};
