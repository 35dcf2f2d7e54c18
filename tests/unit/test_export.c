/* SPDX-License-Identifier: MIT */
/* Exporters: CSV and back loses nothing; the next requests in oracleGeneral equal those found by a search through the
 * trace. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "trace/export.h"
#include "trace/format.h"
#include "trace/import.h"
#include "trace/oracle_general.h"
#include "unit.h"

static int export_trace(const struct trace_export_format *format, const char *in, const char *out, bool recover,
			uint64_t ips, struct err *err)
{
	const struct trace_reader_options options = {.recover = recover, .clocks = true, .frames = true};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, in, &options, err);

	if (status < 0)
		return status;
	status = trace_export_file(format, reader, ips, out, err);
	trace_reader_close(reader);
	return status;
}

static void import_again(const struct trace_import_format *format, const char *in, const char *out)
{
	const struct trace_import_job job = {.format = format, .in = in, .out = out, .level = 1, .vcpus = 2};
	struct trace_totals totals;
	struct err err = {""};
	struct trace_import_read read;

	CU_ASSERT_EQUAL_FATAL(trace_import_file(&job, &read, &totals, &err), 0);
	CU_ASSERT_EQUAL(totals.records, read.refs);
}

/* References of every kind, including writes by every source, which the filter can produce. */
static struct refs mixed_refs(uint64_t seed, size_t count)
{
	struct refs refs = test_refs(seed, count, 500);

	for (size_t i = 0; i < count; i += 3)
		refs.ref[i].kind ^= test_below(&seed, 2) ? TRACE_WRITE : 0;
	if (count)
		refs.ref[count - 1].clock.idle_ns += UINT64_C(1) << 50;
	return refs;
}

static void csv_there_and_back(void)
{
	for (uint64_t seed = 0; seed < 30; seed++) {
		struct refs refs = mixed_refs(seed, seed < 3 ? seed : 3000 * seed), again;
		struct err err = {""};

		test_write_trace(test_path("a.mvt"), &refs);
		CU_ASSERT_EQUAL_FATAL(
			export_trace(&trace_export_csv, test_path("a.mvt"), test_path("a.csv"), false, 1, &err), 0);
		import_again(&trace_import_csv, test_path("a.csv"), test_path("b.mvt"));
		again = test_read_trace(test_path("b.mvt"));
		CU_ASSERT_TRUE(test_same_refs(&refs, &again));
		test_refs_free(&refs);
		test_refs_free(&again);
	}
}

static void csv_by_hand(void)
{
	struct trace_ref ref[] = {
		{1093, {1, 0}, TRACE_KIND(0, TRACE_FETCH, 0)}, {77, {1, 0}, TRACE_KIND(1, TRACE_DATA, 0)},
		{77, {20, 5}, TRACE_KIND(0, TRACE_WALK, 1)},   {1093, {9, 0}, TRACE_KIND(1, TRACE_FETCH, 0)},
		{8, {20, 9}, TRACE_KIND(0, TRACE_DMA, 1)},
	};
	struct refs refs = {ref, 5};
	struct err err = {""};
	size_t bytes;
	char *text;

	test_write_trace(test_path("a.mvt"), &refs);
	CU_ASSERT_EQUAL_FATAL(export_trace(&trace_export_csv, test_path("a.mvt"), test_path("a.csv"), false, 1, &err),
			      0);
	text = test_read_file(test_path("a.csv"), &bytes);
	CU_ASSERT_STRING_EQUAL(
		text,
		"page,type,instructions,source,vcpu,idle_ns\n1093,I,1,fetch,0,0\n77,W,0,data,0,0\n77,R,20,walk,1,5\n"
		"1093,W,8,fetch,0,0\n8,R,0,dma,1,4\n");
	free(text);
}

/* Checks every field of every record; the next request is found by a linear search. */
static void check_oracle_general(const struct refs *refs, uint64_t ips)
{
	size_t bytes;
	uint8_t *data = (uint8_t *)test_read_file(test_path("a.og"), &bytes);
	uint32_t seconds = 0;
	bool same = bytes == refs->count * 24;

	for (size_t i = 0; i < refs->count && same; i++) {
		long double at = (long double)refs->ref[i].clock.insn / ips + refs->ref[i].clock.idle_ns / 1e9L;
		size_t next = i + 1;

		while (next < refs->count && refs->ref[next].frame != refs->ref[i].frame)
			next++;
		if ((uint32_t)(at + 1e-12L) > seconds)
			seconds = (uint32_t)(at + 1e-12L);
		same = get_u32(data + 24 * i) == seconds && get_u64(data + 24 * i + 4) == refs->ref[i].frame &&
		       get_u32(data + 24 * i + 12) == 4096 &&
		       get_u64(data + 24 * i + 16) == (next < refs->count ? next + 1 : UINT64_MAX);
	}
	CU_ASSERT_TRUE(same);
	free(data);
}

static void oracle_general_against_naive(void)
{
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct refs refs = mixed_refs(seed, seed < 3 ? seed : 2500 * seed), again;
		uint64_t ips = seed % 2 ? 1000 : 999999937;
		struct err err = {""};

		test_write_trace(test_path("a.mvt"), &refs);
		CU_ASSERT_EQUAL_FATAL(export_trace(&trace_export_oracle_general, test_path("a.mvt"), test_path("a.og"),
						   false, ips, &err),
				      0);
		check_oracle_general(&refs, ips);
		import_again(&trace_import_oracle_general, test_path("a.og"), test_path("b.mvt"));
		again = test_read_trace(test_path("b.mvt"));
		for (size_t i = 0; i < refs.count; i++) /* the bits that the format keeps */
			refs.ref[i] = (struct trace_ref){refs.ref[i].frame, {i + 1, 0}, TRACE_KIND(0, TRACE_DATA, 0)};
		CU_ASSERT_TRUE(test_same_refs(&refs, &again));
		test_refs_free(&refs);
		test_refs_free(&again);
	}
}

/* Only the records of a region of interest are exported: the pages of its snapshot are not requests. */
static void region_of_interest(void)
{
	const struct trace_snapshot_page before[] = {{100, 0}, {101, 2}, {102, 0}};
	struct trace_ref ref[] = {{101, {4, 0}, TRACE_KIND(0, TRACE_DATA, 0)},
				  {200, {9, 0}, TRACE_KIND(1, TRACE_DATA, 0)}};
	const struct trace_writer_options options = {.level = 1};
	const struct trace_clock end = {1000, 0};
	const struct refs refs = {ref, 2};
	struct trace_writer *writer;
	struct trace_header header;
	struct err err = {""};
	size_t bytes;
	char *text;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, test_path("roi.mvt"), &header, &options, &err), 0);
	trace_header_free(&header);
	CU_ASSERT_EQUAL(trace_writer_snapshot(writer, before, 3, &err), 0);
	CU_ASSERT_EQUAL(trace_writer_add(writer, &ref[0], &err), 0);
	CU_ASSERT_EQUAL(trace_writer_add(writer, &ref[1], &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &end, (struct trace_clock){0, 0}, NULL, &err), 0);
	CU_ASSERT_EQUAL_FATAL(
		export_trace(&trace_export_csv, test_path("roi.mvt"), test_path("roi.csv"), false, 1, &err), 0);
	text = test_read_file(test_path("roi.csv"), &bytes);
	CU_ASSERT_STRING_EQUAL(text,
			       "page,type,instructions,source,vcpu,idle_ns\n101,R,4,data,0,0\n200,W,5,data,0,0\n");
	free(text);
	CU_ASSERT_EQUAL_FATAL(
		export_trace(&trace_export_oracle_general, test_path("roi.mvt"), test_path("a.og"), false, 5, &err), 0);
	check_oracle_general(&refs, 5);
}

static void failures(void)
{
	struct trace_ref ref = {5, {UINT64_C(1) << 33, 0}, 0};
	struct refs refs = {&ref, 1};
	struct err err = {""};

	test_write_trace(test_path("a.mvt"), &refs);
	CU_ASSERT_EQUAL(export_trace(&trace_export_oracle_general, test_path("a.mvt"), test_path("late.og"), false, 1,
				     &err),
			ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(
		err.text,
		"record 0 is at 8589934592 s: the format holds up to 4294967295 s (a larger --ips makes it sooner)");
	CU_ASSERT_FALSE(test_file_is_there(test_path("late.og")));
	CU_ASSERT_FALSE(test_file_is_there(test_path("late.og.part")));
	CU_ASSERT_EQUAL(export_trace(&trace_export_oracle_general, test_path("a.mvt"), "-", false, 1, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "oracleGeneral goes back over what it wrote: it needs a file, not standard output");
	CU_ASSERT_EQUAL(export_trace(&trace_export_csv, test_path("a.mvt"), "/nonexistent/a", false, 1, &err),
			ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "/nonexistent/a.part: No such file or directory");
	test_write_file(test_path("b.csv.part"), "", 0);
	CU_ASSERT_EQUAL(export_trace(&trace_export_csv, test_path("a.mvt"), test_path("b.csv"), false, 1, &err),
			ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "b.csv.part is in the way: a run that did not end has left it"));
	CU_ASSERT_TRUE(test_file_is_there(test_path("b.csv.part")));
}

/* Without `recover` a damaged trace is an error; with it the undamaged blocks are exported. */
static void damaged_traces(void)
{
	struct refs refs = mixed_refs(11, 40000);
	struct err err = {""};
	size_t bytes;
	char *data;

	test_write_trace(test_path("a.mvt"), &refs);
	data = test_read_file(test_path("a.mvt"), &bytes);
	test_write_file(test_path("cut.mvt"), data, bytes / 2);
	CU_ASSERT_EQUAL(export_trace(&trace_export_csv, test_path("cut.mvt"), test_path("cut.csv"), false, 1, &err),
			ERR_FAILED);
	CU_ASSERT_FALSE(test_file_is_there(test_path("cut.csv")));
	CU_ASSERT_EQUAL(export_trace(&trace_export_oracle_general, test_path("cut.mvt"), test_path("a.og"), true, 1000,
				     &err),
			0);
	refs.count = TRACE_BLOCK_RECORDS; /* of three blocks, the first is whole */
	check_oracle_general(&refs, 1000);
	free(data);
	test_refs_free(&refs);
}

CU_TestInfo export_tests[] = {
	{"csv there and back", csv_there_and_back},
	{"csv by hand", csv_by_hand},
	{"oracleGeneral against a naive search", oracle_general_against_naive},
	{"a region of interest", region_of_interest},
	{"failures", failures},
	{"damaged traces", damaged_traces},
	CU_TEST_INFO_NULL,
};
