/* SPDX-License-Identifier: MIT */
/* What a reader knows of a trace before it reads a block: from INDX, or collected again by reading the whole file. */
#ifndef TRACE_INDEX_H
#define TRACE_INDEX_H

#include "trace/block.h"
#include "trace/chunk.h"
#include "trace/reader.h"

struct trace_index {
	struct trace_header header;
	struct trace_totals totals;
	struct trace_damage damage;
	struct chunk_entry *entry; /* the BLCKs only, in order */
	size_t entries;
	struct trace_marker *marker;
	size_t markers;
	struct trace_snapshot_page *snapshot;
	uint32_t snapshot_pages;
	struct trace_overwritten overwritten; /* of which overwritten_pages are in the file; names are allocated */
	uint32_t overwritten_pages;
	bool has_overwritten; /* some OVWR was there */
	bool has_end;         /* the totals' end and outside are known */
};

/* Reads trailer, INDX, HEAD, SNAPs and MARKs of an undamaged file. Returns 0 or a negative code; trace_index_free
 * releases the index also after an error. */
int trace_index_load(struct trace_index *index, const struct chunk_file *file, struct err *err);

/* Collects the index from every whole chunk of a file, and records the damage. Returns 0 or a negative code. */
int trace_index_recover(struct trace_index *index, const struct chunk_file *file, struct err *err);

/* Returns 0, or ERR_FAILED if the magic bytes are those of a later version. */
int trace_index_version(const char *path, const void *magic, struct err *err);

/* Returns true if the file ends with a whole trailer, and then sets the offset of INDX. */
bool trace_index_trailer(const struct chunk_file *file, uint64_t *index_offset);

void trace_index_free(struct trace_index *index);

/* Adds the content of one chunk: HEAD, SNAP, MARK or the totals of INDX. Returns NULL or what is wrong. */
const char *trace_index_take(struct trace_index *index, const char *type, const struct bytes *payload,
			     struct block_decoder *decoder);

/* The pages that are overwritten whole, if all of them are there and no record is lost; otherwise NULL. */
const struct trace_overwritten *trace_index_overwritten(const struct trace_index *index);

int trace_index_add_entry(struct trace_index *index, const struct chunk_entry *entry, struct err *err);

/* The entries of INDX, which follow its totals; the view is then at the first one. */
struct view trace_index_entries(const struct trace_index *index, const struct bytes *payload);

#endif
