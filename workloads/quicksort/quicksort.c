/*
 * quicksort N: sorts N random 64-bit numbers in memory and checks the result.
 *
 * Source: Hoare, 'Quicksort', The Computer Journal 5(1), 1962; median of three and insertion sort below a cut-off from Sedgewick,
 * 'Implementing quicksort programs', CACM 21(10), 1978. The numbers are splitmix64's (Steele, Lea and Flood, OOPSLA 2014).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm.h"

enum { CUT_OFF = 16 };

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void swap(uint64_t *a, uint64_t *b)
{
	uint64_t kept = *a;

	*a = *b;
	*b = kept;
}

static void insertion_sort(uint64_t *at, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t number = at[i];
		size_t j = i;

		for (; j > 0 && at[j - 1] > number; j--)
			at[j] = at[j - 1];
		at[j] = number;
	}
}

/* Splits at[0..n) so that nothing before the result is greater than anything from it on; 0 < result < n. */
static size_t partition(uint64_t *at, size_t n)
{
	size_t i = 0, j = n - 1;
	uint64_t pivot;

	if (at[n / 2] < at[0])
		swap(&at[n / 2], &at[0]);
	if (at[n - 1] < at[0])
		swap(&at[n - 1], &at[0]);
	if (at[n - 1] < at[n / 2])
		swap(&at[n - 1], &at[n / 2]);
	pivot = at[n / 2];
	for (;;) {
		while (at[i] < pivot)
			i++;
		while (at[j] > pivot)
			j--;
		if (i >= j)
			return j + 1 < n ? j + 1 : j;
		swap(&at[i++], &at[j--]);
	}
}

/* Recursion takes the smaller part, the loop the larger. */
static void quicksort(uint64_t *at, size_t n)
{
	while (n > CUT_OFF) {
		size_t split = partition(at, n);

		if (split < n - split) {
			quicksort(at, split);
			at += split;
			n -= split;
		} else {
			quicksort(at + split, n - split);
			n = split;
		}
	}
	insertion_sort(at, n);
}

int main(int argc, char **argv)
{
	size_t n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	uint64_t *at = malloc(n * sizeof(*at)), state = 1, before = 0, after = 0;

	if (n == 0 || !at || vm_open() < 0) {
		perror("quicksort");
		return 1;
	}
	for (size_t i = 0; i < n; i++)
		before += at[i] = splitmix64(&state);
	vm_mark("roi-begin");
	quicksort(at, n);
	vm_mark("roi-end");
	for (size_t i = 0; i < n; i++) {
		after += at[i];
		if (i > 0 && at[i - 1] > at[i]) {
			fprintf(stderr, "quicksort: out of order at %zu\n", i);
			return 1;
		}
	}
	return before == after ? 0 : 1;
}
