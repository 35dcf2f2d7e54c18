/* SPDX-License-Identifier: MIT */
/* Grids: their points, with order and values. tests/golden/sweep.t tests whole sweeps. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "sweep/grid.h"
#include "sweep/worker_pool.h"
#include "unit.h"

static void make(const char *sweep, struct config *config, struct grid *grid)
{
	char yaml[600];
	struct err err = {""};

	snprintf(yaml, sizeof(yaml), "vms: [{trace: a}, {trace: b}]\n%s", sweep);
	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"x.yaml", yaml, strlen(yaml)}, NULL, 0, config, &err), 0);
	CU_ASSERT_EQUAL_FATAL(grid_init(grid, config, &err), 0);
}

static void check_points(const char *sweep, const char *const *points, size_t count)
{
	struct config config;
	struct grid grid;

	make(sweep, &config, &grid);
	CU_ASSERT_EQUAL(grid.points, count);
	for (size_t i = 0; i < count && i < grid.points; i++) {
		char *text = grid_describe(&grid, i);

		CU_ASSERT_STRING_EQUAL(text, points[i]);
		if (strcmp(text, points[i]) != 0)
			printf("found %s\n", text);
		free(text);
	}
	grid_free(&grid);
	config_free(&config);
}
#define CHECK_POINTS(sweep, ...)                                \
	check_points(sweep, (const char *const[]){__VA_ARGS__}, \
		     sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void every_combination(void)
{
	CHECK_POINTS("sweep: {policy: [lru, 2q], vms.1.local: [10%, 1MiB, 5%]}\n", "policy=lru vms.1.local=10%",
		     "policy=lru vms.1.local=1MiB", "policy=lru vms.1.local=5%", "policy=2q vms.1.local=10%",
		     "policy=2q vms.1.local=1MiB", "policy=2q vms.1.local=5%");
}

static void keys_that_change_together(void)
{
	CHECK_POINTS(
		"sweep:\n  fabric.preset, fault.exit: [[ib-edr, 1us], [cxl-direct, 0ns]]\n  service: [none, shared]\n",
		"fabric.preset=ib-edr fault.exit=1us service=none",
		"fabric.preset=ib-edr fault.exit=1us service=shared",
		"fabric.preset=cxl-direct fault.exit=0ns service=none",
		"fabric.preset=cxl-direct fault.exit=0ns service=shared");
}

static void ranges(void)
{
	CHECK_POINTS("sweep: {fabric.latency: {from: 0.1us, to: 10us, steps: 3, scale: log}}\n", "fabric.latency=0.1us",
		     "fabric.latency=1us", "fabric.latency=10us");
	CHECK_POINTS("sweep: {fabric.latency: {from: 1ns, to: 2ns, steps: 4}}\n", "fabric.latency=1ns",
		     "fabric.latency=1.333ns", "fabric.latency=1.667ns", "fabric.latency=2ns");
	CHECK_POINTS("sweep: {vms.local: {from: 10%, to: 100%, steps: 10}}\n", "vms.local=10%", "vms.local=20%",
		     "vms.local=30%", "vms.local=40%", "vms.local=50%", "vms.local=60%", "vms.local=70%",
		     "vms.local=80%", "vms.local=90%", "vms.local=100%");
	CHECK_POINTS("sweep: {vms.local: {from: 1MiB, to: 4MiB, steps: 3, scale: log}}\n", "vms.local=1MiB",
		     "vms.local=2MiB", "vms.local=4MiB");
	CHECK_POINTS("sweep: {vms.local: {from: 100%, to: 0%, steps: 4}}\n", "vms.local=100%",
		     "vms.local=66.6666666667%", "vms.local=33.3333333333%", "vms.local=0%");
	CHECK_POINTS("sweep: {cpu.ips: {from: 1e9, to: 2e9, steps: 2}}\n", "cpu.ips=1e9", "cpu.ips=2e9");
	CHECK_POINTS("sweep: {fabric.sigma: {from: 0, to: 1, steps: 3}}\n", "fabric.sigma=0", "fabric.sigma=0.5",
		     "fabric.sigma=1");
	CHECK_POINTS("sweep: {fabric.bandwidth: {from: 1Gbps, to: 100Gbps, steps: 3, scale: log}}\n",
		     "fabric.bandwidth=1Gbps", "fabric.bandwidth=10Gbps", "fabric.bandwidth=100Gbps");
	CHECK_POINTS("sweep: {policies.2q.in: {from: 10%, to: 30%, steps: 3}}\n", "policies.2q.in=10%",
		     "policies.2q.in=20%", "policies.2q.in=30%");
}

static void no_grid(void)
{
	static const char *const texts[] = {"vms: [{trace: a}]\n", "vms: [{trace: a}]\nsweep: {}\n"};
	static const char many[] = "vms: [{trace: a}]\nsweep: {seed: 1, cpu.ips: {from: 1, to: 1e12, steps: 1e6}, "
				   "fault.buffer: {from: 1, to: 11, steps: 11}}\n";
	struct config config;
	struct grid grid;
	struct err err;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		CU_ASSERT_EQUAL_FATAL(config_read_text(&(struct config_text){"x.yaml", texts[i], strlen(texts[i])},
						       NULL, 0, &config, &err),
				      0);
		CU_ASSERT_EQUAL(grid_init(&grid, &config, &err), ERR_USAGE);
		CU_ASSERT_STRING_EQUAL(err.text, "sweep: missing or empty: it maps keys to their values ('megavm run' "
						 "simulates one configuration)");
		config_free(&config);
	}
	CU_ASSERT_EQUAL(config_read_text(&(struct config_text){"x.yaml", many, strlen(many)}, NULL, 0, &config, &err),
			ERR_USAGE); /* a seed is not an axis */
	make("sweep: {cpu.ips: {from: 1, to: 1e12, steps: 1e6}, fault.buffer: {from: 1, to: 10, steps: 10}}\n", &config,
	     &grid);
	CU_ASSERT_EQUAL(grid.points, 10000000);
	CU_ASSERT_STRING_EQUAL(grid_value(&grid, 9999999, 1), "10");
	grid_free(&grid);
	config_free(&config);
}

/* ---- workers ---- */

enum { TASKS = 23 };

struct notes {
	_Atomic int *did; /* shared: how often each task was done, and was begun */
	_Atomic int *begun;
	unsigned died, used_up;
};

/* The third of every four dies, the first time in task 6 with a part of it left; every fifth uses its worker up. */
static bool work(void *context, size_t task)
{
	struct notes *notes = context;

	if (notes->begun[task]++ == 0 && task % 4 == 2)
		abort();
	notes->did[task]++;
	CU_ASSERT_EQUAL(notes->died, 0); /* the parent's alone */
	if (notes->used_up)
		abort(); /* it was to be replaced */
	notes->used_up = task % 5 == 4;
	return !notes->used_up;
}

static bool died(void *context, size_t task, int status)
{
	struct notes *notes = context;

	notes->died++;
	CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CU_ASSERT_EQUAL(task % 4, 2);
	return task == 6;
}

static void a_worker_dies_alone(void)
{
	for (unsigned jobs = 1; jobs <= 33; jobs += 8) {
		struct notes notes = {.did = worker_pool_share(2 * TASKS * sizeof(*notes.did))};
		const struct worker_pool pool = {
			.jobs = jobs, .tasks = TASKS, .work = work, .died = died, .context = &notes};
		struct err err;

		CU_ASSERT_PTR_NOT_NULL_FATAL(notes.did);
		notes.begun = notes.did + TASKS;
		CU_ASSERT_EQUAL(worker_pool_run(&pool, &err), 0);
		CU_ASSERT_EQUAL(notes.died, 6);
		for (int i = 0; i < TASKS; i++) {
			CU_ASSERT_EQUAL(notes.did[i], i % 4 != 2 || i == 6);
			CU_ASSERT_EQUAL(notes.begun[i], i == 6 ? 2 : 1);
		}
		worker_pool_unshare((void *)notes.did, 2 * TASKS * sizeof(*notes.did));
	}
}

CU_TestInfo sweep_tests[] = {
	{"every combination, the first key slowest", every_combination},
	{"keys that change together", keys_that_change_together},
	{"ranges", ranges},
	{"no grid", no_grid},
	{"a worker that dies takes no other along", a_worker_dies_alone},
	CU_TEST_INFO_NULL,
};
