/* SPDX-License-Identifier: MIT */
/* The table that the benchmarks print. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { ROUNDS_MAX = 15, MISSED_MAX = 64 };

static struct {
	unsigned rows, targets, misses;
	char missed[MISSED_MAX][160];
} verdicts;

void bench_need(int status, const struct err *err)
{
	if (status >= 0)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

void bench_same(const char *what, uint64_t ours, uint64_t reference)
{
	if (ours == reference)
		return;
	fprintf(stderr, "%s: ours counts %" PRIu64 ", the reference %" PRIu64 ": they must be equal\n", what, ours,
		reference);
	exit(1);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void in_turns(unsigned rounds, bench_side *ours, bench_side *reference, void *context, double of_ours[],
		     double of_reference[])
{
	for (unsigned round = 0; round < rounds; round++) {
		of_ours[round] = ours(context);
		of_reference[round] = reference(context);
	}
	qsort(of_ours, rounds, sizeof(double), compare);
	qsort(of_reference, rounds, sizeof(double), compare);
}

struct bench_cost bench_lowest(unsigned rounds, bench_side *ours, bench_side *reference, void *context)
{
	double of_ours[ROUNDS_MAX], of_reference[ROUNDS_MAX];

	in_turns(rounds, ours, reference, context, of_ours, of_reference);
	return (struct bench_cost){of_ours[0], of_reference[0]};
}

struct bench_cost bench_median(unsigned rounds, bench_side *ours, bench_side *reference, void *context)
{
	double of_ours[ROUNDS_MAX], of_reference[ROUNDS_MAX];

	in_turns(rounds, ours, reference, context, of_ours, of_reference);
	return (struct bench_cost){of_ours[rounds / 2], of_reference[rounds / 2]};
}

void bench_part(const char *name, const char *how)
{
	printf("\n%s: %s\n  %-38s %9s  %-30s %9s %-8s %7s  %s\n", name, how, "what", "ours", "against", "it", "unit",
	       "ratio", "target");
}

static double ratio_of(const struct bench_row *row)
{
	return row->kind == BENCH_TIMES_AS_FAST ? row->cost.reference / row->cost.ours
						: row->cost.ours / row->cost.reference;
}

static void judge(const struct bench_row *row)
{
	const char *bound = row->kind == BENCH_TIMES_AS_FAST ? "at least" : "at most";
	double ratio = ratio_of(row);
	bool is_met = row->kind == BENCH_TIMES_AS_FAST ? ratio >= row->target : ratio <= row->target;

	printf("  %s %g: %s", bound, row->target, is_met ? "met" : "NOT MET");
	verdicts.targets++;
	if (is_met)
		return;
	if (verdicts.misses < MISSED_MAX)
		snprintf(verdicts.missed[verdicts.misses], sizeof(*verdicts.missed),
			 "%s against %s: %.4g times, the target is %s %g", row->what, row->reference, ratio, bound,
			 row->target);
	verdicts.misses++;
}

void bench_row(const struct bench_row *row)
{
	printf("  %-38s %9.4g  %-30s %9.4g %-8s %7.4g", row->what, row->cost.ours, row->reference, row->cost.reference,
	       row->unit, ratio_of(row));
	verdicts.rows++;
	if (!row->is_open)
		judge(row);
	putchar('\n');
	fflush(stdout);
}

void bench_note(const char *what, double figure, const char *unit)
{
	printf("  %-38s %9.4g  %s\n", what, figure, unit);
	fflush(stdout);
}

int bench_end(void)
{
	printf("\n%u rows, %u of %u targets met\n", verdicts.rows, verdicts.targets - verdicts.misses,
	       verdicts.targets);
	fflush(stdout);
	for (unsigned i = 0; i < verdicts.misses && i < MISSED_MAX; i++)
		fprintf(stderr, "target missed: %s\n", verdicts.missed[i]);
	return verdicts.misses > 0;
}
