/* SPDX-License-Identifier: MIT */
/*
 * Compares a live guest with the simulator: a guest that makes a trace's touches at the trace's times, delayed by its
 * waits, must have the same faults, fetches and waits to the picosecond, for every policy, prefetcher, buffer size and
 * kind of jitter.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cluster/cluster.h"
#include "files.h"
#include "live/live.h"
#include "live/result_json.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "trace/writer.h"
#include "unit.h"

enum { FRAMES = 700, RECORDS = 6000, TRIALS = 60 };

struct trial {
	const char *trace;
	char yaml[900];
};

/* Walks with hot pages. Frame numbers are small, because a live guest has an entry for each frame. */
static struct refs make_refs(uint64_t seed)
{
	struct refs refs = {calloc(RECORDS, sizeof(*refs.ref)), RECORDS};
	struct trace_clock clock = {0, 0};
	uint64_t at = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(refs.ref);
	for (size_t i = 0; i < RECORDS; i++) {
		at = test_below(&seed, 3) ? (at + 1 + test_below(&seed, 2)) % FRAMES
					  : test_below(&seed, test_below(&seed, 2) ? 60 : FRAMES);
		clock.insn += test_below(&seed, test_below(&seed, 4) ? 400 : 9000);
		clock.idle_ns += test_below(&seed, 50) ? 0 : test_below(&seed, 5000);
		refs.ref[i] = (struct trace_ref){at, clock, TRACE_KIND(test_below(&seed, 3) == 0, TRACE_DATA, 0)};
	}
	return refs;
}

static void write_trace(const char *path, const struct refs *refs)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_clock end = refs->ref[refs->count - 1].clock;
	struct trace_header header;
	struct trace_writer *writer;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	header.guest_bytes = FRAMES << TRACE_PAGE_SHIFT;
	unlink(path);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	for (size_t i = 0; i < refs->count; i++)
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &refs->ref[i], &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &end, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

/* The guest: its clock is its instructions, its idle time and its waits. */
static void live_run(const struct config *config, const struct refs *refs, uint32_t local, struct job_result *job)
{
	static struct live live;
	int64_t waited_ps = 0, stall_ps;
	struct err err = {""};

	CHECK(live_init(&live, config, &(struct live_guest){FRAMES, local, 1, NULL}, &err) == 0);
	CHECK(live_begin(&live, &err) == 0);
	for (size_t i = 0; i < refs->count; i++) {
		const struct trace_ref *ref = &refs->ref[i];
		int64_t now_ps = fault_clock_ps(ref->clock, config->ips) + waited_ps;

		if (!live_touch_local(&live, ref->frame, ref->kind & TRACE_WRITE, &stall_ps))
			CHECK(live_touch_alone(&live, ref->frame, ref->kind & TRACE_WRITE, now_ps, &stall_ps, &err) ==
			      0);
		waited_ps += stall_ps;
	}
	waited_ps += live_end(&live);
	CHECK(live_result(&live, job, &err) == 0);
	job->time_ps = fault_clock_ps(refs->ref[refs->count - 1].clock, config->ips) + waited_ps;
	live_free(&live);
}

static void compare(const struct job_result *simulated, const struct job_result *live)
{
	CHECK(simulated->faults.demand == live->faults.demand);
	CHECK(simulated->faults.first_touch == live->faults.first_touch);
	CHECK(simulated->faults.in_flight == live->faults.in_flight);
	CHECK(simulated->faults.minor == live->faults.minor);
	CHECK(simulated->prefetch.issued == live->prefetch.issued);
	CHECK(simulated->prefetch.used == live->prefetch.used);
	CHECK(simulated->prefetch.unused == live->prefetch.unused);
	CHECK(simulated->prefetch.polluted == live->prefetch.polluted);
	CHECK(simulated->prefetch.dropped == live->prefetch.dropped);
	CHECK(simulated->writebacks == live->writebacks);
	CHECK(simulated->time_ps == live->time_ps);
	CHECK(simulated->footprint_pages == live->footprint_pages);
	CHECK(simulated->fetch_ns.p99 == live->fetch_ns.p99);
	for (int what = 0; what < STALLS; what++)
		CHECK(simulated->stall_ps[what] == live->stall_ps[what]);
}

static void try(const void *given)
{
	const struct trial *trial = given;
	const struct cluster_options options = {0};
	static struct config config;
	struct refs refs = test_read_trace(trial->trace);
	struct job_result job = {0};
	struct run_result result;
	struct err err = {""};
	int status = config_read_text(&(struct config_text){"test", trial->yaml, strlen(trial->yaml)}, NULL, 0, &config,
				      &err);

	if (status == 0)
		status = cluster_run(&config, &options, &result, &err);
	if (status < 0)
		fprintf(stderr, "%s\n%s\n", err.text, trial->yaml);
	CHECK(status == 0);
	if (status < 0)
		return;
	live_run(&config, &refs, (uint32_t)result.job[0].local_pages, &job);
	compare(&result.job[0], &job);
	if (child_wrong)
		fprintf(stderr, "%s\n", trial->yaml);
	free(job.fetch_step);
	run_result_free(&result);
	config_free(&config);
	test_refs_free(&refs);
}

static void draw(struct trial *trial, uint64_t *seed)
{
	static const char *const jitters[] = {"constant", "lognormal, sigma: 0.5"};
	int policy, prefetch;

	do
		policy = (int)test_below(seed, 13);
	while (!policy_name(policy) || policies[policy]->needs_future);
	do
		prefetch = (int)test_below(seed, 7);
	while (!prefetch_name(prefetch) || prefetchers[prefetch]->needs_future);
	snprintf(trial->yaml, sizeof(trial->yaml),
		 "{seed: %d, cpu: {ips: %d}, fault: {exit: %dns, handler: %dns, lookup: %dns, map: %dns, buffer: %d}, "
		 "policy: %s, prefetch: %s,"
		 " fabric: {preset: ib-edr, latency: %dns, bandwidth: %dMbps, jitter: %s, post: %dns, "
		 "completion: %dns, copy: %dMbps},"
		 " cluster: {hypervisors: 2, memory: 64MiB, priority: %s}, donors: {backing: none}, vms: [{trace: %s, "
		 "local: %d%%}]}",
		 (int)test_below(seed, 1000), (int)(1000000000 + test_below(seed, 2000000000) / 2),
		 (int)test_below(seed, 2) * 700, (int)test_below(seed, 2) * 300, (int)test_below(seed, 2) * 60,
		 (int)test_below(seed, 2) * 500, (int)(1 + test_below(seed, 4)), policy_name(policy),
		 test_below(seed, 3) ? prefetch_name(prefetch) : "none", (int)(100 + test_below(seed, 20000)),
		 (int)(500 + test_below(seed, 100000)), jitters[test_below(seed, 2)], (int)test_below(seed, 2) * 150,
		 (int)test_below(seed, 2) * 90, (int)(500 + test_below(seed, 200000)),
		 test_below(seed, 2) ? "demand" : "same", trial->trace, (int)(10 + test_below(seed, 85)));
}

static void test_live_is_simulated(void)
{
	uint64_t seed = 20261125;

	for (int i = 0; i < TRIALS; i++) {
		struct refs refs = make_refs(seed);
		struct trial trial = {.trace = test_path("live.mvt")};

		write_trace(trial.trace, &refs);
		draw(&trial, &seed);
		CU_ASSERT_EQUAL(in_child(try, &trial), 0);
		test_refs_free(&refs);
	}
}

/* When the region begins, the most recently used pages are local, and dirty if they were written since they arrived. */
static void test_region_begins(void)
{
	static const char yaml[] = "{vms: [{trace: none.mvt, local: 100%}]}";
	static struct config config;
	static struct live live;
	struct err err = {""};
	int64_t stall_ps;

	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
	CU_ASSERT_EQUAL_FATAL(live_init(&live, &config, &(struct live_guest){100, 3, 1, NULL}, &err), 0);
	for (gfn frame = 10; frame < 20; frame++) {
		CU_ASSERT_EQUAL(live_touch_alone(&live, frame, frame == 18, 0, &stall_ps, &err), 0);
		CU_ASSERT_EQUAL(stall_ps, 0);
	}
	CU_ASSERT_EQUAL(live_begin(&live, &err), 0);
	for (gfn frame = 17; frame < 20; frame++)
		CU_ASSERT_TRUE(local_memory_is_mapped(&live.machine.memory, (page_id)frame));
	CU_ASSERT_TRUE(local_memory_is_dirty(&live.machine.memory, 18));
	CU_ASSERT_TRUE(local_memory_is_remote(&live.machine.memory, 16));
	CU_ASSERT_EQUAL(live_touch_alone(&live, 16, false, 5, &stall_ps, &err), 0); /* evicts 17 */
	CU_ASSERT_EQUAL(stall_ps, live.cost.demand_ps);
	CU_ASSERT_TRUE(local_memory_is_remote(&live.machine.memory, 17));
	live_free(&live);
	config_free(&config);
}

/* Two virtual CPUs fetch at the same time: the second page waits on the link for the first, and no longer. */
static void test_two_wait(void)
{
	static const char yaml[] = "{fabric: {latency: 1us, bandwidth: 4096Mbps}, vms: [{trace: none.mvt}]}";
	static struct config config;
	static struct live live;
	struct err err = {""};
	int64_t stall_ps;

	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
	CU_ASSERT_EQUAL_FATAL(live_init(&live, &config, &(struct live_guest){100, 2, 2, NULL}, &err), 0);
	for (gfn frame = 10; frame < 14; frame++)
		CU_ASSERT_EQUAL(live_touch(&live, &(struct live_touch){0, frame, false, 0}, &stall_ps, &err), 0);
	CU_ASSERT_EQUAL(live_begin(&live, &err), 0);
	CU_ASSERT_EQUAL(live_touch(&live, &(struct live_touch){0, 10, false, 100}, &stall_ps, &err), 0);
	CU_ASSERT_EQUAL(stall_ps, LIVE_WAITS);
	CU_ASSERT_EQUAL(live_touch(&live, &(struct live_touch){1, 11, false, 200}, &stall_ps, &err), 0);
	CU_ASSERT_EQUAL(stall_ps, LIVE_WAITS);
	CU_ASSERT_EQUAL(live_advance(&live, 100000000, &err), 0);
	CU_ASSERT_FALSE(live_is_waiting(&live, 0) || live_is_waiting(&live, 1));
	CU_ASSERT_EQUAL(live_resume_ps(&live, 0), 100 + live.cost.demand_ps);
	CU_ASSERT_EQUAL(live_resume_ps(&live, 1), 100 + live.cost.demand_ps + live.cost.transfer_ps);
	live_free(&live);
	config_free(&config);
}

static void test_result_travels(void)
{
	struct histogram_step step[] = {{5, 6}, {1227680, 42}};
	struct job_result there = {.instructions = UINT64_C(1) << 60,
				   .idle_ns = 7,
				   .footprint_pages = 8,
				   .local_pages = 9,
				   .time_ps = 10,
				   .faults = {1, 2, 3, 4},
				   .prefetch = {5, 6, 7, 8, 9},
				   .writebacks = 11,
				   .fetch_ns = {.1, .2, .3, 1e9 / 3},
				   .fetch_step = step,
				   .fetch_steps = 2};
	struct job_result back = {0};
	struct err err;
	json_t *json;

	for (int what = 0; what < STALLS; what++)
		there.stall_ps[what] = what * INT64_C(1000000007);
	json = result_to_json(&there);
	CU_ASSERT_EQUAL_FATAL(result_from_json(json, &back, &err), 0);
	CU_ASSERT_EQUAL(back.fetch_steps, 2);
	CU_ASSERT_EQUAL(memcmp(back.fetch_step, step, sizeof(step)), 0);
	free(back.fetch_step);
	back.fetch_step = step;
	CU_ASSERT_EQUAL(memcmp(&there, &back, sizeof(there)), 0);
	json_object_del(json, "writebacks");
	CU_ASSERT_EQUAL(result_from_json(json, &back, &err), ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "'writebacks'"));
	json_decref(json);
}

CU_TestInfo live_tests[] = {
	{"the closed loop is the simulator when the guest does what the trace says", test_live_is_simulated},
	{"what is local when the region begins", test_region_begins},
	{"two virtual CPUs wait at the same time", test_two_wait},
	{"results travel from the emulator whole", test_result_travels},
	CU_TEST_INFO_NULL,
};
