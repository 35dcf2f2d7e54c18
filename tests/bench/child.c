/* SPDX-License-Identifier: MIT */
/* Work in a child process, for what can be done once a process, and to see what it takes of memory. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

struct bench_answer bench_in_child(void (*work)(void *context, struct bench_answer *answer), void *context)
{
	struct bench_answer answer = {0};
	int ends[2], status = 0;
	pid_t child;

	if (pipe(ends) < 0)
		exit(1);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		double start = bench_cpu();
		struct rusage usage;

		work(context, &answer);
		answer.seconds = bench_cpu() - start;
		getrusage(RUSAGE_SELF, &usage);
		answer.peak_kib = usage.ru_maxrss;
		_exit(write(ends[1], &answer, sizeof(answer)) != sizeof(answer));
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], &answer, sizeof(answer)) != sizeof(answer)) {
		fprintf(stderr, "a child of the benchmarks has failed\n");
		exit(1);
	}
	close(ends[0]);
	waitpid(child, &status, 0);
	return answer;
}

enum { COMPUTE_STEPS = 60000000, COMPUTE_ROUNDS = 5 };

/* Computes in so many processes at once; the seconds until the last has ended. */
static double compute(unsigned processes)
{
	double begin = bench_wall();

	for (unsigned i = 0; i < processes; i++) {
		pid_t child = fork();

		if (child < 0)
			exit(1);
		if (child == 0) {
			volatile uint64_t state = i + 1; /* each step waits for the one before */

			for (unsigned step = 0; step < COMPUTE_STEPS; step++)
				state = state * 6364136223846793005 + 1;
			_exit(0);
		}
	}
	for (unsigned i = 0; i < processes; i++)
		wait(NULL);
	return bench_wall() - begin;
}

static double compute_twice(void *context)
{
	(void)context;
	return compute(2) / 2;
}

static double compute_once(void *context)
{
	(void)context;
	return compute(1);
}

double bench_two_cores(void)
{
	struct bench_cost cost = bench_median(COMPUTE_ROUNDS, compute_twice, compute_once, NULL);
	double times = cost.reference / cost.ours;

	fflush(stdout);
	bench_note("two processes that only compute, against one", times, "times as fast");
	return times;
}
