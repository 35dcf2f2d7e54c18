/* SPDX-License-Identifier: MIT */
#include "emulator/unmap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trace/header.h"

#define PAGE_BYTES (UINT64_C(1) << TRACE_PAGE_SHIFT)

/* An entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define ENTRY_MAPPED    (UINT64_C(1) << 63)
#define ENTRY_PROTECTED (UINT64_C(1) << 57)

enum { CALLS = 2 }; /* on each CPU: the first may only clear the accessed bit */

int unmap_open(struct unmapper *unmapper, pid_t pid, struct err *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/pagemap", (long)pid);
	*unmapper = (struct unmapper){.pidfd = -1, .pagemap = -1};
	unmapper->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	unmapper->pagemap = open(path, O_RDONLY | O_CLOEXEC);
	if (unmapper->pidfd >= 0 && unmapper->pagemap >= 0)
		return 0;
	err_errno(err, ERR_FAILED, "process %ld", (long)pid);
	unmap_close(unmapper);
	return ERR_FAILED;
}

void unmap_close(struct unmapper *unmapper)
{
	if (unmapper->pidfd >= 0)
		close(unmapper->pidfd);
	if (unmapper->pagemap >= 0)
		close(unmapper->pagemap);
	*unmapper = (struct unmapper){.pidfd = -1, .pagemap = -1};
}

void unmap_watch(struct unmapper *unmapper, unmap_written *written, void *context)
{
	unmapper->written = written;
	unmapper->context = context;
}

/* Reads the entries of `count` pages from `first` on, up to UNMAP_PAGES. Returns how many there are: none of a process
 * that has ended. */
static uint32_t read_entries(const struct unmapper *unmapper, uint64_t first, uint32_t count, uint64_t *entry)
{
	ssize_t bytes = pread(unmapper->pagemap, entry, count * sizeof(*entry), (off_t)(first * sizeof(*entry)));

	return bytes < 0 ? 0 : (uint32_t)((size_t)bytes / sizeof(*entry));
}

/* Finds which of `count` pages from `first` on are mapped. Returns how many, with their numbers in `vpn`. */
static uint32_t find_mapped(const struct unmapper *unmapper, uint64_t first, uint32_t count, uint64_t *vpn)
{
	uint64_t entry[UNMAP_PAGES];
	uint32_t read = read_entries(unmapper, first, count, entry), mapped = 0;

	for (uint32_t i = 0; i < read; i++)
		if (entry[i] & ENTRY_MAPPED)
			vpn[mapped++] = first + i;
		else if (unmapper->written && !(entry[i] & ENTRY_PROTECTED))
			unmapper->written(unmapper->context, first + i);
	return mapped;
}

/* How many of the first `count` pages are neighbours, in order. */
static uint32_t run_length(const uint64_t *vpn, uint32_t count)
{
	uint32_t length = 1;

	while (length < count && vpn[length] == vpn[0] + length)
		length++;
	return length;
}

void unmap_ask(const struct unmapper *unmapper, const uint64_t *vpn, uint32_t count)
{
	for (uint32_t i = 0, run; i < count; i += run) {
		uint64_t entry[UNMAP_PAGES];

		run = run_length(&vpn[i], count - i);
		for (uint32_t read = read_entries(unmapper, vpn[i], run, entry), at = 0; at < read; at++)
			if (!(entry[at] & ENTRY_PROTECTED))
				unmapper->written(unmapper->context, vpn[i] + at);
	}
}

static uint32_t keep_mapped(const struct unmapper *unmapper, uint64_t *vpn, uint32_t count)
{
	uint32_t left = 0;

	for (uint32_t i = 0, run; i < count; i += run) {
		run = run_length(&vpn[i], count - i);
		left += find_mapped(unmapper, vpn[i], run, &vpn[left]);
	}
	return left;
}

/* The ranges of the pages. Returns how many there are. */
static uint32_t find_ranges(const uint64_t *vpn, uint32_t count, struct iovec range[UNMAP_PAGES])
{
	uint32_t ranges = 0;

	for (uint32_t i = 0, run; i < count; i += run) {
		run = run_length(&vpn[i], count - i);
		range[ranges++] = (struct iovec){(void *)(uintptr_t)(vpn[i] << TRACE_PAGE_SHIFT), run * PAGE_BYTES};
	}
	return ranges;
}

/* The kernel stops at a page that it refuses, such as a locked one; the others follow. False if the process has ended.
 */
static bool page_out(const struct unmapper *unmapper, const uint64_t *vpn, uint32_t count)
{
	struct iovec range[UNMAP_PAGES];

	for (uint32_t at = 0; at < count;) {
		uint32_t ranges = find_ranges(vpn + at, count - at, range);
		long done = syscall(SYS_process_madvise, unmapper->pidfd, range, ranges, MADV_PAGEOUT, 0);

		if (done < 0 && errno == ESRCH)
			return false;
		at += done <= 0 ? 1 : (uint32_t)((uint64_t)done / PAGE_BYTES);
	}
	return true;
}

/* What remains mapped after calls on this CPU. A process that has ended has no mapped pages. */
static uint32_t unmap_here(const struct unmapper *unmapper, uint64_t *vpn, uint32_t count)
{
	for (int call = 0; call < CALLS && count; call++)
		count = page_out(unmapper, vpn, count) ? keep_mapped(unmapper, vpn, count) : 0;
	return count;
}

static uint32_t unmap_everywhere(const struct unmapper *unmapper, uint64_t *vpn, uint32_t count)
{
	const long cpus = sysconf(_SC_NPROCESSORS_CONF);
	cpu_set_t before;

	if (sched_getaffinity(0, sizeof(before), &before) < 0)
		return count;
	for (long cpu = 0; cpu < cpus && cpu < CPU_SETSIZE && count; cpu++) {
		cpu_set_t one;

		CPU_ZERO(&one);
		CPU_SET((size_t)cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0)
			count = unmap_here(unmapper, vpn, count);
	}
	(void)sched_setaffinity(0, sizeof(before), &before);
	return count;
}

uint32_t unmap_pages(const struct unmapper *unmapper, uint64_t *vpn, uint32_t count)
{
	count = unmap_here(unmapper, vpn, count);
	return count ? unmap_everywhere(unmapper, vpn, count) : 0;
}

uint64_t unmap_range(const struct unmapper *unmapper, uint64_t start, uint64_t end)
{
	const uint64_t last = end >> TRACE_PAGE_SHIFT;
	uint64_t left = 0;

	for (uint64_t vpn = start >> TRACE_PAGE_SHIFT; vpn < last; vpn += UNMAP_PAGES) {
		uint64_t mapped[UNMAP_PAGES];
		uint32_t count = last - vpn < UNMAP_PAGES ? (uint32_t)(last - vpn) : UNMAP_PAGES;

		left += unmap_pages(unmapper, mapped, find_mapped(unmapper, vpn, count, mapped));
	}
	return left;
}
