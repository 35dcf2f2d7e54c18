/* SPDX-License-Identifier: MIT */
/* A growing buffer to write into, and a bounded one to read from: how payloads are built and taken apart. */
#ifndef TRACE_BYTES_H
#define TRACE_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/format.h"

struct bytes {
	uint8_t *data;
	size_t length, room;
	bool failed; /* memory ran out; what was put since is lost */
};

/* `n` more bytes at the end, to be written by the caller; NULL when memory ran out. */
uint8_t *bytes_grow(struct bytes *bytes, size_t n);
void bytes_put(struct bytes *bytes, const void *data, size_t n);
void bytes_put_u8(struct bytes *bytes, uint8_t value);
void bytes_put_u32(struct bytes *bytes, uint32_t value);
void bytes_put_u64(struct bytes *bytes, uint64_t value);
void bytes_free(struct bytes *bytes);

struct view {
	const uint8_t *data;
	size_t left;
	bool failed; /* more was asked for than there was; every number since is 0 */
};

/* The next `n` bytes, or NULL and `failed`. */
const uint8_t *view_take(struct view *view, size_t n);
uint8_t view_u8(struct view *view);
uint32_t view_u32(struct view *view);
uint64_t view_u64(struct view *view);

#endif
