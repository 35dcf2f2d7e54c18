/* SPDX-License-Identifier: MIT */
/* Tests the two bounds of the completion of a job with several virtual CPUs: against closed forms, and those of a
 * simulated cluster against those of the curve. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/cluster.h"
#include "config/cost.h"
#include "fault/completion.h"
#include "files.h"
#include "replay/curve_points.h"
#include "unit.h"

static void bounds(void)
{
	const struct completion_vcpu vcpu[] = {{4000000, 500, 0}, {2000000, 2500000, 2100000}};
	struct completion completion;
	struct err err;

	CU_ASSERT_EQUAL(completion_of(vcpu, 1, 0, &completion, &err), 0);
	CU_ASSERT_EQUAL(completion.base_ps, 4000000);
	CU_ASSERT_EQUAL(completion.time_ps, 4000500);
	CU_ASSERT_EQUAL(completion.time_max_ps, 4000500);
	CU_ASSERT_EQUAL(completion_of(vcpu, 2, 400, &completion, &err), 0);
	CU_ASSERT_EQUAL(completion.base_ps, 4100000);
	CU_ASSERT_EQUAL(completion.time_ps, 4500000);
	CU_ASSERT_EQUAL(completion.time_max_ps, 4000000 + 500 + 2500000 - 400);
}

struct pair {
	double least, most;
};

struct setting {
	const char *policy, *software;
};

/* The cluster's pair; the fabric is so fast that no fetch waits for another one's transfer. */
static struct pair run(const char *trace, uint32_t frames, const struct setting *setting, struct fault_cost *cost)
{
	char yaml[900];
	struct cluster_options options = {0};
	struct run_result result;
	struct config config;
	struct err err = {""};
	struct pair pair = {0, 0};

	snprintf(yaml, sizeof(yaml),
		 "cluster: {hypervisors: 2, memory: 64MiB}\nfabric: {bandwidth: 100000Gbps, latency: 1us}\n%s"
		 "policy: %s\nvms: [{trace: %s, local: %uKiB}]\n",
		 setting->software, setting->policy, trace, 4 * frames);
	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
	CU_ASSERT_EQUAL_FATAL(config_cost(&config, cost, &err), 0);
	CU_ASSERT_EQUAL_FATAL(cluster_run(&config, &options, &result, &err), 0);
	pair = (struct pair){job_slowdown(&result.job[0]), job_slowdown_max(&result.job[0])};
	run_result_free(&result);
	config_free(&config);
	return pair;
}

static struct pair curve(const char *trace, uint32_t frames, const char *policy, const struct fault_cost *cost)
{
	const struct trace_reader_options reading = {0};
	const struct curve_points_options options = {.policy = policy_find(policy),
						     .cost = cost,
						     .costs = 1,
						     .eviction_seed = rng_stream(1, 1, RNG_EVICTION, 0),
						     .threads = 1};
	struct curve_point point = {.frames = frames};
	struct trace_reader *reader;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, trace, &reading, &err), 0);
	CU_ASSERT_EQUAL_FATAL(curve_points_read(trace, reader, &point, 1, &options, &err), 0);
	trace_reader_close(reader);
	return (struct pair){point.slowdown, point.slowdown_max};
}

static bool are_close(double a, double b)
{
	return fabs(a / b - 1) < 1e-6;
}

/* Without contention the curve's pair is the cluster's. The fabric is so fast that a fetch that waits for another one's
 * transfer waits for 0.3 ns. */
static void curve_equals_cluster(void)
{
	static const struct setting settings[] = {
		{"lru", ""},
		{"random", ""},
		{"clock", "fault: {exit: 300ns, handler: 700ns, lookup: 50ns, map: 200ns}\n"},
		{"lru", "fault: {exit: 300ns, handler: 700ns, map: 200ns, base: lazy}\n"},
		{"lru", "fault: {preset: userfaultfd}\n"},
		{"lru", "fault: {capacity: 200e3}\n"},
	};
	uint64_t seed = 5;
	int wide = 0, bad = 0;

	for (int round = 0; round < 80; round++) {
		const struct setting *setting = &settings[round < 60 ? round % 4 : 4 + round % 2];
		char trace[512];
		uint32_t pages = 30 + (uint32_t)test_below(&seed, 100), frames = 5 + (uint32_t)test_below(&seed, 20);
		struct fault_cost cost;
		struct pair ran, curved;

		snprintf(trace, sizeof(trace), "%s", test_path("vcpus.mvt"));
		test_write_vm_trace(trace, test_random(&seed), 3000, pages, 2, round % 3 == 0);
		ran = run(trace, frames, setting, &cost);
		curved = curve(trace, frames, setting->policy, &cost);
		wide += ran.most > 1.1 * ran.least;
		if (are_close(ran.least, curved.least) && are_close(ran.most, curved.most))
			continue;
		bad++;
		printf("round %d: run %.9f to %.9f, curve %.9f to %.9f\n", round, ran.least, ran.most, curved.least,
		       curved.most);
	}
	CU_ASSERT_EQUAL(bad, 0);
	CU_ASSERT(wide > 50);
}

CU_TestInfo vcpus_tests[] = {
	{"the bounds of a completion", bounds},
	{"the curve equals the cluster", curve_equals_cluster},
	CU_TEST_INFO_NULL,
};
