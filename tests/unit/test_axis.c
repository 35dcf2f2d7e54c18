/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results_text.h"
#include "unit.h"

/* Results in which one key was swept over `values`, which are separated by blanks. */
static void read_swept(const char *key, const char *values, struct results *results, struct axes *axes)
{
	char text[1024];
	size_t used = (size_t)snprintf(text, sizeof(text), "%s," RESULTS_HEAD "\n", key);

	for (const char *at = values; *(at += strspn(at, " ")); at += strcspn(at, " "))
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%.*s,a,w,lru,none,0.5,1.5,\n",
					 (int)strcspn(at, " "), at);
	test_read_results(text, results, axes);
}

static void found(const struct axis *axis, size_t value, const char *text, double number)
{
	CU_ASSERT_FATAL(value < axis->values);
	CU_ASSERT_STRING_EQUAL(axis->value[value].text, text);
	CU_ASSERT_DOUBLE_EQUAL(axis->value[value].number, number, 1e-12 * fabs(number));
}

/* Values with units are sorted, whatever their order in the file, and each row refers to its own value. */
static void values_rise(void)
{
	struct results results;
	struct axes axes;

	read_swept("fabric.latency", "10us 900ns 1ms 900ns", &results, &axes);
	CU_ASSERT_EQUAL_FATAL(axes.count, 1);
	CU_ASSERT_EQUAL(axes.axis[0].values, 3);
	found(&axes.axis[0], 0, "900ns", 0.9);
	found(&axes.axis[0], 1, "10us", 10);
	found(&axes.axis[0], 2, "1ms", 1000);
	CU_ASSERT_EQUAL(axes.axis[0].of_row[0], 1);
	CU_ASSERT_EQUAL(axes.axis[0].of_row[1], 0);
	CU_ASSERT_EQUAL(axes.axis[0].of_row[2], 2);
	CU_ASSERT_EQUAL(axes.axis[0].of_row[3], 0);
	axes_free(&axes);
	results_free(&results);
}

/* For every type of value: its label with the chosen unit, its scale, its first number. */
static void types(void)
{
	static const struct {
		const char *key, *values, *label;
		enum axis_scale scale;
		double first;
	} cases[] = {
		{"fabric.latency", "900ns 10us", "interconnect latency (us)", AXIS_LOG, 0.9},
		{"fabric.latency", "500ns 900ns", "interconnect latency (ns)", AXIS_LINEAR, 500},
		{"fabric.latency", "0ns 10us 1ms", "interconnect latency (us)", AXIS_LINEAR, 0},
		{"fabric.latency", "100ns 1us 10us", "interconnect latency (us)", AXIS_LOG, 0.1},
		{"fault.exit", "1us 2us", "fault.exit (us)", AXIS_LINEAR, 1},
		{"fabric.bandwidth", "10Gbps 100Gbps", "interconnect bandwidth (Gbit/s)", AXIS_LOG, 10},
		{"cluster.memory", "512MiB 1GiB 2GiB", "memory of a hypervisor (GiB)", AXIS_LINEAR, 0.5},
		{"cluster.hypervisors", "4 16 1024", "hypervisors", AXIS_LOG, 4},
		{"vms.local", "25% 12.5% 100%", "local memory (% of the footprint)", AXIS_LINEAR, 12.5},
		{"vms.0.local", "10% 90%", "vms.0.local (% of the footprint)", AXIS_LINEAR, 10},
		{"vms.local", "64MiB 1GiB", "local memory (MiB)", AXIS_LOG, 64},
		{"vms.local", "50% 64MiB", "local memory", AXIS_WORDS, 0},
		{"policies.2q.in", "10% 20%", "policies.2q.in (%)", AXIS_LINEAR, 10},
		{"fabric.sigma", "0.5 1.5", "fabric.sigma", AXIS_LINEAR, 0.5},
		{"policy", "lru clock 2q", "policy", AXIS_WORDS, 0},
		{"donors.placement", "random nearest", "placement", AXIS_WORDS, 0},
		{"own-column", "3 1 2", "own-column", AXIS_LINEAR, 1},
		{"own-column", "3 1 x", "own-column", AXIS_WORDS, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct results results;
		struct axes axes;

		read_swept(cases[i].key, cases[i].values, &results, &axes);
		CU_ASSERT_EQUAL_FATAL(axes.count, 1);
		CU_ASSERT_STRING_EQUAL(axes.axis[0].label, cases[i].label);
		CU_ASSERT_EQUAL(axes.axis[0].scale, cases[i].scale);
		CU_ASSERT_DOUBLE_EQUAL(axes.axis[0].value[0].number, cases[i].first, 1e-12);
		axes_free(&axes);
		results_free(&results);
	}
}

/* A key with a single value is not an axis; nor is a key that another swept key determines. */
static void what_varies(void)
{
	static const struct {
		const char *text, *keys;
	} cases[] = {
		{"policy," RESULTS_HEAD "\nlru,a,w,lru,none,0.5,1,\n", ""},
		{"policy," RESULTS_HEAD "\nlru,a,w,lru,none,0.5,1,\nfifo,a,w,fifo,none,0.5,1,\n", "policy"},
		{RESULTS_HEAD "\na,sort,lru,none,0.5,1,\nb,boot,lru,none,0.5,1,\n", "workload"},
		{RESULTS_HEAD "\na-0,sort,lru,none,0.5,1,\na-1,sort,lru,none,0.5,1,\n", ""},
		{RESULTS_HEAD "\na-0,sort,lru,none,0.5,1,\nb-1,sort,lru,none,0.5,1,\n", "job"},
		{RESULTS_HEAD "\na,sort,lru,none,0.5,1,\nb,sort,lru,none,0.25,1,\n", "local_ratio"},
		{RESULTS_HEAD "\na,sort,lru,none,0.5,1,\nb,sort,clock,none,0.5,1,\nc,sort,lru,leap,0.5,1,\n",
		 "policy prefetch"},
		{"seed,vms.local," RESULTS_HEAD
		 "\n1,50%,a,sort,lru,none,0.5,1,\n1,25%,a,sort,lru,none,0.25,1,\n2,25%,a,sort,lru,none,0.25,1,\n",
		 "seed vms.local"},
		{"vms.local,fault.exit," RESULTS_HEAD
		 "\n50%,1us,a,sort,lru,none,0.5,1,\n25%,0ns,a,sort,lru,none,0.25,1,\n",
		 "vms.local"},
		{"service,seed," RESULTS_HEAD
		 "\nown,1,a,sort,lru,none,0.5,1,\nshared,1,a,sort,lru,none,0.5,1,\nshared,2,a,sort,lru,none,0.5,1,\n",
		 "service seed"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct results results;
		struct axes axes;
		char keys[256] = "";

		test_read_results(cases[i].text, &results, &axes);
		for (size_t axis = 0; axis < axes.count; axis++)
			snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), "%s%s", axis ? " " : "",
				 axes.axis[axis].key);
		CU_ASSERT_STRING_EQUAL(keys, cases[i].keys);
		axes_free(&axes);
		results_free(&results);
	}
}

static void names(void)
{
	struct results results;
	struct axes axes;

	test_read_results("fabric.latency,service.latency,vms.local," RESULTS_HEAD
			  "\n1us,1us,50%,a,w,lru,none,0.5,1,\n1us,2us,50%,a,w,lru,none,0.5,1,\n1us,1us,25%,b,w,lru,"
			  "none,0.25,1,\n2us,1us,25%,b,w,lru,none,0.25,1,\n",
			  &results, &axes);
	CU_ASSERT_PTR_EQUAL(axes_named(&axes, "service.latency"), &axes.axis[1]);
	CU_ASSERT_PTR_EQUAL(axes_named(&axes, "local"), &axes.axis[2]);
	CU_ASSERT_PTR_NULL(axes_named(&axes, "latency")); /* of two */
	CU_ASSERT_PTR_NULL(axes_named(&axes, "atency"));
	CU_ASSERT_PTR_NULL(axes_named(&axes, "policy"));
	CU_ASSERT_EQUAL(axis_find_value(&axes.axis[2], "50%"), 1);
	CU_ASSERT_EQUAL(axis_find_value(&axes.axis[2], "75%"), 2);
	axes_free(&axes);
	results_free(&results);
}

static void errors(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"fabric.latency," RESULTS_HEAD "\n1us,a,w,lru,none,0.5,1,\n900,a,w,lru,none,0.5,1,\n",
		 "results.csv:3:fabric.latency: '900' has no unit (ns, us, ms, s)"},
		{RESULTS_HEAD "\na,w,lru,none,0.5,fast,\n", "results.csv:2:slowdown: 'fast' is not a number"},
		{RESULTS_HEAD "\na,w,lru,none,0.5,1,\na,w,lru,none,1 ,1,\n",
		 "results.csv:3:local_ratio: '1 ' is not a number"},
		{RESULTS_HEAD "\na,w,lru,none,nan,1,\n", "results.csv:2:local_ratio: 'nan' is not a number"},
		{RESULTS_HEAD "\na,w,lru,none,-0.5,1,\n", "results.csv:2:local_ratio: '-0.5' is negative"},
		{"local_ratio,slowdown\n1,1\n", "results.csv:1: no column 'job', which must follow the swept keys"},
		{"job,local_ratio\na,1\n", "results.csv:1: no column 'slowdown'"},
		{"slowdown,job,local_ratio\na,1,1\n", "results.csv:1: no column 'slowdown'"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CU_ASSERT_STRING_EQUAL(test_results_error(cases[i].text), cases[i].message);
}

CU_TestInfo axis_tests[] = {
	{"values rise", values_rise}, {"units and scales of every type", types},     {"what varies", what_varies},
	{"axes by name", names},      {"errors name file, line and column", errors}, CU_TEST_INFO_NULL,
};
