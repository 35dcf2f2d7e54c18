/* SPDX-License-Identifier: MIT */
/*
 * System calls that a pager's tracer has to get right, one by one, each checked as the kernel specifies it for private
 * anonymous memory. Prints what failed, and `done`. Run by itself it prints the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

enum { PAGE = 4096 };

static void expect(int right, const char *what)
{
	if (!right)
		printf("wrong: %s (errno %d)\n", what, errno);
}

static unsigned char *map(size_t pages)
{
	return mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void heap(void)
{
	unsigned char *start = sbrk(0), *end;

	expect(sbrk(40 * PAGE + 100) == (void *)start, "sbrk grows");
	memset(start, 9, 40 * PAGE);
	end = sbrk(0);
	expect(end == start + 40 * PAGE + 100, "sbrk(0)");
	expect(sbrk(-20 * PAGE) == (void *)end, "sbrk shrinks");
	expect(sbrk(20 * PAGE) != (void *)-1, "sbrk grows again");
	expect(start[30 * PAGE] == 0 && start[10 * PAGE] == 9, "the heap's content");
	expect(brk(start) == 0 && sbrk(0) == (void *)start, "brk");
}

static void mappings(void)
{
	unsigned char *a = map(10), *b;

	memset(a, 5, 10 * PAGE);
	expect(munmap(a + 3 * PAGE, 2 * PAGE) == 0, "munmap in the middle");
	b = mmap(a + 3 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	expect(b == a + 3 * PAGE && b[0] == 0 && a[2 * PAGE] == 5 && a[5 * PAGE] == 5, "a hole mapped again");
	expect(mmap(a, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED &&
		       errno == EEXIST && a[0] == 5,
	       "MAP_FIXED_NOREPLACE over memory");
	expect(mmap(a, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, 900, 0) == MAP_FAILED && a[0] == 5,
	       "a mapping that fails keeps what was there");
	expect(mprotect(a, PAGE, PROT_READ) == 0 && a[0] == 5, "mprotect");
	expect(mprotect(a, PAGE, PROT_READ | PROT_WRITE) == 0 && (a[0] = 6) == 6, "mprotect back");
	b = mmap(NULL, 100 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	expect(mprotect(b + 50 * PAGE, PAGE, PROT_READ | PROT_WRITE) == 0 && (b[50 * PAGE] = 1) == 1, "a reservation");
	expect(munmap((void *)1, PAGE) == -1 && errno == EINVAL, "munmap of no page");
}

static void moves(void)
{
	unsigned char *a = map(4), *b = map(40);

	memset(a, 3, 4 * PAGE);
	expect(mremap(a, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, b) == (void *)b, "mremap to an address");
	expect(b[3 * PAGE] == 3 && b[4 * PAGE] == 0 && b[7 * PAGE] == 0 && b[8 * PAGE] == 0, "what was moved");
	expect(mremap(b, 0, PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL, "mremap of nothing");
	for (int i = 0; i < 40; i++)
		b[i * PAGE] = (unsigned char)i;
	expect(b[39 * PAGE] == 39, "the rest");
}

static void advice(void)
{
	unsigned char *a = map(8);

	memset(a, 4, 8 * PAGE);
	expect(madvise(a + PAGE, 2 * PAGE, MADV_DONTNEED) == 0 && a[PAGE] == 0 && a[0] == 4, "MADV_DONTNEED");
	expect(madvise(a, 8 * PAGE, MADV_HUGEPAGE) == 0 && a[7 * PAGE] == 4, "MADV_HUGEPAGE");
	expect(madvise(a, 8 * PAGE, MADV_FREE) == 0, "MADV_FREE");
	expect(mlock(a, 8 * PAGE) == 0, "mlock");
	expect(madvise(a, 8 * PAGE, 9999) == -1 && errno == EINVAL, "advice that does not exist");
	expect(madvise(a, 8 * PAGE, MADV_REMOVE) == -1 && errno == EINVAL, "MADV_REMOVE of private memory");
}

static void descriptors(void)
{
	int low = open("/dev/null", O_RDONLY);

	expect(low >= 0 && low < 20, "open");
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	expect(open("/dev/null", O_RDONLY) == 3, "descriptors after all were closed");
	expect(syscall(SYS_close_range, 3, ~0u, 0) == 0, "close_range");
	expect(fcntl(3, F_GETFD) == -1, "close_range has closed");
	expect(dup2(1, 1023) == 1023 || errno == EBADF, "dup2 over the last descriptor");
	map(1)[0] = 1; /* memory still works */
}

static int in_child(int number)
{
	unsigned char *more = malloc(500000);

	memset(more, number, 500000);
	return more[499999] == number;
}

static void forks(void)
{
	static int data = 1;
	unsigned char *a = map(300);
	int status;
	pid_t child;

	memset(a, 1, 200 * PAGE);
	child = fork();
	if (child == 0) {
		int right = a[199 * PAGE] == 1 && a[250 * PAGE] == 0 && in_child(7);

		memset(a, 2, 300 * PAGE);
		data = 2;
		_exit(right ? 0 : 1);
	}
	memset(a, 3, 100 * PAGE);
	waitpid(child, &status, 0);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the copy of a process");
	expect(a[0] == 3 && a[150 * PAGE] == 1 && a[250 * PAGE] == 0 && data == 1, "memory after fork");
}

static void spawns(void)
{
	char *const words[] = {"sh", "-c", "exit 7", NULL};
	int status = -1;
	pid_t child;

	expect(posix_spawn(&child, "/bin/sh", NULL, NULL, words, NULL) == 0, "posix_spawn");
	waitpid(child, &status, 0);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 7, "the status of a program");
}

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
	signalled = number;
}

static void *touch(void *at)
{
	for (int i = 0; i < 50; i++)
		((volatile unsigned char *)at)[i * PAGE] = (unsigned char)i;
	return NULL;
}

static void signals_and_threads(void)
{
	unsigned char *a = map(50), *stack = malloc(SIGSTKSZ);
	const stack_t alternate = {.ss_sp = stack, .ss_size = SIGSTKSZ};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
	pthread_t thread;
	cpu_set_t cpus;

	expect(sigaltstack(&alternate, NULL) == 0 && sigaction(SIGUSR2, &action, NULL) == 0, "a signal's own stack");
	raise(SIGUSR2);
	expect(signalled == SIGUSR2, "a signal");
	expect(sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && CPU_COUNT(&cpus) == sysconf(_SC_NPROCESSORS_ONLN),
	       "the processors that it may use");
	expect(pthread_create(&thread, NULL, touch, a) == 0 && pthread_join(thread, NULL) == 0, "a thread");
	expect(a[49 * PAGE] == 49, "what a thread wrote");
}

/* The kernel reads and writes the program's memory, too. */
static void kernel_access(void)
{
	unsigned char *a = map(600), *b = map(600);
	int pipes[2], file = memfd_create("x", 0);

	memset(a, 8, 600 * PAGE);
	expect(pwrite(file, a, 600 * PAGE, 0) == 600 * PAGE && pread(file, b, 600 * PAGE, 0) == 600 * PAGE,
	       "write and read");
	expect(memcmp(a, b, 600 * PAGE) == 0, "what was written and read");
	expect(pipe(pipes) == 0 && write(pipes[1], a, PAGE) == PAGE && read(pipes[0], b, PAGE) == PAGE, "a pipe");
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		printf("%s\n", argv[1]);
		return 0;
	}
	heap();
	mappings();
	moves();
	advice();
	descriptors();
	forks();
	spawns();
	kernel_access();
	signals_and_threads();
	printf("almost ");
	fflush(stdout);
	execl(argv[0], argv[0], "done", (char *)NULL);
	return 1;
}
