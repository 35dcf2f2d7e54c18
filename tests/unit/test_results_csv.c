/* SPDX-License-Identifier: MIT */
/* results.csv: means and intervals against values worked out by hand, quotes as required by RFC 4180, and numbers that
 * read back as the same value. */
#include <stdlib.h>
#include <string.h>

#include "report/results_csv.h"
#include "traces.h"
#include "unit.h"

/* Two jobs, of which the second has no slowdown. */
static json_t *run_of(double slowdown, double utilisation, int faults)
{
	return json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:f, s:{s:i}, s:{s:f}}, {s:s, s:n}], "
			 "s:[{s:f}, {s:f}]}",
			 "jobs", "name", "a \"b\", c", "workload", "sort", "scope", "guest", "trace", "t,1.mvt",
			 "policy", "lru", "policy_counts", "approximate", "prefetcher", "none", "local_pages", 30,
			 "footprint_pages", 120, "slowdown", slowdown, "faults", "demand", faults, "stall_s", "wire",
			 0.1, "name", "b", "slowdown", "links", "utilisation", 0.125, "utilisation", utilisation);
}

/* The text of a head and a point, which the caller frees. */
static char *csv_of(const struct results_point *point)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	struct err err = {""};

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	results_csv_head(point->keys, point->swept, to);
	CU_ASSERT_EQUAL(results_csv_point(point, to, &err), 0);
	fclose(to);
	return text;
}

static void one_run(void)
{
	const char *keys[] = {"fabric.latency", "policy"}, *values[] = {"1us", "lru"};
	json_t *run = run_of(1.1, 0.3, 7);
	char *text = csv_of(&(struct results_point){keys, values, 2, &run, 1, "0123"});

	CU_ASSERT_STRING_EQUAL(
		text, "fabric.latency,policy,job,workload,trace,prefetch,local_pages,local_ratio,footprint_"
		      "pages,instructions,repeats,base_s,time_s,slowdown,"
		      "slowdown_ci95_model,faults_demand,faults_compulsory,faults_first_touch,faults_in_flight,faults_"
		      "minor,prefetch_issued,"
		      "prefetch_used,prefetch_late,prefetch_unused,prefetch_dropped,writebacks,"
		      "fetch_ns_mean,fetch_ns_p50,fetch_ns_p99,fetch_ns_max,stall_exit_s,stall_handler_s,"
		      "stall_lookup_s,stall_post_s,stall_queue_s,stall_wire_s,"
		      "stall_completion_s,stall_map_s,stall_buffer_s,stall_in_flight_s,stall_minor_s,stall_first_touch_"
		      "s,time_max_s,slowdown_max,base_idle_s,link_"
		      "utilisation_max,policy_counts,scope,stall_handler_queue_s,fault_costs,point\n"
		      "1us,lru,\"a \"\"b\"\", "
		      "c\",sort,\"t,1.mvt\",none,30,0.25,120,,1,,,1.1,,7,,,,,,,,,,,,,,,,,,,,0.1,,,,,,,,,,0.3,"
		      "approximate,guest,,,0123\n"
		      "1us,lru,b,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,0.3,,,,,0123\n");
	free(text);
	json_decref(run);
}

/* Copies the n-th cell of the line after the head to `out`. */
static const char *cell(const char *text, unsigned n, char out[64])
{
	const char *at = strchr(text, '\n') + 1;

	while (n--)
		at = strchr(at, ',') + 1;
	snprintf(out, 64, "%.*s", (int)strcspn(at, ",\n"), at);
	return out;
}

/* 1, 2 and 6: mean 3, standard deviation sqrt(7), Student's t at 0.975 with two degrees of freedom 4.302653 (tables).
 */
static void several_runs(void)
{
	const char *keys[] = {"seedless"}, *values[] = {"x\ny"};
	json_t *runs[] = {run_of(1, 0.5, 10), run_of(2, 0.25, 11), run_of(6, 0.75, 10)};
	char *text, out[64];

	json_object_set_new(json_array_get(json_object_get(runs[0], "jobs"), 0), "name", json_string("a"));
	json_object_set_new(json_array_get(json_object_get(runs[0], "jobs"), 0), "trace", json_string("t"));
	text = csv_of(&(struct results_point){keys, values, 1, runs, 3, "0"});
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n\"x\ny\",a,"));
	text[strcspn(text, "\n") + 3] = ' '; /* the line end in the quotes */
	CU_ASSERT_STRING_EQUAL(cell(text, 10, out), "3");
	CU_ASSERT_STRING_EQUAL(cell(text, 13, out), "3");
	CU_ASSERT_DOUBLE_EQUAL(atof(cell(text, 14, out)), 4.302653 * 2.6457513 / 1.7320508, 1e-5);
	CU_ASSERT_DOUBLE_EQUAL(atof(cell(text, 15, out)), 31. / 3, 1e-14);
	CU_ASSERT_DOUBLE_EQUAL(atof(cell(text, 45, out)), 0.5, 1e-15);
	free(text);
	for (int i = 0; i < 3; i++)
		json_decref(runs[i]);
}

/* A number reads back exactly; the mean of equal numbers is that number, and their interval is 0. */
static void numbers_read_back(void)
{
	const char *keys[] = {"k"}, *values[] = {"v"};
	uint64_t seed = 9;

	for (int i = 0; i < 2000; i++) {
		double slowdown = (double)test_random(&seed) /
				  (double)(1 + test_below(&seed, UINT64_MAX >> test_below(&seed, 60)));
		json_t *runs[] = {run_of(slowdown, 0, 1), run_of(slowdown, 0, 1), run_of(slowdown, 0, 1)};
		char *text, out[64];

		for (int run = 0; run < 3; run++) {
			json_object_set_new(json_array_get(json_object_get(runs[run], "jobs"), 0), "name",
					    json_string("a"));
			json_object_set_new(json_array_get(json_object_get(runs[run], "jobs"), 0), "trace",
					    json_string("t"));
		}
		text = csv_of(&(struct results_point){keys, values, 1, runs, i % 2 ? 3 : 1, "0"});
		CU_ASSERT_EQUAL(strtod(cell(text, 13, out), NULL), slowdown);
		CU_ASSERT_STRING_EQUAL(cell(text, 14, out), i % 2 ? "0" : "");
		free(text);
		for (int run = 0; run < 3; run++)
			json_decref(runs[run]);
	}
}

static void not_a_result(void)
{
	const char *keys[] = {"k"}, *values[] = {"v"};
	json_t *runs[] = {run_of(1, 0, 1), json_object()};
	FILE *to = fopen("/dev/null", "w");
	struct err err;

	CU_ASSERT_EQUAL(results_csv_point(&(struct results_point){keys, values, 1, runs, 2, "0"}, to, &err),
			ERR_FAILED);
	CU_ASSERT_EQUAL(results_csv_point(&(struct results_point){keys, values, 1, runs + 1, 1, "0"}, to, &err),
			ERR_FAILED);
	fclose(to);
	json_decref(runs[0]);
	json_decref(runs[1]);
}

CU_TestInfo results_csv_tests[] = {
	{"one run: every column", one_run},
	{"several runs: means and an interval", several_runs},
	{"numbers read back", numbers_read_back},
	{"what is no result", not_a_result},
	CU_TEST_INFO_NULL,
};
