/* SPDX-License-Identifier: MIT */
/*
 * Cutting a region of interest out of a whole trace, so that what comes before it (boot, loading the data) need not be
 * read or shipped.
 *
 * The new trace opens with a snapshot: every page touched before the region, in the order of its last touch, and the
 * smallest memory in which it is dirty. For LRU that is all there is to know: a run from the snapshot does in the
 * region exactly what a run over the whole trace does there, in every memory (of K pages or more, if the trace has been
 * filtered).
 *
 * The clocks begin at 0 with the region. What ran before and behind it, in instructions and in idle time, is added to
 * totals.outside.
 */
#ifndef MEMORY_REGION_H
#define MEMORY_REGION_H

#include "trace/reader.h"
#include "trace/writer.h"

struct region {
	size_t begin, end; /* markers, by number; an end behind the last one: the trace's end */
};

/* From the first marker `begin` to the first marker `end` behind it, or to the trace's end when `end` is NULL. */
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
