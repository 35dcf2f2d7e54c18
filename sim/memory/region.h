/* SPDX-License-Identifier: MIT */
/*
 * Cuts a region of interest out of a whole trace, so that what comes before it (boot, loading the data) need not be
 * read or shipped.
 *
 * The new trace begins with a snapshot: every page touched before the region, in the order of its last touch, and the
 * smallest memory in which it is dirty. LRU needs no more: in the region, a run from the snapshot does exactly what a
 * run over the whole trace does, in every memory (of K pages or more, if the trace was filtered).
 *
 * The clocks are 0 at the region's beginning. What ran before and after it, in instructions and idle time, is added to
 * totals.outside.
 */
#ifndef MEMORY_REGION_H
#define MEMORY_REGION_H

#include "trace/reader.h"
#include "trace/writer.h"

struct region {
	size_t begin, end; /* numbers of markers; an end past the last marker is the trace's end */
};

/* Finds the region from the first marker `begin` to the first marker `end` after it, or to the trace's end if `end` is
 * NULL. Returns 0, or ERR_USAGE if there is no such marker. */
int region_find(struct region *region, const struct trace_reader *reader, const char *begin, const char *end,
		struct err *err);

/* From where to where a region is copied. */
struct region_copy {
	struct trace_reader *reader;
	struct trace_writer *writer;
	void (*progress)(void *context, uint64_t records); /* records read, of those up to the region's end; may be NULL
							    */
	void *context;
};

/*
 * Copies the region's records and the markers inside it (not the two that bound it) from a reader, opened with clocks
 * and frames and standing at the first record, and finishes the writer; on an error the writer is abandoned, its part
 * kept. The writer may filter.
 * `totals` (may be NULL) gets what the new trace comes to.
 */
int region_copy(const struct region *region, const struct region_copy *copy, struct trace_totals *totals,
		struct err *err);

#endif
