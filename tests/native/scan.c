/* SPDX-License-Identifier: MIT */
/*
 * Touches memory in known patterns, so that the pager's counts can be told in advance.
 *
 *   scan cycle PAGES ROUNDS        writes every page in order, ROUNDS times
 *   scan read PAGES ROUNDS         writes every page once, then reads them in order, ROUNDS - 1 times
 *   scan fixed PAGES ROUNDS        as cycle, and checks every byte of the last round
 *   scan update PAGES ROUNDS       reads every page in order and writes it then, ROUNDS times
 *   scan give PAGES ROUNDS         the same, and gives all pages back after each round
 *
 * The memory is one mapping of exactly PAGES pages. Prints the sum of one byte of each page.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

int main(int argc, char **argv)
{
	size_t pages = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	int rounds = argc > 3 ? atoi(argv[3]) : 1, reads = argc > 1 && strcmp(argv[1], "read") == 0;
	int gives = argc > 1 && strcmp(argv[1], "give") == 0,
	    updates = gives || (argc > 1 && strcmp(argv[1], "update") == 0);
	volatile unsigned char *at = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
					  0);
	unsigned long sum = 0;

	if (at == MAP_FAILED)
		return 1;
	for (int round = 0; round < rounds; round++) {
		for (size_t page = 0; page < pages; page++) {
			if (updates)
				sum += at[page * PAGE];
			if (round == 0 || !reads)
				at[page * PAGE + (size_t)round] = (unsigned char)(page + (size_t)round);
			sum += at[page * PAGE];
		}
		if (gives && madvise((void *)at, pages * PAGE, MADV_DONTNEED) < 0)
			return 1;
	}
	for (size_t i = 0; argc > 1 && strcmp(argv[1], "fixed") == 0 && i < pages * PAGE; i++)
		if (at[i] != (i % PAGE < (size_t)rounds ? (unsigned char)(i / PAGE + i % PAGE) : 0))
			return 2;
	printf("%lu\n", sum);
	return 0;
}
