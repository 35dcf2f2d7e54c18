/* SPDX-License-Identifier: MIT */
/*
 * The filter: drops references that cannot change what an LRU memory of K pages or more does.
 *
 * What is exact. Let the full and the filtered trace drive two LRU memories of M >= K frames. Both fault on the same
 * pages at the same clocks, evict the same victims and write back the same pages. Every first touch is kept. The output
 * is a subsequence of the input: each record is a real reference with its own clock, source and virtual CPU. One thing
 * may differ: the write flag may be on an earlier or later record of the same page, within the same stay of the page
 * among the K most recently used.
 *
 * What is counted. Each record says how many references to its page were left out before the page's next record: 0, 1,
 * 2, or 3 and more (ref.h). So a policy that distinguishes pages touched once from pages touched again knows which they
 * are. It does not know exactly when they were touched again.
 *
 * What is not exact. Only LRU is. A policy that uses the order of hits or of insertions (FIFO, CLOCK, SIEVE, 2Q, ARC,
 * S3-FIFO, random, MRU) is approximate (docs/accuracy.md). OPT is approximate too: which of two pages is used sooner
 * may not be visible within K. Counts of reads, writes and sources are those of the kept records, not of the program.
 *
 * The rule. Keep the K most recently used pages. A reference to one of them (a hit) is held back; any other is kept.
 * Without its hits, a page is older in the filtered trace than in the full one. That matters only when a page v leaves
 * the K: v must then be the oldest of them in the filtered trace too. So for every page whose last kept record is older
 * than v's, the latest reference is kept after all. The first write of a page's stay is merged into its kept record if
 * that is still held, and otherwise kept as a record of its own.
 *
 * Bounded memory. Another record can still be inserted before a kept record as long as the latest reference of some
 * page is older. So what is older than the latest reference of the K-th page is final. At most one record per page is
 * held so, K in all. A final record waits in a queue until it is known what it says of the references after it: until
 * its page has left the K or has a further record, or more than 3 references have come after it. That is soon: a page
 * that is not touched leaves the K after K others.
 *
 * Source: after Kaplan, Smaragdakis, Wilson, 'Flexible reference trace reduction for VM simulations', ACM TOMACS 13(1),
 * 2003 (Optimal LRU Reduction). Departs from it: the treatment of writes, and the constant work per kept record, are
 * ours.
 */
#ifndef TRACE_FILTER_H
#define TRACE_FILTER_H

#include <stdbool.h>

#include "trace/hits.h"

#define TRACE_FILTER_MAX (1u << 20) /* the largest K */

/*
 * The smallest K for recordings of whole machines. It is more than the pages that one instruction touches: its code and
 * two operands, each across a page boundary, with the last level of their page tables; the levels above are shared.
 */
#define TRACE_FILTER_MACHINE_MIN 16

struct trace_filter;

/* Creates a filter of `k` pages (1 to TRACE_FILTER_MAX) that passes the records it keeps to `sink`. Returns 0 or a
 * negative code. */
int trace_filter_create(struct trace_filter **filter, uint32_t k, struct trace_sink sink, struct err *err);

/* Takes the next reference of the trace; GFN_NONE is not a frame. Returns 0, or the sink's negative code. */
int trace_filter_touch(struct trace_filter *filter, gfn frame, struct trace_clock clock, trace_kind kind,
		       struct err *err);

/* Sets the idle time of a virtual CPU, in ns, from now on; hits noted by trace_hits_note from now on have this
 * clock. */
void trace_filter_idle(struct trace_filter *filter, unsigned vcpu, uint64_t idle_ns);

/* The table in which hits can be noted; the filter owns it. */
struct trace_hits *trace_filter_hits(struct trace_filter *filter);

static inline int trace_filter_add(struct trace_filter *filter, const struct trace_ref *ref, struct err *err)
{
	return trace_filter_touch(filter, ref->frame, ref->clock, ref->kind, err);
}

/* Until its next touch, a page is not among those whose hits can be noted: that touch has to come to
 * trace_filter_touch. */
void trace_filter_hide(struct trace_filter *filter, gfn frame);

/* Returns true if the frame is one of the K most recently used pages. */
bool trace_filter_holds(const struct trace_filter *filter, gfn frame);

/*
 * Puts out everything that is held or in the queue, and the latest reference of every page unless it is out already.
 * The recency order and the dirty pages of the filtered trace are then those of the full one. The next reference of
 * every page is kept, and has to come to trace_filter_touch. To be called before a marker and at the end. Returns 0, or
 * the sink's negative code.
 */
int trace_filter_sync(struct trace_filter *filter, struct err *err);

void trace_filter_destroy(struct trace_filter *filter);

#endif
