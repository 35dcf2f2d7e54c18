/* SPDX-License-Identifier: MIT */
/* Chunks of a trace file (format.h): reads and verifies one at an offset; and the entries of their table. */
#ifndef TRACE_CHUNK_H
#define TRACE_CHUNK_H

#include "trace/bytes.h"
#include "trace/ref.h"

/* The entry of a chunk in INDX. */
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

/* Returns true if `sum` is the XXH3 of these bytes. */
bool chunk_sum_is(const void *data, size_t n, uint64_t sum);

/* Reads `n` bytes at `offset`. Returns 0 or ERR_FAILED, which names file and offset. */
int chunk_read_bytes(const struct chunk_file *file, uint64_t offset, void *to, size_t n, struct err *err);

/* Reads and verifies the chunk at `offset`; its payload replaces the content of `payload`. Returns 0 or ERR_FAILED. */
int chunk_read(const struct chunk_file *file, uint64_t offset, struct chunk *chunk, struct bytes *payload,
	       struct err *err);

/*
 * Searches for the first chunk at `from` or after it whose head is whole: sets `offset` to it, or to file->bytes if
 * there is none. Its payload may be damaged; `end` is the offset at which it would end. Returns 0 or a negative code.
 */
int chunk_search(const struct chunk_file *file, uint64_t from, uint64_t *offset, uint64_t *end, struct err *err);

#endif
