/* SPDX-License-Identifier: MIT */
/* Importers: what each line or record becomes, every error's text, and files from end to end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "files.h"
#include "trace/format.h"
#include "trace/import.h"
#include "trace/oracle_general.h"
#include "trace/reader.h"
#include "unit.h"

/* Imports from memory. */
static int import_bytes(const struct trace_import_format *format, const void *data, size_t bytes,
			struct trace_import *import, struct refs *into, struct err *err)
{
	int status;

	*into = (struct refs){NULL, 0};
	*import = (struct trace_import){.sink = test_refs_sink(into), .insn_per_ref = 3, .vcpus = 2};
	status = input_open_memory(&import->input, "in", data, bytes, err);
	CU_ASSERT_EQUAL_FATAL(status, 0);
	status = format->run(import, err);
	input_close(import->input);
	return status;
}

static void expect(const struct refs *found, const struct trace_ref *expected, size_t count)
{
	struct refs wanted = {(struct trace_ref *)expected, count};

	CU_ASSERT_TRUE(test_same_refs(found, &wanted));
}

struct bad {
	const char *text, *error;
};

static void expect_errors(const struct trace_import_format *format, const struct bad *bad, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct trace_import import;
		struct refs refs;
		struct err err = {""};
		int status = import_bytes(format, bad[i].text, strlen(bad[i].text), &import, &refs, &err);

		CU_ASSERT_EQUAL(status, ERR_FAILED);
		CU_ASSERT_STRING_EQUAL(err.text, bad[i].error);
		if (strcmp(err.text, bad[i].error) != 0)
			printf("found '%s'\n", err.text);
		test_refs_free(&refs);
	}
}

#define FETCH TRACE_KIND(0, TRACE_FETCH, 0)
#define READ  TRACE_KIND(0, TRACE_DATA, 0)
#define WRITE TRACE_KIND(1, TRACE_DATA, 0)

static void lackey_by_hand(void)
{
	static const char text[] = "==7== Lackey, an example Valgrind tool\n"
				   "==7== Command: sort -S 64M in.txt\n"
				   "==7== Command: not this one\n"
				   "--7-- a remark\n"
				   "I  0401aff0,3\n"
				   " S 1fff0005c8,8\n"
				   "I  0401affe,5\n"   /* straddles */
				   " L 1fff000ffc,4\n" /* ends with the page */
				   " L 1fff000ffd,4\n" /* straddles by a byte */
				   " M 1FFF001000,1\n"
				   " S ffffffffffffffff,1\n" /* the last byte there is */
				   "I  5000,4096\n"
				   "I  6001,4096\n"
				   "==7== Exit code:       0";
	static const struct trace_ref expected[] = {
		{0x401a, {1, 0}, FETCH},   {0x1fff000, {1, 0}, WRITE}, {0x401a, {2, 0}, FETCH},
		{0x401b, {2, 0}, FETCH},   {0x1fff000, {2, 0}, READ},  {0x1fff000, {2, 0}, READ},
		{0x1fff001, {2, 0}, READ}, {0x1fff001, {2, 0}, WRITE}, {0xfffffffffffff, {2, 0}, WRITE},
		{0x5, {3, 0}, FETCH},      {0x6, {4, 0}, FETCH},       {0x7, {4, 0}, FETCH},
	};
	struct trace_import import;
	struct refs refs;
	struct err err = {""};

	CU_ASSERT_EQUAL(import_bytes(&trace_import_lackey, text, sizeof(text) - 1, &import, &refs, &err), 0);
	expect(&refs, expected, sizeof(expected) / sizeof(*expected));
	CU_ASSERT_STRING_EQUAL(import.command, "sort -S 64M in.txt");
	CU_ASSERT_EQUAL(import.refs, refs.count);
	CU_ASSERT_EQUAL(import.clock[0].insn, 4);
	test_refs_free(&refs);
}

/* Random accesses in lackey's format, checked against a reference that works byte by byte. */
static void lackey_at_random(void)
{
	enum { LINES = 20000 };
	char *text = malloc(LINES * 32), *to = text;
	struct refs wanted = {NULL, 0}, refs;
	struct trace_import import;
	struct err err = {""};
	uint64_t seed = 4, insn = 0;
	bool counts = false; /* from the first instruction on */

	for (int i = 0; i < LINES; i++) {
		uint64_t address = test_random(&seed) >> (12 + test_below(&seed, 40)),
			 bytes = 1 + test_below(&seed, 64);
		char type = "ILSM"[test_below(&seed, 4)];
		struct trace_ref ref = {0, {0, 0}, type == 'I' ? FETCH : type == 'L' ? READ : WRITE};

		counts |= type == 'I';
		ref.clock.insn = insn += counts ? type == 'I' : 3;

		to += sprintf(to, type == 'I' ? "%c  %08lx,%lu\n" : " %c %08lx,%lu\n", type, (unsigned long)address,
			      (unsigned long)bytes);
		for (uint64_t byte = address; byte < address + bytes; byte++) {
			if (byte != address && byte / 4096 == ref.frame)
				continue;
			ref.frame = byte / 4096;
			test_refs_sink(&wanted).put(&wanted, &ref, &err);
		}
	}
	CU_ASSERT_EQUAL(import_bytes(&trace_import_lackey, text, (size_t)(to - text), &import, &refs, &err), 0);
	CU_ASSERT_TRUE(wanted.count > LINES);
	CU_ASSERT_TRUE(test_same_refs(&refs, &wanted));
	test_refs_free(&refs);
	test_refs_free(&wanted);
	free(text);
}

#define LACKEY_ALLOWED                                                                                               \
	": allowed are 'I  ADDRESS,BYTES', ' L ADDRESS,BYTES' (also S, M), ADDRESS hexadecimal in 64 bits, BYTES 1 " \
	"to 4096, and lines"                                                                                         \
	" that begin with ==, --, ** or SB"

static void lackey_errors(void)
{
	static const struct bad bad[] = {
		{"I  1000,1\nhello\n", "in:2: 'hello'" LACKEY_ALLOWED},
		{"=\n", "in:1: '='" LACKEY_ALLOWED},
		{"I  1000", "in:1: 'I  1000'" LACKEY_ALLOWED},
		{"I  1000,", "in:1: 'I  1000,'" LACKEY_ALLOWED},
		{"I  ,4", "in:1: 'I  ,4'" LACKEY_ALLOWED},
		{"I  0x10,4", "in:1: 'I  0x10,4'" LACKEY_ALLOWED},
		{"I 10,4", "in:1: 'I 10,4'" LACKEY_ALLOWED},
		{" I 10,4", "in:1: ' I 10,4'" LACKEY_ALLOWED},
		{" X 10,4", "in:1: ' X 10,4'" LACKEY_ALLOWED},
		{" L 10,0", "in:1: ' L 10,0'" LACKEY_ALLOWED},
		{" L 10,4097", "in:1: ' L 10,4097'" LACKEY_ALLOWED},
		{" L 10,99999999999999999999", "in:1: ' L 10,99999999999999999999'" LACKEY_ALLOWED},
		{" L 10000000000000000,1", "in:1: ' L 10000000000000000,1'" LACKEY_ALLOWED},
		{" L ffffffffffffffff,2", "in:1: ' L ffffffffffffffff,2'" LACKEY_ALLOWED},
		{" L 10,4 x\n", "in:1: ' L 10,4 x'" LACKEY_ALLOWED},
		{"SB\n", "in:1: 'SB'" LACKEY_ALLOWED},
	};

	expect_errors(&trace_import_lackey, bad, sizeof(bad) / sizeof(*bad));
}

/* Logs as Valgrind and editors leave them: blanks and carriage returns at the end, empty lines, messages of the client,
 * superblocks; and one without instructions, which has no clock of its own. */
static void lackey_as_written(void)
{
	static const char
		text[] = "**7** client print\n\r\nSB 0401ab70\nI  1000,4 \t\r\n\n S 2000,1 \r\n   \n--7-- end\n";
	static const struct trace_ref expected[] = {{1, {1, 0}, FETCH}, {2, {1, 0}, WRITE}};
	static const char data_only[] = " L 10,4 \n S 1010,4\n L 20,4\n";
	static const struct trace_ref few[] = {{0, {3, 0}, READ}, {1, {6, 0}, WRITE}, {0, {9, 0}, READ}};
	struct trace_import import;
	struct refs refs;
	struct err err = {""};

	CU_ASSERT_EQUAL(import_bytes(&trace_import_lackey, text, sizeof(text) - 1, &import, &refs, &err), 0);
	expect(&refs, expected, 2);
	test_refs_free(&refs);
	CU_ASSERT_EQUAL(import_bytes(&trace_import_lackey, data_only, sizeof(data_only) - 1, &import, &refs, &err), 0);
	expect(&refs, few, 3);
	CU_ASSERT_EQUAL(import.clock[0].insn, 9);
	test_refs_free(&refs);
}

/* CSV as other tools write it: a byte-order mark, quotes, capitals, spaces. */
static void csv_as_written(void)
{
	static const char text[] =
		"\xef\xbb\xbf\"Address\" , TYPE,\"source\"\r\n\"4096\",w, \"DATA\" \r\n 0x2000 ,\" R \",walk\n";
	static const struct trace_ref expected[] = {{1, {3, 0}, WRITE}, {2, {6, 0}, TRACE_KIND(0, TRACE_WALK, 0)}};
	struct trace_import import;
	struct refs refs;
	struct err err = {""};

	CU_ASSERT_EQUAL(import_bytes(&trace_import_csv, text, sizeof(text) - 1, &import, &refs, &err), 0);
	expect(&refs, expected, 2);
	test_refs_free(&refs);
}

static void csv_by_hand(void)
{
	static const char text[] = "\r\n"
				   " vcpu ,\tpage,idle_ns,instructions,type,source\r\n"
				   "0, 0x1F ,0,5,W,data\n"
				   "\n"
				   "1,7,100,10,R,walk\r\n"
				   "1,7,0,1,I,fetch\n"
				   "0,18446744073709551614,1,0,R,dma\n"
				   "0,0x0,0,0x10,W,fetch";
	static const struct trace_ref expected[] = {
		{0x1f, {5, 0}, WRITE},
		{7, {10, 100}, TRACE_KIND(0, TRACE_WALK, 1)},
		{7, {11, 100}, TRACE_KIND(0, TRACE_FETCH, 1)},
		{UINT64_MAX - 1, {5, 1}, TRACE_KIND(0, TRACE_DMA, 0)},
		{0, {21, 1}, TRACE_KIND(1, TRACE_FETCH, 0)},
	};
	static const char small[] = "type,address\nR,4095\nI,4096\nW,0xffffffffffffffff\n";
	static const struct trace_ref few[] = {{0, {3, 0}, READ}, {1, {6, 0}, FETCH}, {0xfffffffffffff, {9, 0}, WRITE}};
	struct trace_import import;
	struct refs refs;
	struct err err = {""};

	CU_ASSERT_EQUAL(import_bytes(&trace_import_csv, text, sizeof(text) - 1, &import, &refs, &err), 0);
	expect(&refs, expected, sizeof(expected) / sizeof(*expected));
	test_refs_free(&refs);
	CU_ASSERT_EQUAL(import_bytes(&trace_import_csv, small, sizeof(small) - 1, &import, &refs, &err), 0);
	expect(&refs, few, 3);
	test_refs_free(&refs);
	CU_ASSERT_EQUAL(import_bytes(&trace_import_csv, "page\n", 5, &import, &refs, &err), 0);
	CU_ASSERT_EQUAL(refs.count, 0);
	test_refs_free(&refs);
}

#define ALL_COLUMNS \
	"allowed are address, page, type, instructions, source, vcpu, idle_ns, again; --ignore passes over others"

static void csv_errors(void)
{
	static const struct bad bad[] = {
		{"", "in: no header line to name the columns"},
		{"\n\r\n \n", "in: no header line to name the columns"},
		{"\npage,sise\n", "in:2: unknown column 'sise': " ALL_COLUMNS},
		{"page,\n", "in:1: unknown column '': " ALL_COLUMNS},
		{"page,type,page\n", "in:1: column 'page' is named twice"},
		{"type\n", "in:1: the columns address and page are not there: exactly one is needed"},
		{"page,address\n", "in:1: the columns address and page are both there: exactly one is needed"},
		{"page\n1\nx\n", "in:3: page: 'x': allowed are 0 to 18446744073709551614, decimal or 0x hexadecimal"},
		{"page\n18446744073709551615\n", "in:2: page: '18446744073709551615': allowed are 0 to "
						 "18446744073709551614, decimal or 0x hexadecimal"},
		{"page\n-1\n", "in:2: page: '-1': allowed are 0 to 18446744073709551614, decimal or 0x hexadecimal"},
		{"page\n0x\n", "in:2: page: '0x': allowed are 0 to 18446744073709551614, decimal or 0x hexadecimal"},
		{"page\n1f\n", "in:2: page: '1f': allowed are 0 to 18446744073709551614, decimal or 0x hexadecimal"},
		{"address\n0x10000000000000000\n", "in:2: address: '0x10000000000000000': allowed are 0 to "
						   "18446744073709551615, decimal or 0x hexadecimal"},
		{"address\n18446744073709551616\n", "in:2: address: '18446744073709551616': allowed are 0 to "
						    "18446744073709551615, decimal or 0x hexadecimal"},
		{"page,type\n1,x\n", "in:2: type: 'x': allowed are R, W, I"},
		{"page,type\n1,\n", "in:2: type: '': allowed are R, W, I"},
		{"page,source\n1,ram\n", "in:2: source: 'ram': allowed are data, fetch, walk, dma"},
		{"page,type,source\n1,I,data\n", "in:2: source: 'data': a row of type I is a fetch"},
		{"page,vcpu\n1,2\n",
		 "in:2: vcpu: '2': allowed are 0 to 1, decimal or 0x hexadecimal (--vcpus says how many there are)"},
		{"page,instructions\n1,1.5\n",
		 "in:2: instructions: '1.5': allowed are 0 to 18446744073709551615, decimal or 0x hexadecimal"},
		{"page,instructions,vcpu\n1,0x200000000000000,1\n1,0x200000000000000,1\n1,1,0\n1,1,1\n",
		 "in:5: the clock of virtual CPU 1 goes beyond 2^58 instructions or idle nanoseconds"},
		{"page,idle_ns\n1,0xffffffffffffffff\n",
		 "in:2: the clock of virtual CPU 0 goes beyond 2^58 instructions or idle nanoseconds"},
		{"page,type\n1\n", "in:2: the number of fields is 1: the header line names 2"},
		{"page\n1,R,3\n", "in:2: the number of fields is 3: the header line names 1"},
		{"page\n\"1\n", "in:2: '\"1': a quote without its second one on the line"},
		{"page\n\"1\"2\n", "in:2: '\"1\"2': text behind a quote"},
		{"page\n\"1\"\"\"\n",
		 "in:2: page: '1\"\"': allowed are 0 to 18446744073709551614, decimal or 0x hexadecimal"},
	};

	expect_errors(&trace_import_csv, bad, sizeof(bad) / sizeof(*bad));
}

static void oracle_general_by_hand(void)
{
	enum { COUNT = 5000 }; /* more than are read at a time */
	uint8_t *data = calloc(COUNT, ORACLE_GENERAL_RECORD);
	struct trace_import import;
	struct refs refs;
	struct err err = {""};
	bool same = true;

	for (uint64_t i = 0; i < COUNT; i++) {
		put_u32(data + i * ORACLE_GENERAL_RECORD, (uint32_t)i / 7);
		put_u64(data + i * ORACLE_GENERAL_RECORD + 4, i * i << 40);
		put_u32(data + i * ORACLE_GENERAL_RECORD + 12, 4096);
		put_u64(data + i * ORACLE_GENERAL_RECORD + 16, UINT64_MAX);
	}
	CU_ASSERT_EQUAL(import_bytes(&trace_import_oracle_general, data, COUNT * ORACLE_GENERAL_RECORD, &import, &refs,
				     &err),
			0);
	CU_ASSERT_EQUAL_FATAL(refs.count, COUNT);
	for (uint64_t i = 0; i < COUNT; i++)
		same = same && refs.ref[i].frame == i * i << 40 && refs.ref[i].kind == READ &&
		       refs.ref[i].clock.insn == 3 * (i + 1);
	CU_ASSERT_TRUE(same);
	test_refs_free(&refs);

	CU_ASSERT_EQUAL(import_bytes(&trace_import_oracle_general, data, 3000 * 24 + 7, &import, &refs, &err),
			ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "in: offset 72000: the last record has 7 bytes of 24");
	test_refs_free(&refs);
	put_u64(data + 24 + 4, UINT64_MAX);
	CU_ASSERT_EQUAL(import_bytes(&trace_import_oracle_general, data, 48, &import, &refs, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "in: offset 24: object 18446744073709551615: allowed are 0 to 18446744073709551614");
	test_refs_free(&refs);
	free(data);
}

/* Requests as addresses: each page that a request covers is touched once. */
static void oracle_general_addresses(void)
{
	static const struct {
		uint64_t id;
		uint32_t bytes;
	} request[] = {{0, 4096}, {7, 1024}, {16, 0}, {8, 12288}};
	static const struct trace_ref expected[] = {{0, {1, 0}, READ}, {0, {2, 0}, READ}, {1, {2, 0}, READ},
						    {2, {3, 0}, READ}, {1, {4, 0}, READ}, {2, {4, 0}, READ},
						    {3, {4, 0}, READ}};
	uint8_t data[4 * ORACLE_GENERAL_RECORD] = {0};
	struct refs refs = {NULL, 0};
	struct trace_import import = {.sink = test_refs_sink(&refs), .insn_per_ref = 1, .vcpus = 1, .id_unit = 512};
	struct err err = {""};

	for (size_t i = 0; i < 4; i++) {
		put_u64(data + i * ORACLE_GENERAL_RECORD + ORACLE_GENERAL_ID, request[i].id);
		put_u32(data + i * ORACLE_GENERAL_RECORD + ORACLE_GENERAL_BYTES, request[i].bytes);
	}
	CU_ASSERT_EQUAL_FATAL(input_open_memory(&import.input, "in", data, sizeof(data), &err), 0);
	CU_ASSERT_EQUAL(trace_import_oracle_general.run(&import, &err), 0);
	input_close(import.input);
	expect(&refs, expected, 7);
	CU_ASSERT_EQUAL(import.large, 0);
	test_refs_free(&refs);
	refs = (struct refs){NULL, 0};
	put_u64(data + ORACLE_GENERAL_RECORD + ORACLE_GENERAL_ID, UINT64_MAX / 512 + 1);
	import = (struct trace_import){.sink = test_refs_sink(&refs), .insn_per_ref = 1, .vcpus = 1, .id_unit = 512};
	CU_ASSERT_EQUAL_FATAL(input_open_memory(&import.input, "in", data, sizeof(data), &err), 0);
	CU_ASSERT_EQUAL(trace_import_oracle_general.run(&import, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "in: offset 24: id 36028797018963968 in units of 512 bytes: the address is "
					 "beyond 64 bits");
	input_close(import.input);
	test_refs_free(&refs);
}

static struct trace_import_job job(const struct trace_import_format *format, const char *in, const char *out)
{
	return (struct trace_import_job){.format = format, .in = in, .out = out, .level = 1, .vcpus = 1};
}

static void files_and_headers(void)
{
	static const char text[] = "==1== Command: caf\xc3\xa9 \xff\nI  1000,4\nI  1004,4\n S 2000,1\n==1==\n";
	struct trace_import_job one = job(&trace_import_lackey, test_path("run.lk"), test_path("run.mvt"));
	const struct trace_header *header;
	struct trace_reader *reader;
	struct trace_totals totals;
	struct err err = {""};
	struct trace_import_read read;

	test_write_file(one.in, text, sizeof(text) - 1);
	one.k = 64;
	CU_ASSERT_EQUAL_FATAL(trace_import_file(&one, &read, &totals, &err), 0);
	CU_ASSERT_EQUAL(read.refs, 3);
	CU_ASSERT_EQUAL(totals.records, 3); /* the filter keeps the latest reference of each page until the end */
	CU_ASSERT_EQUAL(totals.footprint, 2);
	CU_ASSERT_EQUAL(totals.end[0].insn, 2);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, one.out, &(struct trace_reader_options){0}, &err), 0);
	header = trace_reader_header(reader);
	CU_ASSERT_STRING_EQUAL(header->workload, "run.lk");
	CU_ASSERT_STRING_EQUAL(header->command, "caf?? ?"); /* not UTF-8 as a whole */
	CU_ASSERT_NSTRING_EQUAL(header->recorder, "megavm ", 7);
	CU_ASSERT_STRING_EQUAL(header->recorder + strlen(header->recorder) - 14, " import lackey");
	CU_ASSERT_EQUAL(header->k, 64);
	CU_ASSERT_EQUAL(header->vcpus, 1);
	trace_reader_close(reader);
}

static void an_empty_trace(void)
{
	struct trace_import_job one = job(&trace_import_csv, test_path("none.csv"), test_path("none.mvt"));
	struct trace_totals totals;
	struct err err = {""};
	struct trace_import_read read;

	test_write_file(one.in, "page\n", 5);
	CU_ASSERT_EQUAL(trace_import_file(&one, &read, &totals, &err), 0);
	CU_ASSERT_EQUAL(totals.records, 0);
	CU_ASSERT_TRUE(test_file_is_there(one.out));
}

/* A bad input leaves no file; a full disk leaves the part that was written. */
static void what_failures_leave(void)
{
	enum { ROWS = 200000 };
	struct trace_import_job one = job(&trace_import_csv, test_path("bad.csv"), test_path("bad.mvt"));
	char *text = malloc(ROWS * 24), *to = text + sprintf(text, "page\n");
	struct rlimit limit, before;
	struct trace_totals totals;
	struct err err = {""};
	struct trace_import_read read;
	uint64_t seed = 1;

	for (int i = 0; i < ROWS; i++)
		to += sprintf(to, "%lu\n", (unsigned long)test_below(&seed, 1ul << 40));
	strcpy(to, "x\n");
	test_write_file(one.in, text, (size_t)(to - text) + 2);
	CU_ASSERT_EQUAL(trace_import_file(&one, &read, &totals, &err), ERR_FAILED);
	CU_ASSERT_EQUAL(read.refs, ROWS);
	CU_ASSERT_FALSE(test_file_is_there(one.out));
	CU_ASSERT_FALSE(test_file_is_there(test_path("bad.mvt.part")));

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = 300000;
	setrlimit(RLIMIT_FSIZE, &limit);
	CU_ASSERT_EQUAL(trace_import_file(&one, &read, &totals, &err), ERR_FAILED);
	setrlimit(RLIMIT_FSIZE, &before);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "bad.mvt.part: cannot write at offset "));
	CU_ASSERT_TRUE(test_file_is_there(test_path("bad.mvt.part")));
	CU_ASSERT_EQUAL(trace_import_file(&one, &read, &totals, &err), ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "bad.mvt.part is in the way"));
	CU_ASSERT_TRUE(test_file_is_there(test_path("bad.mvt.part")));
	free(text);
}

CU_TestInfo import_tests[] = {
	{"lackey by hand", lackey_by_hand},
	{"lackey at random", lackey_at_random},
	{"lackey's errors", lackey_errors},
	{"lackey's logs as they are written", lackey_as_written},
	{"csv by hand", csv_by_hand},
	{"csv as other tools write it", csv_as_written},
	{"csv's errors", csv_errors},
	{"oracleGeneral, ids as addresses", oracle_general_addresses},
	{"oracleGeneral by hand", oracle_general_by_hand},
	{"files and headers", files_and_headers},
	{"an empty trace", an_empty_trace},
	{"what failures leave", what_failures_leave},
	CU_TEST_INFO_NULL,
};
