/* SPDX-License-Identifier: MIT */
/* Chunks of a trace file (format.h): reading one at its place, verified, and the table of all of them. */
#ifndef TRACE_CHUNK_H
#define TRACE_CHUNK_H

#include "trace/bytes.h"
#include "trace/ref.h"

/* What INDX says of a chunk. */
struct chunk_entry {
	char type[5];
	uint32_t payload_bytes;
	uint64_t offset;
	uint64_t first_record;
	uint32_t records, first_page, new_pages;
	uint64_t insn_before;
};

struct chunk_file {
	const char *path; /* for messages */
	int fd;
	uint64_t bytes;
};

struct chunk {
	char type[5];
	uint32_t payload_bytes;
	uint64_t number;
};

/* Whether `sum` is the XXH3 of these bytes. */
bool chunk_sum_is(const void *data, size_t n, uint64_t sum);

/* Reads `n` bytes at `offset`. */
int chunk_read_bytes(const struct chunk_file *file, uint64_t offset, void *to, size_t n, struct err *err);

/* Reads and verifies the chunk at `offset`; its payload replaces what is in `payload`. */
int chunk_read(const struct chunk_file *file, uint64_t offset, struct chunk *chunk, struct bytes *payload,
	       struct err *err);

/*
 * The offset of the first chunk with a whole head at `from` or behind it, or file->bytes. Its payload may still be
 * damaged: `end` is where that would end.
 */
int chunk_search(const struct chunk_file *file, uint64_t from, uint64_t *offset, uint64_t *end, struct err *err);

#endif
