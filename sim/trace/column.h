/* SPDX-License-Identifier: MIT */
/* Columns: many values of one kind, split into planes of bytes and compressed with zstd (drawn in format.h). */
#ifndef TRACE_COLUMN_H
#define TRACE_COLUMN_H

#include "base/err.h"
#include "trace/bytes.h"

struct column_codec;

/* A codec for columns of up to `values_max` values; `level` is zstd's, 1 to 19, for encoding. */
int column_codec_create(struct column_codec **codec, size_t values_max, int level, struct err *err);
void column_codec_destroy(struct column_codec *codec);

/* Appends a column of `n` values to `out`, with the transform that makes it smaller. A failure shows in out->failed. */
void column_encode(struct column_codec *codec, struct bytes *out, const uint64_t *value, size_t n);

/*
 * Takes one column of `n` values from the view into an array of 64-bit, 32-bit or 16-bit values. Returns NULL when
 * done, or what is wrong with it; a value that does not fit the array is wrong.
 */
const char *column_decode_u64(struct column_codec *codec, struct view *view, uint64_t *value, size_t n);
const char *column_decode_u32(struct column_codec *codec, struct view *view, uint32_t *value, size_t n);
const char *column_decode_u16(struct column_codec *codec, struct view *view, uint16_t *value, size_t n);

/* Passes over one column. */
const char *column_skip(struct view *view);

#endif
