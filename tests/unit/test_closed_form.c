/* SPDX-License-Identifier: MIT */
/* Results without simulation have the same bytes as those of the simulation, for any cluster and costs. Where they
 * would differ, the closed form is refused. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cluster/closed_form.h"
#include "cluster/cluster.h"
#include "files.h"
#include "report/run_json.h"
#include "trace/writer.h"
#include "unit.h"

enum { POINTS = 12, TEXT = 1024 };

/* Some points over one trace, as YAML, and the file to leave the results in. */
struct trial {
	const char *trace;
	char yaml[POINTS][TEXT];
	size_t points;
	const char *out;
	size_t number; /* of the point that is simulated */
};

static void read_point(const char *yaml, struct config *config)
{
	struct err err = {""};
	int status = config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, config, &err);

	if (status < 0)
		fprintf(stderr, "%s\n%s\n", err.text, yaml);
	CHECK(status == 0);
}

static void print_result(const struct run_result *result, FILE *to)
{
	json_t *nothing = json_object();
	struct err err;

	CHECK(to && run_json_print(result, nothing, to, &err) == 0);
	json_decref(nothing);
}

/* All points in one pass. */
static void answer(const void *given)
{
	const struct trial *trial = given;
	static struct config config[POINTS];
	struct run_result result[POINTS];
	struct decoded_traces traces = {0};
	struct platform *platform;
	FILE *to = fopen(trial->out, "w");
	struct err err = {""};

	CHECK(decoded_traces_add(&traces, trial->trace, false, true, &err) == 0);
	for (size_t i = 0; i < trial->points; i++) {
		read_point(trial->yaml[i], &config[i]);
		CHECK(closed_form_holds(&config[i], &traces.trace[0]));
		CHECK(closed_form_platform(&config[i]) == closed_form_platform(&config[0]));
	}
	CHECK(child_wrong == 0 && platform_load(&platform, &config[0], &err) == 0);
	CHECK(child_wrong == 0 &&
	      closed_form_run(config, trial->points, &traces.trace[0], platform, result, &err) == 0);
	for (size_t i = 0; i < trial->points && child_wrong == 0; i++) {
		print_result(&result[i], to);
		run_result_free(&result[i]);
		config_free(&config[i]);
	}
	platform_free(platform);
	decoded_traces_free(&traces);
	fclose(to);
}

static void simulate(const void *given)
{
	const struct trial *trial = given;
	const struct cluster_options options = {.check = false};
	static struct config config;
	struct run_result result;
	FILE *to = fopen(trial->out, "a");
	struct err err = {""};

	read_point(trial->yaml[trial->number], &config);
	CHECK(cluster_run(&config, &options, &result, &err) == 0);
	if (child_wrong == 0)
		print_result(&result, to);
	fclose(to);
}

static bool same_files(const char *one, const char *other)
{
	size_t n, m;
	char *a = test_read_file(one, &n), *b = test_read_file(other, &m);
	bool same = n > 2 && n == m && memcmp(a, b, n) == 0;

	free(a);
	free(b);
	return same;
}

static void put(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, TEXT - used, format, args);
	va_end(args);
}

static const char *pick(uint64_t *seed, const char *const *words, size_t n)
{
	return words[test_below(seed, n)];
}
#define PICK(seed, ...) \
	pick(seed, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* The costs and the local size of one point. Slow links and small buffers, so that write-backs queue and fetches wait
 * for them. */
static void draw_point(char *yaml, const struct trial *trial, const char *shape, uint64_t *seed)
{
	put(yaml, "%s\nseed: %d\ncpu: {ips: %s}\n", shape, (int)test_below(seed, 3),
	    PICK(seed, "2e9", "2e9", "3e9", "1e12"));
	put(yaml, "fault: {exit: %dns, handler: %dns, lookup: %dns, map: %dns, buffer: %s, capacity: %s}\n",
	    (int)test_below(seed, 2) * 700, (int)test_below(seed, 2) * 31, (int)test_below(seed, 2) * 50,
	    (int)test_below(seed, 2) * 300, PICK(seed, "1", "2", "5", "64"), PICK(seed, "0", "20e6", "1e12"));
	put(yaml, "fabric: {preset: %s", PICK(seed, "ib-edr", "kona-rdma", "cxl-direct", "tcp-10g", "nvme"));
	if (test_below(seed, 2))
		put(yaml, ", latency: %s", PICK(seed, "0ns", "0.001ns", "1ns", "333.333ns", "50us"));
	if (test_below(seed, 2))
		put(yaml, ", bandwidth: %s", PICK(seed, "200Mbps", "3Gbps", "99999Gbps"));
	if (test_below(seed, 2))
		put(yaml, ", copy: %s", PICK(seed, "1Gbps", "39Gbps", "100000Gbps"));
	if (test_below(seed, 3) == 0)
		put(yaml, ", request: %s", PICK(seed, "1B", "300B", "4KiB"));
	put(yaml, "}\ndonors: {placement: %s, backing: %s}\n",
	    PICK(seed, "round-robin", "most-free", "nearest", "two-choices", "random"),
	    PICK(seed, "none", "nvme, write_bandwidth: 300Mbps, store_queue: 1", "nvme", "nvme, store_queue: 3",
		 "nvme, write_latency: 0ns, store_queue: 20", "tcp-10g, store_queue: 5"));
	put(yaml, "vms: [{name: one, trace: %s, host: %d, start: %s, local: %s}]\n", trial->trace,
	    (int)test_below(seed, 2), PICK(seed, "0s", "0s", "17.3us"),
	    PICK(seed, "12%", "25%", "50%", "77%", "100%", "4KiB", "8KiB"));
}

static void draw_trial(struct trial *trial, uint64_t *seed)
{
	char shape[300];
	int hypervisors = 2 + (int)test_below(seed, 3);

	snprintf(shape, sizeof(shape), "cluster: {topology: %s, hypervisors: %d, memory: %s}\nservice: %s",
		 PICK(seed, "switch", "switch", "pcie-switch", hypervisors == 2 ? "ntb-pair" : "switch"), hypervisors,
		 PICK(seed, "2MiB", "64MiB"), PICK(seed, "none", "shared", "{preset: tcp-10g}"));
	for (trial->points = 0; trial->points < POINTS; trial->points++) {
		trial->yaml[trial->points][0] = '\0';
		draw_point(trial->yaml[trial->points], trial, shape, seed);
	}
}

/* Computes the results both ways and compares the bytes. */
static void compare(struct trial *trial)
{
	char one[128], other[128];

	snprintf(one, sizeof(one), "%s", test_path("one.json"));
	snprintf(other, sizeof(other), "%s", test_path("other.json"));
	trial->out = one;
	CU_ASSERT_EQUAL(in_child(answer, trial), 0);
	trial->out = other;
	unlink(other);
	for (trial->number = 0; trial->number < trial->points; trial->number++)
		CU_ASSERT_EQUAL(in_child(simulate, trial), 0);
	CU_ASSERT_TRUE(same_files(one, other));
}

static void equals_the_simulation(void)
{
	uint64_t seed = 71;
	char trace[128];

	snprintf(trace, sizeof(trace), "%s", test_path("alone.mvt"));
	for (int round = 0; round < 40; round++) {
		struct trial trial = {.trace = trace};

		test_write_vm_trace(trial.trace, test_random(&seed), 60 + test_below(&seed, 3000),
				    20 + (uint32_t)test_below(&seed, 150), 1, round % 3 == 0);
		draw_trial(&trial, &seed);
		compare(&trial);
	}
}

/* Twelve written pages, with `gap` instructions between them and `tail` instructions after the last. */
static void write_burst(const char *path, uint64_t step, uint64_t tail)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_writer *writer;
	struct trace_header header;
	struct trace_ref ref = {0};
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	unlink(path);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	for (uint64_t page = 0; page < 12; page++) {
		ref = (struct trace_ref){.frame = page,
					 .clock = {1000 + step * page, 0},
					 .kind = TRACE_KIND(1, TRACE_DATA, 0)};
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &ref, &err), 0);
	}
	ref.clock.insn += tail;
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &ref.clock, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

/*
 * Transfers that are still in flight when the run ends, and events in its very last picosecond. Here an instruction
 * takes a picosecond and a page 328 ps on every link; the latencies place heads and starts exactly at the end, before
 * and after it.
 */
static void equals_it_at_the_end(void)
{
	static const char *const latencies[] = {"0ns",     "0.001ns", "0.002ns", "0.2ns",
						"0.456ns", "0.656ns", "1ns",     "1.312ns"};
	static const uint64_t steps[] = {0, 100, 328, 400}, tails[] = {0, 1, 100, 228, 328, 428, 656};
	static const char preset[] = "latency: 1ns\nbandwidth: 100000Gbps\n";
	char store[128], trace[128];

	snprintf(store, sizeof(store), "%s", test_path("store.yaml"));
	snprintf(trace, sizeof(trace), "%s", test_path("burst.mvt"));
	test_write_file(store, preset, sizeof(preset) - 1);

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) * sizeof(tails) / sizeof(*tails); i++) {
		struct trial trial = {.trace = trace, .points = sizeof(latencies) / sizeof(*latencies)};

		write_burst(trial.trace, steps[i % 4], tails[i / 4]);
		for (size_t k = 0; k < trial.points; k++)
			put(trial.yaml[k],
			    "cpu: {ips: 1e12}\ncluster: {topology: %s, hypervisors: 3}\nfabric: {bandwidth: "
			    "100000Gbps, latency: %s}\n"
			    "donors: {backing: %s}\nvms: [{trace: %s, local: 8KiB}]\n",
			    i % 3 ? "switch" : "pcie-switch", latencies[k], store, trace);
		compare(&trial);
	}
}

static void refuses_what_it_cannot_tell(void)
{
	static const char *const sets[] = {
		"vms.count=2",
		"vms.repeats=2",
		"policy=clock",
		"vms.policy=fifo",
		"prefetch=leap",
		"cluster.topology=fat-tree",
		"cluster.topology=dragonfly",
		"cluster.priority=demand",
		"cluster.platform=x.xml",
		"cluster.hypervisors=1",
		"cluster.memory=120KiB",
		"donors.replicas=2",
		"vms.warm=resident-first",
		"vms.warm=all",
		"donors.pool=exclusive",
		"donors.placement=multinode-lru",
		"fabric.jitter=configs/fabrics/tables/ramcloud-echo.txt",
		"fabric.sharing=fluid",
		"fabric.page=64KiB",
		"vms.local=0%",
	};
	static const char yaml[] = "vms: [{trace: t.mvt, local: 50%}]\n";
	const struct decoded_trace totals = {.vcpus = 1, .pages = 100, .footprint = 100},
				   two_vcpus = {.vcpus = 2, .pages = 100, .footprint = 100},
				   filtered = {.vcpus = 1, .k = 64, .pages = 100, .footprint = 100};
	struct config config;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
	CU_ASSERT_TRUE(closed_form_holds(&config, &totals));
	CU_ASSERT_FALSE(closed_form_holds(&config, &two_vcpus));
	CU_ASSERT_FALSE(closed_form_holds(&config, &filtered));
	config_free(&config);
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		CU_ASSERT_EQUAL_FATAL(config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, &sets[i], 1,
						       &config, &err),
				      0);
		CU_ASSERT_FALSE(closed_form_holds(&config, &totals));
		config_free(&config);
	}
}

CU_TestInfo closed_form_tests[] = {
	{"equals the simulation to the last byte", equals_the_simulation},
	{"equals it at the end of a run", equals_it_at_the_end},
	{"refuses what it cannot tell", refuses_what_it_cannot_tell},
	CU_TEST_INFO_NULL,
};
