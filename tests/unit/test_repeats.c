/* SPDX-License-Identifier: MIT */
/* Tests that the repeats of a configuration are independent runs: intervals made from them cover the mean as often as
 * they promise. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "cluster/cluster.h"
#include "files.h"
#include "unit.h"

enum { SEEDS = 200, REPEATS = 25 };

/* Three VMs that evict at random over latencies that spread. */
static const char yaml[] = "cluster: {hypervisors: 4, memory: 1MiB}\n"
			   "policy: random\n"
			   "fabric: {jitter: lognormal, sigma: 1}\n"
			   "vms: [{name: vm, trace: TRACE, count: 3, local: 50%}]\n";

/* The mean slowdown of the VMs. */
static double slowdown_of(const struct config *config, const struct decoded_traces *traces)
{
	const struct cluster_options options = {.traces = traces};
	struct run_result result;
	double sum = 0, slowdown;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(cluster_run(config, &options, &result, &err), 0);
	for (size_t i = 0; i < result.jobs; i++)
		sum += job_slowdown(&result.job[i]);
	slowdown = sum / (double)result.jobs;
	run_result_free(&result);
	return slowdown;
}

static void measure(double slowdown[SEEDS][REPEATS])
{
	char trace[512], set[600];
	const char *sets[] = {set};
	struct decoded_traces traces = {0};
	struct config config;
	struct err err = {""};

	snprintf(trace, sizeof(trace), "%s", test_path("repeats.mvt"));
	snprintf(set, sizeof(set), "vms.trace=%s", trace);
	test_write_vm_trace(trace, 3, 150, 30, 1, false);
	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, sets, 1, &config, &err), 0);
	CU_ASSERT_EQUAL_FATAL(decoded_traces_add(&traces, trace, false, true, &err), 0);
	for (uint64_t seed = 0; seed < SEEDS; seed++)
		for (uint64_t repeat = 0; repeat < REPEATS; repeat++) {
			config.seed = 1 + seed;
			config.repeat = 1 + repeat;
			slowdown[seed][repeat] = slowdown_of(&config, &traces);
		}
	decoded_traces_free(&traces);
	config_free(&config);
}

/*
 * Of 200 intervals of 95 %, each from 25 repeats of a seed, so many cover the mean of all 5000 runs as is likely: 190
 * within three standard deviations of sqrt(200 * 0.95 * 0.05) = 3.1. If the VMs of one repeat drew what other VMs draw
 * in the next, about 150 would.
 */
static void intervals_cover_the_mean(void)
{
	double(*slowdown)[REPEATS] = calloc(SEEDS, sizeof(*slowdown)), sum = 0;
	const double t = gsl_cdf_tdist_Pinv(0.975, REPEATS - 1);
	int covered = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(slowdown);
	measure(slowdown);
	for (int seed = 0; seed < SEEDS; seed++)
		for (int i = 0; i < REPEATS; i++)
			sum += slowdown[seed][i];
	for (int seed = 0; seed < SEEDS; seed++) {
		double mean = 0, squares = 0;

		for (int i = 0; i < REPEATS; i++)
			mean += slowdown[seed][i] / REPEATS;
		for (int i = 0; i < REPEATS; i++)
			squares += pow(slowdown[seed][i] - mean, 2);
		CU_ASSERT_FATAL(squares > 0);
		covered += fabs(mean - sum / (SEEDS * REPEATS)) <= t * sqrt(squares / (REPEATS - 1) / REPEATS);
	}
	CU_ASSERT(covered >= 181 && covered <= 199);
	free(slowdown);
}

CU_TestInfo repeats_tests[] = {
	{"intervals over repeats cover the mean", intervals_cover_the_mean},
	CU_TEST_INFO_NULL,
};
