/* SPDX-License-Identifier: MIT */
/*
 * Writing a trace: streaming, in memory bounded by one block, the filter and the table of guest frames, so that it can
 * live inside an emulator. The filter is inside. The file grows under the name PATH.part and gets its own name when it
 * is finished; what was written before a failure stays in PATH.part, to be read with --recover.
 */
#ifndef TRACE_WRITER_H
#define TRACE_WRITER_H

#include "trace/header.h"

#define TRACE_LEVEL_DEFAULT 3     /* zstd's own default */
#define TRACE_NOTES_ROOM    16384 /* bytes that a recorder reserves in HEAD */

struct trace_writer;

struct trace_writer_options {
	int level;         /* zstd's, 1 to 19 */
	bool filtered;     /* the references have passed a filter of header.k pages before: do not filter again */
	size_t notes_room; /* bytes that HEAD keeps free (blanks) for notes that come while recording; 0 for none */
};

/* One page of the opening snapshot (format.h, SNAP). */
struct trace_snapshot_page {
	gfn frame;
	uint32_t dirty_from; /* the smallest memory, in pages, in which it is dirty; 0 for none */
};

/* Begins PATH.part; refuses when it is there already. The header is copied. */
int trace_writer_create(struct trace_writer **writer, const char *path, const struct trace_header *header,
			const struct trace_writer_options *options, struct err *err);

/*
 * Adds a note to the header while recording, or changes one: what only the guest can tell. It is written when the trace
 * is finished, into the room that the options reserved; one that does not fit is an error.
 */
int trace_writer_note(struct trace_writer *writer, const char *key, const char *value, struct err *err);

/* Adds to the opening snapshot, from the least to the most recently used page. Before the first reference. */
int trace_writer_snapshot(struct trace_writer *writer, const struct trace_snapshot_page *page, size_t n,
			  struct err *err);

/* The next reference. A clock that goes back is an error. */
int trace_writer_add(struct trace_writer *writer, const struct trace_ref *ref, struct err *err);

/* A marker here: `clock` holds one clock a virtual CPU. Names are 1 to 255 bytes. */
int trace_writer_mark(struct trace_writer *writer, const char *name, const struct trace_clock *clock, struct err *err);

/*
 * Ends the trace: `end` holds one clock a virtual CPU, `outside` what ran before and behind the region of interest.
 * Writes the index, syncs and renames. `totals` may be NULL. The writer is gone afterwards, also when this fails (the
 * .part file then stays).
 */
int trace_writer_finish(struct trace_writer *writer, const struct trace_clock *end, struct trace_clock outside,
			struct trace_totals *totals, struct err *err);

/* Ends without finishing. PATH.part stays when `keep`, otherwise it is removed. */
void trace_writer_abandon(struct trace_writer *writer, bool keep);

#endif
