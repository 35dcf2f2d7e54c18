/* SPDX-License-Identifier: MIT */
/* The benchmarks: figures of one run, each beside a bare loop or another figure of the same run, so that a shared
 * machine can be compared with itself. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdint.h>

#include "base/err.h"

/* CPU time of this process, and wall-clock time, in seconds. */
double bench_cpu(void);
double bench_wall(void);

/* Ends the program when `status` is an error. */
void bench_need(int status, const struct err *err);

/* A row: what, a figure with its unit, the target and whether it is met ("" and 0 for none: less is better; a negative
 * target: more is better). */
void bench_row(const char *what, double figure, const char *unit, double target);

/* Writes the references of a real sort: every load and store of the array by an in-place quicksort of `keys` 8-byte
 * keys. Returns their number. */
uint64_t bench_quicksort(const char *path, uint64_t keys, uint32_t k);

/*
 * Writes `records` references to `pages` pages (a power of two): the page's rank is spread as 1/rank (Zipf's law with
 * exponent 1), page ids and frames say nothing of the rank, 30 % are writes, 200 instructions lie between two.
 */
void bench_zipf(const char *path, uint64_t records, uint32_t pages);

void bench_trace(void);
void bench_replay(void);
void bench_rpm(void);
void bench_cluster(void);
void bench_plane(void);
void bench_record(void);
void bench_sweep(void);

#endif
