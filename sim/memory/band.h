/* SPDX-License-Identifier: MIT */
/*
 * The bounds that a recording with an active set has for the faults and write-backs of LRU at every size: from the
 * depths lo and hi of each record, by the theorem of active.h.
 *
 * The pages that were kept are known from the recording. Each record of a page marks two slots of the LRU stack: that
 * of the oldest of them at the time, and later that of the record by which the page was no longer one of them. What was
 * recorded since these slots is then counted as a depth is.
 */
#ifndef MEMORY_BAND_H
#define MEMORY_BAND_H

#include "memory/active.h"
#include "memory/lru_counts.h"
#include "memory/page_list.h"

/* One of the two bounds, as if each touch found its page at this bound of its depth. */
struct band_side {
	struct lru_bins bins;
	uint32_t *dirty_from; /* by page, as in the stack */
};

struct band {
	struct lru_counts *counts; /* of the recording itself */
	struct active_rule rule;   /* by which it was recorded */
	struct page_links links;
	struct page_list kept; /* oldest first */
	uint32_t *oldest;      /* by page: the slot of the oldest of them at the page's latest record */
	uint32_t *left; /* by page: the slot of the record by which it was no longer one of them; STACK_NONE if it is */
	struct band_side low, high;
};

/* For a recording with an active set; `counts` counts it as any trace, is set up for it, and stays until band_free.
 * Returns 0 or a negative code. */
int band_init(struct band *band, struct lru_counts *counts, struct active_rule rule, struct err *err);
void band_free(struct band *band);

/* After lru_counts_begin: the pages that were placed, ids below `placed`, are known exactly. */
void band_begin(struct band *band, uint32_t placed);

/* In place of lru_counts_touch: the next records, counted exactly in `counts`, and in both bounds. */
void band_touch(struct band *band, const page_id *page, const trace_kind *kind, uint32_t count);

/* Before lru_counts_end, once: completes the counts of both bounds. */
void band_end(struct band *band);

#endif
