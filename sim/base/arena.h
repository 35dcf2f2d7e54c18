/* SPDX-License-Identifier: MIT */
/* Many small allocations that are freed together. Start with a zeroed struct arena. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_piece;

struct arena {
	struct arena_piece *last;
};

/* Allocates `count` elements of `size` bytes, all 0, valid until arena_free. Returns NULL if memory runs out. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* Formats a text as printf does; valid until arena_free. Returns NULL if memory runs out. */
char *arena_text(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Frees everything; the arena is then empty and may be used again. */
void arena_free(struct arena *arena);

#endif
