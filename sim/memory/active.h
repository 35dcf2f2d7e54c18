/* SPDX-License-Identifier: MIT */
/*
 * The active set of a recorder that runs a program at native speed, and what can be proved of its recordings.
 *
 * The rule. At most A pages are mapped. A touch of any other page is caught and becomes a record; so does the first
 * write to a page since it was mapped, because a page that comes in by a read is mapped read-only. What else happens to
 * mapped pages runs unrecorded. Each record makes its page the newest; when a page comes in and A are mapped, the
 * oldest leaves before that. So the mapped pages are always among the A different pages that were recorded last. This
 * is all that the proof needs: pages may also leave earlier.
 *
 * Depths. The depth d of a touch is the number of different pages touched since the previous touch of its page, this
 * one included: LRU with M pages faults if d > M. Consider a touch of page p at time t, whose latest record before was
 * at r. W: the A pages recorded last, right after r. e: the record by which p was no longer among the A recorded last,
 * or t if it still is. In the recording:
 *
 *     lo = 1 + the other pages recorded from e on       hi = the pages of W and those recorded after r, p included
 *     depth = 1 + the other pages recorded after r
 *
 * Theorem. (1) lo <= d <= hi. (2) depth - (A-1) <= lo and hi <= depth + (A-1). (3) d <= 2A-1 if p was mapped at t.
 * (4) For M >= 2A-1, the faults and the write-backs of LRU with M pages lie between the number of records with lo > M
 * and of those with hi > M, and of the write-backs that LRU would make if it faulted there. By (2) they also lie
 * between those of LRU on the recording with M + (A-1) and with M - (A-1) pages.
 *
 * Proof. Let s be the time of p's previous touch. It was recorded, so s = r, or p was mapped; either way r <= s < e.
 * (1) A page touched after s without a record after r was mapped all the time since r, so it is in W: d <= hi. What is
 * recorded from e on is touched after s: lo <= d.
 * (2) From r to e, p is one of the A recorded last, so at most A-1 others are recorded. W has at most A-1 others.
 * (3) Then e = t: at most A-1 others are recorded after r, and A-1 others are in W.
 * (4) By (3) a fault with M >= 2A-1 is a record at which p came in, so {lo > M} is a subset of the faults and these are
 * a subset of {hi > M}. First touches are records. For write-backs, call a stay the time for which a page remains
 * mapped: the recording tells whether it was written in it. Faults are where stays begin, so the time that p is in the
 * memory consists of whole stays. It is written back when it leaves, if one of them was written; at the end of the
 * trace it has left if a touch would be a fault, to which (1) and (3) apply. Faults in more places split such a time in
 * two, of which at least one was written, or end one that had no end: the write-backs can only become more.
 *
 * The bounds are tight: with M = 2A-2 a fault can be hidden (tests/unit/test_active_theorem.c has one).
 *
 * Pages of an opening snapshot are known exactly until they are recorded: lo = d = hi. Memories of M + (A-1) and M -
 * pages begin with other pages of it, so of write-backs only the bounds by lo and hi hold then.
 */
#ifndef MEMORY_ACTIVE_H
#define MEMORY_ACTIVE_H

#include <stdbool.h>

#include "memory/page_list.h"

#define ACTIVE_BATCH_MAX 64 /* pages that may leave at once */

/* What a touch of a page means. */
enum active_answer {
	ACTIVE_RUNS,     /* mapped, and writable if it writes: no record */
	ACTIVE_WRITABLE, /* a record: the first write to a mapped page, which becomes writable */
	ACTIVE_COMES,    /* a record: first unmap the pages that leave, then map this one, writable if it writes */
};

struct active_step {
	enum active_answer answer;
	uint32_t leaving;
	page_id page[ACTIVE_BATCH_MAX]; /* those that leave */
};

struct active {
	struct page_links links;
	struct page_list last; /* the pages recorded last, oldest first: those mapped, and those given back since */
	uint8_t *state;        /* by page id */
	uint32_t pages, keep, batch;
	struct active_step step;
};

/*
 * Sets up an empty set for page ids below `pages`; ids that are never touched take no memory. Keeps at most `keep`
 * pages mapped, and takes `batch` of them away at a time (1 to ACTIVE_BATCH_MAX, and to `keep`): unmapping several at
 * once costs less. Returns 0 or a negative code.
 */
int active_init(struct active *active, uint32_t pages, uint32_t keep, uint32_t batch, struct err *err);
void active_free(struct active *active);

/* The next touch. A recorder need call it only for those that it catches: for ACTIVE_RUNS it changes nothing. The step
 * is valid until the next call. */
const struct active_step *active_touch(struct active *active, page_id page, bool write);

/* The page was unmapped for another reason: the program gave it back. Its next touch is a record; until then it counts
 * as one of the A. */
void active_forget(struct active *active, page_id page);

#endif
