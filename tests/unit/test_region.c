/* SPDX-License-Identifier: MIT */
/*
 * A region cut out of a trace against the whole trace: LRU started from the snapshot does what LRU over the whole trace
 * does inside the region, in every memory; and so does the curve. The region is filtered before, filtered while it is
 * cut, or cut out of another region.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/curve.h"
#include "memory/region.h"
#include "naive_lru.h"
#include "unit.h"

#define MARKERS 4

static char folder[] = "/tmp/megavm-test-XXXXXX";
static int home = -1;

static int enter_folder(void)
{
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	home = open(".", O_RDONLY | O_DIRECTORY);
	return home < 0 || !mkdtemp(folder) || chdir(folder) < 0;
}

static int leave_folder(void)
{
	unlink("whole.mvt");
	unlink("region.mvt");
	unlink("inner.mvt");
	return fchdir(home) < 0 || close(home) < 0 || rmdir(folder) < 0;
}

/* What is recorded: references, and markers "0", "1", "2"... each before a reference, ascending. */
struct recording {
	struct refs refs;
	page_id *page;
	uint32_t pages;
	size_t place[MARKERS];
	struct trace_clock at_marker[MARKERS][2], end[2];
};

static struct recording draw(uint64_t *seed)
{
	struct recording recording = {
		.refs = test_refs(test_random(seed), test_below(seed, 700), 1 + (uint32_t)test_below(seed, 60))};
	size_t count = recording.refs.count;
	struct trace_clock clock[2] = {{0, 0}, {0, 0}};

	recording.page = dense_pages(&recording.refs, &recording.pages);
	for (int n = 0; n < MARKERS; n++) {
		size_t place = test_below(seed, count + 1);
		int at = n;

		for (; at > 0 && recording.place[at - 1] > place; at--)
			recording.place[at] = recording.place[at - 1];
		recording.place[at] = place;
	}
	for (size_t i = 0, n = 0; i <= count; i++) {
		for (; n < MARKERS && recording.place[n] == i; n++) /* some time after the previous reference */
			memcpy(recording.at_marker[n], clock, sizeof(clock));
		if (i < count)
			clock[TRACE_KIND_VCPU(recording.refs.ref[i].kind)] = recording.refs.ref[i].clock;
	}
	clock[0].insn += 5;
	clock[1].idle_ns += 7;
	memcpy(recording.end, clock, sizeof(clock));
	return recording;
}

static void recording_free(struct recording *recording)
{
	test_refs_free(&recording->refs);
	free(recording->page);
}

static struct trace_writer *create(const char *path, uint32_t k, bool filtered)
{
	struct trace_writer_options options = {.level = TRACE_LEVEL_DEFAULT, .filtered = filtered};
	struct trace_writer *writer = NULL;
	struct trace_header header;
	struct err err;

	unlink(path);
	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	header.vcpus = 2;
	header.k = k;
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	trace_header_free(&header);
	return writer;
}

static void record(const struct recording *recording, uint32_t k)
{
	struct trace_writer *writer = create("whole.mvt", k, false);
	struct err err;

	for (size_t i = 0, n = 0; i <= recording->refs.count; i++) {
		for (; n < MARKERS && recording->place[n] == i; n++) {
			char name[2] = {(char)('0' + n), '\0'};

			CU_ASSERT_EQUAL_FATAL(trace_writer_mark(writer, name, recording->at_marker[n], &err), 0);
		}
		if (i < recording->refs.count)
			CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &recording->refs.ref[i], &err), 0);
	}
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, recording->end, (struct trace_clock){0, 0}, NULL, &err), 0);
}

static struct trace_reader *open_trace(const char *path)
{
	struct trace_reader_options options = {.clocks = true, .frames = true};
	struct trace_reader *reader = NULL;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, path, &options, &err), 0);
	return reader;
}

/* Cuts the region; with a `k` larger than the trace's, it also filters. */
static void cut(const char *from, const char *to, const char *begin, const char *end, uint32_t k)
{
	struct trace_reader *reader = open_trace(from);
	uint32_t was = trace_reader_header(reader)->k;
	struct region_copy copy = {.reader = reader};
	struct region region;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(region_find(&region, reader, begin, end, &err), 0);
	copy.writer = create(to, k > was ? k : was, k <= was);
	CU_ASSERT_EQUAL_FATAL(region_copy(&region, &copy, NULL, &err), 0);
	trace_reader_close(reader);
}

/* The memory after the whole trace up to the region: it holds the snapshot's most recent pages, and exactly the pages
 * that the snapshot marks are dirty. */
static bool same_memory(const struct naive_lru *lru, const struct recording *recording, size_t from,
			const struct trace_reader *reader)
{
	uint32_t count;
	const struct trace_snapshot_page *snapshot = trace_reader_snapshot(reader, &count);
	gfn frame[NAIVE_PAGES];

	for (size_t i = 0; i < from; i++)
		frame[recording->page[i]] = recording->refs.ref[i].frame;
	if (lru->used != (lru->frames < count ? lru->frames : count))
		return false;
	for (uint32_t i = lru->used; i < count; i++)
		if (snapshot[count - 1 - i].dirty_from && snapshot[count - 1 - i].dirty_from <= lru->frames)
			return false;
	for (uint32_t i = 0; i < lru->used; i++) {
		const struct trace_snapshot_page *page = &snapshot[count - 1 - i];

		if (page->frame != frame[lru->at[i].page] ||
		    lru->at[i].dirty != (page->dirty_from && page->dirty_from <= lru->frames))
			return false;
	}
	return true;
}

/* LRU with `frames` over the region's own records. */
static struct naive_lru run_region(struct trace_reader *reader, uint32_t frames)
{
	uint32_t count;
	const struct trace_snapshot_page *snapshot = trace_reader_snapshot(reader, &count);
	struct trace_batch batch;
	struct naive_lru lru;
	struct err err;

	naive_begin(&lru, frames, snapshot, count);
	CU_ASSERT_EQUAL(trace_reader_seek(reader, 0, &err), 0);
	while (trace_reader_next(reader, &batch, &err) > 0)
		for (uint32_t i = 0; i < batch.count; i++)
			naive_touch(&lru, batch.page[i], batch.kind[i] & TRACE_WRITE);
	return lru;
}

/* The region [from, to) of the recording in every memory of `min` pages or more: whole run, run from the snapshot,
 * curve. */
static bool same_lru(const struct recording *recording, size_t from, size_t to, struct trace_reader *reader,
		     uint32_t min)
{
	struct curve curve;
	struct err err;
	bool same;

	CU_ASSERT_EQUAL_FATAL(trace_reader_seek(reader, 0, &err), 0);
	CU_ASSERT_EQUAL_FATAL(curve_read(&curve, reader, NULL, NULL, &err), 0);
	same = curve.min_pages == min && curve.references == trace_reader_totals(reader)->records;
	for (uint32_t frames = min; frames <= recording->pages && same; frames++) {
		struct naive_lru whole, before, region = run_region(reader, frames);
		uint32_t at = frames < curve.pages ? frames : curve.pages;

		naive_begin(&whole, frames, NULL, 0);
		for (size_t i = 0; i < from; i++)
			naive_touch(&whole, recording->page[i], recording->refs.ref[i].kind & TRACE_WRITE);
		before = whole;
		for (size_t i = from; i < to; i++)
			naive_touch(&whole, recording->page[i], recording->refs.ref[i].kind & TRACE_WRITE);
		same = same_memory(&before, recording, from, reader) && region.faults == whole.faults - before.faults &&
		       region.write_backs == whole.write_backs - before.write_backs &&
		       region.first_touches == whole.first_touches - before.first_touches &&
		       region.faults == curve.faults[at] && region.write_backs == curve.write_backs[at] &&
		       region.first_touches == curve.first_touches;
	}
	curve_free(&curve);
	return same;
}

/* The clocks of both virtual CPUs, from an origin. */
static bool same_clocks(const struct trace_clock *clock, const struct trace_clock *whole,
			const struct trace_clock *origin)
{
	for (int vcpu = 0; vcpu < 2; vcpu++)
		if (clock[vcpu].insn != whole[vcpu].insn - origin[vcpu].insn ||
		    clock[vcpu].idle_ns != whole[vcpu].idle_ns - origin[vcpu].idle_ns)
			return false;
	return true;
}

/* The clocks of the end, of the markers inside, and what is outside. `last` is the marker that ends the region, MARKERS
 * for none. */
static bool same_times(const struct recording *recording, int first, int last, const struct trace_reader *reader)
{
	const struct trace_clock *origin = recording->at_marker[first],
				 *end = last < MARKERS ? recording->at_marker[last] : recording->end;
	const struct trace_totals *totals = trace_reader_totals(reader);
	struct trace_clock inside = trace_totals_clock(totals);
	size_t markers;
	const struct trace_marker *marker = trace_reader_markers(reader, &markers);
	bool same = same_clocks(totals->end, end, origin) && markers == (size_t)(last - first - 1);

	for (int n = 0; same && first + 1 + n < last; n++)
		same = marker[n].name[0] == '0' + first + 1 + n &&
		       same_clocks(marker[n].clock, recording->at_marker[first + 1 + n], origin);
	return same && totals->outside.insn + inside.insn == recording->end[0].insn + recording->end[1].insn &&
	       totals->outside.idle_ns + inside.idle_ns == recording->end[0].idle_ns + recording->end[1].idle_ns;
}

/* Unfiltered: the region's records equal those of the recording, with clocks that start at the region's beginning; so
 * do the positions of the markers. */
static bool same_records(const struct recording *recording, int first, int last, struct trace_reader *reader)
{
	size_t i = recording->place[first], to = last < MARKERS ? recording->place[last] : recording->refs.count,
	       markers;
	const struct trace_marker *marker = trace_reader_markers(reader, &markers);
	const gfn *frame = trace_reader_frames(reader);
	struct trace_batch batch;
	struct err err;

	for (size_t n = 0; n < markers; n++)
		if (marker[n].record != recording->place[(size_t)first + 1 + n] - i)
			return false;
	CU_ASSERT_EQUAL(trace_reader_seek(reader, 0, &err), 0);
	while (trace_reader_next(reader, &batch, &err) > 0) {
		uint32_t idle = 0;

		for (uint32_t j = 0; j < batch.count; j++, i++) {
			unsigned vcpu = TRACE_KIND_VCPU(batch.kind[j]);
			struct trace_clock *clock = &batch.clock[vcpu];
			const struct trace_clock *origin = &recording->at_marker[first][vcpu];
			const struct trace_ref *ref = &recording->refs.ref[i];

			clock->insn += batch.insn[j];
			if (idle < batch.idle_count && batch.idle[idle].at == j)
				clock->idle_ns += batch.idle[idle++].ns;
			if (i == to || ref->frame != frame[batch.page[j]] || ref->kind != batch.kind[j] ||
			    ref->clock.insn != clock->insn + origin->insn ||
			    ref->clock.idle_ns != clock->idle_ns + origin->idle_ns)
				return false;
		}
	}
	return i == to;
}

/* All checks for the region between two markers. */
static bool same_region(const struct recording *recording, int first, int last, const char *path, uint32_t k)
{
	size_t from = recording->place[first], to = last < MARKERS ? recording->place[last] : recording->refs.count;
	struct trace_reader *reader = open_trace(path);
	bool same = trace_reader_header(reader)->k == k && same_times(recording, first, last, reader) &&
		    same_lru(recording, from, to, reader, k ? k : 1) &&
		    (k || same_records(recording, first, last, reader));

	trace_reader_close(reader);
	return same;
}

static void same_as_the_whole_trace(void)
{
	for (uint64_t seed = 1; seed <= 120; seed++) {
		uint64_t state = seed;
		struct recording recording = draw(&state);
		bool open = test_below(&state, 3) == 0;
		uint32_t k = 1 + (uint32_t)test_below(&state, recording.pages + 1);

		record(&recording, 0);
		cut("whole.mvt", "region.mvt", "0", open ? NULL : "3", 0);
		CU_ASSERT_TRUE(same_region(&recording, 0, open ? MARKERS : 3, "region.mvt", 0));
		cut("region.mvt", "inner.mvt", "1", "2", 0); /* of a trace that has a snapshot itself */
		CU_ASSERT_TRUE(same_region(&recording, 1, 2, "inner.mvt", 0));
		cut("whole.mvt", "region.mvt", "1", "3", k); /* filtered on the way */
		CU_ASSERT_TRUE(same_region(&recording, 1, 3, "region.mvt", k));
		cut("region.mvt", "inner.mvt", "2", NULL, k + 2); /* and again */
		CU_ASSERT_TRUE(same_region(&recording, 2, 3, "inner.mvt", k + 2));
		recording_free(&recording);
	}
}

static void same_as_the_whole_trace_filtered(void)
{
	for (uint64_t seed = 201; seed <= 300; seed++) {
		uint64_t state = seed;
		struct recording recording = draw(&state);
		uint32_t k = 1 + (uint32_t)test_below(&state, recording.pages / 2 + 1);

		record(&recording, k);
		cut("whole.mvt", "region.mvt", "0", "3", 0);
		CU_ASSERT_TRUE(same_region(&recording, 0, 3, "region.mvt", k));
		cut("region.mvt", "inner.mvt", "1", NULL, k + 3); /* of a filtered region, filtered further */
		CU_ASSERT_TRUE(same_region(&recording, 1, 3, "inner.mvt", k + 3));
		recording_free(&recording);
	}
}

static void wrong_markers_are_told(void)
{
	uint64_t seed = 4;
	struct recording recording = draw(&seed);
	struct trace_reader *reader;
	struct region region;
	struct err err;

	record(&recording, 0);
	reader = open_trace("whole.mvt");
	CU_ASSERT_EQUAL(region_find(&region, reader, "roi-begin", NULL, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "whole.mvt: no marker 'roi-begin'; it has 0 1 2 3");
	CU_ASSERT_EQUAL(region_find(&region, reader, "2", "1", &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "whole.mvt: no marker '1' from there on; it has 3");
	CU_ASSERT_EQUAL(region_find(&region, reader, "3", "3", &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "whole.mvt: no marker '3' from there on; it has none");
	trace_reader_close(reader);
	recording_free(&recording);
}

#define IN_FOLDER(test)                                   \
	static void test##_in_folder(void)                \
	{                                                 \
		CU_ASSERT_EQUAL_FATAL(enter_folder(), 0); \
		test();                                   \
		CU_ASSERT_EQUAL_FATAL(leave_folder(), 0); \
	}
IN_FOLDER(same_as_the_whole_trace)
IN_FOLDER(same_as_the_whole_trace_filtered)
IN_FOLDER(wrong_markers_are_told)

CU_TestInfo region_tests[] = {
	{"same as the whole trace", same_as_the_whole_trace_in_folder},
	{"same as the whole trace, filtered", same_as_the_whole_trace_filtered_in_folder},
	{"wrong markers are told", wrong_markers_are_told_in_folder},
	CU_TEST_INFO_NULL,
};
