/* SPDX-License-Identifier: MIT */
/* All that a reader knows of a trace before it reads a block: from INDX, or found again by reading the file from end to
 * end. */
#ifndef TRACE_INDEX_H
#define TRACE_INDEX_H

#include "trace/block.h"
#include "trace/chunk.h"
#include "trace/reader.h"

struct trace_index {
	struct trace_header header;
	struct trace_totals totals;
	struct trace_damage damage;
	struct chunk_entry *entry; /* the BLCKs alone, in order */
	size_t entries;
	struct trace_marker *marker;
	size_t markers;
	struct trace_snapshot_page *snapshot;
	uint32_t snapshot_pages;
	bool has_end; /* the totals' end and outside are known */
};

/* From trailer, INDX, HEAD, SNAPs and MARKs of an undamaged file. What was filled before an error is released by
 * trace_index_free. */
int trace_index_load(struct trace_index *index, const struct chunk_file *file, struct err *err);

/* From every whole chunk of the file, with the damage noted. */
int trace_index_recover(struct trace_index *index, const struct chunk_file *file, struct err *err);

/* Whether the file ends with a whole trailer; then where INDX is. */
bool trace_index_trailer(const struct chunk_file *file, uint64_t *index_offset);

void trace_index_free(struct trace_index *index);

/* Takes one chunk in: HEAD, SNAP, MARK and the totals of INDX. Returns NULL, or what is wrong. */
const char *trace_index_take(struct trace_index *index, const char *type, const struct bytes *payload,
			     struct block_decoder *decoder);

int trace_index_add_entry(struct trace_index *index, const struct chunk_entry *entry, struct err *err);

/* The entries of INDX, behind its totals; the view then stands at the first one. */
struct view trace_index_entries(const struct trace_index *index, const struct bytes *payload);

#endif
