/*
 * A trace in memory, decoded once for every VM that replays it: one stream of records a virtual CPU, 9 bytes a record,
 * and what a VM needs to know of its pages.
 */
#ifndef CLUSTER_TAPE_H
#define CLUSTER_TAPE_H

#include "base/option.h"
#include "trace/frame_map.h"
#include "trace/reader.h"

/* What does not fit the columns: idle time, and steps of 2^32 instructions or more. */
struct tape_gap {
	uint64_t at; /* before this record of the stream */
	struct trace_clock step;
};

struct tape_stream {
	uint64_t count;
	page_id *page;
	trace_kind *kind;
	uint32_t *insn; /* since the record before; 0 where a gap tells it */
	struct tape_gap *gap;
	size_t gaps;
};

struct tape {
	char *path, *workload;
	unsigned vcpus;
	uint32_t k, pages, footprint, snapshot_pages;
	struct tape_stream stream[TRACE_VCPUS_MAX];
	struct trace_clock end[TRACE_VCPUS_MAX];
	struct trace_snapshot_page *snapshot;
	gfn *frame;           /* by page id */
	struct frame_map map; /* the way back */
	gfn guest_frames;     /* frames are below this */
};

/* The local memory that this much of the footprint is, in pages. */
uint32_t tape_local_frames(const struct tape *tape, const struct share *local);

/* The traces of a run, or of all runs that are to come. */
struct tapes {
	struct tape *tape;
	size_t count;
};

/* Reads the trace, or its totals alone, unless it is there already. On an error the others stay. */
int tapes_add(struct tapes *tapes, const char *path, bool whole, struct err *err);

/* The trace of that path, or NULL. */
const struct tape *tapes_find(const struct tapes *tapes, const char *path);

void tapes_free(struct tapes *tapes);

#endif
