/* SPDX-License-Identifier: MIT */
/*
 * managed < LOG > CSV: the touches of a program's private anonymous memory, which is what the native engine manages,
 * from
 *
 *   setarch -R valgrind --tool=lackey --trace-mem=yes --trace-syscalls=yes --log-file=LOG PROGRAM
 *
 * for `megavm trace import -f csv`. The system calls in the log say which addresses are managed. A mapping gets page
 * numbers of its own, so a page that is unmapped and mapped again is another page; mremap takes the numbers along. What
 * read and write do to the program's memory counts as touches: the kernel makes them, and lackey does not see those. Of
 * touches of one page in a row only the first and the first write stay. The clock counts all instructions.
 *
 * Source: lackey/lk_main.c and m_syswrap/syswrap-main.c of Valgrind 3.19.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE         UINT64_C(4096)
#define ROUND(bytes) (((bytes) + PAGE - 1) / PAGE)

enum { RANGES = 65536, ARGUMENTS = 6 };

/* Pages [from, to) of the address space have the numbers `first`, `first` + 1, ... */
struct range {
	uint64_t from, to, first;
};

static struct range range[RANGES];
static size_t ranges, last_hit;
static uint64_t next_number = 1, heap_from, heap_to;

static void add(uint64_t from, uint64_t to, uint64_t first)
{
	if (from >= to)
		return;
	if (ranges == RANGES) {
		fprintf(stderr, "managed: more than %d mappings\n", RANGES);
		exit(1);
	}
	range[ranges++] = (struct range){from, to, first};
}

static uint64_t fresh(uint64_t pages)
{
	uint64_t first = next_number;

	next_number += pages;
	return first;
}

/* Takes [from, to) away; its parts go to `kept`, if that is not NULL. Returns how many there were. */
static size_t take(uint64_t from, uint64_t to, struct range *kept)
{
	size_t parts = 0;

	for (size_t i = 0; i < ranges; i++) {
		struct range it = range[i];
		uint64_t low = it.from > from ? it.from : from, high = it.to < to ? it.to : to;

		if (low >= high)
			continue;
		if (kept)
			kept[parts] = (struct range){low, high, it.first + (low - it.from)};
		parts++;
		range[i--] = range[--ranges];
		add(it.from, low, it.first);
		add(high, it.to, it.first + (high - it.from));
	}
	last_hit = 0;
	return parts;
}

/* The number of the page at an address; 0 when it is not managed. */
static uint64_t number_of(uint64_t page)
{
	if (last_hit < ranges && page >= range[last_hit].from && page < range[last_hit].to)
		return range[last_hit].first + (page - range[last_hit].from);
	for (size_t i = 0; i < ranges; i++)
		if (page >= range[i].from && page < range[i].to) {
			last_hit = i;
			return range[i].first + (page - range[i].from);
		}
	return 0;
}

static void touch(uint64_t page, int write, uint64_t *instructions)
{
	static uint64_t last;
	static int last_write;
	uint64_t number = number_of(page);

	if (!number || (number == last && (!write || last_write)))
		return;
	printf("%llu,%c,%llu\n", (unsigned long long)number, write ? 'W' : 'R', (unsigned long long)*instructions);
	*instructions = 0;
	last = number;
	last_write = write;
}

static void touch_all(uint64_t address, uint64_t bytes, int write, uint64_t *instructions)
{
	for (uint64_t page = address / PAGE; bytes && page <= (address + bytes - 1) / PAGE; page++)
		touch(page, write, instructions);
}

/* ---- system calls ---- */

static void move(uint64_t from, uint64_t pages, uint64_t to, uint64_t to_pages)
{
	static struct range kept[RANGES];
	size_t parts = take(from, from + pages, kept);

	take(to, to + to_pages, NULL);
	for (size_t i = 0; i < parts; i++) {
		uint64_t at = kept[i].from - from, count = kept[i].to - kept[i].from;

		if (at < to_pages)
			add(to + at, to + (at + count < to_pages ? at + count : to_pages), kept[i].first);
	}
	if (parts && to_pages > pages)
		add(to + pages, to + to_pages, fresh(to_pages - pages));
}

/* The content is lost: the addresses stay managed, with pages of other numbers. */
static void discard(uint64_t from, uint64_t to)
{
	static struct range kept[RANGES];
	size_t parts = take(from, to, kept);

	for (size_t i = 0; i < parts; i++)
		add(kept[i].from, kept[i].to, fresh(kept[i].to - kept[i].from));
}

static void move_heap_end(uint64_t to)
{
	if (!heap_from)
		heap_from = heap_to = to;
	if (to > heap_to)
		add(ROUND(heap_to), ROUND(to), fresh(ROUND(to) - ROUND(heap_to)));
	else
		take(ROUND(to), ROUND(heap_to), NULL);
	heap_to = to;
}

static void map(const uint64_t *argument, uint64_t result)
{
	const uint64_t other = MAP_STACK | MAP_GROWSDOWN | MAP_HUGETLB, from = result / PAGE,
		       pages = ROUND(argument[1]);

	take(from, from + pages, NULL);
	if ((argument[3] & MAP_PRIVATE) && (argument[3] & MAP_ANONYMOUS) && !(argument[3] & other))
		add(from, from + pages, fresh(pages));
}

/* A call that has succeeded. */
static void call(int number, const uint64_t *argument, uint64_t result, uint64_t *instructions)
{
	const uint64_t from = argument[0] / PAGE, pages = ROUND(argument[1]);

	switch (number) {
	case SYS_brk: move_heap_end(result); break;
	case SYS_mmap: map(argument, result); break;
	case SYS_munmap: take(from, from + pages, NULL); break;
	case SYS_mremap: move(from, pages, result / PAGE, ROUND(argument[2])); break;
	case SYS_madvise:
		if (argument[2] == MADV_DONTNEED || argument[2] == MADV_FREE)
			discard(from, from + pages);
		break;
	case SYS_read:
	case SYS_pread64: touch_all(argument[1], result, 1, instructions); break;
	case SYS_write:
	case SYS_pwrite64: touch_all(argument[1], result, 0, instructions); break;
	}
}

/* "SYSCALL[123,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, 0 ) --> [pre-success] Success(0x4835000)". A call that
 * may block has two lines: the arguments, and the result after "... [async]". */
static void take_call(const char *line, uint64_t *instructions)
{
	static uint64_t argument[ARGUMENTS];
	const char *at = strchr(line, ']'), *success = strstr(line, "Success(");
	int number;

	if (!at || sscanf(at, "](%d)", &number) != 1)
		return;
	at = strstr(line, " ( ");
	if (at && !strstr(line, ") ... [async]")) {
		at += 3;
		for (int i = 0; i < ARGUMENTS && at; i++) {
			argument[i] = strtoull(at, NULL, 0);
			at = strchr(at, ',');
			at = at ? at + 1 : NULL;
		}
	}
	if (success)
		call(number, argument, strtoull(success + strlen("Success("), NULL, 0), instructions);
}

int main(void)
{
	uint64_t instructions = 0;
	char *line = NULL;
	size_t room = 0;

	puts("page,type,instructions");
	while (getline(&line, &room, stdin) > 0) {
		if (line[0] == 'I') {
			instructions++;
		} else if (line[0] == ' ') {
			char *end;
			uint64_t address = strtoull(line + 3, &end, 16);

			touch_all(address, strtoull(end + 1, NULL, 10), line[1] != 'L', &instructions);
		} else if (strncmp(line, "SYSCALL", 7) == 0) {
			take_call(line, &instructions);
		}
	}
	free(line);
	return 0;
}
