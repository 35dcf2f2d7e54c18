/* SPDX-License-Identifier: MIT */
/* Runs the benchmarks, all (but record, which needs emulators) or those named on the command line: trace, replay, rpm,
 * cluster, plane, sweep. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

static double seconds(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double bench_cpu(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_wall(void)
{
	return seconds(CLOCK_MONOTONIC);
}

void bench_need(int status, const struct err *err)
{
	if (status >= 0)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

void bench_row(const char *what, double figure, const char *unit, double target)
{
	printf("  %-52s %10.4g %-14s", what, figure, unit);
	if (target != 0)
		printf(" target %s %g: %s", target < 0 ? "at least" : "under", fabs(target),
		       (target < 0 ? figure >= -target : figure < target) ? "met" : "NOT MET");
	putchar('\n');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
		bool by_name;
	} benches[] = {
		{"trace", bench_trace, false},     {"replay", bench_replay, false}, {"rpm", bench_rpm, false},
		{"cluster", bench_cluster, false}, {"plane", bench_plane, false},   {"sweep", bench_sweep, false},
		{"record", bench_record, true},
	};

	for (size_t i = 0; i < sizeof(benches) / sizeof(*benches); i++) {
		bool wanted = argc < 2 && !benches[i].by_name;

		for (int j = 1; j < argc; j++)
			wanted |= strcmp(argv[j], benches[i].name) == 0;
		if (wanted)
			benches[i].run();
	}
	return 0;
}
