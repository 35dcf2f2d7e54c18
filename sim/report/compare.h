/* SPDX-License-Identifier: MIT */
/*
 * Two engines on one grid: the simulator's results beside an emulator's, point by point. Points belong together when
 * the workload and every swept key that both folders have are the same.
 */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include <stdio.h>

#include "report/results.h"
#include "report/staging.h"

struct compare_side {
	const char *engine; /* "simulate", "bochs" */
	struct results results;
};

struct compare_pair {
	size_t row[2]; /* in the results of either side */
};

struct compare {
	struct compare_side side[2];
	struct compare_pair *pair;
	size_t pairs;
	size_t *key[2]; /* the columns of the swept keys that both have */
	size_t keys;
};

/* Reads both folders (each a sweep's); which engine each is, its manifest tells. An error when no point of one is in
 * the other. */
int compare_read(struct compare *compare, const char *const folder[2], struct err *err);
void compare_free(struct compare *compare);

/* How much more the second engine's slowdown is than the first's, in per cent of the first's. */
double compare_difference(const struct compare *compare, size_t pair);

/* compare.csv: a line for each engine of each pair. */
int compare_csv(const struct compare *compare, FILE *to, struct err *err);

/* results.csv of both sides together, with `engine` as the first swept key: 'megavm plot' and 'megavm report' read it
 * as any other. */
int compare_results(const struct compare *compare, FILE *to, struct err *err);

/* A table for reading, and a line on how far the two are apart. */
int compare_print(const struct compare *compare, FILE *to, struct err *err);

#endif
