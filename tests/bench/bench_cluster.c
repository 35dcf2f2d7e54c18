/* SPDX-License-Identifier: MIT */
/*
 * Whole simulated clusters: every hypervisor runs a VM of 64 MiB footprint with a tenth of it local, so that nearly
 * every touch is a fault. Each run in a child, because SimGrid begins once a process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "bench.h"
#include "cluster/cluster.h"
#include "trace/writer.h"

enum { PAGES = 16384, FAULTS = 60000 };

struct answer {
	double seconds;
	uint64_t faults;
	long peak_kib;
};

/* Uniform touches, 2000 instructions apart, 30 % of them writes. */
static void write_uniform(const char *path)
{
	struct trace_writer_options options = {.level = TRACE_LEVEL_DEFAULT};
	struct trace_ref ref = {0};
	struct trace_header header;
	struct trace_writer *writer;
	struct rng rng;
	struct err err;

	unlink(path);
	bench_need(trace_header_init(&header, &err), &err);
	bench_need(trace_writer_create(&writer, path, &header, &options, &err), &err);
	bench_need(rng_init(&rng, 1, &err), &err);
	for (uint32_t i = 0; i < PAGES + FAULTS; i++) {
		ref.frame = i < PAGES ? i : rng_below(&rng, PAGES);
		ref.clock.insn += 2000;
		ref.kind = TRACE_KIND(rng_below(&rng, 10) < 3, TRACE_DATA, 0);
		bench_need(trace_writer_add(writer, &ref, &err), &err);
	}
	bench_need(trace_writer_finish(writer, &ref.clock, (struct trace_clock){0, 0}, NULL, &err), &err);
	trace_header_free(&header);
	rng_free(&rng);
}

static struct answer simulate(const char *trace, unsigned hypervisors, unsigned vms)
{
	static struct config config;
	const struct cluster_options options = {0};
	struct answer answer = {0};
	struct run_result result;
	struct rusage usage;
	char yaml[300];
	struct err err;

	snprintf(yaml, sizeof(yaml),
		 "cluster: {hypervisors: %u, memory: 256MiB}\ndonors: {backing: none}\nvms: [{name: a, trace: %s, "
		 "local: 10%%, count: %u}]\n",
		 hypervisors, trace, vms);
	answer.seconds = bench_cpu();
	bench_need(config_read_text(&(struct config_text){"bench", yaml, strlen(yaml)}, NULL, 0, &config, &err), &err);
	bench_need(cluster_run(&config, &options, &result, &err), &err);
	answer.seconds = bench_cpu() - answer.seconds;
	for (size_t i = 0; i < result.jobs; i++)
		answer.faults += result.job[i].faults.demand;
	getrusage(RUSAGE_SELF, &usage);
	answer.peak_kib = usage.ru_maxrss;
	return answer;
}

static struct answer in_child(const char *trace, unsigned hypervisors, unsigned vms)
{
	struct answer answer = {0};
	int ends[2];

	if (pipe(ends) < 0)
		exit(1);
	fflush(stdout);
	if (fork() == 0) {
		answer = simulate(trace, hypervisors, vms);
		_exit(write(ends[1], &answer, sizeof(answer)) != sizeof(answer));
	}
	close(ends[1]);
	if (read(ends[0], &answer, sizeof(answer)) != sizeof(answer))
		exit(1);
	close(ends[0]);
	wait(NULL);
	return answer;
}

void bench_cluster(void)
{
	char path[] = "/tmp/megavm-bench-XXXXXX", small[] = "/tmp/megavm-bench-XXXXXX";
	struct answer few, many;

	close(mkstemp(path));
	close(mkstemp(small));
	printf("cluster: a VM of 64 MiB a hypervisor, 10 %% local, all parts of a run\n");
	write_uniform(path);
	few = in_child(path, 16, 16);
	many = in_child(path, 1024, 1024);
	bench_row("16 hypervisors, whole run", (double)few.faults / few.seconds / 1e6, "M faults/s", -3);
	bench_row("1024 hypervisors, whole run", (double)many.faults / many.seconds / 1e6, "M faults/s", 0);
	bench_row("cost of a fault at 1024 against 16, whole run",
		  many.seconds / (double)many.faults * (double)few.faults / few.seconds, "times", 0);
	bench_row("memory of 1024 hypervisors", (double)many.peak_kib / 1024, "MiB", 2048);
	bench_quicksort(small, 8192, 0);
	bench_row("a run of one tiny VM on 256 hypervisors", 1000 * in_child(small, 256, 1).seconds, "ms of CPU", 20);
	unlink(path);
	unlink(small);
}
