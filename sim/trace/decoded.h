/* SPDX-License-Identifier: MIT */
/*
 * A decoded trace: in memory, shared by every VM that replays it. One stream of records per virtual CPU, 10 bytes per
 * record, and the facts about its pages that a VM needs.
 */
#ifndef TRACE_DECODED_H
#define TRACE_DECODED_H

#include "base/share.h"
#include "trace/frame_map.h"
#include "trace/reader.h"

/* What does not fit the columns: idle time, and steps of 2^32 instructions or more. */
struct decoded_gap {
	uint64_t at; /* before this record of the stream */
	struct trace_clock step;
};

struct decoded_stream {
	uint64_t count;
	page_id *page;
	trace_kind *kind;
	uint32_t *insn; /* since the record before; 0 where a gap tells it */
	struct decoded_gap *gap;
	size_t gaps;
};

/* Advances a clock to the record `at` of a stream, if there is one. `gap`: the first gap that has not passed yet. */
static inline void decoded_step(const struct decoded_stream *stream, uint64_t at, size_t *gap,
				struct trace_clock *clock)
{
	if (at == stream->count)
		return;
	clock->insn += stream->insn[at];
	if (*gap < stream->gaps && stream->gap[*gap].at == at) {
		clock->insn += stream->gap[*gap].step.insn;
		clock->idle_ns += stream->gap[(*gap)++].step.idle_ns;
	}
}

struct decoded_trace {
	char *path, *workload;
	bool hinted, again; /* trace_reader_options.hinted; trace_header.again */
	unsigned vcpus;
	uint32_t k, active, pages, footprint, snapshot_pages;
	struct decoded_stream stream[TRACE_VCPUS_MAX];
	struct trace_clock end[TRACE_VCPUS_MAX];
	struct trace_snapshot_page *snapshot;
	gfn *frame;           /* by page id */
	struct frame_map map; /* the way back */
	gfn guest_frames;     /* frames are below this */
	bool of_guest;        /* a recorder of guests made it: the header says how much memory the guest has */
};

/* The pages of local memory that `local` is for this trace's footprint. */
uint32_t decoded_local_frames(const struct decoded_trace *trace, const struct share *local);

/* The decoded traces of a run, or of all runs to come. */
struct decoded_traces {
	struct decoded_trace *trace;
	size_t count;
};

/* Reads the trace, or only its totals unless `whole`, if that was not done yet. `hinted` as in trace_reader_options: a
 * trace with it and one without are two. Returns 0 or a negative code; the other traces stay. */
int decoded_traces_add(struct decoded_traces *traces, const char *path, bool hinted, bool whole, struct err *err);

/* The trace of that path, or NULL. */
const struct decoded_trace *decoded_traces_find(const struct decoded_traces *traces, const char *path, bool hinted);

void decoded_traces_free(struct decoded_traces *traces);

#endif
