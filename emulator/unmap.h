/* SPDX-License-Identifier: MIT */
/*
 * Takes pages of shared memory out of a process's page table. Their content stays in the memory file: without swap,
 * paging out shared memory (MADV_PAGEOUT) does exactly this.
 *
 * The kernel may leave a page mapped (mm/madvise.c and mm/vmscan.c of Linux 6.18):
 * - before 6.9, a page that was accessed: the first call only clears its accessed bit;
 * - a page that a CPU made not long ago: it is in that CPU's list of new pages, and the call empties only the list of
 *   the CPU on which it runs. So the call is repeated on the other CPUs;
 * - a page that is locked or in use for a direct transfer.
 * So the page table is checked after each call.
 */
#ifndef EMULATOR_UNMAP_H
#define EMULATOR_UNMAP_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define UNMAP_PAGES 64 /* at once */

/* A page was written since it was mapped: its mapping is not write-protected. */
typedef void unmap_written(void *context, uint64_t vpn);

struct unmapper {
	int pidfd, pagemap;
	unmap_written *written; /* NULL: nobody wants to know */
	void *context;
};

/* Returns 0 or a negative code; after success unmap_close frees it. */
int unmap_open(struct unmapper *unmapper, pid_t pid, struct err *err);
void unmap_close(struct unmapper *unmapper);

/* From now on `written` is called for pages that unmap_pages or unmap_ask find without write protection. A write
 * protection outlasts the unmapping, so no write is missed. */
void unmap_watch(struct unmapper *unmapper, unmap_written *written, void *context);

/* Only asks, for up to UNMAP_PAGES pages. */
void unmap_ask(const struct unmapper *unmapper, const uint64_t *vpn, uint32_t count);

/* Unmaps pages by their numbers, up to UNMAP_PAGES; neighbours that follow each other in `vpn` cost less. Returns how
 * many are still mapped, and moves their numbers to the front. The calling thread keeps its CPU affinity. */
uint32_t unmap_pages(const struct unmapper *unmapper, uint64_t *vpn, uint32_t count);

/* Unmaps all pages of [start, end), addresses of pages. Returns how many are still mapped. */
uint64_t unmap_range(const struct unmapper *unmapper, uint64_t start, uint64_t end);

#endif
