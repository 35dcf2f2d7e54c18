/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LINE_BYTES      ((size_t)64)
#define HUGE_PAGE_BYTES ((size_t)2 << 20)

enum { STEP_BYTES = 64 << 20 }; /* how much the heap grows at a time */

static bool small_on_large_pages;
static char *heap_end; /* up to where the heap is marked */

void table_small_on_large_pages(void)
{
	small_on_large_pages = true;
	mallopt(M_TOP_PAD, STEP_BYTES);
	mallopt(M_TRIM_THRESHOLD, 2 * STEP_BYTES);
	mallopt(M_MMAP_THRESHOLD, (int)HUGE_PAGE_BYTES); /* what is smaller comes from the heap */
}

/* Marks what the heap has grown by. A page of 2 MiB is taken only where nothing was touched before. */
static void mark_heap(void)
{
	char *end = sbrk(0);

	if (!small_on_large_pages || end == heap_end)
		return;
	heap_end = end;
	madvise((void *)(((uintptr_t)end - STEP_BYTES) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES), STEP_BYTES, MADV_HUGEPAGE);
}

void *table_alloc(size_t count, size_t size)
{
	size_t bytes, align = LINE_BYTES;
	void *table;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - HUGE_PAGE_BYTES)
		return NULL;
	if (bytes >= HUGE_PAGE_BYTES)
		align = HUGE_PAGE_BYTES;
	bytes = bytes ? (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES : LINE_BYTES;
	if (posix_memalign(&table, align, bytes) != 0)
		return NULL;
	if (align != HUGE_PAGE_BYTES)
		mark_heap();
	else
		madvise(table, bytes, MADV_HUGEPAGE); /* only a hint: without it the table is slower */
	return memset(table, 0, bytes);
}

void *table_map(size_t count, size_t size)
{
	size_t bytes;
	void *table;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	table = mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		     0);
	return table == MAP_FAILED ? NULL : table;
}

void table_unmap(void *table, size_t count, size_t size)
{
	size_t bytes = count * size;

	if (table)
		munmap(table, bytes ? bytes : 1);
}
