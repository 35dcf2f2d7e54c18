/* SPDX-License-Identifier: MIT */
/*
 * Turns touches of guest frames into a trace. Its input is what the observer's windows let through: the moves of a
 * virtual CPU from frame to frame. What the windows drop is restored where an LRU order would show it:
 *
 *   fetch      A virtual CPU fetches every instruction from its code page, but the hook reports only changes of that
 *              page. So a code page from which instructions have come since its last touch is touched again: right
 *              before a touch of a page that the filter does not hold (only that evicts a page from an LRU memory of K
 *              pages or more), before DMA, when the virtual CPU halts or moves to another code page, and before a
 *              marker. If it has left the filter meanwhile (after much DMA), the next touch of any page restores it.
 *   data       Accesses to one page are merged only if nothing else comes in between (no walk, no DMA, no change of
 *              the code page), and the first write is reported.
 *
 * All this needs a K that is larger than the number of pages that one instruction touches (TRACE_FILTER_MACHINE_MIN).
 *
 * So at each of these moments the recency order is what it would be if every fetch and every access were reported. Only
 * the order of the touches between a virtual CPU's last fetch from one page and its first fetch from the next is
 * uncertain: that is within one instruction and what the processor does after it (walking page tables, delivering an
 * interrupt). There the page that is left comes last. A page's depth in the order is off by at most the number of pages
 * touched meanwhile. Several virtual CPUs run in turn; the order of their touches between two of these moments is
 * uncertain too.
 *
 * From the marker REGION_BEGIN on, the recorder also finds out which of the pages touched before are overwritten whole
 * by their first use (first_use.h). Until that is decided, a page is in no window and not among the filter's hits, so
 * that each access to it comes here. Afterwards it costs nothing.
 *
 * Frames that are not RAM (video memory, ROM, devices) are left out.
 */
#ifndef BOCHS_PLUGIN_RECORDER_H
#define BOCHS_PLUGIN_RECORDER_H

#include "first_use.h"
#include "machine.h"
#include "observer.h"
#include "trace/filter.h"
#include "trace/writer.h"

/* The markers between which first uses are observed (first_use.h). */
#define REGION_BEGIN "roi-begin"
#define REGION_END   "roi-end"

/* A touch of one frame. `overwritten` bytes from `offset` on are written and not read; 0 for any other touch. */
struct recorder_access {
	gfn frame;
	trace_kind kind;
	uint16_t offset, overwritten;
};

/* Called for every reference before the filter, in the same order: used to emulate a smaller memory. */
struct recorder_watch {
	int (*touch)(void *context, unsigned vcpu, gfn frame, trace_kind kind, struct err *err);
	void *context;
};

struct recorder {
	struct trace_writer *writer; /* NULL: nothing is recorded, only watched */
	struct recorder_watch watch; /* touch is NULL if there is none */
	struct trace_filter
		*filter; /* in front of the writer, which does not filter again; NULL if every reference is recorded */
	bool settled;    /* the filter holds the code page: a hit changes only the order */
	struct trace_hits *hits; /* the filter's table if hits only need to be noted (settled, and no watch); otherwise
				    an empty one */
	struct trace_clock clock[OBSERVER_VCPUS_MAX]; /* idle_ns is always current; insn is read when it is needed */
	uint64_t idle_ticks[OBSERVER_VCPUS_MAX];
	gfn code[OBSERVER_VCPUS_MAX]; /* the page that a virtual CPU fetches from; before the first fetch a frame that
					 is not RAM */
	uint64_t code_moment[OBSERVER_VCPUS_MAX]; /* the moment of its last touch: fetches up to then are reported */
	uint64_t ram_end;                         /* first frame after the RAM below 4 GiB */
	uint64_t ram_top;                         /* first frame after all RAM */
	uint64_t ips;
	struct first_uses uses; /* from the first REGION_BEGIN to the first REGION_END after it */
	gfn *overwritten;       /* what it came to */
	size_t overwritten_count;
	bool observed, observed_to_end; /* there was a REGION_BEGIN; and no REGION_END after it */
	uint64_t unfiltered;            /* references so far, if there is no filter */
	bool is_virtual;                /* pages are a job's */
	unsigned vcpus;
};

/*
 * Sets up the recorder. It takes over the writer, which must have been created with `filtered`: the filter of K pages
 * (0 for none) is in the recorder. `machine_bytes`: the memory that the machine is built with. Without a writer (NULL)
 * the filter still decides when code pages are touched again, so that the watch sees the same references whether they
 * are recorded or not. 0 bytes: pages are not a machine's frames but a job's virtual pages (job.h), any of them is
 * taken, and first uses are not observed. Returns 0 or a negative code.
 */
int recorder_init(struct recorder *recorder, struct trace_writer *writer, const struct trace_header *header,
		  uint64_t machine_bytes, uint64_t ips, struct err *err);

static inline struct trace_clock recorder_now(const struct recorder *recorder, unsigned vcpu)
{
	return (struct trace_clock){machine_insn(vcpu), recorder->clock[vcpu].idle_ns};
}

/* A touch that the filter answers at once: it holds the page (which is then RAM) and the code page, and there is no
 * watch. */
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
int recorder_add(struct recorder *recorder, unsigned vcpu, const struct recorder_access *access, struct err *err);

/* Whether the page's first use is still observed: then every access to it has to be reported. */
static inline bool recorder_watches(const struct recorder *recorder, gfn frame)
{
	return frame < recorder->uses.frames && first_uses_watch(&recorder->uses, frame);
}

/* A touch of one frame, now, which reads it or may have read it. Returns 0 or a negative code. */
static inline int recorder_touch(struct recorder *recorder, unsigned vcpu, gfn frame, bool write,
				 enum trace_source source, struct err *err)
{
	const struct recorder_access access = {.frame = frame, .kind = TRACE_KIND(write, source, vcpu)};

	return recorder_hit(recorder, vcpu, frame, access.kind) ? 0 : recorder_add(recorder, vcpu, &access, err);
}

/* From now on the virtual CPU fetches from another frame. */
int recorder_fetch(struct recorder *recorder, unsigned vcpu, gfn frame, struct err *err);

/* A device reads or writes so many bytes of a page, from this address on; the time is that of virtual CPU 0. */
int recorder_dma(struct recorder *recorder, uint64_t address, unsigned bytes, bool write, struct err *err);

/* The virtual CPU was halted for so many more ticks. */
int recorder_idle(struct recorder *recorder, unsigned vcpu, uint32_t ticks, struct err *err);

/* Adds a marker, after every touch so far. */
int recorder_mark(struct recorder *recorder, const char *name, struct err *err);

/* Finishes the trace, or leaves a .part file that --recover can read. Each returns 0 or a negative code. */
int recorder_finish(struct recorder *recorder, struct trace_totals *totals, struct err *err);
int recorder_abandon(struct recorder *recorder, struct err *err);

/* The clocks of all virtual CPUs, now: recorder->clock filled in. */
const struct trace_clock *recorder_clock(struct recorder *recorder);

#endif
