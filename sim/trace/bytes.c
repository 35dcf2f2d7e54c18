/* SPDX-License-Identifier: MIT */
#include "trace/bytes.h"

#include <stdlib.h>

uint8_t *bytes_grow(struct bytes *bytes, size_t n)
{
	uint8_t *at;

	if (bytes->length + n > bytes->room || !bytes->data) {
		size_t room = 2 * bytes->room + n + 256;
		uint8_t *data = realloc(bytes->data, room);

		if (!data) {
			bytes->failed = true;
			return NULL;
		}
		bytes->data = data;
		bytes->room = room;
	}
	at = bytes->data + bytes->length;
	bytes->length += n;
	return at;
}

void bytes_put(struct bytes *bytes, const void *data, size_t n)
{
	uint8_t *at = bytes_grow(bytes, n);

	if (at && n)
		memcpy(at, data, n);
}

void bytes_put_u8(struct bytes *bytes, uint8_t value)
{
	bytes_put(bytes, &value, 1);
}

void bytes_put_u32(struct bytes *bytes, uint32_t value)
{
	uint8_t *at = bytes_grow(bytes, 4);

	if (at)
		put_u32(at, value);
}

void bytes_put_u64(struct bytes *bytes, uint64_t value)
{
	uint8_t *at = bytes_grow(bytes, 8);

	if (at)
		put_u64(at, value);
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){0};
}

const uint8_t *view_take(struct view *view, size_t n)
{
	const uint8_t *at = view->data;

	if (view->failed || n > view->left) {
		view->failed = true;
		return NULL;
	}
	view->data += n;
	view->left -= n;
	return at;
}

uint8_t view_u8(struct view *view)
{
	const uint8_t *at = view_take(view, 1);

	return at ? *at : 0;
}

uint32_t view_u32(struct view *view)
{
	const uint8_t *at = view_take(view, 4);

	return at ? get_u32(at) : 0;
}

uint64_t view_u64(struct view *view)
{
	const uint8_t *at = view_take(view, 8);

	return at ? get_u64(at) : 0;
}
