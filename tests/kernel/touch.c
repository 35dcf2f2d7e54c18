/* SPDX-License-Identifier: MIT */
/*
 * Runs in the guest of tests/kernel: touches pages in the order of a file, under a cgroup's limit, and prints what that
 * cost. usage: touch LIST LIMIT_KIB
 *
 * LIST has a line for each touch: the page, and w for a write; "begin" where counting begins. Its memory begins at a
 * multiple of 2 MiB. The list is read before the limit holds, by the parent.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUP "/cg/job"
#define SPAN  ((uintptr_t)2 << 20)
#define PAGE  4096

static uint32_t *touch; /* page * 2 + write */
static size_t touches, begin;
static uint32_t pages;

static void stop(const char *what)
{
	perror(what);
	exit(1);
}

static void read_list(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[64];

	if (!file)
		stop(path);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == 'b') {
			begin = touches;
			continue;
		}
		if ((touches & (touches - 1)) == 0 &&
		    !(touch = realloc(touch, (touches ? 2 * touches : 1) * sizeof(*touch))))
			stop("list");
		touch[touches++] = (uint32_t)strtoul(line, NULL, 10) * 2 + (strchr(line, 'w') != NULL);
		if (touch[touches - 1] / 2 >= pages)
			pages = touch[touches - 1] / 2 + 1;
	}
	fclose(file);
}

static void write_to(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		stop(path);
	close(file);
}

/* The number after a word at the beginning of a line of a file. */
static long number(const char *path, const char *word)
{
	FILE *file = fopen(path, "r");
	char name[64];
	long value;

	if (!file)
		stop(path);
	while (fscanf(file, "%63s %ld", name, &value) == 2)
		if (strcmp(name, word) == 0) {
			fclose(file);
			return value;
		}
	stop(word);
	return 0;
}

static volatile char *map(void)
{
	char *at = mmap(NULL, (size_t)pages * PAGE + 2 * SPAN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);

	if (at == MAP_FAILED)
		stop("mmap");
	at = (char *)(((uintptr_t)at + SPAN - 1) & ~(SPAN - 1));
	if (madvise(at, (size_t)pages * PAGE, MADV_NOHUGEPAGE) < 0)
		stop("madvise");
	return at;
}

/* The child: joins the group, so that all its memory is charged to it. Prints major and minor faults since `begin`,
 * then pages: of the kernel at the end, of files, and its own anonymous ones before it touches the list's. */
static void run(void)
{
	volatile char *memory;
	struct rusage before = {0}, after;
	unsigned sum = 0;
	long own;

	write_to(GROUP "/cgroup.procs", "0");
	memory = map();
	own = number(GROUP "/memory.stat", "anon");
	for (size_t i = 0; i < touches; i++) {
		volatile char *at = memory + (size_t)(touch[i] / 2) * PAGE;

		if (i == begin)
			getrusage(RUSAGE_SELF, &before);
		if (touch[i] & 1)
			*at = 1;
		else
			sum += (unsigned)*at;
	}
	getrusage(RUSAGE_SELF, &after);
	printf("%ld %ld %ld %ld %ld", after.ru_majflt - before.ru_majflt, after.ru_minflt - before.ru_minflt,
	       number(GROUP "/memory.stat", "kernel") / PAGE, number(GROUP "/memory.stat", "file") / PAGE, own / PAGE);
	fflush(stdout);
	_exit(sum == 1 ? 3 : 0);
}

int main(int argc, char **argv)
{
	char limit[32];
	long in, out;
	int status;

	if (argc != 3)
		return 2;
	read_list(argv[1]);
	mkdir(GROUP, 0755);
	snprintf(limit, sizeof(limit), "%sK", argv[2]);
	write_to(GROUP "/memory.max", limit);
	in = number("/proc/vmstat", "pswpin");
	out = number("/proc/vmstat", "pswpout");
	if (fork() == 0)
		run();
	if (wait(&status) < 0)
		stop("wait");
	printf(" %ld %ld %d\n", number("/proc/vmstat", "pswpin") - in, number("/proc/vmstat", "pswpout") - out, status);
	return rmdir(GROUP) < 0;
}
