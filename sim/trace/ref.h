/* SPDX-License-Identifier: MIT */
/*
 * A reference: one touch of a guest page, with the clocks of the virtual CPU that made it. This is what recorders and
 * importers hand to a writer; readers hand out whole batches instead (reader.h).
 */
#ifndef TRACE_REF_H
#define TRACE_REF_H

#include "base/err.h"
#include "base/page.h"

#define TRACE_VCPUS_MAX 32

enum trace_source {
	TRACE_DATA,  /* a load or a store of an instruction */
	TRACE_FETCH, /* instruction fetch */
	TRACE_WALK,  /* the MMU walking page tables, setting accessed and dirty bits */
	TRACE_DMA,   /* a device */
	TRACE_SOURCES,
};

/* "data", "fetch", "walk", "dma". */
extern const char *const trace_source_names[TRACE_SOURCES];

/*
 * Two clocks, kept apart, since the guest started (or since its region of interest began): instructions that the
 * virtual CPU has executed, and guest time that it has spent halted, waiting for a timer or a device. Neither ever goes
 * back.
 */
struct trace_clock {
	uint64_t insn;
	uint64_t idle_ns;
};

/*
 * Write flag, source, virtual CPU, and how often the page was touched again: aa vvvvvssw. `a` counts the touches of the
 * page that a filter has left out between this record and the page's next one; 3 stands for 3 or more. It is 0 in
 * a reference that was not filtered, and in records that do not hold it (trace_header.again).
 */
typedef uint16_t trace_kind;

#define TRACE_KIND(write, source, vcpu) ((trace_kind)((write) | (source) << 1 | (vcpu) << 3))
#define TRACE_WRITE                     1
#define TRACE_KIND_SOURCE(kind)         ((kind) >> 1 & 3)
#define TRACE_KIND_VCPU(kind)           ((kind) >> 3 & (TRACE_VCPUS_MAX - 1))
#define TRACE_AGAIN_SHIFT               8
#define TRACE_AGAIN_MAX                 3u /* the most that a policy counts (S3-FIFO) */
#define TRACE_KIND_MAX                  ((1 << (TRACE_AGAIN_SHIFT + 2)) - 1)
#define TRACE_KIND_AGAIN(kind)          ((kind) >> TRACE_AGAIN_SHIFT & TRACE_AGAIN_MAX)

struct trace_ref {
	gfn frame;
	struct trace_clock clock;
	trace_kind kind;
};

/* Takes one reference after another. Returns 0, or a negative code with `err` filled. */
struct trace_sink {
	int (*put)(void *context, const struct trace_ref *ref, struct err *err);
	void *context;
};

#endif
