/* SPDX-License-Identifier: MIT */
/* The backing store: what a failure loses, and how its queue pushes back. Jobs that repeat beside others. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "files.h"
#include "small_cluster.h"
#include "trace/writer.h"
#include "unit.h"

enum { TEXT = 1400 };

enum { WRITTEN = 2000, LOCAL = 100, STEP_PS = 1000000 };

/* New pages, one each microsecond (at 1e9 instructions a second), all of them written. */
static void write_new_pages(const char *path)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_header header;
	struct trace_writer *writer;
	struct trace_ref ref = {.kind = TRACE_KIND(1, TRACE_DATA, 0)};
	struct err err = {""};

	unlink(path);
	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	for (ref.frame = 0; ref.frame < WRITTEN; ref.frame++) {
		ref.clock.insn += 1000;
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &ref, &err), 0);
	}
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &ref.clock, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

/*
 * How many writes are in the store's queue at a time: begun, and not completed. The i-th page to be evicted leaves when
 * page LOCAL + i is touched; the queue has `places`, and a write takes service_ps on the drive's link, then latency_ps.
 */
static uint64_t unwritten(int64_t at_ps, uint32_t places, int64_t service_ps, int64_t latency_ps)
{
	static int64_t done_ps[WRITTEN];
	int64_t free_ps = 0;
	uint64_t count = 0;

	for (uint32_t i = 0; i < WRITTEN - LOCAL; i++) {
		int64_t begin_ps = (int64_t)(LOCAL + i + 1) * STEP_PS;

		if (i >= places && done_ps[i - places] > begin_ps)
			begin_ps = done_ps[i - places];
		free_ps = (begin_ps > free_ps ? begin_ps : free_ps) + service_ps;
		done_ps[i] = free_ps + latency_ps;
		count += begin_ps < at_ps && at_ps < done_ps[i];
	}
	return count;
}

struct failure {
	int64_t gbps, at_us;
	uint32_t places;
};

/* In a child, because events need SimGrid. */
static void check_failure(const void *given)
{
	const struct failure *failure = given;
	int64_t service_ps = (4096 * 8 * 2000 / failure->gbps + 1) / 2;
	struct run_result result = {0};
	char yaml[TEXT];

	snprintf(yaml, sizeof(yaml),
		 "cpu: {ips: 1e9}\ncluster: {hypervisors: 2}\nfault: {buffer: 1000000}\n"
		 "donors: {backing: nvme, detect: 0s, write_latency: 16us, write_bandwidth: %" PRId64
		 "Gbps, store_queue: %" PRIu32 "}\nvms: [{trace: %s, local: %dKiB}]\nevents: [{at: %" PRId64
		 "ns, fail: 1}]\n",
		 failure->gbps, failure->places, test_path("new"), 4 * LOCAL, failure->at_us * 1000 + 500);
	CHECK(small_cluster_try(yaml, false, &result) == 0);
	CHECK(result.pages_lost ==
	      unwritten(failure->at_us * STEP_PS + STEP_PS / 2, failure->places, service_ps, 16000000));
	CHECK(result.jobs == 1 && !result.job[0].stopped);
}

/* A failing donor loses exactly the pages whose writes to the store have begun and not completed: those before are
 * read from there, and those that are still held at the host are written there alone. */
static void a_failure_loses_what_is_not_written(void)
{
	static const uint32_t places[] = {1, 7, 60, 1024};

	write_new_pages(test_path("new"));
	CU_ASSERT(unwritten(1000 * STEP_PS, 1024, 32768000, 16000000) > 800);
	for (size_t i = 0; i < 4; i++)
		for (int64_t gbps = 1; gbps <= 30; gbps += 7)
			for (int64_t at_us = 150; at_us < WRITTEN; at_us += 370) {
				const struct failure failure = {gbps, at_us, places[i]};

				CU_ASSERT_EQUAL(in_child(check_failure, &failure), 0);
			}
}

/* A job takes at least the time in which the store writes what its queue and the write-back buffer do not hold, and at
 * most that and all that it takes without a store. */
static void the_store_pushes_back(void)
{
	int64_t without_ps = 0;

	for (int64_t gbps = 0; gbps <= 6; gbps++) {
		char yaml[TEXT], store[80] = "none";
		struct run_result result;
		const struct job_result *job;
		int64_t written_ps = 0;

		if (gbps)
			snprintf(store, sizeof(store), "nvme, write_bandwidth: %" PRId64 "Gbps, store_queue: 16", gbps);
		snprintf(yaml, sizeof(yaml),
			 "fault: {buffer: 4}\ndonors: {backing: %s}\n"
			 "vms: [{trace: workloads/traces/sort-user.mvt, local: 15%%}]\n",
			 store);
		small_cluster_run(yaml, false, &result);
		job = &result.job[0];
		if (gbps)
			written_ps = ((int64_t)job->writebacks - 16 - 5) * (4096 * 8 * 1000 / gbps);
		else
			without_ps = job->time_ps;
		CU_ASSERT(job->time_ps >= written_ps);
		CU_ASSERT(job->time_ps <= written_ps + without_ps);
		CU_ASSERT(gbps != 1 || written_ps > 5 * without_ps); /* the store decides */
		run_result_free(&result);
	}
}

/* ---- until all have ended ---- */

/*
 * Two jobs over a slow link, the second much shorter. With `until: all` the first has the result that it has beside as
 * many runs of the second as it takes, and the second that of its first run.
 */
static void contention_lasts(void)
{
	static const char *const until[] = {"own", "all", "own"};
	static const int repeats[] = {1, 1, 60};
	struct run_result result[3];

	test_write_vm_trace(test_path("long"), 3, 6000, 150, 1, true);
	test_write_vm_trace(test_path("short"), 4, 300, 100, 1, false);
	for (int i = 0; i < 3; i++) {
		char yaml[TEXT];

		snprintf(yaml, sizeof(yaml),
			 "until: %s\ncluster: {hypervisors: 3}\nfabric: {bandwidth: 1Gbps}\n"
			 "donors: {placement: nearest}\nfault: {buffer: 2}\n"
			 "vms: [{name: a, trace: %s, local: 20%%}, {name: b, trace: %s, host: 1, local: 20%%, repeats: "
			 "%d}]\n",
			 until[i], test_path("long"), test_path("short"), repeats[i]);
		small_cluster_run(yaml, false, &result[i]);
	}
	CU_ASSERT(result[2].job[1].time_ps > result[2].job[0].time_ps); /* the second always runs beside the first */
	CU_ASSERT_EQUAL(result[1].job[0].time_ps, result[2].job[0].time_ps);
	CU_ASSERT_EQUAL(result[1].job[0].stall_ps[STALL_QUEUE], result[2].job[0].stall_ps[STALL_QUEUE]);
	CU_ASSERT(result[1].job[0].stall_ps[STALL_QUEUE] > 2 * result[0].job[0].stall_ps[STALL_QUEUE]);
	CU_ASSERT_EQUAL(result[1].job[1].time_ps, result[0].job[1].time_ps);
	CU_ASSERT_EQUAL(result[1].job[1].base_ps, result[0].job[1].base_ps);
	CU_ASSERT_EQUAL(result[1].job[1].faults.demand, result[0].job[1].faults.demand);
	CU_ASSERT_EQUAL(result[1].end_ps, result[1].job[0].time_ps);
	for (int i = 0; i < 3; i++)
		run_result_free(&result[i]);
}

CU_TestInfo store_tests[] = {
	{"a failure loses what the store has not written", a_failure_loses_what_is_not_written},
	{"the store pushes back", the_store_pushes_back},
	{"jobs repeat until all have ended", contention_lasts},
	CU_TEST_INFO_NULL,
};
