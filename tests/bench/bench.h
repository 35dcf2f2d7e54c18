/* SPDX-License-Identifier: MIT */
/*
 * The benchmarks. A row has two sides that are measured in one run, in turns, and its verdict is on their ratio alone:
 * machines of the same kind differ several times in nanoseconds, much less in ratios. docs/benchmarks.md describes each
 * row.
 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* CPU time of this process, and wall-clock time, in seconds. */
double bench_cpu(void);
double bench_wall(void);

/* Ends the program when `status` is an error. */
void bench_need(int status, const struct err *err);

/* Ends the program when the two sides of a row did not compute the same: `what` says of which row. */
void bench_same(const char *what, uint64_t ours, uint64_t reference);

/* One side of a row: what it cost, in any unit that both sides share. Less is better. */
typedef double bench_side(void *context);

/* What both sides cost. */
struct bench_cost {
	double ours, reference;
};

/* Runs the two sides in turns, `rounds` times each (at most 15): the lowest cost of each side. CPU time is disturbed
 * in one direction only. */
struct bench_cost bench_lowest(unsigned rounds, bench_side *ours, bench_side *reference, void *context);

/* The same, with the median of each side: for wall-clock time. */
struct bench_cost bench_median(unsigned rounds, bench_side *ours, bench_side *reference, void *context);

enum bench_ratio {
	BENCH_TIMES_AS_FAST,  /* reference / ours: at least the target */
	BENCH_TIMES_THE_COST, /* ours / reference: at most the target */
};

struct bench_row {
	const char *what, *reference; /* what was measured, and against what */
	struct bench_cost cost;
	const char *unit; /* of both costs */
	enum bench_ratio kind;
	double target;
	bool is_open; /* the row has no target and no verdict */
};

/* Opens a part of the table. `how` says what is simulated and how the figures are taken. */
void bench_part(const char *name, const char *how);

/* Prints the row and remembers whether its target is missed. */
void bench_row(const struct bench_row *row);

/* Prints a line about a figure that has no other side and no verdict. */
void bench_note(const char *what, double figure, const char *unit);

/* Prints how many targets are met, and which are not. Returns the program's exit status: 1 when one is missed. */
int bench_end(void);

/* Writes the references of a real sort: every load and store of the array by an in-place quicksort of `keys` 8-byte
 * keys. Returns their number. */
uint64_t bench_quicksort(const char *path, uint64_t keys, uint32_t k);

/*
 * Writes `records` references to `pages` pages (a power of two): the page's rank is spread as 1/rank (Zipf's law with
 * exponent 1), page ids and frames say nothing of the rank, 30 % are writes, 200 instructions lie between two.
 */
void bench_zipf(const char *path, uint64_t records, uint32_t pages);

struct bench_answer {
	uint64_t count; /* what `work` counts */
	double seconds; /* CPU time */
	long peak_kib;
};

/* Runs `work` in a child. */
struct bench_answer bench_in_child(void (*work)(void *context, struct bench_answer *answer), void *context);

/*
 * How many times as fast as one process two processes are that only compute: 2 on a machine that gives two whole cores,
 * less where other work shares them. Measured when it is called, and printed. What two workers achieve is judged by it:
 * 0.9 of it is 1.8 times on two whole cores.
 */
double bench_two_cores(void);

/*
 * SimGrid alone, in a process that has not used it: `hosts` machines behind one switch, each of which thinks for 1 us,
 * fetches a page from a random peer by one message, and does so again, `messages` in total (0: an empty run).
 */
void bench_simgrid_run(uint32_t hosts, uint64_t messages);

void bench_trace(void);
void bench_replay(void);
void bench_rpm(void);
void bench_cluster(void);
void bench_plane(void);
void bench_record(void);
void bench_sweep(void);
void bench_peers(void);
void bench_native(void);

#endif
