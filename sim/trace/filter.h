/* SPDX-License-Identifier: MIT */
/*
 * The filter: drops the references that cannot change what an LRU memory of K pages or more does.
 *
 * What it promises. Let the full trace and the filtered one drive two LRU memories of M >= K frames. Both fault on the
 * same pages at the same clocks, evict the same victims and write back the same pages. Every first touch is kept. What
 * comes out is a subsequence of what went in: each record is a real reference with its own clock, source and virtual
 * CPU. The one liberty is the write flag, which may stand on an earlier or later record of the same page within the
 * same stay among the K most recently used.
 *
 * What others may assume. Only LRU is exact. A policy that counts hits or looks at insertion order alone (FIFO, CLOCK,
 * SIEVE, 2Q, ARC, S3-FIFO, random, MRU) sees the hot pages' hits thinned out and is approximate; OPT too, because which
 * of two pages is used sooner can hide inside K. Counts of reads, writes and sources are those of the records kept, not
 * of the program.
 *
 * The rule. Keep the K most recently used pages. A reference to one of them is held back; any other is kept. Dropping a
 * hit leaves its page older in the filtered trace than it is. That does no harm until a page v leaves the K: v must
 * then be the oldest of them in the filtered trace as well, so every page whose last kept record is older than v's has
 * its latest reference kept after all. A page's first write in its stay is folded into the page's kept record while
 * that is still held, and kept as a record of its own after that.
 *
 * Bounded memory. A kept record can still be preceded by another as long as some page's latest reference is older than
 * it; so what is older than the latest reference of the K-th page is final and leaves. At most one record a page is
 * held: K records in all.
 *
 * After Kaplan, Smaragdakis, Wilson, 'Flexible reference trace reduction for VM simulations', ACM TOMACS 13(1), 2003
 * (Optimal LRU Reduction); the treatment of writes and the constant work a kept record are ours.
 */
#ifndef TRACE_FILTER_H
#define TRACE_FILTER_H

#include <stdbool.h>

#include "trace/hits.h"

#define TRACE_FILTER_MAX (1u << 20) /* the largest K */

/*
 * The smallest where whole machines are recorded: more than one instruction touches, which is its code and two
 * operands, each across a page boundary, with the last level of their page tables; the levels above are shared.
 */
#define TRACE_FILTER_MACHINE_MIN 16

struct trace_filter;

/* Makes a filter of `k` pages, 1 to TRACE_FILTER_MAX, that puts what it keeps into `sink`. */
int trace_filter_create(struct trace_filter **filter, uint32_t k, struct trace_sink sink, struct err *err);

/* Takes the next reference of the trace. GFN_NONE is no frame. */
int trace_filter_touch(struct trace_filter *filter, gfn frame, struct trace_clock clock, trace_kind kind,
		       struct err *err);

/* The virtual CPU has been halted for so long from now on; what trace_hits_note notes from now on has this clock. */
void trace_filter_idle(struct trace_filter *filter, unsigned vcpu, uint64_t idle_ns);

/* Where hits can be noted; they are the filter's. */
struct trace_hits *trace_filter_hits(struct trace_filter *filter);

static inline int trace_filter_add(struct trace_filter *filter, const struct trace_ref *ref, struct err *err)
{
	return trace_filter_touch(filter, ref->frame, ref->clock, ref->kind, err);
}

/* Whether it is one of the K most recently used pages. */
bool trace_filter_holds(const struct trace_filter *filter, gfn frame);

/*
 * Puts out everything held, and the latest reference of every page where it is not out yet, so that the recency order
 * and the dirty pages of the filtered trace are at this point those of the full one. Before a marker, and at the end.
 * At most K records.
 */
int trace_filter_sync(struct trace_filter *filter, struct err *err);

void trace_filter_destroy(struct trace_filter *filter);

#endif
