/* SPDX-License-Identifier: MIT */
#include "trace/chunk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

enum { SEARCH_WINDOW = 1 << 16 };

/* A fuzzer cannot guess checksums. In a build for a fuzzer every checksum is accepted, so that the decoding is
 * reached. */
bool chunk_sum_is(const void *data, size_t n, uint64_t sum)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	(void)data, (void)n, (void)sum;
	return true;
#else
	return XXH3_64bits(data, n) == sum;
#endif
}

int chunk_read_bytes(const struct chunk_file *file, uint64_t offset, void *to, size_t n, struct err *err)
{
	uint8_t *at = to;

	while (n) {
		ssize_t done = pread(file->fd, at, n, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_errno(err, ERR_FAILED, "%s: cannot read at offset %" PRIu64, file->path, offset);
		if (done == 0)
			return err_set(err, ERR_FAILED,
				       "%s: the file ends at offset %" PRIu64 ", in the middle of something",
				       file->path, offset);
		at += done;
		offset += (uint64_t)done;
		n -= (size_t)done;
	}
	return 0;
}

/* Returns true if these 40 bytes are the head of a chunk at `offset`, and then decodes them into `chunk`. */
static bool head_is_whole(const struct chunk_file *file, const uint8_t *head, uint64_t offset, struct chunk *chunk)
{
	memcpy(chunk->type, head, 4);
	chunk->type[4] = '\0';
	chunk->payload_bytes = get_u32(head + 4);
	chunk->number = get_u64(head + 8);
	return chunk_sum_is(head, 32, get_u64(head + 32)) && get_u64(head + 16) == offset &&
	       chunk->payload_bytes <= TRACE_PAYLOAD_MAX &&
	       offset + TRACE_CHUNK_BYTES + chunk->payload_bytes <= file->bytes;
}

int chunk_read(const struct chunk_file *file, uint64_t offset, struct chunk *chunk, struct bytes *payload,
	       struct err *err)
{
	uint8_t head[TRACE_CHUNK_BYTES], *data;
	int status;

	if (offset + TRACE_CHUNK_BYTES > file->bytes)
		return err_set(err, ERR_FAILED, "%s: the file ends in the head of the block at offset %" PRIu64,
			       file->path, offset);
	status = chunk_read_bytes(file, offset, head, sizeof(head), err);
	if (status < 0)
		return status;
	if (!head_is_whole(file, head, offset, chunk))
		return err_set(err, ERR_FAILED,
			       "%s: the head of the block at offset %" PRIu64
			       " is damaged or the file ends in that block",
			       file->path, offset);
	payload->length = 0;
	data = bytes_grow(payload, chunk->payload_bytes);
	if (!data)
		return err_memory(err, "a block of the trace");
	status = chunk_read_bytes(file, offset + TRACE_CHUNK_BYTES, data, chunk->payload_bytes, err);
	if (status == 0 && !chunk_sum_is(data, chunk->payload_bytes, get_u64(head + 24)))
		status = err_set(err, ERR_FAILED,
				 "%s: block %" PRIu64 " (%s) at offset %" PRIu64
				 " is damaged: its checksum is not that of its %" PRIu32 " bytes",
				 file->path, chunk->number, chunk->type, offset, chunk->payload_bytes);
	return status;
}

int chunk_search(const struct chunk_file *file, uint64_t from, uint64_t *offset, uint64_t *end, struct err *err)
{
	uint8_t *window = malloc(SEARCH_WINDOW);
	int status = window ? 0 : err_memory(err, "a search for whole blocks");

	*offset = *end = file->bytes;
	while (status == 0 && *offset == file->bytes && from + TRACE_CHUNK_BYTES <= file->bytes) {
		uint64_t left = file->bytes - from;
		size_t n = left < SEARCH_WINDOW ? (size_t)left : SEARCH_WINDOW;

		status = chunk_read_bytes(file, from, window, n, err);
		for (size_t at = 0; status == 0 && at + TRACE_CHUNK_BYTES <= n; at++) {
			struct chunk chunk;

			if (get_u64(window + at + 16) == from + at &&
			    head_is_whole(file, window + at, from + at, &chunk)) {
				*offset = from + at;
				*end = *offset + TRACE_CHUNK_BYTES + chunk.payload_bytes;
				break;
			}
		}
		from += n - TRACE_CHUNK_BYTES + 1;
	}
	free(window);
	return status;
}
