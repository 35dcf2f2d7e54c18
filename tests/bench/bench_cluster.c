/* SPDX-License-Identifier: MIT */
/*
 * Whole simulated clusters, all parts of a run: reading the configuration, set-up, the run, its result. Every
 * hypervisor runs a VM of 64 MiB footprint with a tenth of it local, so that nearly every touch is a fault, and every
 * VM has the same number of faults. Each run is in a child, because SimGrid begins once a process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "bench.h"
#include "cluster/cluster.h"
#include "trace/writer.h"

enum { PAGES = 16384, TOUCHES = 20000, FEW = 16, MANY = 1024, TINY = 256, MESSAGES = 100000 };

struct task {
	const char *trace;
	unsigned hypervisors, vms;
	uint64_t faults_a_vm;
	long peak_kib; /* with MANY hypervisors */
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
	for (uint32_t i = 0; i < PAGES + TOUCHES; i++) {
		ref.frame = i < PAGES ? i : rng_below(&rng, PAGES);
		ref.clock.insn += 2000;
		ref.kind = TRACE_KIND(rng_below(&rng, 10) < 3, TRACE_DATA, 0);
		bench_need(trace_writer_add(writer, &ref, &err), &err);
	}
	bench_need(trace_writer_finish(writer, &ref.clock, (struct trace_clock){0, 0}, NULL, &err), &err);
	trace_header_free(&header);
	rng_free(&rng);
}

static void simulate(void *context, struct bench_answer *answer)
{
	static struct config config;
	const struct cluster_options options = {0};
	const struct task *task = context;
	struct run_result result;
	char yaml[300];
	struct err err;

	snprintf(yaml, sizeof(yaml),
		 "cluster: {hypervisors: %u, memory: 256MiB}\ndonors: {backing: none}\nvms: [{name: a, trace: %s, "
		 "local: 10%%, count: %u}]\n",
		 task->hypervisors, task->trace, task->vms);
	bench_need(config_read_text(&(struct config_text){"bench", yaml, strlen(yaml)}, NULL, 0, &config, &err), &err);
	bench_need(cluster_run(&config, &options, &result, &err), &err);
	for (size_t i = 0; i < result.jobs; i++)
		answer->count += result.job[i].faults.demand;
}

/* Nanoseconds of CPU time a fault. */
static double per_fault(struct task *task, unsigned hypervisors)
{
	struct bench_answer answer;

	task->hypervisors = task->vms = hypervisors;
	answer = bench_in_child(simulate, task);
	if (task->faults_a_vm)
		bench_same("faults of a VM", answer.count, task->faults_a_vm * hypervisors);
	task->faults_a_vm = answer.count / hypervisors;
	if (hypervisors == MANY)
		task->peak_kib = answer.peak_kib;
	return answer.seconds * 1e9 / (double)answer.count;
}

static double few(void *context)
{
	return per_fault(context, FEW);
}

static double many(void *context)
{
	return per_fault(context, MANY);
}

static void messages(void *context, struct bench_answer *answer)
{
	(void)context;
	answer->count = MESSAGES;
	bench_simgrid_run(FEW, MESSAGES);
}

static double simgrid_message(void *context)
{
	struct bench_answer answer = bench_in_child(messages, context);

	return answer.seconds * 1e9 / MESSAGES;
}

static double tiny(void *context)
{
	struct task *task = context;

	task->hypervisors = TINY;
	task->vms = 1;
	return 1e3 * bench_in_child(simulate, task).seconds;
}

static void nothing(void *context, struct bench_answer *answer)
{
	(void)context, (void)answer;
	bench_simgrid_run(TINY, 0);
}

static double simgrid_start(void *context)
{
	return 1e3 * bench_in_child(nothing, context).seconds;
}

static void fault_rows(struct task *task)
{
	const double bare_kib = (double)MANY * PAGES * 8 / 1024;

	bench_row(&(struct bench_row){.what = "a fault, 16 hypervisors",
				      .reference = "SimGrid's own message a page",
				      .cost = bench_lowest(3, few, simgrid_message, task),
				      .unit = "ns",
				      .kind = BENCH_TIMES_AS_FAST,
				      .target = 3});
	bench_row(&(struct bench_row){.what = "a fault, 1024 hypervisors",
				      .reference = "a fault, 16 hypervisors",
				      .cost = bench_lowest(2, many, few, task),
				      .unit = "ns",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 2.5});
	bench_row(&(struct bench_row){.what = "memory, 1024 hypervisors",
				      .reference = "8 bytes a guest page",
				      .cost = {(double)task->peak_kib / 1024, bare_kib / 1024},
				      .unit = "MiB",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 16});
}

void bench_cluster(void)
{
	char path[] = "/tmp/megavm-bench-XXXXXX", small[] = "/tmp/megavm-bench-XXXXXX";
	struct task uniform = {.trace = path}, sort = {.trace = small};

	close(mkstemp(path));
	close(mkstemp(small));
	bench_part("cluster",
		   "a VM of 64 MiB a hypervisor, 10 % local; CPU time of whole runs, the lowest of 2 to 5 rounds "
		   "in turns");
	write_uniform(path);
	fault_rows(&uniform);
	bench_quicksort(small, 8192, 0);
	bench_row(&(struct bench_row){.what = "a tiny VM on 256 hypervisors",
				      .reference = "SimGrid's start on 256 hosts",
				      .cost = bench_lowest(5, tiny, simgrid_start, &sort),
				      .unit = "ms",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 3});
	unlink(path);
	unlink(small);
}
