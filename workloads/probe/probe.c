/*
 * Touches pages in known ways. Between NAME-begin and NAME-end nothing of user mode runs but the loop over the phase's
 * own pages:
 *
 *   fresh      writes a word into each of FRESH pages that the kernel has not given out yet: each write faults, and the
 * kernel clears the page again      reads a word of each of the first AGAIN of them movsb      copies COPIED pages by
 * one `rep movsb`, source to sink movsq      copies them back by one `rep movsq` stosq      fills FILLED pages by one
 * `rep stosq` part       fills PART pages but for the last byte of each, by a `rep stosb` a page dma        reads READ
 * pages of a file past the page cache: the disk writes into the buffer, in chunks of CHUNK pages
 *
 * Behind roi-end it checks what came of it and reports the buffers' guest frames: `frames.BUFFER.I=FROM+COUNT,...`,
 * hexadecimal, in the order of the buffer's pages. All buffers but that of `fresh` are there, written page by page,
 * before roi-begin. A further buffer of FREED pages, `freed`, is given back to the kernel just before it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

enum { PAGE = 4096, CHUNK = 64 };

struct buffer {
	const char *name;
	size_t pages;
	volatile char *at;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void map(struct buffer *buffer, int touch)
{
	void *at = mmap(NULL, buffer->pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		fail(buffer->name);
	buffer->at = at;
	for (size_t i = 0; touch && i < buffer->pages; i++)
		*(volatile uint64_t *)(buffer->at + i * PAGE) = i;
}

static void copy_bytes(const struct buffer *from, const struct buffer *to)
{
	volatile char *source = from->at, *sink = to->at;
	size_t n = from->pages * PAGE;

	__asm__ volatile("rep movsb" : "+S"(source), "+D"(sink), "+c"(n) : : "memory");
}

static void copy_words(const struct buffer *from, const struct buffer *to)
{
	volatile char *source = from->at, *sink = to->at;
	size_t n = from->pages * PAGE / 8;

	__asm__ volatile("rep movsq" : "+S"(source), "+D"(sink), "+c"(n) : : "memory");
}

static void fill(const struct buffer *buffer, uint64_t word)
{
	volatile char *at = buffer->at;
	size_t n = buffer->pages * PAGE / 8;

	__asm__ volatile("rep stosq" : "+D"(at), "+c"(n) : "a"(word) : "memory");
}

static void fill_part(const struct buffer *buffer, uint8_t byte)
{
	for (size_t i = 0; i < buffer->pages; i++) {
		volatile char *at = buffer->at + i * PAGE;
		size_t n = PAGE - 1;

		__asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(byte) : "memory");
	}
}

static int read_direct(int file, const struct buffer *to)
{
	for (size_t i = 0; i < to->pages; i += CHUNK) {
		size_t n = to->pages - i < CHUNK ? to->pages - i : CHUNK;

		if (pread(file, (void *)(to->at + i * PAGE), n * PAGE, (off_t)(i * PAGE)) != (ssize_t)(n * PAGE))
			return -1;
	}
	return 0;
}

/* The frame of each page, from the kernel: bits 0 to 54 of its entry when it is there
 * (Documentation/admin-guide/mm/pagemap.rst). */
static uint64_t frame_of(int pagemap, const volatile char *page)
{
	uint64_t entry;

	if (pread(pagemap, &entry, sizeof(entry), (off_t)((uintptr_t)page / PAGE * 8)) != sizeof(entry) ||
	    !(entry >> 63))
		fail("/proc/self/pagemap");
	return entry & ((1ull << 55) - 1);
}

static void report(int pagemap, const struct buffer *buffer)
{
	char line[GUEST_PORT_TEXT + 1] = "", range[40];
	int lines = 0;

	for (size_t i = 0; i < buffer->pages;) {
		uint64_t first = frame_of(pagemap, buffer->at + i * PAGE);
		size_t n = 1;

		while (i + n < buffer->pages && frame_of(pagemap, buffer->at + (i + n) * PAGE) == first + n)
			n++;
		snprintf(range, sizeof(range), "%llx+%zx", (unsigned long long)first, n);
		if (strlen(line) + strlen(range) + 1 > GUEST_PORT_TEXT) {
			vm_report(line);
			line[0] = '\0';
		}
		if (line[0])
			strcat(line, ",");
		else
			snprintf(line, sizeof(line), "frames.%s.%d=", buffer->name, lines++);
		strcat(line, range);
		i += n;
	}
	vm_report(line);
}

/* What each buffer must hold after all phases. */
static void check(const struct buffer *fresh, const struct buffer *source, const struct buffer *sink,
		  const struct buffer *filled, const struct buffer *part, const struct buffer *read)
{
	for (size_t i = 0; i < fresh->pages; i++)
		if (*(volatile uint64_t *)(fresh->at + i * PAGE) != ~i)
			exit(11);
	for (size_t i = 0; i < source->pages; i++)
		if (*(volatile uint64_t *)(source->at + i * PAGE) != i ||
		    *(volatile uint64_t *)(sink->at + i * PAGE) != i)
			exit(12);
	for (size_t i = 0; i < filled->pages * PAGE / 8; i++)
		if (((volatile uint64_t *)filled->at)[i] != 0x5a)
			exit(13);
	for (size_t i = 0; i < part->pages * PAGE; i++)
		if (part->at[i] != (i % PAGE == PAGE - 1 ? 0 : 0x33))
			exit(15);
	for (size_t i = 0; i < read->pages; i++)
		if (atoi((const char *)read->at + i * PAGE) != (int)i || read->at[i * PAGE + PAGE - 1] != ' ')
			exit(14);
}

int main(int argc, char **argv)
{
	size_t n[8] = {0};
	int file, pagemap, status;

	if (argc != 8)
		return 2;
	for (int i = 1; i < 8; i++)
		n[i] = strtoul(argv[i], NULL, 10);
	struct buffer fresh = {"fresh", n[1], NULL}, source = {"source", n[3], NULL}, sink = {"sink", n[3], NULL},
		      filled = {"filled", n[4], NULL}, part = {"part", n[6], NULL}, read = {"read", n[5], NULL},
		      freed = {"freed", n[7], NULL};

	map(&source, 1);
	map(&sink, 1);
	map(&filled, 1);
	map(&part, 1);
	map(&read, 1);
	map(&freed, 1);
	map(&fresh, 0);
	file = open("input", O_RDONLY | O_DIRECT);
	pagemap = open("/proc/self/pagemap", O_RDONLY);
	if (file < 0 || pagemap < 0 || vm_open() < 0)
		fail("probe");
	report(pagemap, &freed);
	if (munmap((void *)freed.at, freed.pages * PAGE) < 0)
		fail("freed");

	vm_mark("roi-begin");
	vm_mark("fresh-begin");
	for (size_t i = 0; i < fresh.pages; i++)
		*(volatile uint64_t *)(fresh.at + i * PAGE) = ~i;
	vm_mark("fresh-end");
	vm_mark("again-begin");
	for (size_t i = 0; i < n[2]; i++)
		(void)*(volatile uint64_t *)(fresh.at + i * PAGE);
	vm_mark("again-end");
	vm_mark("movsb-begin");
	copy_bytes(&source, &sink);
	vm_mark("movsb-end");
	vm_mark("movsq-begin");
	copy_words(&sink, &source);
	vm_mark("movsq-end");
	vm_mark("stosq-begin");
	fill(&filled, 0x5a);
	vm_mark("stosq-end");
	vm_mark("part-begin");
	fill_part(&part, 0x33);
	vm_mark("part-end");
	vm_mark("dma-begin");
	status = read_direct(file, &read);
	vm_mark("dma-end");
	vm_mark("roi-end");

	if (status < 0)
		fail("input");
	check(&fresh, &source, &sink, &filled, &part, &read);
	report(pagemap, &fresh);
	report(pagemap, &source);
	report(pagemap, &sink);
	report(pagemap, &filled);
	report(pagemap, &part);
	report(pagemap, &read);
	return 0;
}
