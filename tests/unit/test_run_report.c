/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "files.h"
#include "report/columns.h"
#include "report/manifest.h"
#include "report/run_json.h"
#include "report/run_text.h"
#include "unit.h"

static struct histogram_step fetch_steps[] = {{1227500, 2399990}, {90210750, 10}};

static struct job_result jobs[] = {
	{
		.name = "sort-0",
		.trace = "sort.mvt",
		.workload = "sort",
		.policy = "lru",
		.policy_counts = FILTERED_EXACT,
		.prefetcher = "leap",
		.instructions = 24000000000,
		.idle_ns = 500000000,
		.footprint_pages = 26214,
		.local_pages = 13107,
		.base_ps = 12500000000000,
		.base_idle_ns = 500000000,
		.time_ps = 15625000000000,
		.faults = {.demand = 2400000, .compulsory = 1700, .first_touch = 26214, .in_flight = 1200, .minor = 7},
		.prefetch = {.issued = 5000, .used = 3000, .late = 1200, .unused = 800, .polluted = 3, .dropped = 5},
		.writebacks = 1100000,
		.fetch_ns = {1302.0833333333333, 1227.5, 2048.25, 90210.75},
		.fetch_step = fetch_steps,
		.fetch_steps = 2,
		.stall_ps = {[STALL_EXIT] = 312500000000,
			     [STALL_QUEUE] = 1250000000000,
			     [STALL_WIRE] = 1562499999999,
			     [STALL_IN_FLIGHT] = 1},
	},
	{
		.name = "svm\t1",
		.trace = "svm.mvt",
		.workload = "svm",
		.policy = "fifo",
		.policy_counts = FILTERED_APPROXIMATE,
		.prefetcher = "none",
		.instructions = 2000000,
		.footprint_pages = 300,
		.local_pages = 300,
		.start_ps = 5000000,
		.restarts = 1,
		.lost_ps = 250000000,
		.base_ps = 1000000000,
		.time_ps = 1000000000,
		.faults = {.first_touch = 300},
	},
	{
		.name = "mysql",
		.trace = "mysql.mvt",
		.workload = "mysql",
		.policy = "2q",
		.policy_counts = FILTERED_EXACT,
		.prefetcher = "none",
		.instructions = 4000000000,
		.footprint_pages = 1048576,
		.local_pages = 104857,
		.base_ps = 2000000000000,
		.time_ps = 345600000,
		.stopped = true,
		.stopped_by = "needed a lost page",
		.faults = {.demand = 40},
		.fetch_ns = {947, 947, 947, 947},
		.stall_ps = {[STALL_WIRE] = 37880000},
	},
};

static struct link_result links[] = {
	{"h0-up", 0.5, 80.25, 1000}, {"h1-up", 0.015625, 0, 10}, {"h2-up", 0, 0, 0},     {"h3-up", 0.75, 1500, 3000},
	{"h4-up", 0.25, 1, 1},       {"h5-up", 0.25, 2, 1},      {"h6-up", 0.125, 1, 1}, {"h7-up", 0.125, 1, 1},
	{"h8-up", 0.0625, 1, 1},     {"h9-up", 0.03125, 1, 1},
};

static struct hypervisor_result hypervisors[] = {
	{.name = "h0", .frames_own = 13107},
	{.name = "h1", .frames_own = 300, .frames_lent = 2000000, .frames_hosted = 13107, .pages_read = 90},
	{.name = "h2", .frames_lent = 4096, .pages_read = 1000, .pages_written = 600, .pages_lost = 17},
};

static struct change_pages failed[] = {{20, {[CHANGE_LOST] = 7, [CHANGE_LOCAL] = 13}},
				       {0},
				       {40, {[CHANGE_LOST] = 10, [CHANGE_STORED] = 30}}},
			   left[] = {{0}, {5, {[CHANGE_MOVED] = 3, [CHANGE_FREED] = 2}}, {0}};

static struct change_vm_result ended[] = {
	{.job = 1, .became = CHANGE_VM_RESTARTED, .hypervisor = 1, .at_ps = 255000000, .lost_ps = 250000000},
	{.job = 2, .became = CHANGE_VM_NO_ROOM, .at_ps = 255000000},
};

static struct change_result changes[] = {
	{.action = CHANGE_FAIL,
	 .happened = true,
	 .hypervisor = 2,
	 .at_ps = 100000000,
	 .known_ps = 255000000,
	 .done_ps = 100000000,
	 .all = {60, {[CHANGE_LOST] = 17, [CHANGE_LOCAL] = 13, [CHANGE_STORED] = 30}},
	 .of = failed,
	 .waits = 2,
	 .wait_ps = 300000000,
	 .vm = ended,
	 .vms = 2},
	{.action = CHANGE_JOIN,
	 .happened = true,
	 .hypervisor = 0,
	 .at_ps = 300000000,
	 .known_ps = 300000000,
	 .done_ps = 300000000,
	 .frames = 4096},
	{.action = CHANGE_LEAVE,
	 .happened = true,
	 .hypervisor = 1,
	 .at_ps = 400000000,
	 .known_ps = 400000000,
	 .done_ps = 401000000,
	 .all = {5, {[CHANGE_MOVED] = 3, [CHANGE_FREED] = 2}},
	 .of = left},
	{.action = CHANGE_FAIL,
	 .happened = true,
	 .hypervisor = 0,
	 .at_ps = 500000000,
	 .known_ps = -1,
	 .done_ps = 500000000},
};

static const struct run_result small = {
	.end_ps = 15625000000000,
	.job = jobs,
	.jobs = 3,
	.link = links,
	.links = 10,
	.hypervisor = hypervisors,
	.hypervisors = 3,
	.pages_lost = 17,
	.pages_stored = 40,
	.change = changes,
	.changes = 4,
};

static char *text_of(const struct run_result *result, bool all)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	struct err err = {""};

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	CU_ASSERT_EQUAL(run_text_print(result, "none (ideal)", all, to, &err), 0);
	fclose(to);
	return text;
}

static char *json_of(const struct run_result *result, json_t *manifest)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	struct err err = {""};

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	CU_ASSERT_EQUAL(run_json_print(result, manifest, to, &err), 0);
	fclose(to);
	return text;
}

/* Compares texts, and shows what was found when they differ. */
static void same_text(const char *found, const char *expected)
{
	CU_ASSERT_STRING_EQUAL(found, expected);
	if (strcmp(found, expected) != 0)
		fprintf(stderr, "found:\n%s\nnot:\n%s\n", found, expected);
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;

	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > widest)
			widest = strcspn(text, "\n");
	return widest;
}

static char *columns_of(const char *cells)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	columns_print(cells, to);
	fclose(to);
	return text;
}

/* Width is counted in characters, not bytes; no blanks at the end of a line; the gap shrinks in a table wider than 100
 * characters. */
static void columns(void)
{
	char wide[COLUMNS_WIDTH] = "", line[2 * COLUMNS_WIDTH], *text = columns_of("né\tone\t\nabcd\t\t22\n\t5\t6\n");

	same_text(text, "né    one\nabcd       22\n        5   6\n");
	free(text);
	for (size_t length = COLUMNS_WIDTH - 3; length <= COLUMNS_WIDTH - 2; length++) {
		memset(wide, 'x', length);
		snprintf(line, sizeof(line), "%s\ty\n", wide);
		text = columns_of(line);
		CU_ASSERT_EQUAL(strlen(text), COLUMNS_WIDTH + 1);
		CU_ASSERT_EQUAL(strcspn(text, " "), length);
		free(text);
	}
}

static const char small_text[] =
	"3 jobs on 3 hypervisors, over after 15.62s; fault costs: none (ideal)\n"
	"\n"
	"workload  jobs  stopped     base     time   slow-     lost   stalls  exit  queue   wire  in_flight\n"
	"                                             down                       %      %      %          %\n"
	"all          3        1   12.50s   15.63s  1.2500  250.0us   3.125s  10.0   40.0   50.0        0.0\n"
	"sort         1        0   12.50s   15.62s  1.2500       0s   3.125s  10.0   40.0   50.0        0.0\n"
	"mysql        1        1        -        -       -       0s  37.88us     -      -  100.0          -\n"
	"svm          1        0  1.000ms  1.000ms  1.0000  250.0us       0s     -      -      -          -\n"
	"\n"
	"job       local pages        faults     in  write-   fetch   fetch    base    time slowdown\n"
	"         of footprint     %         flight   backs    mean     p99\n"
	"sort-0    13107/26214  50.0 2400000   1200 1100000 1.302us 2.048us  12.50s  15.62s   1.2500\n"
	"svm?1         300/300 100.0       0      0       0       -       - 1.000ms 1.000ms   1.0000\n"
	"mysql  104857/1048576  10.0      40      0       0 947.0ns 947.0ns  2.000s 345.6us  stopped\n"
	"sort-0: 1700 of its 2400000 fetches are compulsory, of pages that began remote\n"
	"sort-0: 4.0 % of its base is idle\n"
	"svm?1: restarted 1 time; 250.0us of its time passed before, and what is counted is of the rest\n"
	"mysql stopped: needed a lost page\n"
	"fifo: approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0\n"
	"\n"
	"stalls in %    total  exit  queue   wire  in_flight\n"
	"sort-0        3.125s  10.0   40.0   50.0        0.0\n"
	"svm?1             0s     -      -      -          -\n"
	"mysql        37.88us     -      -  100.0          -\n"
	"\n"
	"what happened\n"
	"at 100.0us h2 failed, known at 255.0us; 2 fetches waited for it, 300.0us in all\n"
	"    svm?1, which ran there, began again on h1 at 255.0us: 250.0us lost\n"
	"    mysql, which ran there, stopped: no hypervisor has room to restart it\n"
	"at 300.0us h0 joined; it lends 4096 frames\n"
	"at 400.0us h1 left; it sent 12 KiB to other hypervisors until 401.0us\n"
	"at 500.0us h0 failed, which was not known before the end\n"
	"\n"
	"copies of pages held by  in all  local  stored  lost  moved  freed\n"
	"h2 (fail, 100.0us)           60     13      30    17      -      -\n"
	"  of mysql                   40      -      30    10      -      -\n"
	"  of sort-0                  20     13       -     7      -      -\n"
	"h1 (leave, 400.0us)           5      -       -     -      3      2\n"
	"  of svm?1                    5      -       -     -      3      2\n"
	"\n"
	"busiest links  utilisation  mean queueing\n"
	"h3-up                75.0%        1.500us\n"
	"h0-up                50.0%        80.25ns\n"
	"h4-up                25.0%        1.000ns\n"
	"h5-up                25.0%        2.000ns\n"
	"h6-up                12.5%        1.000ns\n"
	"h7-up                12.5%        1.000ns\n"
	"h8-up                 6.2%        1.000ns\n"
	"h9-up                 3.1%        1.000ns\n"
	"\n"
	"hottest donors  own frames     lent  hosted  pages read  written  lost\n"
	"h2                       0     4096       0        1000      600    17\n"
	"h1                     300  2000000   13107          90        0     0\n"
	"\n"
	"17 pages lost for good, 40 gone to the backing store\n";

static void text_of_a_small_run(void)
{
	char *text = text_of(&small, false), *again = text_of(&small, false);

	same_text(text, small_text);
	CU_ASSERT_STRING_EQUAL(text, again);
	CU_ASSERT(widest_line(text) <= COLUMNS_WIDTH);
	free(text);
	free(again);
}

/* Job i of 5000 has a slowdown of 1 + i / 1000; every tenth of the first 250 stopped. */
static struct run_result many_jobs(void)
{
	enum { JOBS = 5000 };
	struct run_result result = {.end_ps = 1000000000000, .jobs = JOBS, .job = calloc(JOBS, sizeof(*result.job))};

	CU_ASSERT_PTR_NOT_NULL_FATAL(result.job);
	for (int i = 0; i < JOBS; i++) {
		struct job_result *job = &result.job[(i * 7) % JOBS];

		CU_ASSERT_FATAL(asprintf(&job->name, "job-%d", (i * 7) % JOBS) > 0);
		job->trace = strdup("a.mvt");
		job->policy = "lru";
		job->policy_counts = FILTERED_EXACT;
		job->base_ps = 1000;
		job->time_ps = 1000 + i;
		job->stopped = (i * 7) % JOBS < 250 && i % 10 == 0;
		job->stopped_by = job->stopped ? "needed a lost page" : NULL;
	}
	return result;
}

static void text_of_many_jobs(void)
{
	struct run_result result = many_jobs();
	char *text = text_of(&result, false), *all = text_of(&result, true);

	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\njob-0 "));
	CU_ASSERT_PTR_NULL(strstr(text, "\njob-4993 "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n(the 20 worst of 5000 jobs)\nslowdown of 4975 jobs: min "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\njob-190 stopped: needed a lost page\nand 5 more jobs stopped\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(all, "\njob-4999 "));
	CU_ASSERT_PTR_NULL(strstr(all, "worst of"));
	CU_ASSERT_PTR_NOT_NULL(strstr(all, "\nslowdown of 4975 jobs: min 1.0010, median 3.5010, max 5.9990\n"));
	free(text);
	free(all);
	run_result_free(&result);
}

static void text_of_nothing(void)
{
	struct run_result nothing = {0};
	char *text = text_of(&nothing, false);

	same_text(text, "0 jobs on 0 hypervisors, over after 0s; fault costs: none (ideal)\n\n"
			"job   local pages     faults      in  write-  fetch  fetch  base  time  slowdown\n"
			"     of footprint  %          flight   backs   mean    p99\n");
	free(text);
}

static double number(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	CU_ASSERT(json_is_number(value));
	return json_number_value(value);
}

struct entry {
	const char *key;
	double value;
};

/* Checks that the object has exactly these numbers; the key NULL ends the list. */
static void has(const json_t *json, const struct entry *entry)
{
	size_t n = 0;

	for (; entry[n].key; n++)
		CU_ASSERT_EQUAL(number(json, entry[n].key), entry[n].value);
	CU_ASSERT_EQUAL(json_object_size(json), n);
}

#define HAS(json, ...) has(json, (const struct entry[]){__VA_ARGS__, {NULL, 0}})

static void json_of_a_job(const json_t *job)
{
	const json_t *steps = json_object_get(job, "fetch_steps"), *ns = json_object_get(steps, "ns"),
		     *count = json_object_get(steps, "count");

	CU_ASSERT_EQUAL(json_array_size(ns), 2);
	CU_ASSERT_EQUAL(json_array_size(count), 2);
	CU_ASSERT_EQUAL(json_real_value(json_array_get(ns, 0)), 1227.5);
	CU_ASSERT_EQUAL(json_real_value(json_array_get(ns, 1)), 90210.75);
	CU_ASSERT_EQUAL(json_integer_value(json_array_get(count, 0)), 2399990);
	CU_ASSERT_EQUAL(json_integer_value(json_array_get(count, 1)), 10);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(job, "name")), "sort-0");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(job, "trace")), "sort.mvt");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(job, "workload")), "sort");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(job, "policy")), "lru");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(job, "prefetcher")), "leap");
	CU_ASSERT(json_is_integer(json_object_get(job, "instructions")));
	CU_ASSERT_EQUAL(number(job, "instructions"), 24e9);
	CU_ASSERT_EQUAL(number(job, "idle_s"), 0.5);
	CU_ASSERT_EQUAL(number(job, "footprint_pages"), 26214);
	CU_ASSERT_EQUAL(number(job, "local_pages"), 13107);
	CU_ASSERT_EQUAL(number(job, "start_s"), 0);
	CU_ASSERT_EQUAL(number(job, "base_s"), 12.5);
	CU_ASSERT_EQUAL(number(job, "base_idle_s"), 0.5);
	CU_ASSERT_EQUAL(number(job, "time_s"), 15.625);
	CU_ASSERT_EQUAL(number(job, "slowdown"), 1.25);
	CU_ASSERT(json_is_false(json_object_get(job, "stopped")));
	CU_ASSERT(json_is_null(json_object_get(job, "stopped_by")));
	CU_ASSERT_EQUAL(number(job, "writebacks"), 1100000);
	HAS(json_object_get(job, "faults"), {"demand", 2400000}, {"compulsory", 1700}, {"first_touch", 26214},
	    {"in_flight", 1200}, {"minor", 7});
	HAS(json_object_get(job, "prefetch"), {"issued", 5000}, {"used", 3000}, {"late", 1200}, {"unused", 800},
	    {"polluted", 3}, {"dropped", 5});
	HAS(json_object_get(job, "fetch_ns"), {"mean", 1302.0833333333333}, {"p50", 1227.5}, {"p99", 2048.25},
	    {"max", 90210.75});
	HAS(json_object_get(job, "stall_s"), {"exit", 0.3125}, {"handler", 0}, {"handler_queue", 0}, {"lookup", 0},
	    {"post", 0}, {"queue", 1.25}, {"wire", 1.562499999999}, {"completion", 0}, {"map", 0}, {"buffer", 0},
	    {"in_flight", 1e-12}, {"minor", 0}, {"first_touch", 0});
}

static const char *word_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static void json_of_changes(const json_t *list)
{
	const json_t *failure = json_array_get(list, 0), *vms = json_object_get(failure, "vms"),
		     *of = json_object_get(failure, "pages_of");

	CU_ASSERT_EQUAL(json_array_size(list), 4);
	CU_ASSERT_STRING_EQUAL(word_of(failure, "action"), "fail");
	CU_ASSERT_STRING_EQUAL(word_of(failure, "hypervisor"), "h2");
	CU_ASSERT_EQUAL(number(failure, "at_s"), 100e-6);
	CU_ASSERT_EQUAL(number(failure, "known_s"), 255e-6);
	CU_ASSERT_EQUAL(number(failure, "copies"), 60);
	CU_ASSERT_EQUAL(number(failure, "lost"), 17);
	CU_ASSERT_EQUAL(number(failure, "local"), 13);
	CU_ASSERT_EQUAL(number(failure, "stored"), 30);
	CU_ASSERT_EQUAL(number(failure, "moved"), 0);
	CU_ASSERT_EQUAL(number(failure, "waits"), 2);
	CU_ASSERT_EQUAL(number(failure, "wait_s"), 300e-6);
	CU_ASSERT_EQUAL(json_array_size(of), 2);
	CU_ASSERT_STRING_EQUAL(word_of(json_array_get(of, 1), "job"), "mysql");
	CU_ASSERT_EQUAL(number(json_array_get(of, 1), "stored"), 30);
	CU_ASSERT_EQUAL(json_array_size(vms), 2);
	CU_ASSERT_STRING_EQUAL(word_of(json_array_get(vms, 0), "became"), "restarted");
	CU_ASSERT_STRING_EQUAL(word_of(json_array_get(vms, 0), "hypervisor"), "h1");
	CU_ASSERT_EQUAL(number(json_array_get(vms, 0), "lost_s"), 250e-6);
	CU_ASSERT_STRING_EQUAL(word_of(json_array_get(vms, 1), "became"), "no room");
	CU_ASSERT(json_is_null(json_object_get(json_array_get(vms, 1), "hypervisor")));
	CU_ASSERT_EQUAL(number(json_array_get(list, 1), "frames"), 4096);
	CU_ASSERT_EQUAL(number(json_array_get(list, 2), "done_s"), 401e-6);
	CU_ASSERT(json_is_null(json_object_get(json_array_get(list, 3), "known_s")));
}

static void json_of_a_small_run(void)
{
	json_t *manifest = json_pack("{s:s}", "version", "x"), *json, *item;
	char *text = json_of(&small, manifest), *again = json_of(&small, manifest);

	CU_ASSERT_STRING_EQUAL(text, again);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "jobs")), 3);
	json_of_a_job(json_array_get(json_object_get(json, "jobs"), 0));
	item = json_array_get(json_object_get(json, "jobs"), 1);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(item, "name")), "svm\t1");
	CU_ASSERT_EQUAL(number(item, "slowdown"), 1);
	CU_ASSERT_EQUAL(number(item, "start_s"), 5e-6);
	CU_ASSERT_EQUAL(number(item, "restarts"), 1);
	CU_ASSERT_EQUAL(number(item, "lost_s"), 250e-6);
	item = json_array_get(json_object_get(json, "jobs"), 2);
	CU_ASSERT(json_is_true(json_object_get(item, "stopped")));
	CU_ASSERT(json_is_null(json_object_get(item, "slowdown")));
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(item, "stopped_by")), "needed a lost page");
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "links")), 10);
	item = json_array_get(json_object_get(json, "links"), 3);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(item, "name")), "h3-up");
	CU_ASSERT_EQUAL(number(item, "utilisation"), 0.75);
	CU_ASSERT_EQUAL(number(item, "queue_ns_mean"), 1500);
	CU_ASSERT_EQUAL(number(item, "bytes"), 3000);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "hypervisors")), 3);
	item = json_array_get(json_object_get(json, "hypervisors"), 1);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(item, "name")), "h1");
	CU_ASSERT_EQUAL(number(item, "frames_own"), 300);
	CU_ASSERT_EQUAL(number(item, "frames_lent"), 2000000);
	CU_ASSERT_EQUAL(number(item, "frames_hosted"), 13107);
	item = json_array_get(json_object_get(json, "hypervisors"), 2);
	CU_ASSERT_EQUAL(number(item, "pages_lost"), 17);
	CU_ASSERT_EQUAL(number(item, "pages_read"), 1000);
	CU_ASSERT_EQUAL(number(item, "pages_written"), 600);
	json_of_changes(json_object_get(json, "changes"));
	CU_ASSERT_EQUAL(number(json, "end_s"), 15.625);
	CU_ASSERT_EQUAL(number(json, "pages_lost"), 17);
	CU_ASSERT_EQUAL(number(json, "pages_stored"), 40);
	CU_ASSERT(json_equal(json_object_get(json, "manifest"), manifest));
	CU_ASSERT_EQUAL(manifest->refcount, 1);
	json_decref(json);
	json_decref(manifest);
	free(text);
	free(again);
}

/* Any time of up to 37 minutes survives to the picosecond: the seconds that are read back, in picoseconds again, are
 * the same. */
static void json_keeps_picoseconds(void)
{
	json_t *manifest = json_object(), *json;
	uint64_t state = 3;

	for (int i = 0; i < 1000; i++) {
		struct job_result job = {.name = "",
					 .trace = "",
					 .workload = "",
					 .policy = "",
					 .prefetcher = "",
					 .base_ps = 1,
					 .time_ps = (int64_t)(test_random(&state) >> 13 >> test_below(&state, 51))};
		struct run_result result = {.job = &job, .jobs = 1};
		char *text = json_of(&result, manifest);

		json = json_loads(text, 0, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(json);
		CU_ASSERT_EQUAL(llround(1e12 * number(json_array_get(json_object_get(json, "jobs"), 0), "time_s")),
				job.time_ps);
		json_decref(json);
		free(text);
	}
	json_decref(manifest);
}

static void json_that_cannot_be(void)
{
	struct job_result job = {.name = "\xff", .trace = "", .workload = "", .policy = "", .prefetcher = ""};
	struct run_result result = {.job = &job, .jobs = 1};
	json_t *manifest = json_object();
	struct err err = {""};
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	CU_ASSERT_EQUAL(run_json_print(&result, manifest, to, &err), ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "JSON"));
	job.name = "a";
	job.fetch_ns.mean = NAN;
	CU_ASSERT_EQUAL(run_json_print(&result, manifest, to, &err), ERR_FAILED);
	fclose(to);
	CU_ASSERT_EQUAL(size, 0);
	to = fopen("/dev/full", "w");
	job.fetch_ns.mean = 0;
	setvbuf(to, NULL, _IONBF, 0);
	CU_ASSERT_EQUAL(run_json_print(&result, manifest, to, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "the result cannot be written: No space left on device");
	fclose(to);
	free(text);
	json_decref(manifest);
}

static void read_config(const char *text, struct config *config)
{
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"x.yaml", text, strlen(text)}, NULL, 0, config, &err), 0);
}

static char *config_text(const struct config *config)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	struct err err = {""};

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	CU_ASSERT_EQUAL(config_print(config, to, &err), 0);
	fclose(to);
	return text;
}

/* Every part of a configuration, in the manifest as JSON, reads back as the same configuration. */
static void manifest_reads_back(void)
{
	struct config config, again;
	json_t *traces = json_array(), *manifest = NULL, *configuration;
	struct err err = {""};
	char *text, *one, *other;

	read_config("# Is it\n#  read back?  \n\n# not this\nseed: 42\nfabric: {latency: 1.5us, jitter: lognormal, "
		    "sigma: 0.3}\nservice: {preset: tcp-10g}\npolicies: {2q: {in: 10%}}\npolicy: 2q\n"
		    "vms: [{trace: \"a\\tb/\\\"é😀.mvt\", local: 64MiB, count: 3}, {trace: 'null', policy: fifo}]\n"
		    "traffic: [{network: service, from: 1, to: 0, rate: 8Gbps}]\nevents: [{at: 2ms, fail: 3}]\n"
		    "sweep: {fabric.latency: [100ns, 1us], vms.local: {from: 10%, to: 100%, steps: 10}}\n",
		    &config);
	CU_ASSERT_EQUAL_FATAL(manifest_make(&config, traces, &manifest, &err), 0);
	CU_ASSERT_EQUAL(json_object_size(manifest), 6);
	CU_ASSERT_STRING_EQUAL(manifest_fault_costs(manifest), "none (ideal)");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(manifest, "comment")), "Is it\n read back?");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(manifest, "version")), megavm_version);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(manifest, "seed")), 42);
	configuration = json_object_get(manifest, "configuration");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json_object_get(configuration, "fabric"), "latency")),
			       "1.5us");
	text = json_dumps(configuration, JSON_INDENT(2));
	read_config(text, &again);
	one = config_text(&config);
	other = config_text(&again);
	same_text(one, other);
	free(text);
	free(one);
	free(other);
	json_decref(manifest);
	json_decref(traces);
	config_free(&config);
	config_free(&again);
}

static void manifest_of_a_large_seed(void)
{
	json_t *traces = json_array(), *manifest = NULL;
	struct config config;
	struct err err = {""};

	read_config("{seed: 18446744073709551615, vms: [{trace: a.mvt}]}", &config);
	CU_ASSERT_EQUAL_FATAL(manifest_make(&config, traces, &manifest, &err), 0);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(manifest, "seed")), "18446744073709551615");
	json_decref(manifest);
	json_decref(traces);
	config_free(&config);
}

static void manifest_digests(void)
{
	struct config config;
	json_t *traces = NULL, *trace;
	struct err err = {""};
	char text[512];

	test_write_file(test_path("a.mvt"), "abc", 3);
	test_write_file(test_path("b.mvt"), "", 0);
	snprintf(text, sizeof(text), "vms: [{trace: %s}, {trace: %s, count: 9}, {trace: %s}]", test_path("b.mvt"),
		 test_path("a.mvt"), test_path("b.mvt"));
	read_config(text, &config);
	CU_ASSERT_EQUAL_FATAL(manifest_traces(&config, NULL, &traces, &err), 0);
	CU_ASSERT_EQUAL(json_array_size(traces), 2);
	trace = json_array_get(traces, 1);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(trace, "path")), test_path("a.mvt"));
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(trace, "digest")),
			       "xxh3-128:06b05ab6733a618578af5f94892f3950");
	json_decref(traces);
	config_free(&config);

	read_config("vms: [{trace: /nowhere/a.mvt}]", &config);
	CU_ASSERT_EQUAL(manifest_traces(&config, NULL, &traces, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "/nowhere/a.mvt: cannot open: No such file or directory");
	config_free(&config);
}

CU_TestInfo run_report_tests[] = {
	{"columns", columns},
	{"a small run as text", text_of_a_small_run},
	{"many jobs as text", text_of_many_jobs},
	{"a run of nothing as text", text_of_nothing},
	{"a small run as JSON", json_of_a_small_run},
	{"JSON keeps every picosecond", json_keeps_picoseconds},
	{"what JSON cannot say, and where it cannot be written", json_that_cannot_be},
	{"the manifest's configuration reads back", manifest_reads_back},
	{"a seed beyond JSON's integers", manifest_of_a_large_seed},
	{"the manifest's digests", manifest_digests},
	CU_TEST_INFO_NULL,
};
