/* SPDX-License-Identifier: MIT */
/*
 * Pages of the snapshot that the region overwrites whole, and that the guest has given back (guest.free_pages: hinted):
 * every engine does with such a trace what it does with one that was written without these pages in its snapshot.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cluster/cluster.h"
#include "files.h"
#include "memory/curve.h"
#include "policy_trial.h"
#include "replay/replay.h"
#include "report/run_json.h"
#include "trace/copy.h"
#include "trace/verify.h"
#include "unit.h"

enum { SNAPSHOT_MAX = 40, FRAMES_MAX = 200 };

struct region_trace {
	struct refs refs;
	struct trace_snapshot_page snapshot[SNAPSHOT_MAX];
	uint32_t snapshot_pages;
	bool whole[SNAPSHOT_MAX]; /* the page's first use overwrites it whole */
	uint32_t frames;          /* that the references touch */
};

static gfn frame_of(uint32_t number)
{
	return 100 + number * 3;
}

/* References to some of `frames` frames, some of which are in the snapshot. The first reference of an overwritten page
 * is a write. */
static struct region_trace draw(uint64_t *seed)
{
	struct region_trace trace = {.frames = 2 + (uint32_t)test_below(seed, 60)};
	size_t count = 1 + test_below(seed, 1500);
	bool seen[FRAMES_MAX] = {false};
	uint32_t number[FRAMES_MAX];

	for (uint32_t i = 0; i < trace.frames; i++) {
		uint32_t other = (uint32_t)test_below(seed, i + 1);

		number[i] = number[other];
		number[other] = i;
	}
	trace.snapshot_pages = 1 +
			       (uint32_t)test_below(seed, trace.frames < SNAPSHOT_MAX ? trace.frames : SNAPSHOT_MAX);
	for (uint32_t i = 0; i < trace.snapshot_pages; i++)
		trace.snapshot[i] = (struct trace_snapshot_page){
			frame_of(number[i]),
			test_below(seed, 2) ? trace.snapshot_pages - i + (uint32_t)test_below(seed, 20) : 0};
	trace.refs = (struct refs){malloc(count * sizeof(*trace.refs.ref)), count};
	for (size_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)test_below(seed, test_below(seed, 3) ? 1 + trace.frames / 3 : trace.frames);
		bool write = test_below(seed, 3) == 0;

		for (uint32_t page = 0; page < trace.snapshot_pages && !seen[at]; page++)
			if (trace.snapshot[page].frame == frame_of(at))
				trace.whole[page] = write && test_below(seed, 4);
		seen[at] = true;
		trace.refs.ref[i] = (struct trace_ref){frame_of(at),
						       {100 * (i + 1), 0},
						       TRACE_KIND(write, TRACE_DATA, 0)};
	}
	return trace;
}

/* Without the overwritten pages: a page is dirty in a memory that begins with what a larger one held, without those
 * that it held of them. */
static uint32_t without(const struct region_trace *trace, struct trace_snapshot_page left[SNAPSHOT_MAX])
{
	uint32_t count = 0;

	for (uint32_t page = 0; page < trace->snapshot_pages; page++) {
		uint32_t from = trace->snapshot[page].dirty_from, less = 0;

		for (uint32_t other = 0; other < trace->snapshot_pages; other++)
			less += trace->whole[other] && trace->snapshot_pages - other <= from;
		if (!trace->whole[page])
			left[count++] = (struct trace_snapshot_page){trace->snapshot[page].frame, from - less};
	}
	return count;
}

static void write_region(const char *path, const struct region_trace *trace, bool hinted)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_snapshot_page left[SNAPSHOT_MAX];
	struct trace_clock end = {100 * (trace->refs.count + 1), 0};
	gfn overwritten[SNAPSHOT_MAX];
	size_t count = 0;
	struct trace_writer *writer;
	struct trace_header header;
	struct err err = {""};

	unlink(path);
	CHECK(trace_header_init(&header, &err) == 0);
	header.guest_bytes = UINT64_C(1) << 24;
	CHECK(trace_writer_create(&writer, path, &header, &options, &err) == 0);
	if (hinted)
		CHECK(trace_writer_snapshot(writer, trace->snapshot, trace->snapshot_pages, &err) == 0);
	else
		CHECK(trace_writer_snapshot(writer, left, without(trace, left), &err) == 0);
	for (size_t i = 0; i < trace->refs.count; i++)
		CHECK(trace_writer_add(writer, &trace->refs.ref[i], &err) == 0);
	for (uint32_t page = trace->snapshot_pages; page-- > 0;)
		if (trace->whole[page])
			overwritten[count++] = trace->snapshot[page].frame;
	if (hinted)
		CHECK(trace_writer_overwritten(writer, &(struct trace_observed){"", ""}, overwritten, count, &err) ==
		      0);
	CHECK(trace_writer_finish(writer, &end, (struct trace_clock){0, 0}, NULL, &err) == 0);
	trace_header_free(&header);
}

static struct trace_reader *open_trace(const char *path, bool hinted)
{
	const struct trace_reader_options options = {.clocks = true, .frames = true, .hinted = hinted};
	struct trace_reader *reader;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, path, &options, &err), 0);
	return reader;
}

static bool same_array(const uint64_t *one, const uint64_t *other, uint32_t pages)
{
	for (uint32_t m = 1; m <= pages; m++)
		if (one[m] != other[m])
			return false;
	return true;
}

static void compare_curves(const char *hinted, const char *plain)
{
	struct trace_reader *one = open_trace(hinted, true), *other = open_trace(plain, false);
	struct curve curve[2];
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(curve_read(&curve[0], one, NULL, NULL, &err), 0);
	CU_ASSERT_EQUAL_FATAL(curve_read(&curve[1], other, NULL, NULL, &err), 0);
	CU_ASSERT_EQUAL(curve[0].pages, curve[1].pages);
	CU_ASSERT_EQUAL(curve[0].first_touches, curve[1].first_touches);
	CU_ASSERT_TRUE(same_array(curve[0].faults, curve[1].faults, curve[0].pages));
	CU_ASSERT_TRUE(same_array(curve[0].write_backs, curve[1].write_backs, curve[0].pages));
	CU_ASSERT_TRUE(same_array(curve[0].compulsory, curve[1].compulsory, curve[0].pages));
	CU_ASSERT_EQUAL(trace_reader_totals(one)->footprint, trace_reader_totals(other)->footprint);
	curve_free(&curve[0]);
	curve_free(&curve[1]);
	trace_reader_close(one);
	trace_reader_close(other);
}

static uint32_t replay_all(const char *path, bool hinted, uint32_t frames, struct replay_point *point)
{
	const struct replay_options options = {.cost = {2000000000, 1227680, 327680, 0},
					       .threads = 1,
					       .hinted = hinted};
	static double params[32][PARAMS_MAX];
	struct err err = {""};
	uint32_t count = 0;

	for (; policies[count]; count++) {
		params_draw(policies[count], NULL, params[count]);
		point[count] = (struct replay_point){.policy = policies[count],
						     .policy_params = params[count],
						     .frames = frames};
	}
	CU_ASSERT_EQUAL_FATAL(replay(path, point, count, &options, &err), 0);
	return count;
}

static void compare_replays(const char *hinted, const char *plain, uint32_t frames)
{
	struct replay_point one[32], other[32];
	uint32_t count = replay_all(hinted, true, frames, one);

	replay_all(plain, false, frames, other);
	for (uint32_t i = 0; i < count; i++) {
		CU_ASSERT_EQUAL(one[i].counts.faults, other[i].counts.faults);
		CU_ASSERT_EQUAL(one[i].counts.first_touches, other[i].counts.first_touches);
		CU_ASSERT_EQUAL(one[i].counts.compulsory, other[i].counts.compulsory);
		CU_ASSERT_EQUAL(one[i].completion.time_ps, other[i].completion.time_ps);
		if (!one[i].policy->needs_future) /* of two pages that are never used again it takes any */
			CU_ASSERT_EQUAL(one[i].counts.write_backs, other[i].counts.write_backs);
	}
}

static void same_curves_and_replays(void)
{
	uint64_t seed = 5, overwritten = 0;

	for (int round = 0; round < 150; round++) {
		struct region_trace trace = draw(&seed);
		const char *hinted = test_path("hinted.mvt"), *plain = test_path("plain.mvt");
		struct trace_reader *reader;

		write_region(hinted, &trace, true);
		write_region(plain, &trace, false);
		compare_curves(hinted, plain);
		reader = open_trace(hinted, false);
		for (uint32_t page = 0; page < trace.snapshot_pages; page++)
			overwritten += trace.whole[page];
		compare_replays(hinted, plain, 1 + (uint32_t)test_below(&seed, trace_reader_totals(reader)->footprint));
		trace_reader_close(reader);
		test_refs_free(&trace.refs);
	}
	CU_ASSERT_TRUE(overwritten > 200);
}

/* ---- in a cluster ---- */

static void run_cluster(const char *yaml, const char *trace, bool hinted, FILE *to)
{
	static struct config config;
	char text[1024];
	const struct cluster_options options = {.check = true};
	struct run_result result;
	json_t *nothing = json_object();
	struct err err = {""};

	snprintf(text, sizeof(text), "guest: {free_pages: %s}\nvms: [{trace: %s, local: 50%%}]\n%s",
		 hinted ? "hinted" : "fetched", trace, yaml);
	CHECK(config_read_text(&(struct config_text){"test", text, strlen(text)}, NULL, 0, &config, &err) == 0);
	if (cluster_run(&config, &options, &result, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		CHECK(false);
		return;
	}
	CHECK(run_json_print(&result, nothing, to, &err) == 0);
	run_result_free(&result);
	config_free(&config);
	json_decref(nothing);
}

struct freed {
	struct region_trace trace;
	const char *yaml, *path, *out;
	bool hinted;
};

static void run_trial(const void *given)
{
	const struct freed *trial = given;
	FILE *to = fopen(trial->out, "w");

	write_region(trial->path, &trial->trace, trial->hinted);
	run_cluster(trial->yaml, trial->path, trial->hinted, to);
	fclose(to);
}

static char *result_of(struct freed *trial, bool hinted)
{
	size_t bytes;

	trial->hinted = hinted;
	CU_ASSERT_EQUAL_FATAL(in_child(run_trial, trial), 0);
	return test_read_file(trial->out, &bytes);
}

static void same_clusters(void)
{
	static const char *const yaml[] = {
		"",
		"policy: sieve\ndonors: {placement: multinode-lru, backing: nvme}\n",
		"prefetch: next-n\nfault: {exit: 1us, handler: 500ns, buffer: 2}\n",
		"policy: arc\ndonors: {pool: exclusive}\n",
	};
	uint64_t seed = 6;

	for (int round = 0; round < 24; round++) {
		struct freed trial = {.trace = draw(&seed),
				      .yaml = yaml[round % 4],
				      .path = test_path("vm.mvt"),
				      .out = test_path("out.json")};
		char *one = result_of(&trial, true), *other = result_of(&trial, false);

		CU_ASSERT_STRING_EQUAL(one, other);
		free(one);
		free(other);
		test_refs_free(&trial.trace.refs);
	}
}

/* ---- a trace made by hand ---- */

/*
 * The snapshot is 0 to 3, the most recently used last. The region writes 3, reads 2, writes 0, reads 1, 3, 4. Pages
 * 3 and 0 are overwritten whole. In a memory of 2 pages:
 *
 *   fetched   begins with 2 and 3. 3 hit, 2 hit, 0 fetch (3 out, dirty), 1 fetch (2), 3 fetch (0, dirty), 4 first (1)
 *   hinted    begins with 1 and 2, both dirty, as a memory of 4 is that gave 0 and 3 back. 3 first (1 out, dirty),
 *             2 hit, 0 first (3, dirty), 1 fetch (2, dirty), 3 fetch (0, dirty), 4 first (1)
 */
static void by_hand(void)
{
	static const struct trace_snapshot_page snapshot[] = {{0x10, 0}, {0x11, 4}, {0x12, 3}, {0x13, 0}};
	static const struct {
		gfn frame;
		bool write;
	} touch[] = {{0x13, true}, {0x12, false}, {0x10, true}, {0x11, false}, {0x13, false}, {0x14, false}};
	struct region_trace trace = {.snapshot_pages = 4, .whole = {true, false, false, true}};
	struct trace_ref ref[6];
	const char *path = test_path("hand.mvt");
	struct trace_reader *reader;
	uint32_t pages;

	memcpy(trace.snapshot, snapshot, sizeof(snapshot));
	for (uint32_t i = 0; i < 6; i++)
		ref[i] = (struct trace_ref){touch[i].frame,
					    {100 * (i + 1), 0},
					    TRACE_KIND(touch[i].write, TRACE_DATA, 0)};
	trace.refs = (struct refs){ref, 6};
	write_region(path, &trace, true);
	for (int hinted = 0; hinted < 2; hinted++) {
		struct replay_point point[32];

		replay_all(path, hinted, 2, point);
		for (uint32_t i = 0; policies[i]; i++)
			if (strcmp(policies[i]->name, "lru") == 0) {
				CU_ASSERT_EQUAL(point[i].counts.faults, hinted ? 2 : 3);
				CU_ASSERT_EQUAL(point[i].counts.first_touches, hinted ? 3 : 1);
				CU_ASSERT_EQUAL(point[i].counts.compulsory, hinted ? 0 : 2);
				CU_ASSERT_EQUAL(point[i].counts.write_backs, hinted ? 4 : 2);
			}
	}
	reader = open_trace(path, true);
	CU_ASSERT_EQUAL(trace_reader_snapshot(reader, &pages)[0].dirty_from, 2); /* of the last 4, 0 and 3 are gone */
	CU_ASSERT_EQUAL(pages, 2);
	CU_ASSERT_EQUAL(trace_reader_snapshot(reader, &pages)[1].dirty_from, 2); /* of the last 3, 3 is gone */
	trace_reader_close(reader);
}

/* ---- what a trace says of it ---- */

static void refuses_what_is_not_known(void)
{
	const char *path = test_path("refused.mvt");
	const struct trace_reader_options options = {.hinted = true};
	struct trace_reader *reader;
	uint64_t seed = 9;
	struct region_trace trace = draw(&seed);
	struct err err = {""};

	write_region(path, &trace, false); /* a snapshot, and nothing of first uses */
	CU_ASSERT_EQUAL(trace_reader_open(&reader, path, &options, &err), ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "guest.free_pages: hinted needs a trace that says which pages"));
	trace.snapshot_pages = 0; /* no snapshot: every page is new anyway */
	write_region(path, &trace, false);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, path, &options, &err), 0);
	trace_reader_close(reader);
	test_refs_free(&trace.refs);
}

/* A trace that says of a page that is read first that it is overwritten is found to be wrong. */
static void verifies_what_is_said(void)
{
	const char *path = test_path("wrong.mvt");
	struct trace_ref ref[] = {{0x10, {1, 0}, TRACE_KIND(0, TRACE_DATA, 0)},
				  {0x11, {2, 0}, TRACE_KIND(1, TRACE_DATA, 0)}};
	struct region_trace trace = {.refs = {ref, 2},
				     .snapshot = {{0x10, 0}, {0x11, 0}, {0x12, 0}},
				     .snapshot_pages = 3};
	static const char *const said[] = {"a page that is overwritten whole is read first", "",
					   "a page that is overwritten whole has no record"};
	struct err err = {""};

	for (uint32_t page = 0; page < 3; page++) {
		struct trace_reader *reader;

		memset(trace.whole, 0, sizeof(trace.whole));
		trace.whole[page] = true;
		write_region(path, &trace, true);
		reader = open_trace(path, false);
		CU_ASSERT_EQUAL(trace_verify(reader, NULL, NULL, NULL, &err), *said[page] ? ERR_FAILED : 0);
		CU_ASSERT_TRUE(!*said[page] || strstr(err.text, said[page]) != NULL);
		trace_reader_close(reader);
	}
}

/* A copy says the same, filtered or not. */
static void copies_what_is_said(void)
{
	const struct trace_writer_options options = {.level = 1};
	uint64_t seed = 10;

	for (int round = 0; round < 20; round++) {
		struct region_trace trace = draw(&seed);
		const char *from = test_path("from.mvt"), *to = test_path("to.mvt");
		const struct trace_overwritten *one, *other;
		struct trace_reader *reader, *copied;
		struct trace_writer *writer;
		struct trace_header header;
		struct err err = {""};

		write_region(from, &trace, true);
		unlink(to);
		reader = open_trace(from, false);
		CU_ASSERT_EQUAL_FATAL(trace_header_copy(&header, trace_reader_header(reader), &err), 0);
		header.k = round % 3 ? 1 + (uint32_t)test_below(&seed, 10) : 0;
		CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, to, &header, &options, &err), 0);
		CU_ASSERT_EQUAL_FATAL(trace_copy(&(struct trace_copy){.reader = reader, .writer = writer}, NULL, &err),
				      0);
		copied = open_trace(to, false);
		one = trace_reader_overwritten(reader);
		other = trace_reader_overwritten(copied);
		CU_ASSERT_FATAL(one && other && one->count == other->count);
		CU_ASSERT_EQUAL(memcmp(one->page, other->page, one->count * sizeof(*one->page)), 0);
		CU_ASSERT_EQUAL(trace_verify(copied, NULL, NULL, NULL, &err), 0);
		trace_header_free(&header);
		trace_reader_close(reader);
		trace_reader_close(copied);
		test_refs_free(&trace.refs);
	}
}

CU_TestInfo hinted_tests[] = {
	{"the same curves and replays as without the pages", same_curves_and_replays},
	{"the same clusters as without the pages", same_clusters},
	{"a trace made by hand", by_hand},
	{"refuses what is not known", refuses_what_is_not_known},
	{"verifies what is said", verifies_what_is_said},
	{"copies what is said", copies_what_is_said},
	CU_TEST_INFO_NULL,
};
