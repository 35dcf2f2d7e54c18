/* SPDX-License-Identifier: MIT */
/* From one trace into another, which may filter it further. */
#ifndef TRACE_COPY_H
#define TRACE_COPY_H

#include "trace/reader.h"
#include "trace/writer.h"

/* Turns records into references: steps the clocks of a batch that was decoded with clocks. */
struct trace_cursor {
	struct trace_batch batch;
	const gfn *frame;
	uint32_t record, idle;
};

/* At the beginning of a batch. `frame` is the reader's table. */
static inline void trace_cursor_begin(struct trace_cursor *cursor, const gfn *frame)
{
	cursor->frame = frame;
	cursor->record = cursor->idle = 0;
}

/* The next reference of the batch; false behind the last one. */
static inline bool trace_cursor_next(struct trace_cursor *cursor, struct trace_ref *ref)
{
	struct trace_batch *batch = &cursor->batch;
	uint32_t i = cursor->record;
	struct trace_clock *clock;

	if (i == batch->count)
		return false;
	clock = &batch->clock[TRACE_KIND_VCPU(batch->kind[i])];
	clock->insn += batch->insn[i];
	if (cursor->idle < batch->idle_count && batch->idle[cursor->idle].at == i)
		clock->idle_ns += batch->idle[cursor->idle++].ns;
	*ref = (struct trace_ref){cursor->frame[batch->page[i]], *clock, batch->kind[i]};
	cursor->record = i + 1;
	return true;
}

/* Copies the pages that are overwritten whole, except those from id `below` on; `observed` names the markers in the
 * new trace. Returns 0 or a negative code. */
int trace_copy_overwritten(const struct trace_reader *reader, struct trace_writer *writer,
			   const struct trace_observed *observed, page_id below, struct err *err);

/* From where to where a trace is copied. */
struct trace_copy {
	struct trace_reader *reader; /* opened with clocks and frames, at the first record */
	struct trace_writer *writer;
	bool (*keeps)(void *chooser, page_id page, trace_kind kind); /* whether to copy a record; NULL: all of them, and
									how often each was touched again */
	void *chooser;
	void (*progress)(void *context, uint64_t records); /* records read so far; may be NULL */
	void *context;
};

/*
 * Copies snapshot, records, markers and the pages that are overwritten whole, and finishes the writer; on an error the
 * writer is abandoned, its part kept when writing failed. `totals` (may be NULL) gets what the new trace comes to.
 */
int trace_copy(const struct trace_copy *copy, struct trace_totals *totals, struct err *err);

#endif
