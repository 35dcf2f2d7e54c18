/* SPDX-License-Identifier: MIT */
/*
 * Writing a trace, in memory bounded by one block, the filter and the table of guest frames, so that it can be done
 * inside an emulator. The writer filters. It writes to PATH.part, which is renamed to PATH when the trace is finished.
 * After a failure PATH.part stays and can be read with --recover.
 */
#ifndef TRACE_WRITER_H
#define TRACE_WRITER_H

#include "trace/header.h"

#define TRACE_LEVEL_DEFAULT 3     /* zstd's own default */
#define TRACE_NOTES_ROOM    16384 /* bytes that a recorder reserves in HEAD */

struct trace_writer;

struct trace_writer_options {
	int level;         /* zstd's, 1 to 19 */
	bool filtered;     /* the references were filtered by header.k pages before: do not filter again */
	size_t notes_room; /* bytes that HEAD keeps free (blanks) for notes added while recording; 0 for none */
};

/* One page of the opening snapshot (format.h, SNAP). */
struct trace_snapshot_page {
	gfn frame;
	uint32_t dirty_from; /* the smallest memory, in pages, in which it is dirty; 0 if it is clean in all */
};

/* From where to where first uses were observed: names of markers. "" is the trace's beginning or its end. */
struct trace_observed {
	const char *from, *to;
};

/* Pages whose first use overwrites them whole (format.h, OVWR), ascending. */
struct trace_overwritten {
	struct trace_observed observed;
	page_id *page;
	uint32_t count;
};

/* Creates PATH.part, which must not exist. The header is copied. Returns 0 or a negative code. */
int trace_writer_create(struct trace_writer **writer, const char *path, const struct trace_header *header,
			const struct trace_writer_options *options, struct err *err);

/*
 * Adds a note to the header while recording, or changes one: what only the guest knows. It is written when the trace is
 * finished, into the room that the options reserved. Returns 0, or ERR_FAILED if it does not fit or is not UTF-8.
 */
int trace_writer_note(struct trace_writer *writer, const char *key, const char *value, struct err *err);

/* Adds `n` pages to the opening snapshot, from the least to the most recently used. Only before the first reference.
 * Returns 0 or a negative code. */
int trace_writer_snapshot(struct trace_writer *writer, const struct trace_snapshot_page *page, size_t n,
			  struct err *err);

/* Adds the next reference. Returns 0, or ERR_FAILED if a clock goes back or writing fails. */
int trace_writer_add(struct trace_writer *writer, const struct trace_ref *ref, struct err *err);

/* Adds a marker here; `clock` has the clock of each virtual CPU. Names are 1 to 255 bytes. Returns 0 or a negative
 * code. */
int trace_writer_mark(struct trace_writer *writer, const char *name, const struct trace_clock *clock, struct err *err);

/* Whether a page with this frame is in the trace so far, apart from what a filter of the writer still holds. */
bool trace_writer_knows(const struct trace_writer *writer, gfn frame);

/*
 * Adds, after the last reference, the pages that were overwritten whole by their first use between two markers
 * (format.h, OVWR), which need not be in order. Returns 0, or ERR_FAILED if a frame is not one of the trace's.
 */
int trace_writer_overwritten(struct trace_writer *writer, const struct trace_observed *observed, const gfn *frame,
			     size_t n, struct err *err);

/*
 * Finishes the trace: writes the index, syncs and renames the file. `end` has the clock of each virtual CPU, `outside`
 * what ran before and after the region of interest. `totals` may be NULL. Frees the writer, also on failure; the .part
 * file then stays. Returns 0 or a negative code.
 */
int trace_writer_finish(struct trace_writer *writer, const struct trace_clock *end, struct trace_clock outside,
			struct trace_totals *totals, struct err *err);

/* Frees the writer without finishing. PATH.part stays if `keep`, otherwise it is removed. */
void trace_writer_abandon(struct trace_writer *writer, bool keep);

#endif
