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
