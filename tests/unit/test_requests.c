/* SPDX-License-Identifier: MIT */
/*
 * The requests of fetches: they wait on the links that they take, and latencies count both ways. The guest reads pages
 * at random, with random gaps, and never writes, so that only requests leave its host.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child.h"
#include "cluster/cluster.h"
#include "files.h"
#include "trace/writer.h"
#include "unit.h"

enum { PAGES = 100, RECORDS = 20000 };

struct trial {
	char yaml[600];
	double queue_ns[2], wire_ns[2]; /* what the means of all fetches must be: from, to */
};

static const char *write_reads(void)
{
	static char path[128];
	const struct trace_writer_options options = {.level = 1};
	struct trace_writer *writer;
	struct trace_header header;
	struct trace_ref ref = {.kind = TRACE_KIND(0, TRACE_DATA, 0)};
	uint64_t seed = 5;
	struct err err;

	snprintf(path, sizeof(path), "%s", test_path("reads.mvt"));
	unlink(path);
	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	for (uint32_t i = 0; i < PAGES + RECORDS; i++) {
		ref.frame = i < PAGES ? i : test_below(&seed, PAGES);
		ref.clock.insn += 1 + test_below(&seed, 5000);
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &ref, &err), 0);
	}
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &ref.clock, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
	return path;
}

static int run_text(const char *yaml, struct run_result *result)
{
	const struct cluster_options options = {.check = true};
	static struct config config;
	struct err err = {""};
	int status = config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err);

	if (status == 0)
		status = cluster_run(&config, &options, result, &err);
	if (status < 0)
		fprintf(stderr, "%s\n%s\n", err.text, yaml);
	CHECK(status == 0);
	return status;
}

static void run(const void *given)
{
	const struct trial *trial = given;
	struct run_result result;
	double faults, queue_ns, wire_ns;

	if (run_text(trial->yaml, &result) < 0)
		return;
	faults = (double)result.job[0].faults.demand;
	queue_ns = (double)result.job[0].stall_ps[STALL_QUEUE] / faults / 1000;
	wire_ns = (double)result.job[0].stall_ps[STALL_WIRE] / faults / 1000;
	CHECK(faults > RECORDS / 2);
	CHECK(queue_ns >= trial->queue_ns[0] && queue_ns <= trial->queue_ns[1]);
	CHECK(wire_ns >= trial->wire_ns[0] && wire_ns <= trial->wire_ns[1]);
	if (child_wrong)
		fprintf(stderr, "queue %.3f ns, wire %.3f ns\n%s\n", queue_ns, wire_ns, trial->yaml);
	run_result_free(&result);
}

static void expect(struct trial trial, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void expect(struct trial trial, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(trial.yaml, sizeof(trial.yaml), format, args);
	va_end(args);
	CU_ASSERT_EQUAL(in_child(run, &trial), 0);
}

/*
 * Traffic from the guest's host meets the requests, traffic to it the pages. A message that comes at random waits for
 * the rest of a chunk: with probability S / T for half of S, where S = 327.68 ns is the chunk's time and T = 364.09 ns
 * the time between chunks, in the mean S^2 / 2T = 147.5 ns. Pages, which are as long as chunks, delay the chunks that
 * later pages wait for.
 */
static void traffic_from_the_host_delays_requests(void)
{
	const struct trial alone = {.queue_ns = {0, 0}, .wire_ns = {1227.68, 1227.68}},
			   waits = {.queue_ns = {137, 158}, .wire_ns = {1227.68, 1227.68}},
			   late = {.queue_ns = {200, 1e6}, .wire_ns = {1227.68, 1227.68}};
	static const char vms[] = "cluster: {hypervisors: 3}\nvms: [{trace: %s, local: 10%%}]\n"
				  "traffic: [{network: fabric, from: %d, to: %d, rate: 90Gbps}]\n";
	const char *trace = write_reads();

	expect(alone, "cluster: {hypervisors: 3}\nvms: [{trace: %s, local: 10%%}]\n", trace);
	expect(waits, vms, trace, 0, 2);
	expect(late, vms, trace, 2, 0);
}

static const char *two_racks(void)
{
	static char path[512];
	const char *root = getenv("ROOT");

	snprintf(path, sizeof(path), "%s/configs/platforms/two-racks.xml", root ? root : ".");
	return path;
}

/* Near donors only, and all in turn: three at 900 ns, four at 1.5 us. */
static void an_own_platform_counts_both_ways(void)
{
	const char *trace = write_reads();
	static const char vms[] = "cluster: {hypervisors: 8, platform: %s}\ndonors: {placement: %s}\n"
				  "vms: [{trace: %s, local: 10%%}]\n";

	expect((struct trial){.wire_ns = {1227.68, 1227.68}}, vms, two_racks(), "nearest", trace);
	expect((struct trial){.wire_ns = {1550, 1590}}, vms, two_racks(), "round-robin", trace);
}

/* Whatever the distribution, the preset's latency has no part in it. */
static void jitter_keeps_the_mean_of_an_own_platform(void)
{
	static const char table[] = "1us 0%\n2us 90%\n30us 100%\n";
	static const char vms[] = "fabric: {jitter: %s, preset: %s}\ncluster: {hypervisors: 8, platform: %s}\n"
				  "donors: {placement: nearest}\nvms: [{trace: %s, local: 10%%}]\n";
	const struct trial mean = {.wire_ns = {1227.68 - 36, 1227.68 + 36}};
	const char *trace = write_reads(), *path = test_path("jitter.txt");

	test_write_file(path, table, sizeof(table) - 1);
	expect(mean, vms, "lognormal, sigma: 0.1", "ib-edr", two_racks(), trace);
	expect(mean, vms, "lognormal, sigma: 0.8", "ib-edr", two_racks(), trace);
	expect(mean, vms, path, "ib-edr", two_racks(), trace);
}

/* On a generated platform a table's mean, here 1.35 + 1.6 = 2.95 us, takes the latency's place. */
static void jitter_keeps_the_mean_of_a_generated_platform(void)
{
	static const char table[] = "1us 0%\n2us 90%\n30us 100%\n";
	static const char vms[] = "fabric: {jitter: %s}\ncluster: {topology: %s, hypervisors: 2}\n"
				  "vms: [{trace: %s, local: 10%%}]\n";
	const char *trace = write_reads(), *path = test_path("jitter.txt");

	test_write_file(path, table, sizeof(table) - 1);
	expect((struct trial){.wire_ns = {1227.68 - 36, 1227.68 + 36}}, vms, "lognormal, sigma: 0.8", "switch", trace);
	expect((struct trial){.wire_ns = {2950 + 327.68 - 150, 2950 + 327.68 + 150}}, vms, path, "ntb-pair", trace);
}

static const char *shipped_trace(void)
{
	static char path[512];
	const char *root = getenv("ROOT");

	snprintf(path, sizeof(path), "%s/workloads/traces/sort-user.mvt", root ? root : ".");
	return path;
}

/*
 * A write-back that a fault waits for goes before traffic of its own class, of which much more is waiting than goes
 * through. S = 327.68 ns is the transfer of a page or a chunk. The fault waits for at most a chunk (S), the write-back
 * (900 ns + S), then for what is on its request's link (2 S), and its fetch takes 900 ns + S.
 */
static void check_hurry(const void *given)
{
	struct run_result result;

	if (run_text(given, &result) < 0)
		return;
	CHECK(result.job[0].stall_ps[STALL_BUFFER] > 0);
	CHECK(result.job[0].fetch_ns.max <= 5 * 327.68 + 2 * 900);
	run_result_free(&result);
}

static void a_write_back_that_is_waited_for_goes_first(void)
{
	char yaml[900];

	snprintf(yaml, sizeof(yaml),
		 "fault: {buffer: 1}\ncluster: {hypervisors: 3, memory: 64MiB, priority: demand}\n"
		 "donors: {backing: none}\nvms: [{trace: %s, local: 25%%}]\n"
		 "traffic: [{network: fabric, from: 0, to: 2, rate: 95Gbps}]\n",
		 shipped_trace());
	CU_ASSERT_EQUAL(in_child(check_hurry, yaml), 0);
}

/*
 * Two donors; pages in turn, two copies each. Donor 1 fails at 5 ms; 700 us later that is known. The slowest fetch is
 * the first one whose request reached it no more: it is sent again at 5.7 ms, to the other donor, and takes 1227.68 ns.
 */
static void check_detection(const void *given)
{
	const struct cluster_options options = {.check = true, .events_path = test_path("events.csv")};
	const int64_t fail_ps = INT64_C(5000000000), known_ps = INT64_C(5700000000), fetch_ps = 1227680;
	static struct config config;
	struct run_result result;
	long long since_ps, total_ps, worst_ps = 0, worst_since_ps = 0;
	char line[200];
	struct err err;
	FILE *from;

	CHECK(config_read_text(&(struct config_text){"test", given, strlen(given)}, NULL, 0, &config, &err) == 0);
	CHECK(cluster_run(&config, &options, &result, &err) == 0);
	from = fopen(options.events_path, "r");
	CHECK(from && fgets(line, sizeof(line), from));
	while (from && fgets(line, sizeof(line), from)) {
		CHECK(sscanf(line, "%lld,%*[^,],%*[^,],%*d,%*d,%*d,%lld", &since_ps, &total_ps) == 2);
		worst_since_ps = total_ps > worst_ps ? since_ps : worst_since_ps;
		worst_ps = total_ps > worst_ps ? total_ps : worst_ps;
	}
	CHECK(worst_since_ps > fail_ps - fetch_ps && worst_since_ps < known_ps);
	CHECK(worst_since_ps + worst_ps == known_ps + fetch_ps);
	CHECK(result.job[0].fetch_ns.max * 1000 == (double)worst_ps);
	CHECK(result.job[0].time_ps - result.job[0].base_ps ==
	      result.job[0].stall_ps[STALL_WIRE] + result.job[0].stall_ps[STALL_QUEUE]);
	CHECK(!result.job[0].stopped && result.pages_lost == 0);
	fclose(from);
}

static void a_failure_is_known_after_a_time(void)
{
	char yaml[500];

	snprintf(yaml, sizeof(yaml),
		 "cluster: {hypervisors: 3}\ndonors: {detect: 700us, placement: round-robin, replicas: 2, backing: "
		 "none}\nvms: [{trace: %s, local: 10%%}]\nevents: [{at: 5ms, fail: 1}]\n",
		 write_reads());
	CU_ASSERT_EQUAL(in_child(check_detection, yaml), 0);
}

static void check_twins(const void *given)
{
	struct run_result result;

	if (run_text(given, &result) < 0)
		return;
	CHECK(fabs((double)result.job[0].time_ps / (double)result.job[1].time_ps - 1) < 0.05);
	run_result_free(&result);
}

static void equal_guests_with_prefetchers_stay_equal(void)
{
	static const char *const priorities[] = {"same", "demand"};
	char yaml[900];

	for (size_t i = 0; i < 2; i++) {
		snprintf(yaml, sizeof(yaml),
			 "prefetch: next-n\nprefetchers: {next-n: {n: 8}}\n"
			 "cluster: {hypervisors: 3, memory: 64MiB, priority: %s}\nvms: [{trace: %s, local: 25%%, "
			 "count: 2}]\n",
			 priorities[i], shipped_trace());
		CU_ASSERT_EQUAL(in_child(check_twins, yaml), 0);
	}
}

/* Pages and traffic on one link of 100 Gbit/s, of which traffic takes half: the waiting of both kinds of sharing, which
 * differ in who waits for whom, is within 10 %. */
static void check_sharings(const void *given)
{
	struct run_result result;
	double *waiting = (double *)given;

	if (run_text((const char *)(waiting + 1), &result) < 0)
		return;
	*waiting = (double)(result.job[0].time_ps - result.job[0].base_ps);
	CHECK(result.job[0].stall_ps[STALL_QUEUE] > 0);
	run_result_free(&result);
}

static void fluid_pages_meet_traffic(void)
{
	static const char *const sharings[] = {"fifo", "fluid"};
	struct {
		double waiting;
		char yaml[900];
	} * trial[2];

	for (size_t i = 0; i < 2; i++) {
		trial[i] = mmap(NULL, sizeof(*trial[i]), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		CU_ASSERT_NOT_EQUAL_FATAL((void *)trial[i], MAP_FAILED);
		snprintf(trial[i]->yaml, sizeof(trial[i]->yaml),
			 "fabric: {sharing: %s}\ncluster: {hypervisors: 3, memory: 64MiB}\nvms: [{trace: %s, local: "
			 "25%%}]\ntraffic: [{network: fabric, from: 2, to: 0, rate: 50Gbps}]\n",
			 sharings[i], shipped_trace());
		CU_ASSERT_EQUAL(in_child(check_sharings, trial[i]), 0);
	}
	CU_ASSERT_TRUE(fabs(trial[0]->waiting / trial[1]->waiting - 1) < 0.1);
	for (size_t i = 0; i < 2; i++)
		munmap(trial[i], sizeof(*trial[i]));
}

/* Two flows of 60 Gbit/s to one host, from different ones. */
static void check_too_much(const void *given)
{
	const struct cluster_options options = {.check = true};
	static struct config config;
	struct run_result result;
	struct err err = {""};

	CHECK(config_read_text(&(struct config_text){"test", given, strlen(given)}, NULL, 0, &config, &err) == 0);
	CHECK(cluster_run(&config, &options, &result, &err) == ERR_USAGE);
	CHECK(strcmp(err.text, "traffic: the link fabric_link_0_DOWN would carry 120 Gbit/s, and it has 100 Gbit/s") ==
	      0);
}

static void more_traffic_than_a_link_carries(void)
{
	char yaml[700];

	snprintf(yaml, sizeof(yaml),
		 "cluster: {hypervisors: 3}\nvms: [{trace: %s, local: 25%%}]\n"
		 "traffic: [{network: fabric, from: 2, to: 0, rate: 60Gbps},\n"
		 "          {network: fabric, from: 1, to: 0, rate: 60Gbps, start: 1s}]\n",
		 write_reads());
	CU_ASSERT_EQUAL(in_child(check_too_much, yaml), 0);
}

CU_TestInfo requests_tests[] = {
	{"traffic from the guest's host delays requests", traffic_from_the_host_delays_requests},
	{"an own platform's latencies count both ways", an_own_platform_counts_both_ways},
	{"jitter keeps the mean of an own platform", jitter_keeps_the_mean_of_an_own_platform},
	{"jitter keeps the mean of a generated platform", jitter_keeps_the_mean_of_a_generated_platform},
	{"a write-back that is waited for goes first", a_write_back_that_is_waited_for_goes_first},
	{"fluid pages meet traffic", fluid_pages_meet_traffic},
	{"more traffic than a link carries", more_traffic_than_a_link_carries},
	{"a failure is known after a time", a_failure_is_known_after_a_time},
	{"equal guests with prefetchers stay equal", equal_guests_with_prefetchers_stay_equal},
	CU_TEST_INFO_NULL,
};
