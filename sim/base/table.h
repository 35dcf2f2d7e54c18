/* SPDX-License-Identifier: MIT */
/*
 * Large arrays with scattered accesses. They use pages of 2 MiB where the system has them: with pages of 4 KiB most of
 * these accesses would also miss the processor's TLB.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>

/* Allocates `count` elements of `size` bytes, all 0, aligned to a cache line; free() releases them. Returns NULL if
 * memory runs out. */
void *table_alloc(size_t count, size_t size);

/*
 * Allocates an array, all 0, of which perhaps only a small part will be touched: memory is used page by page, when it
 * is touched (calloc may clear the whole array at once). Returns NULL if memory runs out. table_unmap, with the same
 * sizes, releases it; NULL is allowed.
 */
void *table_map(size_t count, size_t size);
void table_unmap(void *table, size_t count, size_t size);

/*
 * From now on this process takes the memory of its small allocations in large steps, on pages of 2 MiB where the system
 * has them. For a program that holds thousands of small tables (a cluster of many guests): with pages of 4 KiB nearly
 * every access to one would miss the processor's table of addresses. Untouched memory of a step costs nothing.
 */
void table_small_on_large_pages(void);

#endif
