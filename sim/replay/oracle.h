/* SPDX-License-Identifier: MIT */
/* Finds the remote pages that the guest will touch next, for the oracle prefetcher: a heap of the remote pages by next
 * use. */
#ifndef REPLAY_ORACLE_H
#define REPLAY_ORACLE_H

#include "fault/local_memory.h"
#include "replay/future.h"

struct oracle_entry {
	uint64_t use; /* the page's next use, a record number, as known when it was evicted */
	page_id page;
};

struct oracle {
	const struct local_memory *memory;
	const gfn *frame;
	uint64_t *next_use;        /* by page: the first use after its last reference */
	struct oracle_entry *heap; /* the soonest use at the root; outdated entries are dropped when they reach it */
	size_t count, room;
	struct oracle_entry given[PREFETCH_MAX]; /* taken out by the last oracle_next */
	size_t given_count;
	bool failed; /* memory ran out */
};

/* Sets the oracle up; every page that an opening snapshot leaves remote is put into the heap. Returns 0 or a negative
 * code. */
int oracle_init(struct oracle *oracle, const struct local_memory *memory, const struct future *future, const gfn *frame,
		uint32_t pages, struct err *err);
void oracle_free(struct oracle *oracle);

/* A page was evicted. */
void oracle_evicted(struct oracle *oracle, page_id page);

/* struct prefetch_future's `next`, with the oracle as `context`: gives up to `n` frames of remote pages, the soonest
 * used first. Returns how many. */
size_t oracle_next(void *context, gfn *out, size_t n);

/* After a fault: puts the pages that oracle_next gave but that were not fetched back into the heap. */
void oracle_settle(struct oracle *oracle);

#endif
