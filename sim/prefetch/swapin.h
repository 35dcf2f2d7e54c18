/* SPDX-License-Identifier: MIT */
/* What Linux's two kinds of swap read-ahead share: the size of the window (mm/swap_state.c, __swapin_nr_pages). */
#ifndef PREFETCH_SWAPIN_H
#define PREFETCH_SWAPIN_H

#include "prefetch/prefetch.h"

#define SWAPIN_FIRST_HITS 4  /* the counter starts here, so that the first fault reads a whole window */
#define SWAPIN_HITS_MAX   63 /* SWAP_RA_HITS_MAX, of read-ahead along addresses */

struct swapin_params {
	uint64_t cluster;
};

/* The row of vm.page-cluster, with its largest value. */
#define SWAPIN_CLUSTER_ROW(most)                                                                                    \
	{                                                                                                           \
		.name = "cluster", .type = OPTION_COUNT, .at = offsetof(struct swapin_params, cluster), .min = "0", \
		.max = most, .def = "3",                                                                            \
		.help = "base-2 logarithm of the largest window, as vm.page-cluster (0: no read-ahead)"             \
	}

struct swapin {
	uint64_t last;               /* the place that faulted before, as each kind remembers it */
	uint64_t hits;               /* pages read ahead that were touched since the last fault */
	uint64_t max_window, window; /* the largest, and that of the last fault */
};

/* The window of a fault at place `at`, at least 1. */
static inline uint64_t swapin_window(const struct swapin *swapin, uint64_t at)
{
	uint64_t window = 4;

	if (swapin->hits == 0)
		window = at == swapin->last + 1 || at == swapin->last - 1 ? 2 : 1;
	else
		while (window < swapin->hits + 2)
			window *= 2;
	if (window > swapin->max_window)
		window = swapin->max_window;
	return window < swapin->window / 2 ? swapin->window / 2 : window;
}

#endif
