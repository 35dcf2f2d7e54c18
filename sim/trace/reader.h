/* SPDX-License-Identifier: MIT */
/*
 * Reading a trace: one block at a time, as columns. All bytes that are used are verified first. A damaged or cut file
 * is an error that names the block and the offset; with `recover`, the reader returns every whole block.
 */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "trace/format.h"
#include "trace/header.h"
#include "trace/writer.h"

struct trace_reader;

struct trace_reader_options {
	bool recover; /* read every whole block; without it damage is an error */
	bool clocks;  /* also decode instructions and idle time; otherwise `insn` is NULL and there are no idles */
	bool frames;  /* load the table of guest frames */
	bool hinted;  /* see trace_reader_open */
};

struct trace_idle {
	uint32_t at; /* the record in the batch */
	uint64_t ns; /* idle time of its virtual CPU before the record */
};

/* Consecutive records, as columns. Valid until the next call on the reader. */
struct trace_batch {
	uint64_t first_record;
	uint32_t count;
	const page_id *page;
	const trace_kind *kind;
	const uint64_t *insn;          /* since the previous record of the same virtual CPU */
	const struct trace_idle *idle; /* ascending */
	uint32_t idle_count;
	page_id first_page; /* pages first_page to first_page + new_pages - 1 are first named in this batch's block */
	uint32_t new_pages;
	struct trace_clock clock[TRACE_VCPUS_MAX]; /* of each virtual CPU before the batch */
};

struct trace_marker {
	char *name;
	uint64_t record; /* the first record after it */
	struct trace_clock clock[TRACE_VCPUS_MAX];
};

/* What `recover` had to leave out. */
struct trace_damage {
	uint64_t stretches; /* damaged parts of the file: bytes that are not a whole chunk, or a missing end */
	uint64_t bytes;
	uint64_t records;     /* known to be missing between whole blocks */
	uint64_t lost_frames; /* pages whose guest frame was in a lost block: they have GFN_LOST */
	char first[512];      /* a description of the first damaged part */
};

/* The guest frame of a page whose frame was lost: outside every guest. */
#define GFN_LOST(page) ((gfn)1 << 63 | (page))

/*
 * Opens a trace. With `hinted`, pages of the opening snapshot that the region overwrites whole are not in the snapshot:
 * they are as new as if they had never been touched before (guest.free_pages in docs/model.md). The other pages of the
 * snapshot move up. Where a smaller memory begins with what a larger one held before, without those pages, the smallest
 * memory in which a page is dirty shrinks by as many of them as that memory held. Ids of new pages then are not in the
 * order of their first touch. Returns 0 or a negative code: ERR_USAGE if the trace has a snapshot and does not
 * say which of its pages are overwritten.
 */
int trace_reader_open(struct trace_reader **reader, const char *path, const struct trace_reader_options *options,
		      struct err *err);
void trace_reader_close(struct trace_reader *reader);

const struct trace_header *trace_reader_header(const struct trace_reader *reader);
const struct trace_totals *trace_reader_totals(const struct trace_reader *reader);
const struct trace_damage *trace_reader_damage(const struct trace_reader *reader);
const struct trace_marker *trace_reader_markers(const struct trace_reader *reader, size_t *count);

/* The opening snapshot, from the least to the most recently used page: page ids 0 to count - 1. */
const struct trace_snapshot_page *trace_reader_snapshot(const struct trace_reader *reader, uint32_t *count);

/* The pages that their first use overwrites whole, or NULL if the trace does not say. Not for a reader opened with
 * `hinted`, which has given them other ids. */
const struct trace_overwritten *trace_reader_overwritten(const struct trace_reader *reader);

/* The guest frame of every page id (totals.pages of them); NULL when the reader was opened without `frames`. */
const gfn *trace_reader_frames(const struct trace_reader *reader);

/* The file's size in bytes. */
uint64_t trace_reader_bytes(const struct trace_reader *reader);

/* Reads the next batch. Returns 1, 0 after the last one, or a negative code. */
int trace_reader_next(struct trace_reader *reader, struct trace_batch *batch, struct err *err);

/* Continues with this record; totals.records is the end. Returns 0, or ERR_USAGE if there is no such record. */
int trace_reader_seek(struct trace_reader *reader, uint64_t record, struct err *err);

/* Continues with the first record that is not before this instruction, counted over all virtual CPUs. Needs `clocks`.
 * Returns 0 or a negative code. */
int trace_reader_seek_insn(struct trace_reader *reader, uint64_t insn, struct err *err);

/* Finds the first marker of this name from number `from` on. Returns 0, or ERR_USAGE with a list of the markers. */
int trace_reader_find_marker(const struct trace_reader *reader, const char *name, size_t from, size_t *found,
			     struct err *err);

/* Continues after the first marker of this name. Returns 0 or a negative code. */
int trace_reader_seek_marker(struct trace_reader *reader, const char *name, struct err *err);

#endif
