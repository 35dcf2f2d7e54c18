/* SPDX-License-Identifier: MIT */
/* Many small pieces of memory that are given back together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_piece;

struct arena {
	struct arena_piece *last;
};

/* Zeroed memory, good until arena_free. NULL when memory is out. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* A formatted text. NULL when memory is out. */
char *arena_text(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

void arena_free(struct arena *arena);

#endif
