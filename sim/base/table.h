/* SPDX-License-Identifier: MIT */
/*
 * Large arrays that are read and written all over the place: on pages of 2 MiB where the system has them, because with
 * pages of 4 KiB most of such accesses miss the processor's table of addresses too.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>

/* `count` elements of `size` bytes, all 0, aligned to a line of the processor's cache; free() gives them back. NULL
 * when memory is out. */
void *table_alloc(size_t count, size_t size);

/*
 * Arrays of which little may ever be touched: all 0, and memory is taken page by page as it is touched, whatever the
 * allocator's mood (calloc may clear them at once). table_unmap, with the same sizes, gives them back; NULL is fine.
 * NULL when memory is out.
 */
void *table_map(size_t count, size_t size);
void table_unmap(void *table, size_t count, size_t size);

#endif
