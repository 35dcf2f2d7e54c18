/* SPDX-License-Identifier: MIT */
/*
 * Sweeps as users run them: the program itself, which lies beside the folder of this one. LRU points against as many
 * runs of their own, of which a sample is measured; two workers against one; and a point with next to nothing to
 * simulate against a process that does nothing.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { ROUNDS = 5, SAMPLE = 10, TRACES = 5, POINTS = 200, LRU_POINTS = POINTS * TRACES, FORKS = 100 };

#define GRID                                                                                                       \
	"  fabric.latency: {from: 100ns, to: 100us, steps: 10, scale: log}\n  vms.local: {from: 15%%, to: 100%%, " \
	"steps: 20}\n"

static char megavm[4096], folder[] = "/tmp/megavm-bench-XXXXXX";

static void find_program(void)
{
	ssize_t length = readlink("/proc/self/exe", megavm, sizeof(megavm) - 16);

	for (int up = 0; up < 2 && length > 0; up++)
		while (length > 0 && megavm[--length] != '/')
			;
	snprintf(megavm + length, sizeof(megavm) - (size_t)length, "/megavm");
}

/* Seconds of wall-clock time; what it prints goes nowhere. */
static double run(const char *const *words)
{
	double begin = bench_wall();
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execv(megavm, (char *const *)words);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
		fprintf(stderr, "%s %s ended with status %#x\n", megavm, words[1], status);
		exit(1);
	}
	return bench_wall() - begin;
}

static const char *path_of(const char *name, char out[128])
{
	snprintf(out, 128, "%s/%s", folder, name);
	return out;
}

static const char *write_text(const char *name, const char *text, char out[128])
{
	FILE *to = fopen(path_of(name, out), "w");

	if (!to || fputs(text, to) == EOF || fclose(to) != 0)
		exit(1);
	return out;
}

/* Seconds of one sweep, into a folder of its own. */
static double sweep(const char *config, const char *jobs)
{
	static int folders;
	char name[32], out[128];

	snprintf(name, sizeof(name), "out-%d", folders++);
	return run((const char *const[]){"megavm", "sweep", config, "--jobs", jobs, "--out", path_of(name, out), NULL});
}

/* The same trace under several names. */
static void link_traces(const char *trace, char list[1024])
{
	char from[4096], out[128], name[32];

	list[0] = '\0';
	for (int i = 0; i < TRACES; i++) {
		snprintf(name, sizeof(name), "trace-%d.mvt", i);
		if (!realpath(trace, from) || symlink(from, path_of(name, out)) < 0) {
			fprintf(stderr, "%s: to be run where the project is\n", trace);
			exit(1);
		}
		snprintf(list + strlen(list), 1024 - strlen(list), "%s%s", i ? ", " : "", out);
	}
}

/* The configurations. */
struct task {
	char lru[128], clock[128], tiny[128];
};

static double lru_point(void *context)
{
	struct task *task = context;

	return 1e3 * sweep(task->lru, "2") / LRU_POINTS;
}

/* Points by themselves, with the grid's sizes and some latencies: the mean. */
static double lru_run(void *context)
{
	struct task *task = context;
	double sum = 0;

	for (int i = 0; i < SAMPLE; i++) {
		char latency[64], local[64];

		snprintf(latency, sizeof(latency), "fabric.latency=%dns", 100 << i % 10);
		snprintf(local, sizeof(local), "vms.local=%d%%", 15 + 85 * (i % 20) / 19);
		sum += run((const char *const[]){"megavm", "run", task->lru, "--set", latency, "--set", local, "--json",
						 NULL});
	}
	return 1e3 * sum / SAMPLE;
}

static double two_workers(void *context)
{
	struct task *task = context;

	return 1e3 * sweep(task->clock, "2") / POINTS;
}

static double one_worker(void *context)
{
	struct task *task = context;

	return 1e3 * sweep(task->clock, "1") / POINTS;
}

static double tiny_point(void *context)
{
	struct task *task = context;

	return 1e3 * sweep(task->tiny, "1") / POINTS;
}

/* A process that ends at once, from fork to wait. */
static double empty_fork(void *context)
{
	double begin = bench_wall();

	(void)context;
	for (int i = 0; i < FORKS; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			exit(1);
	}
	return 1e3 * (bench_wall() - begin) / FORKS;
}

static int remove_entry(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about, (void)type, (void)where;
	return remove(path);
}

static void write_configurations(struct task *task)
{
	static const char
		head[] = "cluster: {hypervisors: 3, memory: 64MiB}\nvms: [{trace: %s}]\npolicy: %s\nsweep:\n%s" GRID;
	const char *shipped = "workloads/traces/sort-user.mvt";
	char text[2048], list[1024], axis[1100], trace[128];

	link_traces(shipped, list);
	snprintf(axis, sizeof(axis), "  vms.trace: [%s]\n", list);
	snprintf(text, sizeof(text), head, shipped, "lru", axis);
	write_text("lru.yaml", text, task->lru);
	snprintf(text, sizeof(text), head, shipped, "clock", "");
	write_text("clock.yaml", text, task->clock);
	bench_quicksort(path_of("tiny.mvt", trace), 8192, 0);
	snprintf(text, sizeof(text), head, trace, "clock", "");
	write_text("tiny.yaml", text, task->tiny);
}

void bench_sweep(void)
{
	struct task task;

	find_program();
	if (!mkdtemp(folder))
		exit(1);
	write_configurations(&task);
	bench_part("sweep",
		   "10 latencies x 20 local sizes of a small trace; wall-clock time, the median of 5 rounds in "
		   "turns");
	bench_row(&(struct bench_row){.what = "one of 1000 LRU points, 2 workers",
				      .reference = "a run of its own",
				      .cost = bench_median(ROUNDS, lru_point, lru_run, &task),
				      .unit = "ms",
				      .kind = BENCH_TIMES_AS_FAST,
				      .target = 100});
	bench_row(&(struct bench_row){.what = "one of 200 CLOCK points, 2 workers",
				      .reference = "the same with 1 worker",
				      .cost = bench_median(ROUNDS, two_workers, one_worker, &task),
				      .unit = "ms",
				      .kind = BENCH_TIMES_AS_FAST,
				      .target = 0.9 * bench_two_cores()});
	bench_row(&(struct bench_row){.what = "a point with next to no work, 1 worker",
				      .reference = "an empty fork",
				      .cost = bench_median(ROUNDS, tiny_point, empty_fork, &task),
				      .unit = "ms",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 3});
	nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
