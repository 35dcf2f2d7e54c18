/* SPDX-License-Identifier: MIT */
/*
 * Reading a trace: one block at a time, as columns, with every byte that is used verified before. A damaged or cut file
 * is an error that names the block and the offset; opened with `recover`, it gives every block that is whole.
 */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "trace/format.h"
#include "trace/header.h"
#include "trace/writer.h"

struct trace_reader;

struct trace_reader_options {
	bool recover; /* read what is whole; without it damage is an error */
	bool clocks;  /* decode instructions and idle time as well; without it batches have `insn` NULL and no idles */
	bool frames;  /* load the table of guest frames */
};

struct trace_idle {
	uint32_t at; /* record of the batch */
	uint64_t ns; /* of its virtual CPU, before it */
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
	page_id first_page; /* pages from here to first_page + new_pages - 1 are first named in this batch's block */
	uint32_t new_pages;
	struct trace_clock clock[TRACE_VCPUS_MAX]; /* of each virtual CPU, before the batch */
};

struct trace_marker {
	char *name;
	uint64_t record; /* the first record behind it */
	struct trace_clock clock[TRACE_VCPUS_MAX];
};

/* What `recover` had to leave out. */
struct trace_damage {
	uint64_t stretches; /* of the file: each a run of bytes that is not a whole chunk, or an end that is missing */
	uint64_t bytes;
	uint64_t records;     /* known to be missing between whole blocks */
	uint64_t lost_frames; /* pages whose guest frame number was in a lost block: they have GFN_LOST */
	char first[512];      /* the first stretch, in words */
};

/* Stands for the guest frame of a page whose name was lost: outside every guest. */
#define GFN_LOST(page) ((gfn)1 << 63 | (page))

int trace_reader_open(struct trace_reader **reader, const char *path, const struct trace_reader_options *options,
		      struct err *err);
void trace_reader_close(struct trace_reader *reader);

const struct trace_header *trace_reader_header(const struct trace_reader *reader);
const struct trace_totals *trace_reader_totals(const struct trace_reader *reader);
const struct trace_damage *trace_reader_damage(const struct trace_reader *reader);
const struct trace_marker *trace_reader_markers(const struct trace_reader *reader, size_t *count);

/* The opening snapshot, from the least to the most recently used page: page ids 0 to count - 1. */
const struct trace_snapshot_page *trace_reader_snapshot(const struct trace_reader *reader, uint32_t *count);

/* The guest frame of every page id (totals.pages of them); NULL when the reader was opened without `frames`. */
const gfn *trace_reader_frames(const struct trace_reader *reader);

/* The file's size in bytes. */
uint64_t trace_reader_bytes(const struct trace_reader *reader);

/* The next batch. Returns 1, 0 behind the last one, or a negative code. */
int trace_reader_next(struct trace_reader *reader, struct trace_batch *batch, struct err *err);

/* The next batch begins with this record; totals.records is the end. */
int trace_reader_seek(struct trace_reader *reader, uint64_t record, struct err *err);

/* The next batch begins with the first record that is not before this instruction, counted over all virtual CPUs. Needs
 * `clocks`. */
int trace_reader_seek_insn(struct trace_reader *reader, uint64_t insn, struct err *err);

/* The first marker of this name among those from number `from` on; an error names those that there are. */
int trace_reader_find_marker(const struct trace_reader *reader, const char *name, size_t from, size_t *found,
			     struct err *err);

/* The next batch begins behind the first marker of this name. */
int trace_reader_seek_marker(struct trace_reader *reader, const char *name, struct err *err);

#endif
