/* SPDX-License-Identifier: MIT */
#include "trace/column.h"

#include <stdlib.h>
#include <zstd.h>

enum { TRANSFORM_NONE, TRANSFORM_DELTA };
enum { PLANE_CONSTANT, PLANE_STORED, PLANE_ZSTD };

struct column_codec {
	size_t values_max;
	int level;
	ZSTD_CCtx *compressor;
	ZSTD_DCtx *decompressor;
	uint64_t *transformed; /* values_max */
	uint8_t *plane;        /* 8 planes of values_max bytes */
	struct bytes attempt;  /* the same column with another transform */
};

int column_codec_create(struct column_codec **out, size_t values_max, int level, struct err *err)
{
	struct column_codec *codec = calloc(1, sizeof(*codec));

	if (!codec)
		return err_memory(err, "a trace codec");
	codec->values_max = values_max ? values_max : 1;
	codec->level = level;
	codec->compressor = ZSTD_createCCtx();
	codec->decompressor = ZSTD_createDCtx();
	codec->transformed = malloc(codec->values_max * sizeof(*codec->transformed));
	codec->plane = malloc(codec->values_max * 8);
	if (!codec->compressor || !codec->decompressor || !codec->transformed || !codec->plane) {
		column_codec_destroy(codec);
		return err_memory(err, "a trace codec");
	}
	*out = codec;
	return 0;
}

void column_codec_destroy(struct column_codec *codec)
{
	if (!codec)
		return;
	ZSTD_freeCCtx(codec->compressor);
	ZSTD_freeDCtx(codec->decompressor);
	free(codec->transformed);
	free(codec->plane);
	bytes_free(&codec->attempt);
	free(codec);
}

static bool all_equal(const uint8_t *plane, size_t n)
{
	return n == 0 || memcmp(plane, plane + 1, n - 1) == 0;
}

static void encode_plane(struct column_codec *codec, struct bytes *out, const uint8_t *plane, size_t n)
{
	size_t head = out->length, bound = ZSTD_compressBound(n), packed;
	uint8_t *at;

	bytes_put_u8(out, PLANE_CONSTANT);
	bytes_put_u32(out, 1);
	if (all_equal(plane, n)) {
		bytes_put_u8(out, n ? plane[0] : 0);
		return;
	}
	at = bytes_grow(out, bound);
	if (!at)
		return;
	packed = ZSTD_compressCCtx(codec->compressor, at, bound, plane, n, codec->level);
	if (ZSTD_isError(packed) || packed >= n) {
		memcpy(at, plane, n);
		packed = n;
		out->data[head] = PLANE_STORED;
	} else {
		out->data[head] = PLANE_ZSTD;
	}
	put_u32(out->data + head + 1, (uint32_t)packed);
	out->length = head + 5 + packed;
}

static void encode_as(struct column_codec *codec, struct bytes *out, int transform, const uint64_t *value, size_t n)
{
	size_t head = out->length;
	uint64_t all = 0;
	unsigned width = 0;

	for (size_t i = 0; i < n; i++)
		all |= value[i];
	while (width < 8 && all >> 8 * width)
		width++;
	bytes_put_u32(out, 0);
	bytes_put_u8(out, (uint8_t)transform);
	bytes_put_u8(out, (uint8_t)width);
	for (unsigned p = 0; p < width; p++) {
		for (size_t i = 0; i < n; i++)
			codec->plane[i] = (uint8_t)(value[i] >> 8 * p);
		encode_plane(codec, out, codec->plane, n);
	}
	if (!out->failed)
		put_u32(out->data + head, (uint32_t)(out->length - head - 4));
}

void column_encode(struct column_codec *codec, struct bytes *out, const uint64_t *value, size_t n)
{
	size_t head = out->length;
	uint64_t before = 0;

	encode_as(codec, out, TRANSFORM_NONE, value, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t step = value[i] - before;

		codec->transformed[i] = step << 1 ^ (step >> 63 ? UINT64_MAX : 0);
		before = value[i];
	}
	codec->attempt.length = 0;
	encode_as(codec, &codec->attempt, TRANSFORM_DELTA, codec->transformed, n);
	if (!codec->attempt.failed && codec->attempt.length < out->length - head) {
		out->length = head;
		bytes_put(out, codec->attempt.data, codec->attempt.length);
	}
}

static const char *decode_plane(struct column_codec *codec, struct view *view, uint8_t *plane, size_t n)
{
	uint8_t method = view_u8(view);
	uint32_t length = view_u32(view);
	const uint8_t *data = view_take(view, length);

	if (!data)
		return "a column ends early";
	switch (method) {
	case PLANE_CONSTANT:
		if (length != 1)
			return "a constant plane that is not one byte";
		memset(plane, data[0], n);
		return NULL;
	case PLANE_STORED:
		if (length != n)
			return "a plane of another length than its column";
		memcpy(plane, data, n);
		return NULL;
	case PLANE_ZSTD:
		if (ZSTD_decompressDCtx(codec->decompressor, plane, n, data, length) != n)
			return "a plane that zstd cannot decode to its column's length";
		return NULL;
	default: return "a plane with an unknown method";
	}
}

/* Decodes the planes of one column, side by side in codec->plane, and tells transform and width. */
static const char *decode_planes(struct column_codec *codec, struct view *view, size_t n, unsigned width_max,
				 uint8_t *transform, unsigned *width)
{
	uint32_t length = view_u32(view);
	struct view column = {view_take(view, length), length, false};

	if (!column.data)
		return "a column ends early";
	if (n > codec->values_max)
		return "more values in a column than a block may hold";
	*transform = view_u8(&column);
	*width = view_u8(&column);
	if (column.failed || *transform > TRANSFORM_DELTA || *width > 8)
		return "a column with an unknown transform or width";
	if (*width > width_max && *transform == TRANSFORM_NONE)
		return "a column with values that are too large";
	for (unsigned p = 0; p < *width; p++) {
		const char *wrong = decode_plane(codec, &column, codec->plane + p * n, n);

		if (wrong)
			return wrong;
	}
	return column.left ? "bytes left over in a column" : NULL;
}

static void join_u64(const struct column_codec *codec, uint64_t *value, size_t n, unsigned width)
{
	const uint8_t *plane = codec->plane;

	memset(value, 0, n * sizeof(*value));
	for (unsigned p = 0; p < width; p++)
		for (size_t i = 0; i < n; i++)
			value[i] |= (uint64_t)plane[p * n + i] << 8 * p;
}

static void join_u32(const struct column_codec *codec, uint32_t *restrict value, size_t n, unsigned width)
{
	const uint8_t *restrict p0 = codec->plane, *restrict p1 = p0 + n, *restrict p2 = p1 + n, *restrict p3 = p2 + n;

	switch (width) {
	case 0: memset(value, 0, n * sizeof(*value)); break;
	case 1:
		for (size_t i = 0; i < n; i++)
			value[i] = p0[i];
		break;
	case 2:
		for (size_t i = 0; i < n; i++)
			value[i] = p0[i] | (uint32_t)p1[i] << 8;
		break;
	case 3:
		for (size_t i = 0; i < n; i++)
			value[i] = p0[i] | (uint32_t)p1[i] << 8 | (uint32_t)p2[i] << 16;
		break;
	default:
		for (size_t i = 0; i < n; i++)
			value[i] = p0[i] | (uint32_t)p1[i] << 8 | (uint32_t)p2[i] << 16 | (uint32_t)p3[i] << 24;
	}
}

const char *column_decode_u64(struct column_codec *codec, struct view *view, uint64_t *value, size_t n)
{
	uint8_t transform;
	unsigned width;
	const char *wrong = decode_planes(codec, view, n, 8, &transform, &width);

	if (wrong)
		return wrong;
	join_u64(codec, value, n, width);
	if (transform == TRANSFORM_DELTA) {
		uint64_t sum = 0;

		for (size_t i = 0; i < n; i++)
			value[i] = sum += value[i] >> 1 ^ (0 - (value[i] & 1));
	}
	return NULL;
}

const char *column_decode_u32(struct column_codec *codec, struct view *view, uint32_t *value, size_t n)
{
	uint8_t transform;
	unsigned width;
	const char *wrong = decode_planes(codec, view, n, 4, &transform, &width);

	if (wrong)
		return wrong;
	if (width > 4) { /* a step between 32-bit values, doubled by the zigzag, may need 33 bits */
		uint64_t sum = 0;

		for (size_t i = 0; i < n; i++) {
			uint64_t step = 0;

			for (unsigned p = 0; p < width; p++)
				step |= (uint64_t)codec->plane[p * n + i] << 8 * p;
			sum += step >> 1 ^ (0 - (step & 1));
			if (sum > UINT32_MAX)
				return "a column with values that are too large";
			value[i] = (uint32_t)sum;
		}
		return NULL;
	}
	join_u32(codec, value, n, width);
	if (transform == TRANSFORM_DELTA) {
		uint32_t sum = 0;

		for (size_t i = 0; i < n; i++)
			value[i] = sum += value[i] >> 1 ^ (0 - (value[i] & 1));
	}
	return NULL;
}

const char *column_decode_u16(struct column_codec *codec, struct view *view, uint16_t *restrict value, size_t n)
{
	const uint8_t *low = codec->plane, *high = low + n;
	uint8_t transform;
	unsigned width;
	const char *wrong = decode_planes(codec, view, n, 2, &transform, &width);

	if (wrong)
		return wrong;
	if (transform == TRANSFORM_DELTA) {
		uint32_t sum = 0;

		for (size_t i = 0; i < n; i++) {
			uint32_t step = 0;

			for (unsigned p = 0; p < width && p < 3; p++) /* doubled by the zigzag, a step needs 17 bits */
				step |= (uint32_t)codec->plane[p * n + i] << 8 * p;
			sum += step >> 1 ^ (0 - (step & 1));
			value[i] = (uint16_t)sum;
		}
	} else if (width == 2) {
		for (size_t i = 0; i < n; i++)
			value[i] = (uint16_t)(low[i] | high[i] << 8);
	} else if (width == 1) {
		for (size_t i = 0; i < n; i++)
			value[i] = low[i];
	} else {
		memset(value, 0, n * sizeof(*value));
	}
	return NULL;
}

const char *column_skip(struct view *view)
{
	return view_take(view, view_u32(view)) ? NULL : "a column ends early";
}
