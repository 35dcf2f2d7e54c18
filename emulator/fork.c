/* SPDX-License-Identifier: MIT */
#include "emulator/fork.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator/inject.h"

enum { COPY_BYTES = 1 << 20 };

static char copy_buffer[COPY_BYTES];

/* A line of /proc/ID/maps. */
struct mapping {
	uint64_t start, end, offset;
	int protection;
};

static int call(pid_t copy, long number, const unsigned long argument[6], const char *what, struct err *err)
{
	long result = 0;
	int status = inject_call(copy, number, argument, &result, err);

	if (status == 0 && result < 0 && result >= -4095) {
		errno = (int)-result;
		status = err_errno(err, ERR_FAILED, "process %ld, a copy of its creator: %s", (long)copy, what);
	}
	return status;
}

/* Copies [from, to) of the memory file, which is a part of the mapping, to its place in the copy. */
static int write_bytes(pid_t copy, int memory, const struct mapping *mapping, uint64_t from, uint64_t to,
		       struct err *err)
{
	uint64_t address = mapping->start + (from - mapping->offset);

	while (from < to) {
		size_t part = to - from < COPY_BYTES ? to - from : COPY_BYTES;
		struct iovec own = {copy_buffer, part}, other = {(void *)(uintptr_t)address, part};

		if (pread(memory, copy_buffer, part, (off_t)from) != (ssize_t)part ||
		    process_vm_writev(copy, &own, 1, &other, 1, 0) != (ssize_t)part)
			return err_errno(err, ERR_FAILED, "process %ld: its memory cannot be copied", (long)copy);
		from += part;
		address += part;
	}
	return 0;
}

/* Copies those parts of a mapping that the memory file has; the others are zeros already. */
static int write_content(pid_t copy, int memory, const struct mapping *mapping, struct err *err)
{
	const uint64_t end = mapping->offset + (mapping->end - mapping->start);
	uint64_t at = mapping->offset;
	int status = 0;

	while (status == 0 && at < end) {
		off_t data = lseek(memory, (off_t)at, SEEK_DATA), hole;

		if (data < 0 || (uint64_t)data >= end)
			return 0;
		hole = lseek(memory, data, SEEK_HOLE);
		at = hole < 0 || (uint64_t)hole > end ? end : (uint64_t)hole;
		status = write_bytes(copy, memory, mapping, (uint64_t)data, at, err);
	}
	return status;
}

static int make_private(pid_t copy, int memory, const struct mapping *mapping, struct err *err)
{
	const unsigned long bytes = mapping->end - mapping->start;
	const unsigned long map[6] = {mapping->start,         bytes,
				      PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
				      (unsigned long)-1,      0};
	const unsigned long protect[6] = {mapping->start, bytes, (unsigned long)mapping->protection};
	int status = call(copy, SYS_mmap, map, "mmap", err);

	if (status == 0)
		status = write_content(copy, memory, mapping, err);
	if (status == 0 && mapping->protection != (PROT_READ | PROT_WRITE))
		status = call(copy, SYS_mprotect, protect, "mprotect", err);
	return status;
}

/* The next mapping of the memory file in /proc/ID/maps; false at the end. */
static bool next_mapping(FILE *maps, ino_t inode, struct mapping *mapping)
{
	char line[4352], access[5];
	unsigned long number;

	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %lu", &mapping->start, &mapping->end,
			   access, &mapping->offset, &number) != 5 ||
		    number != inode || access[3] != 's' || !strstr(line, "memfd:"))
			continue;
		mapping->protection = (access[0] == 'r' ? PROT_READ : 0) | (access[1] == 'w' ? PROT_WRITE : 0) |
				      (access[2] == 'x' ? PROT_EXEC : 0);
		return true;
	}
	return false;
}

/* All mappings of the memory file. Returns how many, or a negative code; the caller frees *list. */
static int list_mappings(pid_t copy, int memory, struct mapping **list, struct err *err)
{
	struct mapping mapping;
	struct stat info;
	char path[64];
	int count = 0;
	FILE *maps;

	*list = NULL;
	snprintf(path, sizeof(path), "/proc/%ld/maps", (long)copy);
	maps = fopen(path, "re");
	if (!maps || fstat(memory, &info) < 0)
		return err_errno(err, ERR_FAILED, "process %ld: its mappings cannot be read", (long)copy);
	while (next_mapping(maps, info.st_ino, &mapping)) {
		struct mapping *grown = realloc(*list, ((size_t)count + 1) * sizeof(**list));

		if (!grown) {
			fclose(maps);
			return err_memory(err, "the mappings of a process");
		}
		*list = grown;
		grown[count++] = mapping;
	}
	fclose(maps);
	return count;
}

int fork_make_private(pid_t copy, int memory, struct err *err)
{
	struct mapping *list;
	int count = list_mappings(copy, memory, &list, err), status = count < 0 ? count : 0;

	for (int i = 0; i < count && status == 0; i++)
		status = make_private(copy, memory, &list[i], err);
	free(list);
	return status;
}
