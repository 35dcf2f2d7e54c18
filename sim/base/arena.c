/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct arena_piece {
	struct arena_piece *before;
	max_align_t memory[];
};

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	struct arena_piece *piece;
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	piece = calloc(1, sizeof(*piece) + bytes);
	if (!piece)
		return NULL;
	piece->before = arena->last;
	arena->last = piece;
	return piece->memory;
}

char *arena_text(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1, 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void arena_free(struct arena *arena)
{
	while (arena->last) {
		struct arena_piece *piece = arena->last;

		arena->last = piece->before;
		free(piece);
	}
}
