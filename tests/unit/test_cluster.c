/* SPDX-License-Identifier: MIT */
/*
 * Tests the simulated cluster: it equals the closed form that a curve's counts give, for every topology; its results do
 * not depend on the quantum; its state is consistent after every change; and no page is lost that has another copy.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cluster/cluster.h"
#include "config/cost.h"
#include "files.h"
#include "memory/curve.h"
#include "replay/replay.h"
#include "report/run_json.h"
#include "small_cluster.h"
#include "unit.h"

enum { SETS_MAX = 24 };

struct scenario {
	char set[SETS_MAX][160];
	size_t sets;
	const char *trace;
	bool check;
	int64_t quantum_ps;
	char json[64]; /* where to write the result, or empty */
	char yaml[800];
	bool safe; /* no page may be lost */
	bool hit;  /* a hypervisor that runs VMs may fail or leave */
	unsigned vcpus;
};

static void add(struct scenario *scenario, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(scenario->set[scenario->sets++], sizeof(scenario->set[0]), format, args);
	va_end(args);
}

/* The child's configuration: it must not move after it was read. */
static struct config config;

static int configure(const struct scenario *scenario, const char *yaml, struct err *err)
{
	const char *sets[SETS_MAX];

	for (size_t i = 0; i < scenario->sets; i++)
		sets[i] = scenario->set[i];
	return config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, sets, scenario->sets, &config, err);
}

static int run(const struct scenario *scenario, const char *yaml, struct run_result *result)
{
	struct cluster_options options = {.check = scenario->check, .quantum_ps = scenario->quantum_ps};
	struct err err = {""};
	int status = configure(scenario, yaml, &err);

	if (status == 0)
		status = cluster_run(&config, &options, result, &err);
	if (status < 0)
		fprintf(stderr, "%s\n", err.text);
	return status;
}

static int64_t sum_of_stalls(const struct job_result *job)
{
	int64_t sum = 0;

	for (int what = 0; what < STALLS; what++)
		sum += job->stall_ps[what];
	return sum;
}

/* With a single VM, LRU's counts are the curve's, a fetch takes the closed form's time and, at most, its request's wait
 * for a write-back, and the stalls add up to the difference from the base time. */
static void check_closed_form(const void *given)
{
	const struct trace_reader_options reading = {0};
	const struct scenario *scenario = given;
	char yaml[300];
	struct trace_reader *reader;
	struct run_result result;
	struct fault_cost cost;
	struct curve curve;
	struct err err;
	const struct job_result *job;
	uint64_t frames, in = 0, out = 0;

	snprintf(yaml, sizeof(yaml), "vms: [{name: one, trace: %s}]\n", scenario->trace);
	if (run(scenario, yaml, &result) < 0) {
		CHECK(false);
		return;
	}
	job = &result.job[0];
	frames = job->local_pages;
	CHECK(config_cost(&config, &cost, &err) == 0);
	CHECK(trace_reader_open(&reader, scenario->trace, &reading, &err) == 0);
	CHECK(curve_read(&curve, reader, NULL, NULL, &err) == 0);
	CHECK(job->faults.demand == curve.faults[frames]);
	CHECK(job->faults.first_touch == curve.first_touches);
	CHECK(job->faults.compulsory == curve.compulsory[frames]);
	CHECK(job->writebacks == curve.write_backs[frames]);
	CHECK(job->base_ps == fault_clock_ps(trace_reader_totals(reader)->end[0], cost.ips));
	CHECK(job->time_ps == job->base_ps + (int64_t)job->faults.demand * cost.demand_ps +
				      (int64_t)job->faults.first_touch * cost.first_ps + job->stall_ps[STALL_QUEUE]);
	CHECK(job->time_ps - job->base_ps == sum_of_stalls(job));
	CHECK(job->stall_ps[STALL_QUEUE] <= (int64_t)job->writebacks * cost.transfer_ps &&
	      job->stall_ps[STALL_BUFFER] == 0);
	if (config.cluster.topology != TOPOLOGY_SWITCH)
		return;
	for (size_t i = 0; i < result.links; i++) {
		if (strcmp(result.link[i].name, "fabric_link_0_DOWN") == 0)
			in = result.link[i].bytes;
		if (strcmp(result.link[i].name, "fabric_link_0_UP") == 0)
			out = result.link[i].bytes;
	}
	CHECK(in == 4096 * job->faults.demand); /* exactly the fetched pages, and the other way their requests */
	CHECK(out == 64 * job->faults.demand + 4096 * job->writebacks);
}

static void equals_the_closed_form(void)
{
	static const char *const topologies[] = {"switch", "pcie-switch", "ntb-pair", "fat-tree", "dragonfly"};
	uint64_t seed = 12;

	for (int round = 0; round < 30; round++) {
		const char *topology = topologies[round % 5];
		struct scenario scenario = {.trace = test_path("one.mvt"), .check = true};

		test_write_vm_trace(scenario.trace, test_random(&seed), 2000, 20 + (uint32_t)test_below(&seed, 100), 1,
				    round % 2);
		add(&scenario, "cluster.topology=%s", topology);
		add(&scenario, "cluster.hypervisors=%d", strcmp(topology, "ntb-pair") ? 3 : 2);
		if (strcmp(topology, "fat-tree") == 0 || strcmp(topology, "dragonfly") == 0)
			add(&scenario, "cluster.hop=0ns");
		add(&scenario, "donors.backing=none");
		add(&scenario, "vms.local=%d%%", 10 + (int)test_below(&seed, 91));
		add(&scenario, "fault.exit=%dns", (int)test_below(&seed, 2000));
		add(&scenario, "fault.map=%dns", (int)test_below(&seed, 2) * 300);
		add(&scenario, "fabric.latency=%dns", 2 * (int)test_below(&seed, 5000));
		add(&scenario, "fault.buffer=1e6");
		CU_ASSERT_EQUAL(in_child(check_closed_form, &scenario), 0);
	}
}

/* OPT has the same counts in the cluster, where VMs wait for each other's transfers, as in a replay of the trace. */
static void check_opt(const void *given)
{
	const struct scenario *scenario = given;
	const struct replay_options options = {.cost = {.ips = 2000000000}, .threads = 1};
	struct replay_point point = {.policy = policy_find("opt")};
	struct run_result result;
	struct err err = {""};
	char yaml[300];

	snprintf(yaml, sizeof(yaml), "vms: [{name: one, trace: %s, count: 2}]\n", scenario->trace);
	if (run(scenario, yaml, &result) < 0) {
		CHECK(false);
		return;
	}
	point.frames = (uint32_t)result.job[0].local_pages;
	CHECK(replay(scenario->trace, &point, 1, &options, &err) == 0);
	for (size_t i = 0; i < result.jobs; i++) {
		CHECK(result.job[i].faults.demand == point.counts.faults);
		CHECK(result.job[i].faults.first_touch == point.counts.first_touches);
		CHECK(result.job[i].writebacks == point.counts.write_backs);
	}
}

static void opt_knows_the_future(void)
{
	uint64_t seed = 31;

	for (int round = 0; round < 20; round++) {
		struct scenario scenario = {.trace = test_path("opt.mvt"), .check = true};

		test_write_vm_trace(scenario.trace, test_random(&seed), 2000, 20 + (uint32_t)test_below(&seed, 100), 1,
				    round % 2);
		add(&scenario, "policy=opt");
		add(&scenario, "fault.buffer=%d", 1 + (int)test_below(&seed, 4));
		add(&scenario, "vms.local=%d%%", 10 + (int)test_below(&seed, 91));
		CU_ASSERT_EQUAL(in_child(check_opt, &scenario), 0);
	}
}

/* Writes the result as JSON to a file. */
static void write_result(const void *given)
{
	const struct scenario *scenario = given;
	char yaml[400];
	struct run_result result;
	json_t *nothing = json_object();
	struct err err;
	FILE *to;

	snprintf(yaml, sizeof(yaml),
		 "vms:\n - {name: a, trace: %s, count: 2, repeats: 2}\n - {name: b, trace: %s, host: 1, start: 20us, "
		 "local: 60%%, policy: clock, prefetch: leap}\n",
		 scenario->trace, scenario->trace);
	if (run(scenario, yaml, &result) < 0) {
		CHECK(false);
		return;
	}
	for (size_t i = 0; i < result.jobs; i++)
		CHECK(result.job[i].stopped ||
		      result.job[i].time_ps - result.job[i].base_ps == sum_of_stalls(&result.job[i]));
	to = fopen(scenario->json, "w");
	CHECK(to && run_json_print(&result, nothing, to, &err) == 0 && fclose(to) == 0);
}

static void the_quantum_does_not_matter(void)
{
	static const int64_t quanta[] = {0, 1000000, 7777777, INT64_C(1000000000000)};
	char *first = NULL;
	size_t length = 0;

	test_write_vm_trace(test_path("q.mvt"), 3, 3000, 120, 1, false);
	for (size_t i = 0; i < sizeof(quanta) / sizeof(*quanta); i++) {
		struct scenario scenario = {.trace = test_path("q.mvt"), .quantum_ps = quanta[i]};
		size_t n;
		char *json;

		strcpy(scenario.json, test_path("q.json"));
		add(&scenario, "cluster.hypervisors=4");
		add(&scenario, "prefetch=next-n");
		add(&scenario, "fabric.jitter=lognormal");
		add(&scenario, "fabric.sigma=0.5");
		add(&scenario, "fault.buffer=2");
		add(&scenario, "vms.0.local=30%%");
		CU_ASSERT_EQUAL_FATAL(in_child(write_result, &scenario), 0);
		json = test_read_file(scenario.json, &n);
		if (first) {
			CU_ASSERT_TRUE(n == length && memcmp(first, json, n) == 0);
			free(json);
		} else {
			first = json;
			length = n;
		}
	}
	free(first);
}

/* With replicas or a backing store, a failing donor loses no page. With neither, lost pages are counted, and a VM that
 * needs one stops. */
static void check_failure(const void *given)
{
	const struct scenario *scenario = given;
	struct run_result result;

	if (run(scenario, scenario->yaml, &result) < 0) {
		CHECK(false);
		return;
	}
	for (size_t i = 0; i < result.jobs; i++) {
		bool needed = result.job[i].stopped && strcmp(result.job[i].stopped_by, "needed a lost page") == 0;

		CHECK(!scenario->safe || !needed);
		CHECK(!result.job[i].stopped || needed || scenario->hit);
		CHECK(result.job[i].stopped || scenario->vcpus > 1 ||
		      result.job[i].time_ps - result.job[i].base_ps - result.job[i].lost_ps ==
			      sum_of_stalls(&result.job[i]));
		CHECK(!needed || result.pages_lost > 0);
	}
	CHECK(!scenario->safe || result.pages_lost == 0);
	CHECK(small_cluster_adds_up(&result));
	run_result_free(&result);
}

/*
 * Draws a small cluster with two or three VMs and up to six events of its donors and of one hypervisor that runs a VM.
 * Two replicas survive one failure; a backing store that writes at once survives any number.
 */
static void draw_scenario(struct scenario *scenario, uint64_t *seed)
{
	static const char *const placements[] = {"round-robin", "most-free", "nearest",
						 "two-choices", "random",    "multinode-lru"};
	static const char *const prefetches[] = {"none", "next-n", "leap", "linux-slots", "linux-vma"};
	static const char *const deeds[] = {"fail", "leave", "join"};
	static const char *const policy_words[] = {"lru", "linux", "mglru"};
	static const char *const stays[] = {"stay", "stop", "restart"};
	bool stored = test_below(seed, 3) > 0, at_once = test_below(seed, 2); /* writes to the store take no time */
	int hypervisors = 4 + (int)test_below(seed, 5), replicas = 1 + (int)test_below(seed, 2), fails = 0,
	    own = (int)test_below(seed, 2), events = (int)test_below(seed, 7);
	size_t used;

	used = (size_t)snprintf(
		scenario->yaml, sizeof(scenario->yaml),
		"cluster: {hypervisors: %d}\nvms: [{name: a, trace: %s, local: %d%%, prefetch: %s, policy: %s}, "
		"{name: b, trace: %s, host: 1, local: %d%%, count: %d}]\n"
		"events: [",
		hypervisors, scenario->trace, 15 + (int)test_below(seed, 80), prefetches[test_below(seed, 5)],
		policy_words[test_below(seed, 3)], scenario->trace, 15 + (int)test_below(seed, 80),
		(int)test_below(seed, 2) + 1);
	for (int i = 0; i < events; i++) {
		int deed = (int)test_below(seed, 3), at_us = 1 + (int)test_below(seed, 150);

		int node = test_below(seed, 3) == 0 ? own : 3 + (int)test_below(seed, (uint64_t)hypervisors - 3);

		fails += deed == 0;
		scenario->hit |= node == own;
		used += (size_t)snprintf(scenario->yaml + used, sizeof(scenario->yaml) - used, "%s{at: %dus, %s: %d}",
					 i ? ", " : "", at_us, deeds[deed], node);
	}
	snprintf(scenario->yaml + used, sizeof(scenario->yaml) - used, "]\n");
	if (strstr(scenario->yaml, "linux}") && test_below(seed, 2))
		add(scenario, "policies.linux.version=5.0");
	scenario->safe = (stored && at_once) || fails == 0 || (replicas == 2 && fails == 1);
	add(scenario, "vms.on_failure=%s", test_below(seed, 3) ? "restart" : "stop");
	add(scenario, "vms.on_leave=%s", stays[test_below(seed, 3)]);
	add(scenario, "vms.restart_after=%dus", (int)test_below(seed, 2) * 20);
	add(scenario, "donors.backing=%s", stored ? "nvme" : "none");
	if (stored && at_once) {
		add(scenario, "donors.write_latency=0ns");
		add(scenario, "donors.write_bandwidth=100000Gbps");
	} else if (stored) {
		add(scenario, "donors.store_queue=%d", 1 + (int)test_below(seed, 5));
	}
	add(scenario, "donors.replicas=%d", replicas);
	add(scenario, "donors.rebuild=%s", test_below(seed, 2) ? "true" : "false");
	add(scenario, "donors.detect=%dus", (int)test_below(seed, 3) * (int)test_below(seed, 60));
	add(scenario, "donors.placement=%s", placements[test_below(seed, stored ? 6 : 5)]);
	add(scenario, "cluster.memory=%s", stored && test_below(seed, 3) == 0 ? "600KiB" : "8MiB");
	add(scenario, "fault.buffer=%d", 1 + (int)test_below(seed, 4));
	add(scenario, "seed=%d", (int)test_below(seed, 1000));
	add(scenario, "donors.pool=%s", test_below(seed, 2) ? "inclusive" : "exclusive");
}

static void failures_lose_nothing_that_has_a_copy(void)
{
	uint64_t seed = 40;

	for (int round = 0; round < 1000; round++) {
		struct scenario scenario = {.trace = test_path("f.mvt"), .check = true, .vcpus = 1 + round / 25 % 2};

		if (round % 25 == 0)
			test_write_vm_trace(scenario.trace, test_random(&seed), 1500,
					    60 + (uint32_t)test_below(&seed, 60), scenario.vcpus, round % 2);
		draw_scenario(&scenario, &seed);
		if (in_child(check_failure, &scenario) == 0)
			continue;
		CU_FAIL("a cluster does not add up, or has lost a page that it should have");
		printf("%s", scenario.yaml);
		for (size_t i = 0; i < scenario.sets; i++)
			printf("%s\n", scenario.set[i]);
	}
}

/* Four of five donors fail one after the other. When each page's second copy is made anew in time, none is lost. */
static void check_rebuild(const void *given)
{
	const struct scenario *scenario = given;
	uint64_t remade = 0, replicas = 0;
	struct run_result result;

	if (run(scenario, scenario->yaml, &result) < 0) {
		CHECK(false);
		return;
	}
	for (size_t i = 0; i < result.changes; i++) {
		remade += result.change[i].remade;
		replicas += result.change[i].all.became[CHANGE_REPLICA];
	}
	CHECK(!scenario->safe || (result.changes == 4 && replicas > 50));
	CHECK(scenario->safe ? result.pages_lost == 0 && !result.job[0].stopped : result.pages_lost > 0);
	CHECK(scenario->safe ? remade > replicas / 2 && remade <= replicas : remade == 0);
	CHECK(small_cluster_adds_up(&result));
	run_result_free(&result);
}

static void lost_copies_are_made_anew(void)
{
	test_write_vm_trace(test_path("f.mvt"), 5, 3000, 100, 1, false);
	for (int rebuild = 0; rebuild < 2; rebuild++)
		for (int pool = 0; pool < 2; pool++) {
			struct scenario scenario = {.trace = test_path("f.mvt"), .check = true, .safe = rebuild};

			snprintf(scenario.yaml, sizeof(scenario.yaml),
				 "cluster: {hypervisors: 6, memory: 8MiB}\nvms: [{name: a, trace: %s, local: 20%%}]\n"
				 "events: [{at: 100us, fail: 1}, {at: 300us, fail: 2}, {at: 500us, fail: 3}, "
				 "{at: 700us, fail: 4}]\n",
				 scenario.trace);
			add(&scenario, "donors.replicas=2");
			add(&scenario, "donors.detect=5us");
			add(&scenario, "donors.pool=%s", pool ? "inclusive" : "exclusive");
			add(&scenario, "donors.rebuild=%s", rebuild ? "true" : "false");
			CU_ASSERT_EQUAL(in_child(check_rebuild, &scenario), 0);
		}
}

static void check_error(const void *given)
{
	const struct scenario *scenario = given;
	struct cluster_options options = {.check = false};
	struct run_result result;
	struct err err = {""};
	char yaml[200];

	snprintf(yaml, sizeof(yaml), "vms: [{name: one, trace: %s, local: 30%%}]\n", scenario->trace);
	CHECK(configure(scenario, yaml, &err) == 0);
	CHECK(cluster_run(&config, &options, &result, &err) < 0);
	if (!strstr(err.text, scenario->json)) {
		fprintf(stderr, "found: %s\n", err.text);
		CHECK(false);
	}
}

static void mistakes_are_reported(void)
{
	static const struct {
		const char *set, *text;
	} mistakes[] = {
		{"fabric.sharing=fluid", "cluster.priority: 'demand', but SimGrid's own transfers"},
		{"vms.local=0%", "vms.local of one: 0 pages: allowed are 1 to"},
		{"cluster.memory=100KiB", "cluster.memory: the VMs of hypervisor 0 keep"},
		{"vms.repeats=2", "opt of one: it needs the future, which is known of one virtual CPU that runs its "
				  "job once (here 1, 2 times)"},
		{"vms.prefetch=leap", "without a prefetcher (here leap)"},
		{"vms.prefetch=oracle", "oracle of one: it needs the future"},
		{"vms.trace=nowhere.mvt", "nowhere.mvt: No such file"},
		{"cluster.hypervisors=1", "no donor has a free frame"},
	};

	test_write_vm_trace(test_path("m.mvt"), 9, 2000, 200, 1, false);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct scenario scenario = {.trace = test_path("m.mvt")};

		snprintf(scenario.json, sizeof(scenario.json), "%s", mistakes[i].text);
		add(&scenario, "donors.backing=none");
		add(&scenario, "policy=opt");
		add(&scenario, "cluster.priority=demand");
		add(&scenario, "%s", mistakes[i].set);
		CU_ASSERT_EQUAL(in_child(check_error, &scenario), 0);
	}
}

CU_TestInfo cluster_tests[] = {
	{"one VM alone is the closed form, in every topology", equals_the_closed_form},
	{"OPT knows the future", opt_knows_the_future},
	{"the quantum does not matter", the_quantum_does_not_matter},
	{"failures lose nothing that has a copy", failures_lose_nothing_that_has_a_copy},
	{"lost copies are made anew", lost_copies_are_made_anew},
	{"mistakes are reported", mistakes_are_reported},
	CU_TEST_INFO_NULL,
};
