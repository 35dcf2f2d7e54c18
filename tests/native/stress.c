/* SPDX-License-Identifier: MIT */
/*
 * What a program may do to its memory, from several threads, with every byte checked: a target for the native pager.
 *
 *   stress [THREADS [PAGES [ROUNDS]]]
 *
 * Every thread owns the pages whose number modulo THREADS is its own. It increments a counter in each of them, in an
 * order of its own, and all threads increment counters of shared pages atomically. Between the rounds the program
 * grows, moves, discards and unmaps memory of its own. Prints the sum of all counters; exits with 1 when a byte is
 * wrong.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, SHARED = 16, WORDS = PAGE / sizeof(unsigned) };

static unsigned threads = 4, pages = 2000, rounds = 5;
static unsigned *owned;               /* pages x WORDS: all words of a page hold its counter */
static _Atomic unsigned long *common; /* SHARED pages, one counter in each */

static void fail(const char *what, unsigned long at)
{
	fprintf(stderr, "stress: %s is wrong at %lu\n", what, at);
	exit(1);
}

static void increment(unsigned page, unsigned before)
{
	unsigned *word = owned + (size_t)page * WORDS;

	for (unsigned i = 0; i < WORDS; i += 61) {
		if (word[i] != before)
			fail("a page of a thread", page);
		word[i]++;
	}
}

/* Memory that only this thread has: grown and moved, discarded, unmapped. */
static void change_mappings(unsigned seed)
{
	size_t bytes = (16 + seed % 7) * PAGE;
	unsigned char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *block;

	memset(at, (int)(seed | 1), bytes);
	at = mremap(at, bytes, 4 * bytes, MREMAP_MAYMOVE);
	for (size_t i = 0; i < 4 * bytes; i += 997)
		if (at[i] != (i < bytes ? (unsigned char)(seed | 1) : 0))
			fail("moved memory", i);
	madvise(at, 8 * PAGE, MADV_DONTNEED);
	madvise(at + 8 * PAGE, 2 * PAGE, MADV_FREE);
	for (size_t i = 0; i < 8 * PAGE; i += 501)
		if (at[i])
			fail("discarded memory", i);
	memset(at, 7, PAGE);
	at = mremap(at, 4 * bytes, PAGE, 0);
	if (at[0] != 7 || at[PAGE - 1] != 7)
		fail("shrunk memory", 0);
	if (mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at || at[0])
		fail("memory that was mapped anew", 0);
	munmap(at, PAGE);
	block = malloc(300000 + seed % 1000);
	memset(block, 3, 300000);
	block = realloc(block, 2000000);
	if (block[299999] != 3)
		fail("a block of the heap", 299999);
	free(block);
}

static void *work(void *number)
{
	unsigned self = (unsigned)(size_t)number, own = (pages - self + threads - 1) / threads;

	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned i = 0; i < own; i++) {
			increment(self + i * threads, round);
			atomic_fetch_add(&common[(i % SHARED) * (PAGE / sizeof(*common))], 1);
		}
		change_mappings(self * 31 + round);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread[64];
	unsigned long sum = 0;

	if (argc > 1)
		threads = (unsigned)atoi(argv[1]);
	if (argc > 2)
		pages = (unsigned)atoi(argv[2]);
	if (argc > 3)
		rounds = (unsigned)atoi(argv[3]);
	owned = mmap(NULL, (size_t)pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	common = mmap(NULL, SHARED * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (unsigned i = 1; i < threads; i++)
		pthread_create(&thread[i], NULL, work, (void *)(size_t)i);
	work(NULL);
	for (unsigned i = 1; i < threads; i++)
		pthread_join(thread[i], NULL);
	for (unsigned page = 0; page < pages; page++)
		for (unsigned i = 0; i < WORDS; i++)
			if (owned[(size_t)page * WORDS + i] != (i % 61 ? 0 : rounds))
				fail("a page at the end", page);
	for (unsigned i = 0; i < SHARED; i++)
		sum += common[i * (PAGE / sizeof(*common))];
	if (sum != (unsigned long)pages * rounds)
		fail("the sum of the shared counters", sum);
	printf("%lu\n", sum);
	return 0;
}
