/* SPDX-License-Identifier: MIT */
/* Pages leave the page table whichever CPU made them, and keep their content. The process here is this one. */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emulator/unmap.h"
#include "trace/header.h"
#include "unit.h"

enum { PAGES = 200, PAGE_BYTES = 1 << TRACE_PAGE_SHIFT };

static void run_on(size_t cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	CU_ASSERT_EQUAL(sched_setaffinity(0, sizeof(one), &one), 0);
}

/* One of the CPUs on which this process may run: the first or the last. */
static size_t allowed_cpu(const cpu_set_t *allowed, bool last)
{
	size_t found = 0;

	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed)) {
			found = cpu;
			if (!last)
				break;
		}
	return found;
}

static unsigned mapped_pages(uint64_t start)
{
	unsigned mapped = 0;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry;

	for (unsigned i = 0; i < PAGES; i++)
		mapped += pread(pagemap, &entry, sizeof(entry),
				(off_t)(((start >> TRACE_PAGE_SHIFT) + i) * sizeof(entry))) == sizeof(entry) &&
			  entry >> 63;
	close(pagemap);
	return mapped;
}

struct memory {
	volatile unsigned char *byte;
	uint64_t start;
};

static struct memory make_memory(void)
{
	struct memory memory;
	int fd = memfd_create("unmap", MFD_CLOEXEC);

	CU_ASSERT_EQUAL_FATAL(ftruncate(fd, PAGES * PAGE_BYTES), 0);
	memory.byte = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	CU_ASSERT_PTR_NOT_EQUAL_FATAL((void *)memory.byte, MAP_FAILED);
	memory.start = (uintptr_t)memory.byte;
	return memory;
}

static void write_pages(const struct memory *memory, unsigned round)
{
	for (unsigned i = 0; i < PAGES; i++)
		memory->byte[(size_t)i * PAGE_BYTES] = (unsigned char)(i + round);
}

static void test_other_cpu(void)
{
	struct memory memory = make_memory();
	struct unmapper unmapper;
	cpu_set_t before, after;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(sched_getaffinity(0, sizeof(before), &before), 0);
	CU_ASSERT_EQUAL_FATAL(unmap_open(&unmapper, getpid(), &err), 0);
	for (unsigned round = 0; round < 4; round++) {
		cpu_set_t here;

		run_on(allowed_cpu(&before, round & 1));
		write_pages(&memory, round);
		run_on(allowed_cpu(&before, !(round & 1)));
		sched_getaffinity(0, sizeof(here), &here);
		CU_ASSERT_EQUAL(mapped_pages(memory.start), PAGES);
		CU_ASSERT_EQUAL(unmap_range(&unmapper, memory.start, memory.start + PAGES * PAGE_BYTES), 0);
		CU_ASSERT_EQUAL(mapped_pages(memory.start), 0);
		sched_getaffinity(0, sizeof(after), &after);
		CU_ASSERT(CPU_EQUAL(&here, &after));
		for (unsigned i = 0; i < PAGES; i++)
			CU_ASSERT_EQUAL(memory.byte[(size_t)i * PAGE_BYTES], (unsigned char)(i + round));
	}
	sched_setaffinity(0, sizeof(before), &before);
	unmap_close(&unmapper);
	munmap((void *)memory.byte, PAGES * PAGE_BYTES);
}

/* A locked page stays, and is the one that is named. */
static void test_locked(void)
{
	struct memory memory = make_memory();
	uint64_t vpn[3] = {memory.start >> TRACE_PAGE_SHIFT, vpn[0] + 1, vpn[0] + 2};
	struct unmapper unmapper;
	struct err err;

	write_pages(&memory, 0);
	CU_ASSERT_EQUAL_FATAL(mlock((const void *)(memory.byte + PAGE_BYTES), PAGE_BYTES), 0);
	CU_ASSERT_EQUAL_FATAL(unmap_open(&unmapper, getpid(), &err), 0);
	CU_ASSERT_EQUAL(unmap_pages(&unmapper, vpn, 3), 1);
	CU_ASSERT_EQUAL(vpn[0], (memory.start >> TRACE_PAGE_SHIFT) + 1);
	CU_ASSERT_EQUAL(mapped_pages(memory.start), PAGES - 2);
	unmap_close(&unmapper);
	munmap((void *)memory.byte, PAGES * PAGE_BYTES);
}

CU_TestInfo unmap_tests[] = {
	{"pages that another CPU made", test_other_cpu},
	{"a locked page", test_locked},
	CU_TEST_INFO_NULL,
};
