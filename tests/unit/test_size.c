/* SPDX-License-Identifier: MIT */
/*
 * Tests the smallest local memory and the largest latency against every size and against the neighbouring latency, and
 * what a rack needs against sums made at every moment.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cost.h"
#include "files.h"
#include "replay/demand.h"
#include "replay/size_search.h"
#include "traces.h"
#include "unit.h"

/* A trace under a policy, and a configuration to take the costs from. */
struct trial {
	char path[512];
	struct config config;
	struct fault_cost cost;
	struct curve_points_options options;
	struct trace_reader *reader;
	struct size_search search;
};

static void trial_open(struct trial *trial, const char *policy, unsigned vcpus, uint64_t seed, uint32_t pages)
{
	static const char yaml[] = "fault: {exit: 300ns, map: 100ns}\nvms: [{trace: t}]\n";
	const struct trace_reader_options reading = {0};
	struct err err = {""};

	snprintf(trial->path, sizeof(trial->path), "%s", test_path("size.mvt"));
	test_write_vm_trace(trial->path, seed, 2000, pages, vcpus, false);
	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &trial->config, &err), 0);
	CU_ASSERT_EQUAL_FATAL(config_cost(&trial->config, &trial->cost, &err), 0);
	trial->options = (struct curve_points_options){
		.policy = policy_find(policy), .cost = &trial->cost, .costs = 1, .eviction_seed = 7, .threads = 2};
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&trial->reader, trial->path, &reading, &err), 0);
	CU_ASSERT_EQUAL_FATAL(size_search_begin(&trial->search, trial->path, trial->reader, &trial->options, &err), 0);
	size_search_over(&trial->search, &trial->cost);
}

static void trial_close(struct trial *trial)
{
	size_search_end(&trial->search);
	trace_reader_close(trial->reader);
	config_free(&trial->config);
}

/* The slowdown of every size, by curve_points_read. The caller frees it. */
static double *every_slowdown(struct trial *trial)
{
	const uint32_t sizes = trial->search.max;
	struct curve_point *point = calloc(sizes, sizeof(*point));
	double *slowdown = calloc(sizes + 1, sizeof(*slowdown));
	const struct trace_reader_options reading = {0};
	struct trace_reader *reader;
	struct err err = {""};

	for (uint32_t i = 0; i < sizes; i++)
		point[i].frames = i + 1;
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, trial->path, &reading, &err), 0);
	CU_ASSERT_EQUAL_FATAL(curve_points_read(trial->path, reader, point, sizes, &trial->options, &err), 0);
	for (uint32_t i = 0; i < sizes; i++)
		slowdown[i + 1] = size_search_slowdown(&point[i]);
	trace_reader_close(reader);
	free(point);
	return slowdown;
}

/* OPT and LRU never fault more with more memory, so the smallest good size is the first one. With several virtual CPUs,
 * and with FIFO, the next smaller size is not good. */
static void smallest(void)
{
	static const struct {
		const char *policy;
		unsigned vcpus;
		bool first;
	} cases[] = {{"lru", 1, true}, {"opt", 1, true}, {"fifo", 1, false}, {"lru", 2, false}};
	uint64_t seed = 11;
	int found_some = 0;

	for (int round = 0; round < 40; round++) {
		const size_t c = (size_t)round % 4;
		struct trial trial;
		double *slowdown;

		trial_open(&trial, cases[c].policy, cases[c].vcpus, test_random(&seed),
			   20 + (uint32_t)test_below(&seed, 60));
		slowdown = every_slowdown(&trial);
		for (int t = 0; t < 5; t++) {
			const uint32_t max = trial.search.max;
			const double target = slowdown[1 + test_below(&seed, max)] + (t % 2 ? 1e-4 : 0);
			struct curve_point point;
			enum size_found found;
			struct err err = {""};
			uint32_t first = 1;

			while (first < max && !(slowdown[first] <= target))
				first++;
			CU_ASSERT_EQUAL_FATAL(size_search_smallest(&trial.search, target, &found, &point, &err), 0);
			if (found == SIZE_NONE) {
				CU_ASSERT_EQUAL(point.frames, max);
				CU_ASSERT(!(slowdown[max] <= target));
				continue;
			}
			CU_ASSERT(slowdown[point.frames] <= target);
			CU_ASSERT_EQUAL(size_search_slowdown(&point), slowdown[point.frames]);
			CU_ASSERT_EQUAL(found == SIZE_EVERY, point.frames == 1);
			if (point.frames > 1) {
				CU_ASSERT(!(slowdown[point.frames - 1] <= target));
				found_some++;
			}
			if (cases[c].first)
				CU_ASSERT_EQUAL(point.frames, first);
		}
		free(slowdown);
		trial_close(&trial);
	}
	CU_ASSERT(found_some > 50);
}

static double slowdown_at(struct trial *trial, uint32_t frames, int64_t latency_ns)
{
	struct config config = trial->config;
	struct fault_cost cost;
	struct curve_point point;
	struct err err = {""};

	config.fabric.latency_ps = 1000 * latency_ns;
	CU_ASSERT_EQUAL_FATAL(config_cost(&config, &cost, &err), 0);
	size_search_over(&trial->search, &cost);
	CU_ASSERT_EQUAL_FATAL(size_search_at(&trial->search, frames, &point, &err), 0);
	return size_search_slowdown(&point);
}

static void largest_latency(void)
{
	uint64_t seed = 12;
	int count[3] = {0};

	for (int round = 0; round < 60; round++) {
		const uint32_t pages = 20 + (uint32_t)test_below(&seed, 60);
		struct trial trial;
		enum size_found found;
		int64_t ns;
		double target;
		uint32_t frames;
		struct err err = {""};

		trial_open(&trial, round % 3 == 1 ? "sieve" : "lru", round % 3 == 2 ? 2 : 1, test_random(&seed), pages);
		frames = round % 10 == 0 ? trial.search.max : 1 + (uint32_t)test_below(&seed, trial.search.max);
		target = 1 + (double)test_below(&seed, 1000) / (round % 2 ? 100 : 1000);
		CU_ASSERT_EQUAL_FATAL(size_search_latency(&trial.search,
							  &(struct size_latency_asked){&trial.config, frames, target},
							  &found, &ns, &err),
				      0);
		count[found]++;
		if (found == SIZE_NONE)
			CU_ASSERT(ns == 0 && slowdown_at(&trial, frames, 0) > target);
		if (found == SIZE_EVERY)
			CU_ASSERT_EQUAL(ns, SIZE_LATENCY_MAX_NS);
		if (found != SIZE_NONE)
			CU_ASSERT(slowdown_at(&trial, frames, ns) <= target);
		if (found == SIZE_FOUND)
			CU_ASSERT(slowdown_at(&trial, frames, ns + 1) > target);
		trial_close(&trial);
	}
	CU_ASSERT(count[SIZE_FOUND] > 10 && count[SIZE_NONE] > 0);
}

/* Pages in use at a time, of a job that runs from start to end. */
static uint64_t in_use(const struct rack_job *job, int64_t now_ps)
{
	const struct demand *demand = job->demand;
	const int64_t length_ps = (int64_t)((double)demand->end_ps * job->slowdown);
	uint64_t pages = demand->begin_pages;

	if (now_ps < job->start_ps || now_ps >= job->start_ps + length_ps)
		return 0;
	for (size_t i = 0; i < demand->count; i++) {
		int64_t at_ps = (int64_t)((double)demand->at_ps[i] * job->slowdown);

		pages += job->start_ps + (at_ps < length_ps ? at_ps : length_ps - 1) <= now_ps;
	}
	return pages;
}

/* The same as rack_need, from the sums at every picosecond. */
static struct rack_need naive_need(const struct rack_job *job, size_t jobs, size_t servers, int64_t end_ps)
{
	struct rack_need need = {0};

	for (int64_t now_ps = 0; now_ps <= end_ps; now_ps++) {
		uint64_t pool = 0;

		for (size_t server = 0; server < servers; server++) {
			uint64_t local = 0, only = 0;

			for (size_t i = 0; i < jobs; i++) {
				const uint64_t pages = in_use(&job[i], now_ps);
				const uint64_t own = pages < job[i].local_pages ? pages : job[i].local_pages;

				if (job[i].server != server)
					continue;
				local += own;
				only += pages;
				pool += pages - own;
			}
			need.server = local > need.server ? local : need.server;
			need.server_only = only > need.server_only ? only : need.server_only;
		}
		need.pool = pool > need.pool ? pool : need.pool;
	}
	return need;
}

static void rack(void)
{
	enum { JOBS = 6 };
	uint64_t seed = 13;

	for (int round = 0; round < 60; round++) {
		struct demand demand[JOBS];
		struct rack_job job[JOBS];
		int64_t at_ps[JOBS][20];
		size_t servers = 1 + test_below(&seed, 3);
		struct rack_need need, naive;
		struct err err = {""};

		for (int i = 0; i < JOBS; i++) {
			demand[i] = (struct demand){.begin_pages = (uint32_t)test_below(&seed, 10),
						    .count = test_below(&seed, 20),
						    .at_ps = at_ps[i],
						    .end_ps = 50 + (int64_t)test_below(&seed, 100)};
			for (size_t k = 0; k < demand[i].count; k++) /* the order of the times does not matter here */
				at_ps[i][k] = (int64_t)test_below(&seed, (uint64_t)demand[i].end_ps + 1);
			job[i] = (struct rack_job){.demand = &demand[i],
						   .local_pages = (uint32_t)test_below(&seed, 25),
						   .slowdown = 1 + (double)test_below(&seed, 100) / 100,
						   .start_ps = (int64_t)test_below(&seed, 200),
						   .server = test_below(&seed, servers)};
		}
		CU_ASSERT_EQUAL_FATAL(rack_need(job, JOBS, servers, &need, &err), 0);
		naive = naive_need(job, JOBS, servers, 600);
		CU_ASSERT_EQUAL(need.server, naive.server);
		CU_ASSERT_EQUAL(need.pool, naive.pool);
		CU_ASSERT_EQUAL(need.server_only, naive.server_only);
		CU_ASSERT(need.server_peaks >= need.server && need.pool_peaks >= need.pool);
	}
}

/* Two jobs one after the other on a server need what one needs; at the same time, twice that. */
static void rack_by_time(void)
{
	int64_t at_ps[] = {10, 20, 1000};
	const struct demand demand = {.begin_pages = 5, .count = 3, .at_ps = at_ps, .end_ps = 1000};
	struct rack_job job[] = {{&demand, 6, 1.5, 0, 0}, {&demand, 6, 1.5, 1500, 0}};
	struct rack_need need;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(rack_need(job, 2, 1, &need, &err), 0);
	CU_ASSERT(need.server == 6 && need.pool == 2 && need.server_only == 8);
	CU_ASSERT(need.server_peaks == 12 && need.pool_peaks == 4);
	job[1].start_ps = 0;
	CU_ASSERT_EQUAL_FATAL(rack_need(job, 2, 1, &need, &err), 0);
	CU_ASSERT(need.server == 12 && need.pool == 4 && need.server_only == 16);
	job[1].start_ps = INT64_MAX / 2; /* of ps: 53 days */
	job[1].slowdown = 1e16;
	CU_ASSERT_EQUAL(rack_need(job, 2, 1, &need, &err), ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "106 days"));
}

/* What is in use at the end is every page that was touched, and the times rise. */
static void demand_of_trace(void)
{
	const struct trace_reader_options reading = {.clocks = true};
	struct trace_reader *reader;
	struct demand demand;
	struct err err = {""};
	const char *path = test_path("size.mvt");
	bool rises = true;

	test_write_vm_trace(path, 3, 2000, 80, 2, true);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, path, &reading, &err), 0);
	CU_ASSERT_EQUAL_FATAL(demand_read(&demand, reader, 2000000000, &err), 0);
	CU_ASSERT_EQUAL(demand.begin_pages + demand.count, trace_reader_totals(reader)->pages);
	for (size_t i = 1; i < demand.count; i++)
		rises = rises && demand.at_ps[i - 1] <= demand.at_ps[i];
	CU_ASSERT(rises);
	CU_ASSERT(demand.count == 0 || demand.at_ps[demand.count - 1] <= demand.end_ps);
	demand_free(&demand);
	trace_reader_close(reader);
}

CU_TestInfo size_tests[] = {
	{"the smallest local memory", smallest},
	{"the largest latency", largest_latency},
	{"the need of a rack at every moment", rack},
	{"jobs one after the other", rack_by_time},
	{"pages in use", demand_of_trace},
	CU_TEST_INFO_NULL,
};
