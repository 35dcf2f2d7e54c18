/* SPDX-License-Identifier: MIT */
/*
 * The active set of a recorder that runs a program at native speed, and what can be proved of its recordings.
 *
 * The rule. Only kept pages are mapped, at most C. A touch of any page that is not mapped is caught and becomes a
 * record. So does the first write to a page since it was mapped, or it marks the record by which the page came in: a
 * page that comes in by a read is mapped read-only. What else happens to mapped pages runs unrecorded. Each record
 * makes its page the newest of those kept. When a page comes in and C are kept, the L oldest leave before that: they
 * are kept no longer. This is all that the proof needs: a kept page may also be unmapped earlier.
 *
 * Depths. The depth d of a touch is the number of different pages touched since the previous touch of its page, this
 * one included: LRU with M pages faults if d > M. Consider a touch of page p at time t, whose latest record before was
 * at r. W: the pages kept right after r. e: the record by which p was no longer kept, or t if it still is. In the
 * recording:
 *
 *     lo = 1 + the other pages recorded from e on       hi = the pages of W and those recorded after r, p included
 *     depth = 1 + the other pages recorded after r      D = C + L * floor((C - 1) / L)
 *
 * Theorem. (1) lo <= d <= hi. (2) depth - (C-1) <= lo, hi <= depth + (C-1), hi - lo <= D - 1. (3) d <= D if p was
 * mapped at t. (4) For M >= D, the faults and the write-backs of LRU with M pages lie between the number of records
 * with lo > M and of those with hi > M, and of the write-backs that LRU would make if it faulted there. By (2) they
 * also lie between those of LRU on the recording with M + (C-1) and with M - (C-1) pages.
 *
 * Proof. Let s be the time of p's previous touch. It was recorded, so s = r, or p was mapped; either way r <= s < e.
 * (1) A page touched after s without a record after r was mapped all the time since r, so it is in W: d <= hi. What is
 * recorded from e on is touched after s: lo <= d.
 * (2) A page recorded after r is newer than p and does not leave before it. So from r to e at most C-1 others are
 * recorded, and W has at most C-1 others. The pages that hi counts and lo does not are p, and others of W or recorded
 * between r and e: those that hi would count just before e, at most D by the proof of (3).
 * (3) Then e = t. A page of W, or recorded after r, is kept at t or has left since r. Those that left were older than
 * p: at most C-1 pages of W, each once, L at a time. So hi <= C + L * floor((C - 1) / L).
 * (4) By (3) a fault with M >= D is a record at which p came in, so {lo > M} is a subset of the faults and these are
 * a subset of {hi > M}. First touches are records. For write-backs, call a stay the time for which a page remains
 * mapped: the recording tells whether it was written in it. Faults are where stays begin, so the time that p is in the
 * memory consists of whole stays. It is written back when it leaves, if one of them was written; at the end of the
 * trace it has left if a touch would be a fault, to which (1) and (3) apply. Faults in more places split such a time in
 * two, of which at least one was written, or end one that had no end: the write-backs can only become more.
 *
 * Two rules have D = 2A - 1: C = A, of which one leaves at a time, and C = 2A - 1, all of which leave together. The
 * second makes fewer records (docs/accuracy.md): a page that is touched all the time makes one for every 2A - 1
 * records, and by the first rule one for every A. On average each keeps about A pages. Recorders use the second; older
 * recordings are of the first.
 *
 * The bounds are tight: with M = D - 1 a fault can be hidden (tests/unit/test_active_theorem.c has one of each rule).
 *
 * Pages of an opening snapshot are known exactly until they are recorded: lo = d = hi. Memories of M + (C-1) and M -
 * (C-1) pages begin with other pages of it, so of write-backs only the bounds by lo and hi hold then.
 */
#ifndef MEMORY_ACTIVE_H
#define MEMORY_ACTIVE_H

#include <stdbool.h>

#include "memory/page_list.h"

/* C and L. */
struct active_rule {
	uint32_t keep, leave;
};

/* The rule of a recording with an active set of A pages: they leave together, or one at a time. */
static inline struct active_rule active_rule(uint32_t active, bool together)
{
	const uint32_t most = active ? 2 * active - 1 : 0;

	return together ? (struct active_rule){most, most} : (struct active_rule){active, 1};
}

/* D: the smallest LRU memory of which such a recording says something, in pages. */
static inline uint32_t active_min_pages(struct active_rule rule)
{
	return rule.keep + (rule.keep - 1) / rule.leave * rule.leave;
}

/* What a touch of a page means. */
enum active_answer {
	ACTIVE_RUNS,     /* mapped, and writable if it writes: no record */
	ACTIVE_WRITABLE, /* a record: the first write to a mapped page, which becomes writable */
	ACTIVE_COMES,    /* a record: first unmap the pages that leave, then map this one, writable if it writes */
};

struct active_step {
	enum active_answer answer;
	uint32_t leaving;
	page_id *page; /* those that leave */
};

struct active {
	struct page_links links;
	struct page_list kept; /* oldest first: those mapped, and those given back since */
	uint8_t *state;        /* by page id */
	uint32_t pages;
	struct active_rule rule;
	struct active_step step;
};

/* Sets up an empty set for page ids below `pages`; ids that are never touched take no memory. Returns 0 or a negative
 * code. */
int active_init(struct active *active, uint32_t pages, struct active_rule rule, struct err *err);
void active_free(struct active *active);

/* The next touch. A recorder need call it only for those that it catches: for ACTIVE_RUNS it changes nothing. The step
 * is valid until the next call. */
const struct active_step *active_touch(struct active *active, page_id page, bool write);

/* The same for a page that is not mapped, before which all mapped pages are unmapped. They are kept, if they would be
 * otherwise, but the next touch of each is a record. */
const struct active_step *active_touch_alone(struct active *active, page_id page, bool write);

/* The page was unmapped for another reason: the program gave it back. Its next touch is a record; until then it is
 * kept. */
void active_forget(struct active *active, page_id page);

#endif
