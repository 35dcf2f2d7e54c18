/* SPDX-License-Identifier: MIT */
/* Runs the benchmarks, all (but record, which needs emulators, and native and
 * peers, which need userfaultfd) or those named on the command line: trace, replay, rpm,
 * cluster, plane, sweep. Ends with status 1 when a target is missed. */
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

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
		bool by_name;
	} benches[] = {
		{"trace", bench_trace, false},     {"replay", bench_replay, false}, {"rpm", bench_rpm, false},
		{"cluster", bench_cluster, false}, {"plane", bench_plane, false},   {"sweep", bench_sweep, false},
		{"record", bench_record, true},    {"peers", bench_peers, true},    {"native", bench_native, true},
	};
	double start = bench_wall(), load = 0;
	int status;

	getloadavg(&load, 1);
	printf("%.1f processes were ready to run in the last minute: on a busy machine ratios of wall-clock time say "
	       "little\n",
	       load);
	for (size_t i = 0; i < sizeof(benches) / sizeof(*benches); i++) {
		bool wanted = argc < 2 && !benches[i].by_name;
		double begin = bench_wall();

		for (int j = 1; j < argc; j++)
			wanted |= strcmp(argv[j], benches[i].name) == 0;
		if (!wanted)
			continue;
		benches[i].run();
		bench_note("(time of this part)", bench_wall() - begin, "s");
	}
	status = bench_end();
	printf("%.0f s\n", bench_wall() - start);
	return status;
}
