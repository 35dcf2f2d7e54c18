/* SPDX-License-Identifier: MIT */
/*
 * From touches of guest frames to a trace. What comes in is what the observer's windows let through: a virtual CPU's
 * moves from frame to frame. What the windows swallow is put back where an LRU order could tell:
 *
 *   fetch      A virtual CPU fetches every instruction from its code page, but the hook tells only when that page
 * changes. So a code page from which instructions have come since it was last touched is touched again right before any
 * page that the filter does not hold (only that makes a page leave an LRU memory of K pages or more), before DMA, when
 * the virtual CPU halts or goes to another page, and before a marker. Where it has left the filter meanwhile (behind
 * much DMA), the next touch of any page brings it back. data       Only accesses to one page with nothing else in
 * between (no walk, no DMA, no change of code page) are folded, and the first write is told.
 *
 * All this takes a K that is larger than the number of pages that one instruction touches (TRACE_FILTER_MACHINE_MIN).
 *
 * At each of these moments the recency order is therefore what it would be with every instruction's fetch and every
 * access told. Open is only the order of what is touched between a virtual CPU's last fetch from one page and its first
 * from the next, that is within one instruction and what the processor does behind it (walking page tables, delivering
 * an interrupt): there the page that is left comes last. A page's depth in the order is off by no more than the number
 * of pages touched meanwhile. Several virtual CPUs take turns; the order among their touches between two of these
 * moments is open as well.
 *
 * Frames that are not RAM (video memory, ROM, devices) are left out.
 */
#ifndef BOCHS_PLUGIN_RECORDER_H
#define BOCHS_PLUGIN_RECORDER_H

#include "machine.h"
#include "observer.h"
#include "trace/filter.h"
#include "trace/writer.h"

/* Sees every reference before the filter, in the same order: what emulates a smaller memory. */
struct recorder_watch {
	int (*touch)(void *context, unsigned vcpu, gfn frame, trace_kind kind, struct err *err);
	void *context;
};

struct recorder {
	struct trace_writer *writer; /* NULL: nothing is recorded, only watched */
	struct recorder_watch watch; /* touch NULL: nobody */
	struct trace_filter
		*filter; /* in front of the writer, which does not filter again; NULL when everything is recorded */
	bool settled;    /* the filter holds the code page: a hit changes nothing but the order */
	struct trace_hits
		*hits; /* the filter's, when hits have only to be noted: settled, and nobody watches; otherwise none */
	struct trace_clock clock[OBSERVER_VCPUS_MAX]; /* idle_ns is kept up; insn is read when it is needed */
	uint64_t idle_ticks[OBSERVER_VCPUS_MAX];
	gfn code[OBSERVER_VCPUS_MAX]; /* the page that a virtual CPU fetches from; not RAM before the first */
	uint64_t code_moment[OBSERVER_VCPUS_MAX]; /* of its last touch: what it was fetched for before that is told */
	uint64_t ram_end;                         /* first frame behind the RAM below 4 GiB */
	uint64_t ram_top;                         /* first frame behind all RAM */
	uint64_t ips;
	uint64_t unfiltered; /* references so far, where there is no filter */
	unsigned vcpus;
};

/*
 * Takes over the writer, which must have been made with `filtered`: the filter of K pages (0 for none) is here.
 * `machine_bytes`: the memory that the machine is built with. Without a writer (NULL) the filter's pages still say when
 * code pages are touched again, so that who watches sees the same references whether or not they are recorded.
 */
int recorder_init(struct recorder *recorder, struct trace_writer *writer, const struct trace_header *header,
		  uint64_t machine_bytes, uint64_t ips, struct err *err);

static inline struct trace_clock recorder_now(const struct recorder *recorder, unsigned vcpu)
{
	return (struct trace_clock){machine_insn(vcpu), recorder->clock[vcpu].idle_ns};
}

/* A touch that the filter answers at once: it holds the page, which is RAM then, and the code page, and nobody watches.
 */
static inline bool recorder_hit(struct recorder *recorder, unsigned vcpu, gfn frame, trace_kind kind)
{
	return trace_hits_note(recorder->hits, frame, machine_insn(vcpu), kind);
}

/* References so far. */
static inline uint64_t recorder_references(const struct recorder *recorder)
{
	return recorder->filter ? trace_filter_hits(recorder->filter)->references : recorder->unfiltered;
}

/* Any other touch. */
int recorder_add(struct recorder *recorder, unsigned vcpu, gfn frame, trace_kind kind, struct err *err);

/* A touch of one frame, now. Returns 0 or a negative code. */
static inline int recorder_touch(struct recorder *recorder, unsigned vcpu, gfn frame, bool write,
				 enum trace_source source, struct err *err)
{
	trace_kind kind = TRACE_KIND(write, source, vcpu);

	return recorder_hit(recorder, vcpu, frame, kind) ? 0 : recorder_add(recorder, vcpu, frame, kind, err);
}

/* The virtual CPU fetches from another frame from now on. */
int recorder_fetch(struct recorder *recorder, unsigned vcpu, gfn frame, struct err *err);

/* A device reads or writes a frame; the time is that of virtual CPU 0. */
int recorder_dma(struct recorder *recorder, gfn frame, bool write, struct err *err);

/* The virtual CPU has been halted for so many ticks more. */
int recorder_idle(struct recorder *recorder, unsigned vcpu, uint32_t ticks, struct err *err);

/* A marker, behind every touch so far. */
int recorder_mark(struct recorder *recorder, const char *name, struct err *err);

/* Ends the trace: finishes it, or leaves what there is as a part that --recover reads. */
int recorder_finish(struct recorder *recorder, struct trace_totals *totals, struct err *err);
int recorder_abandon(struct recorder *recorder, struct err *err);

/* The clocks of all virtual CPUs, now: recorder->clock filled in. */
const struct trace_clock *recorder_clock(struct recorder *recorder);

#endif
