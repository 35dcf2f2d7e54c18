/* SPDX-License-Identifier: MIT */
/*
 * The pages that a filter holds (filter.h), each with its latest hit. Nearly all references that a recorder sees are
 * hits, tens of millions per second, so they are noted inline.
 */
#ifndef TRACE_HITS_H
#define TRACE_HITS_H

#include <stdbool.h>

#include "trace/ref.h"

#define TRACE_HITS                                                                                                     \
	1024 /* places, a power of two: far more than the pages that a program touches between two misses, so that few \
		share one */

/* A page, in one cache line. */
struct trace_hit {
	gfn frame;     /* GFN_NONE in a free entry */
	uint64_t insn; /* instructions at the latest hit; kind and number likewise, if `touched` */
	uint32_t slot; /* the page's slot in the filter */
	trace_kind kind;
	bool touched;    /* hit since the filter last updated its order */
	bool unwritten;  /* no kept record of the page's stay has the write flag */
	uint64_t number; /* among all references */
	uint64_t hits;   /* touches since the filter last updated its order */
} __attribute__((aligned(64)));

struct trace_hits {
	struct trace_hit at[TRACE_HITS]; /* by the frame's lowest bits */
	uint64_t references;             /* so far */
	uint32_t touched;                /* places with hits that the filter's order does not know yet */
	uint16_t which[TRACE_HITS];      /* these places */
};

_Static_assert(TRACE_HITS <= UINT16_MAX + 1, "places are numbered in 16 bits");

/* Notes a reference in the entry of its page. */
static inline void trace_hits_add(struct trace_hits *hits, unsigned at, uint64_t insn, trace_kind kind)
{
	struct trace_hit *hit = &hits->at[at];

	hit->insn = insn;
	hit->kind = kind;
	hit->number = ++hits->references;
	hit->hits += 1 + TRACE_KIND_AGAIN(kind);
	if (__builtin_expect(hit->touched, 1))
		return;
	hit->touched = true;
	hits->which[hits->touched++] = (uint16_t)at;
}

/* Notes a reference that changes only the order of pages. Returns false if it is another one, which the filter must
 * take. */
static inline bool trace_hits_note(struct trace_hits *hits, gfn frame, uint64_t insn, trace_kind kind)
{
	unsigned at = frame & (TRACE_HITS - 1);
	const struct trace_hit *hit = &hits->at[at];

	/* No branch on whether it is a write: it would often be mispredicted. */
	if (__builtin_expect((frame ^ hit->frame) | (kind & TRACE_WRITE & hit->unwritten), 0))
		return false;
	trace_hits_add(hits, at, insn, kind);
	return true;
}

#endif
