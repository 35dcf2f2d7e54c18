/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LINE_BYTES      ((size_t)64)
#define HUGE_PAGE_BYTES ((size_t)2 << 20)

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
	if (align == HUGE_PAGE_BYTES)
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
