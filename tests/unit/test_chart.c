/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/chart.h"
#include "results_text.h"
#include "unit.h"

/* Results of a whole grid, its file in memory while it grows. */
struct grid {
	char *text;
	size_t size;
	FILE *to;
};

static void begin(struct grid *grid, const char *keys)
{
	grid->to = open_memstream(&grid->text, &grid->size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(grid->to);
	fprintf(grid->to, "%s" RESULTS_HEAD "\n", keys);
}

static void end(struct grid *grid, struct results *results, struct axes *axes)
{
	fclose(grid->to);
	test_read_results(grid->text, results, axes);
	free(grid->text);
}

/* The names of the charts, separated by blanks. */
static void names_of(const struct charts *charts, char *names, size_t size)
{
	names[0] = '\0';
	for (size_t i = 0; i < charts->count; i++)
		snprintf(names + strlen(names), size - strlen(names), "%s%s", i ? " " : "", charts->chart[i].name);
}

static void draws(const char *text, const char *expected)
{
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {.results = &results, .axes = &axes};
	char names[512];

	test_read_results(text, &results, &axes);
	CU_ASSERT_EQUAL(charts_make(NULL, &input, &charts, &err), 0);
	names_of(&charts, names, sizeof(names));
	CU_ASSERT_STRING_EQUAL(names, expected);
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

/* The figures depend on what varies and on the columns. */
static void choices(void)
{
	draws(RESULTS_HEAD "\na,w,lru,none,0.5,1.5,\n", "slowdown");
	draws("vms.local," RESULTS_HEAD "\n50%,a,w,lru,none,0.5,1.5,\n25%,a,w,lru,none,0.25,2,\n", "slowdown-local");
	draws("fabric.latency," RESULTS_HEAD "\n1us,a,w,lru,none,0.5,1.5,\n2us,a,w,lru,none,0.5,2,\n",
	      "slowdown-latency");
	draws("policy," RESULTS_HEAD "\nlru,a,w,lru,none,0.5,1.5,\nfifo,a,w,lru,none,0.5,2,\n", "slowdown");
	draws("cluster.hypervisors,vms.local," RESULTS_HEAD
	      "\n2,50%,a,w,lru,none,0.5,1.5,\n2,25%,a,w,lru,none,0.25,2,\n4,25%,a,w,lru,none,0.25,2,\n",
	      "slowdown-local"); /* two values make no curve */
	draws("cluster.hypervisors,vms.local," RESULTS_HEAD
	      "\n2,50%,a,w,lru,none,0.5,1.5,\n2,25%,a,w,lru,none,0.25,2,\n4,25%,a,w,lru,none,0.25,2,\n"
	      "8,25%,a,w,lru,none,0.25,2,\n",
	      "slowdown-local slowdown");
	draws("vms.local,cluster.memory," RESULTS_HEAD
	      "\n4MiB,8MiB,a,w,lru,none,0.5,1.5,\n2MiB,6MiB,a,w,lru,none,0.25,2,\n",
	      "slowdown-local"); /* together */
	draws("policy,vms.local," RESULTS_HEAD
	      "\nlru,50%,a,w,lru,none,0.5,1.5,\nlru,25%,a,w,lru,none,0.25,2,\nfifo,25%,a,w,fifo,none,0.25,2,\n",
	      "slowdown-local");
	draws("job,local_ratio,slowdown,prefetch_issued,prefetch_used,prefetch_late,faults_demand,link_utilisation_"
	      "max\na,1,1,0,0,0,0,0\n",
	      "slowdown");
	draws("job,local_ratio,slowdown,prefetch_issued,prefetch_used,prefetch_late,faults_demand,link_utilisation_"
	      "max\na,1,1,9,0,0,3,0.5\n",
	      "slowdown prefetch-coverage prefetch-accuracy links");
}

static void grid_of(struct results *results, struct axes *axes)
{
	static const char *const latency[] = {"1us", "2us", "4us"}, *const local[] = {"25%", "50%", "75%"},
				 *const policy[] = {"lru", "fifo", "2q", "arc"};
	struct grid grid;

	begin(&grid, "fabric.latency,vms.local,policy,");
	for (int i = 0; i < 36; i++)
		fprintf(grid.to, "%s,%s,%s,a-%d,w,,none,0.%d,%d.%02d,\n", latency[i % 3], local[i / 3 % 3],
			policy[i / 9], i % 2, 25 * (i / 3 % 3 + 1), i % 3 + 1, i);
	end(&grid, results, axes);
}

/* Three axes: one is x, the one with the most values distinguishes the lines, and the last has a panel for each value.
 * A map where two axes have enough numbers. */
static void facets(void)
{
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {.results = &results, .axes = &axes, .request = {.lines = "policy"}};
	const struct figure *figure;
	char names[512];

	grid_of(&results, &axes);
	CU_ASSERT_EQUAL(charts_make(NULL, &input, &charts, &err), 0);
	names_of(&charts, names, sizeof(names));
	CU_ASSERT_STRING_EQUAL_FATAL(names, "slowdown-local slowdown-latency heat-lru heat-fifo heat-2q heat-arc");
	figure = &charts.chart[0].figure;
	CU_ASSERT_EQUAL(figure->lines, 12);
	CU_ASSERT_EQUAL_FATAL(figure->panels, 3);
	CU_ASSERT_STRING_EQUAL(figure->panel[1], "2us");
	CU_ASSERT_STRING_EQUAL(figure->line[6].title, "2q");
	CU_ASSERT_EQUAL(figure->line[6].panel, 1);
	CU_ASSERT_EQUAL(figure->line[6].style, 2);
	CU_ASSERT_EQUAL(figure->line[2].count, 3);
	CU_ASSERT_DOUBLE_EQUAL(figure->line[2].x[1], 50, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(figure->line[2].y[1], 1.21, 1e-12); /* i = 21 */
	CU_ASSERT_STRING_EQUAL(figure->title, "Slowdown against local memory");
	CU_ASSERT_FALSE(figure->log_y);
	CU_ASSERT(figure->free_y); /* the ranges above 1 are up to 7 times as high as others */
	CU_ASSERT_EQUAL(charts.chart[2].figure.line->count, 9);
	CU_ASSERT_DOUBLE_EQUAL(charts.chart[5].figure.line->z[8], 3.35, 1e-12); /* of x 75% and y 4us: i = 35 */
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

/* The job whose base is idle most is named under a figure of slowdowns, from 1 % on. */
static void idle_jobs(void)
{
	static const char *const said[] = {"", " The base of b is idle for 29 %."};

	for (int i = 0; i < 2; i++) {
		struct results results;
		struct axes axes;
		struct charts charts = {0};
		struct err err = {""};
		struct chart_input input = {.results = &results, .axes = &axes};
		const char *last;
		char text[256];

		snprintf(text, sizeof(text),
			 "job,local_ratio,slowdown,base_s,base_idle_s\na,0.5,1.5,2,0.01\nb,0.5,1.2,0.365,%s\n",
			 i ? "0.105" : "0.003");
		test_read_results(text, &results, &axes);
		CU_ASSERT_EQUAL_FATAL(charts_make(chart_find("slowdown"), &input, &charts, &err), 0);
		last = strrchr(charts.chart[0].sentence, '.');
		CU_ASSERT_PTR_NOT_NULL_FATAL(last);
		CU_ASSERT_STRING_EQUAL(strlen(said[i]) ? strstr(charts.chart[0].sentence, said[i]) : last + 1, said[i]);
		CU_ASSERT_EQUAL(strstr(charts.chart[0].sentence, "idle") != NULL, i == 1);
		charts_free(&charts);
		axes_free(&axes);
		results_free(&results);
	}
}

/* Where a job fetches pages though all that it touches fits, the figure says so. */
static void not_all_local(void)
{
	for (int i = 0; i < 2; i++) {
		struct results results;
		struct axes axes;
		struct charts charts = {0};
		struct err err = {""};
		struct chart_input input = {.results = &results, .axes = &axes};
		char text[300];

		snprintf(text, sizeof(text),
			 "vms.local,job,local_ratio,slowdown,faults_demand\n25%%,a,0.25,1.5,900\n50%%,a,0.5,1.2,500\n"
			 "100%%,a,1,1.01,%d\n",
			 i ? 34 : 0);
		test_read_results(text, &results, &axes);
		CU_ASSERT_EQUAL_FATAL(charts_make(chart_find("slowdown-local"), &input, &charts, &err), 0);
		CU_ASSERT_EQUAL(strstr(charts.chart[0].sentence, "a still fetches 34 pages: not all") != NULL, i == 1);
		charts_free(&charts);
		axes_free(&axes);
		results_free(&results);
	}
}

/* Two values of a cost of software are two figures of bars, or two lines, and are named by their key. */
static void two_handlers(void)
{
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {.results = &results, .axes = &axes};
	char names[512];
	struct grid grid;

	begin(&grid, "vms.trace,fabric.preset,fault.handler,");
	for (int i = 0; i < 60; i++)
		fprintf(grid.to, "t%d.mvt,net%d,%s,a,w,,none,0.5,%d,\n", i % 5, i / 5 % 6, i < 30 ? "0ns" : "2.17us",
			i + 1);
	end(&grid, &results, &axes);
	CU_ASSERT_EQUAL(charts_make(NULL, &input, &charts, &err), 0);
	names_of(&charts, names, sizeof(names));
	CU_ASSERT_STRING_EQUAL(names, "slowdown-handler-0ns slowdown-handler-2.17us");
	CU_ASSERT_EQUAL(charts.chart[1].figure.shape, FIGURE_BARS);
	CU_ASSERT_TRUE(charts.chart[0].figure.log_y);
	CU_ASSERT_EQUAL(charts.chart[1].figure.lines, 6);
	CU_ASSERT_EQUAL(charts.chart[1].figure.line[5].y[4], 60);
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);

	begin(&grid, "vms.local,fabric.preset,fault.handler,");
	for (int i = 0; i < 24; i++)
		fprintf(grid.to, "%d%%,net%d,%s,a,w,,none,0.%d,%d,\n", 25 * (i % 3 + 1), i / 3 % 4,
			i < 12 ? "0ns" : "2.17us", 25 * (i % 3 + 1), i + 1);
	end(&grid, &results, &axes);
	charts = (struct charts){0};
	CU_ASSERT_EQUAL(charts_make(NULL, &input, &charts, &err), 0);
	CU_ASSERT_EQUAL(charts.count, 1);
	CU_ASSERT_EQUAL(charts.chart[0].figure.lines, 8);
	CU_ASSERT_STRING_EQUAL(charts.chart[0].figure.line[7].title, "net3, handler 2.17us");
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

/* The user's choices take precedence. */
static void wishes(void)
{
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {
		.results = &results,
		.axes = &axes,
		.title = "Mine",
		.request = {.x = "policy", .lines = "local", .where = {"latency=4us"}, .wheres = 1},
	};

	grid_of(&results, &axes);
	CU_ASSERT_EQUAL_FATAL(view_check(&input.request, &axes, &err), 0);
	CU_ASSERT_EQUAL(charts_make(chart_find("slowdown"), &input, &charts, &err), 0);
	CU_ASSERT_EQUAL_FATAL(charts.count, 1);
	CU_ASSERT_STRING_EQUAL(charts.chart[0].figure.title, "Mine: 4us");
	CU_ASSERT_EQUAL(charts.chart[0].figure.shape, FIGURE_BARS);
	CU_ASSERT_EQUAL(charts.chart[0].figure.x_tics, 4);
	CU_ASSERT_STRING_EQUAL(charts.chart[0].figure.x_tic[3].text, "arc");
	CU_ASSERT_EQUAL(charts.chart[0].figure.lines, 3);
	CU_ASSERT_STRING_EQUAL(charts.chart[0].figure.line[0].title, "25% local");
	CU_ASSERT_DOUBLE_EQUAL(charts.chart[0].figure.line[0].y[3], 3.29, 1e-12); /* i = 29 */
	CU_ASSERT_STRING_EQUAL(
		charts.chart[0].sentence,
		"Slowdown is lowest with lru (25% local), 3.02, and highest with arc (75% local), 3.35.");
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

static void wrong_wishes(void)
{
	static const struct {
		struct view_request request;
		const char *message;
	} cases[] = {
		{{.x = "seed"}, "--x: 'seed' is not a key that varies: allowed are fabric.latency, vms.local, policy"},
		{{.facet = "x"},
		 "--facet: 'x' is not a key that varies: allowed are fabric.latency, vms.local, policy"},
		{{.lines = "policy,loca"},
		 "--lines: 'loca' is not a key that varies: allowed are fabric.latency, vms.local, policy"},
		{{.where = {"policy"}, .wheres = 1}, "--where: 'policy' is not KEY=VALUE"},
		{{.where = {"policy=opt"}, .wheres = 1},
		 "--where policy: 'opt' is not one of its values: allowed are lru, fifo, 2q, arc"},
	};
	struct results results;
	struct axes axes;

	grid_of(&results, &axes);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = {""};

		CU_ASSERT_EQUAL(view_check(&cases[i].request, &axes, &err), ERR_USAGE);
		CU_ASSERT_STRING_EQUAL(err.text, cases[i].message);
	}
	axes_free(&axes);
	results_free(&results);
}

/* Jobs of the same kind and seeds are merged into one point: their mean, with the largest confidence bar. A job that
 * stopped has no point. */
static void means(void)
{
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {.results = &results, .axes = &axes};
	const struct figure_line *line;

	test_read_results(
		"seed,vms.local," RESULTS_HEAD
		"\n1,50%,a-0,w,lru,none,0.5,1,0.25\n1,50%,a-1,w,lru,none,0.5,2,0.5\n2,50%,a-0,w,lru,none,0.5,3,\n"
		"2,50%,a-1,w,lru,none,0.5,4,0.125\n1,25%,a-0,w,lru,none,0.25,6,\n2,25%,a-0,w,lru,none,0.25,,\n1,75%,a-"
		"0,w,lru,none,0.75,,\n",
		&results, &axes);
	CU_ASSERT_EQUAL(charts_make(chart_find("slowdown-local"), &input, &charts, &err), 0);
	CU_ASSERT_EQUAL_FATAL(charts.count, 1);
	CU_ASSERT_EQUAL_FATAL(charts.chart[0].figure.lines, 1);
	line = charts.chart[0].figure.line;
	CU_ASSERT_STRING_EQUAL(line->title, "w");
	CU_ASSERT_EQUAL_FATAL(line->count, 2);
	CU_ASSERT_EQUAL(line->y[0], 6);
	CU_ASSERT_EQUAL(line->error[0], 0);
	CU_ASSERT_EQUAL(line->y[1], 2.5);
	CU_ASSERT_EQUAL(line->error[1], 0.5);
	CU_ASSERT_EQUAL(charts.chart[0].figure.all_local, 1);
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

/* With more numbers than distinguishable lines: some evenly spaced ones, including the first and the last. */
static void thinning(void)
{
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {.results = &results, .axes = &axes};
	struct grid grid;

	begin(&grid, "fabric.latency,vms.local,");
	for (int i = 0; i < 40; i++)
		fprintf(grid.to, "%dus,%d%%,a,w,lru,none,0.%d,1,\n", i / 2 + 1, i % 2 ? 25 : 50, i % 2 ? 25 : 50);
	end(&grid, &results, &axes);
	CU_ASSERT_EQUAL(charts_make(chart_find("slowdown-local"), &input, &charts, &err), 0);
	CU_ASSERT_EQUAL_FATAL(charts.count, 1);
	CU_ASSERT_EQUAL_FATAL(charts.chart[0].figure.lines, VIEW_LINES_MAX);
	CU_ASSERT_STRING_EQUAL(charts.chart[0].figure.line[0].title, "1us");
	CU_ASSERT_STRING_EQUAL(charts.chart[0].figure.line[VIEW_LINES_MAX - 1].title, "20us");
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

/* Closed forms: coverage (used + late) / (used + late + demand), accuracy (used + late) / issued; parts of a fetch in
 * us. */
static void quantities(void)
{
	static const char text[] = "job,workload,local_ratio,slowdown,base_s,faults_demand,prefetch_issued,prefetch_"
				   "used,prefetch_late,stall_exit_s,stall_handler_s,stall_lookup_s,"
				   "stall_post_s,stall_queue_s,stall_wire_s,stall_completion_s,stall_map_s,stall_"
				   "buffer_s,stall_in_flight_s,stall_minor_s\n"
				   "a,w,1,1,0.5,100,80,50,10,1e-4,0,,0,0,3e-4,0,0,0,0,0\n";
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {.results = &results, .axes = &axes};
	static const char *const kinds[] = {"prefetch-coverage", "prefetch-accuracy", "fault-cost", "added-time"};

	test_read_results(text, &results, &axes);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		CU_ASSERT_EQUAL(charts_make(chart_find(kinds[i]), &input, &charts, &err), 0);
	CU_ASSERT_EQUAL_FATAL(charts.count, 4);
	CU_ASSERT_DOUBLE_EQUAL(charts.chart[0].figure.line[0].y[0], 37.5, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(charts.chart[1].figure.line[0].y[0], 75, 1e-9);
	CU_ASSERT_EQUAL_FATAL(charts.chart[2].figure.lines, 2); /* parts that do not occur are left out */
	CU_ASSERT_STRING_EQUAL(charts.chart[2].figure.line[0].title, "exit");
	CU_ASSERT_DOUBLE_EQUAL(charts.chart[2].figure.line[0].y[0], 1, 1e-9);
	CU_ASSERT_STRING_EQUAL(charts.chart[2].figure.line[1].title, "wire");
	CU_ASSERT_DOUBLE_EQUAL(charts.chart[2].figure.line[1].y[0], 3, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(charts.chart[3].figure.line[1].y[0], 0.06, 1e-9);
	CU_ASSERT_STRING_EQUAL(charts.chart[2].sentence, "Most at w: 4 us, of which wire is 75 %.");
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

static void nothing_to_show(void)
{
	struct results results;
	struct axes axes;
	struct charts charts = {0};
	struct err err = {""};
	struct chart_input input = {.results = &results, .axes = &axes};

	test_read_results(RESULTS_HEAD "\na,w,lru,none,0.5,,\n", &results, &axes);
	CU_ASSERT_EQUAL(charts_make(NULL, &input, &charts, &err), ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "results.csv: has nothing to show: no job completed"));
	CU_ASSERT_EQUAL(charts_make(chart_find("slowdown-local"), &input, &charts, &err), ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "results.csv: has nothing to show in the figure slowdown-local"));
	CU_ASSERT_EQUAL(charts_make(chart_find("links"), &input, &charts, &err), ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(err.text, "results.csv:1: no column 'link_utilisation_max', which the figure links needs"));
	CU_ASSERT_PTR_NULL(chart_find("pie"));
	charts_free(&charts);
	axes_free(&axes);
	results_free(&results);
}

CU_TestInfo chart_tests[] = {
	{"figures follow from what varies", choices},
	{"facets are panels", facets},
	{"idle jobs", idle_jobs},
	{"two handlers", two_handlers},
	{"a job that fetches with all local", not_all_local},
	{"wishes", wishes},
	{"wrong wishes", wrong_wishes},
	{"means and confidence bars", means},
	{"of many lines some", thinning},
	{"coverage, accuracy and parts of a fetch", quantities},
	{"nothing to show", nothing_to_show},
	CU_TEST_INFO_NULL,
};
