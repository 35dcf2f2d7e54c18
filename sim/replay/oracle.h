/* SPDX-License-Identifier: MIT */
/* For the oracle prefetcher: which remote pages will the guest touch next? A heap of the remote pages by their next
 * use. */
#ifndef REPLAY_ORACLE_H
#define REPLAY_ORACLE_H

#include "fault/local_memory.h"
#include "replay/future.h"

struct oracle_entry {
	uint64_t use; /* record of the page's next use when it left */
	page_id page;
};

struct oracle {
	const struct local_memory *memory;
	const gfn *frame;
	uint64_t *next_use; /* by page, from its last reference on */
	struct oracle_entry
		*heap; /* the soonest use at the root; entries of pages that have come back are dropped when met */
	size_t count, room;
	struct oracle_entry given[PREFETCH_MAX]; /* what the last call took out */
	size_t given_count;
	bool failed; /* memory ran out */
};

/* Knows the first uses; every known page that is not local (the rest of an opening snapshot) is in the heap. */
int oracle_init(struct oracle *oracle, const struct local_memory *memory, const struct future *future, const gfn *frame,
		uint32_t pages, struct err *err);
void oracle_free(struct oracle *oracle);

/* A page has left. */
void oracle_evicted(struct oracle *oracle, page_id page);

/* struct prefetch_future's `next`: up to `n` frames of remote pages, the soonest used first. `context` is the oracle.
 */
size_t oracle_next(void *context, gfn *out, size_t n);

/* After a fault: the pages that oracle_next gave and that were not fetched go back into the heap. */
void oracle_settle(struct oracle *oracle);

#endif
