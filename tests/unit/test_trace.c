/* SPDX-License-Identifier: MIT */
/* Traces on disk: data is read back exactly; damage and truncation are reported, and undamaged blocks are recovered. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/filter.h"
#include "trace/reader.h"
#include "trace/verify.h"
#include "trace/writer.h"
#include "traces.h"
#include "unit.h"

#define PATH "test.mvt"

static const struct trace_reader_options whole = {.clocks = true, .frames = true};
static const struct trace_reader_options recovering = {.recover = true, .clocks = true, .frames = true};
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
	unlink(PATH);
	unlink(PATH ".part");
	return fchdir(home) < 0 || close(home) < 0 || rmdir(folder) < 0;
}

/* Writes a trace of the references, with a marker "mark N" before each of the references number `marks`, 2 * `marks`...
 */
static void write_trace(const struct refs *refs, uint32_t k, size_t marks, const struct trace_snapshot_page *snapshot,
			size_t pages)
{
	struct trace_writer_options options = {.level = TRACE_LEVEL_DEFAULT};
	struct trace_clock clock[2] = {{0, 0}, {0, 0}}, outside = {111, 222};
	struct trace_writer *writer = NULL;
	struct trace_header header;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	header.vcpus = 2;
	header.k = k;
	header.guest_bytes = UINT64_C(1) << 34;
	CU_ASSERT_EQUAL(trace_header_text(&header.workload, "w\303\266rk \"load\"", &err), 0);
	json_object_set_new(header.notes, "e820", json_string("0-0x9fc00 usable"));
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, PATH, &header, &options, &err), 0);
	CU_ASSERT_EQUAL(trace_writer_snapshot(writer, snapshot, pages, &err), 0);
	for (size_t i = 0; i < refs->count; i++) {
		if (marks && i % marks == 0) {
			char name[32];

			snprintf(name, sizeof(name), "mark %zu", i / marks);
			CU_ASSERT_EQUAL(trace_writer_mark(writer, name, clock, &err), 0);
		}
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &refs->ref[i], &err), 0);
		clock[TRACE_KIND_VCPU(refs->ref[i].kind)] = refs->ref[i].clock;
	}
	clock[0].insn += 5;
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, clock, outside, NULL, &err), 0);
	trace_header_free(&header);
	CU_ASSERT_NOT_EQUAL(access(PATH ".part", F_OK), 0);
}

/* Reads records from the reader's position; false at the first record that differs from the references starting at
 * number `from`. */
static bool read_same(struct trace_reader *reader, const struct refs *refs, size_t from)
{
	const gfn *frame = trace_reader_frames(reader);
	struct trace_batch batch;
	struct err err;
	int status;

	while ((status = trace_reader_next(reader, &batch, &err)) > 0) {
		uint32_t idle = 0;

		if (batch.first_record != from)
			return false;
		for (uint32_t i = 0; i < batch.count; i++, from++) {
			struct trace_clock *clock = &batch.clock[TRACE_KIND_VCPU(batch.kind[i])];

			clock->insn += batch.insn[i];
			if (idle < batch.idle_count && batch.idle[idle].at == i)
				clock->idle_ns += batch.idle[idle++].ns;
			if (from >= refs->count || frame[batch.page[i]] != refs->ref[from].frame ||
			    batch.kind[i] != refs->ref[from].kind || clock->insn != refs->ref[from].clock.insn ||
			    clock->idle_ns != refs->ref[from].clock.idle_ns)
				return false;
		}
		if (idle != batch.idle_count)
			return false;
	}
	return status == 0 && from == refs->count;
}

static void round_trip(void)
{
	static const size_t counts[] = {0, 1, 5, 16383, 16384, 16385, 50000};

	for (size_t n = 0; n < sizeof(counts) / sizeof(*counts); n++) {
		struct refs refs = test_refs(n + 1, counts[n], 1 + (uint32_t)counts[n] / 3);
		const struct trace_header *header;
		const struct trace_totals *totals;
		struct trace_reader *reader;
		struct err err;
		size_t markers;

		write_trace(&refs, 0, 7000, NULL, 0);
		CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, PATH, &whole, &err), 0);
		header = trace_reader_header(reader);
		totals = trace_reader_totals(reader);
		CU_ASSERT_STRING_EQUAL(header->workload, "w\303\266rk \"load\"");
		CU_ASSERT_EQUAL(header->vcpus, 2);
		CU_ASSERT_EQUAL(header->guest_bytes, UINT64_C(1) << 34);
		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(header->notes, "e820")), "0-0x9fc00 usable");
		CU_ASSERT_EQUAL(totals->records, counts[n]);
		CU_ASSERT_EQUAL(totals->footprint, totals->pages);
		CU_ASSERT_EQUAL(totals->outside.insn, 111);
		CU_ASSERT_EQUAL(totals->outside.idle_ns, 222);
		trace_reader_markers(reader, &markers);
		CU_ASSERT_EQUAL(markers, (counts[n] + 6999) / 7000);
		CU_ASSERT_TRUE(read_same(reader, &refs, 0));
		CU_ASSERT_EQUAL(trace_reader_seek(reader, 0, &err), 0);
		CU_ASSERT_EQUAL(trace_verify(reader, NULL, NULL, NULL, &err), 0);
		trace_reader_close(reader);
		test_refs_free(&refs);
	}
}

static void filter_inside(void)
{
	struct refs refs = test_refs(3, 40000, 3000), kept = {NULL, 0};
	struct trace_filter *filter;
	struct trace_reader *reader;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_filter_create(&filter, 64, test_refs_sink(&kept), &err), 0);
	for (size_t i = 0; i < refs.count; i++) {
		if (i % 9000 == 0)
			trace_filter_sync(filter, &err);
		trace_filter_add(filter, &refs.ref[i], &err);
	}
	trace_filter_sync(filter, &err);
	write_trace(&refs, 64, 9000, NULL, 0);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, PATH, &whole, &err), 0);
	CU_ASSERT_EQUAL(trace_reader_header(reader)->k, 64);
	CU_ASSERT_TRUE(read_same(reader, &kept, 0));
	trace_reader_close(reader);
	trace_filter_destroy(filter);
	test_refs_free(&refs);
	test_refs_free(&kept);
}

static void opening_snapshot(void)
{
	enum { PAGES = 40000 }; /* more than a chunk holds */
	struct refs refs = test_refs(9, 30000, 5000);
	struct trace_snapshot_page *snapshot = malloc(PAGES * sizeof(*snapshot));
	const struct trace_snapshot_page *read;
	struct trace_reader *reader;
	struct err err;
	uint64_t seed = 5;
	uint32_t pages;

	for (uint32_t i = 0; i < PAGES; i++)
		snapshot[i] = (struct trace_snapshot_page){i * UINT64_C(977) % (1 << 22),
							   (uint32_t)test_below(&seed, 3) * i};
	write_trace(&refs, 0, 0, snapshot, PAGES);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, PATH, &whole, &err), 0);
	read = trace_reader_snapshot(reader, &pages);
	CU_ASSERT_EQUAL_FATAL(pages, PAGES);
	for (uint32_t i = 0; i < PAGES; i++)
		CU_ASSERT_TRUE(read[i].frame == snapshot[i].frame && read[i].dirty_from == snapshot[i].dirty_from);
	CU_ASSERT_TRUE(trace_reader_totals(reader)->footprint <= 5000);
	CU_ASSERT_EQUAL(trace_reader_totals(reader)->pages,
			PAGES); /* every frame that is touched was in the snapshot */
	CU_ASSERT_TRUE(read_same(reader, &refs, 0));
	CU_ASSERT_EQUAL(trace_reader_seek(reader, 0, &err), 0);
	CU_ASSERT_EQUAL(trace_verify(reader, NULL, NULL, NULL, &err), 0);
	trace_reader_close(reader);
	free(snapshot);
	test_refs_free(&refs);
}

static void seek(void)
{
	struct refs refs = test_refs(4, 60000, 700);
	uint64_t seed = 17, *sum = malloc(refs.count * sizeof(*sum)), all[2] = {0, 0};
	struct trace_reader *reader;
	struct err err;

	for (size_t i = 0; i < refs.count; i++) {
		all[TRACE_KIND_VCPU(refs.ref[i].kind)] = refs.ref[i].clock.insn;
		sum[i] = all[0] + all[1];
	}
	write_trace(&refs, 0, 13000, NULL, 0);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, PATH, &whole, &err), 0);
	for (int round = 0; round < 40; round++) {
		size_t record = test_below(&seed, refs.count + 1), first = 0;
		uint64_t insn = test_below(&seed, sum[refs.count - 1] + 10);

		CU_ASSERT_EQUAL(trace_reader_seek(reader, record, &err), 0);
		CU_ASSERT_TRUE(read_same(reader, &refs, record));
		CU_ASSERT_EQUAL(trace_reader_seek_insn(reader, insn, &err), 0);
		while (first < refs.count && sum[first] < insn)
			first++;
		CU_ASSERT_TRUE(read_same(reader, &refs, first));
	}
	CU_ASSERT_EQUAL(trace_reader_seek_marker(reader, "mark 3", &err), 0);
	CU_ASSERT_TRUE(read_same(reader, &refs, 39000));
	CU_ASSERT_EQUAL(trace_reader_seek_marker(reader, "mark", &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: no marker 'mark'; it has mark 0 mark 1 mark 2 mark 3 mark 4");
	CU_ASSERT_EQUAL(trace_reader_seek(reader, 60001, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: record 60001: it has 60000");
	trace_reader_close(reader);
	free(sum);
	test_refs_free(&refs);
}

static void write_bytes(const char *bytes, size_t n)
{
	FILE *file = fopen(PATH, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

static char *read_bytes(size_t *n)
{
	FILE *file = fopen(PATH, "r");
	struct stat stat;
	char *bytes;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fstat(fileno(file), &stat);
	*n = (size_t)stat.st_size;
	bytes = malloc(*n);
	CU_ASSERT_EQUAL(fread(bytes, 1, *n, file), *n);
	fclose(file);
	return bytes;
}

/* Opens and reads all; 0, or the error. */
static int read_all(const struct trace_reader_options *options, uint64_t *records, struct trace_damage *damage,
		    struct err *err)
{
	struct trace_reader *reader;
	struct trace_batch batch;
	int status = trace_reader_open(&reader, PATH, options, err);

	*records = 0;
	if (status < 0)
		return status;
	*damage = *trace_reader_damage(reader);
	while ((status = trace_reader_next(reader, &batch, err)) > 0)
		*records += batch.count;
	trace_reader_close(reader);
	return status;
}

static void every_flipped_byte_is_told(void)
{
	struct refs refs = test_refs(21, 70000, 900);
	struct trace_snapshot_page snapshot[] = {{5, 0}, {1 << 23, 7}};
	struct trace_damage damage;
	size_t n, told = 0, kept = 0;
	uint64_t seed = 3, records;
	struct err err;
	char *bytes;

	write_trace(&refs, 0, 30000, snapshot, 2);
	bytes = read_bytes(&n);
	for (int round = 0; round < 2000; round++) {
		/* every third one in the first or the last bytes, which hold the header, the index and the trailer */
		size_t at = round % 3 == 0   ? test_below(&seed, 1000)
			    : round % 3 == 1 ? n - 1 - test_below(&seed, 700)
					     : test_below(&seed, n);
		char was = bytes[at];
		int fd = open(PATH, O_WRONLY);

		bytes[at] = (char)(was ^ (1 + test_below(&seed, 255)));
		CU_ASSERT_EQUAL(pwrite(fd, bytes + at, 1, (off_t)at), 1);
		told += read_all(&whole, &records, &damage, &err) < 0 && strstr(err.text, "offset") &&
			strstr(err.text, PATH);
		if (read_all(&recovering, &records, &damage, &err) < 0)
			kept += strstr(err.text, "header is lost") != NULL; /* the only block that the others need */
		else
			kept += records + TRACE_BLOCK_RECORDS >= refs.count && damage.stretches == 1;
		bytes[at] = was;
		CU_ASSERT_EQUAL(pwrite(fd, bytes + at, 1, (off_t)at), 1);
		close(fd);
	}
	CU_ASSERT_EQUAL(told, 2000);
	CU_ASSERT_EQUAL(kept, 2000);
	CU_ASSERT_EQUAL(read_all(&whole, &records, &damage, &err), 0);
	CU_ASSERT_EQUAL(records, refs.count);
	free(bytes);
	test_refs_free(&refs);
}

static void every_cut_is_told_and_recovered(void)
{
	struct refs refs = test_refs(22, 120000, 900);
	uint64_t seed = 8, records, before = 0;
	struct trace_damage damage;
	size_t n, head_end;
	struct err err;
	char *bytes;

	write_trace(&refs, 0, 0, NULL, 0);
	bytes = read_bytes(&n);
	head_end = TRACE_MAGIC_BYTES + TRACE_CHUNK_BYTES + get_u32((uint8_t *)bytes + TRACE_MAGIC_BYTES + 4);
	for (size_t cut = 0; cut < 200; cut++) {
		size_t length = cut < 180 ? n * cut / 180 : n - 1 - test_below(&seed, 60);
		uint64_t whole_records = 0;

		write_bytes(bytes, length);
		CU_ASSERT_TRUE(read_all(&whole, &records, &damage, &err) < 0 && err.text[0]);
		if (length < head_end) {
			CU_ASSERT_EQUAL(read_all(&recovering, &records, &damage, &err), ERR_FAILED);
			CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "header is lost"));
			continue;
		}
		/* by hand: the records of the blocks that end before the cut */
		for (size_t at = TRACE_MAGIC_BYTES; at + TRACE_CHUNK_BYTES <= length;) {
			const uint8_t *chunk = (uint8_t *)bytes + at;

			at += TRACE_CHUNK_BYTES + get_u32(chunk + 4);
			if (at <= length && memcmp(chunk, TRACE_BLCK, 4) == 0)
				whole_records += get_u32(chunk + TRACE_CHUNK_BYTES);
		}
		CU_ASSERT_EQUAL(read_all(&recovering, &records, &damage, &err), 0);
		CU_ASSERT_EQUAL(records, whole_records);
		CU_ASSERT_TRUE(cut >= 180 || records >= before);
		CU_ASSERT_EQUAL(damage.stretches, 1);
		before = records;
	}
	CU_ASSERT_TRUE(before > 6 * TRACE_BLOCK_RECORDS);
	free(bytes);
	test_refs_free(&refs);
}

/* When a block in the middle is lost, the others keep their records, clocks and frames; the missing records are
 * counted. */
static void a_lost_block_is_counted(void)
{
	struct refs refs = test_refs(2, 60000, 50000); /* cyclic: every block names pages */
	struct trace_reader *reader;
	struct trace_batch batch;
	struct err err;
	size_t n, at = TRACE_MAGIC_BYTES, blocks = 0, same = 0;
	const gfn *frame;
	uint32_t named;
	char *bytes;

	for (size_t i = 0; i < refs.count; i++)
		refs.ref[i].frame = i % 50000;
	write_trace(&refs, 0, 0, NULL, 0);
	bytes = read_bytes(&n);
	for (;; at += TRACE_CHUNK_BYTES + get_u32((uint8_t *)bytes + at + 4))
		if (memcmp(bytes + at, TRACE_BLCK, 4) == 0 && blocks++ == 1)
			break;
	named = get_u32((uint8_t *)bytes + at + TRACE_CHUNK_BYTES + 8);
	bytes[at + 3] = 'x';
	write_bytes(bytes, n);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, PATH, &recovering, &err), 0);
	CU_ASSERT_EQUAL(trace_reader_damage(reader)->records, TRACE_BLOCK_RECORDS);
	CU_ASSERT_EQUAL(trace_reader_damage(reader)->lost_frames, named);
	CU_ASSERT_TRUE(named > 1000);
	frame = trace_reader_frames(reader);
	while (trace_reader_next(reader, &batch, &err) > 0) {
		for (uint32_t i = 0; i < batch.count; i++) {
			const struct trace_ref *ref = &refs.ref[batch.first_record + i];
			struct trace_clock *clock = &batch.clock[TRACE_KIND_VCPU(batch.kind[i])];

			clock->insn += batch.insn[i];
			same += clock->insn == ref->clock.insn &&
				(frame[batch.page[i]] == ref->frame || frame[batch.page[i]] == GFN_LOST(batch.page[i]));
		}
	}
	CU_ASSERT_EQUAL(same, refs.count - TRACE_BLOCK_RECORDS);
	trace_reader_close(reader);
	free(bytes);
	test_refs_free(&refs);
}

static void a_full_disk_keeps_the_part(void)
{
	struct trace_writer_options options = {.level = TRACE_LEVEL_DEFAULT};
	struct rlimit limit, small;
	struct refs refs = test_refs(1, 200000, 5000);
	struct trace_clock end[2] = {{0, 0}, {0, 0}};
	struct trace_header header;
	struct trace_writer *writer;
	struct err err;
	int status = 0;

	signal(SIGXFSZ,
	       SIG_IGN); /* writing behind the limit then fails with EFBIG, as it fails with ENOSPC on a full disk */
	getrlimit(RLIMIT_FSIZE, &limit);
	small = limit;
	small.rlim_cur = 200000;
	CU_ASSERT_EQUAL(trace_header_init(&header, &err), 0);
	header.vcpus = 2;
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, PATH ".x", &header, &options, &err), 0);
	setrlimit(RLIMIT_FSIZE, &small);
	for (size_t i = 0; i < refs.count && status == 0; i++)
		status = trace_writer_add(writer, &refs.ref[i], &err);
	setrlimit(RLIMIT_FSIZE, &limit);
	CU_ASSERT_EQUAL(status, ERR_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "test.mvt.x.part: cannot write at offset "));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "File too large"));
	trace_writer_abandon(writer, true);
	CU_ASSERT_NOT_EQUAL(access(PATH ".x", F_OK), 0);
	CU_ASSERT_EQUAL(rename(PATH ".x.part", PATH), 0);
	{
		struct trace_damage damage;
		uint64_t records;

		CU_ASSERT_EQUAL(read_all(&recovering, &records, &damage, &err), 0);
		CU_ASSERT_TRUE(records >= TRACE_BLOCK_RECORDS && records % TRACE_BLOCK_RECORDS == 0);
	}
	/* an existing file is not overwritten */
	CU_ASSERT_EQUAL(trace_writer_create(&writer, PATH ".x", &header, &options, &err), 0);
	{
		struct trace_writer *second;

		CU_ASSERT_EQUAL(trace_writer_create(&second, PATH ".x", &header, &options, &err), ERR_FAILED);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "test.mvt.x.part is in the way"));
	}
	trace_writer_finish(writer, end, end[0], NULL, &err);
	unlink(PATH ".x");
	trace_header_free(&header);
	test_refs_free(&refs);
}

static void the_writer_refuses_nonsense(void)
{
	struct trace_writer_options options = {.level = TRACE_LEVEL_DEFAULT};
	struct trace_ref ref = {1, {100, 0}, TRACE_KIND(0, TRACE_DATA, 0)};
	struct trace_clock end[1] = {{99, 0}};
	struct trace_snapshot_page twice[] = {{4, 0}, {4, 0}};
	struct trace_header header;
	struct trace_writer *writer;
	struct err err;

	CU_ASSERT_EQUAL(trace_header_init(&header, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, PATH, &header, &options, &err), 0);
	CU_ASSERT_EQUAL(trace_writer_snapshot(writer, twice, 2, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: frame 0x4 is twice in the opening snapshot");
	CU_ASSERT_EQUAL(trace_writer_add(writer, &ref, &err), 0);
	ref.clock.insn = 99;
	CU_ASSERT_EQUAL(trace_writer_add(writer, &ref, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: record 1: the clock of virtual CPU 0 goes back");
	ref.kind = TRACE_KIND(0, TRACE_DATA, 1);
	CU_ASSERT_EQUAL(trace_writer_add(writer, &ref, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: a reference of virtual CPU 1, but the trace has 1");
	ref = (struct trace_ref){GFN_NONE, {100, 0}, 0};
	CU_ASSERT_EQUAL(trace_writer_add(writer, &ref, &err), ERR_FAILED);
	CU_ASSERT_EQUAL(trace_writer_mark(writer, "", end, &err), ERR_FAILED);
	CU_ASSERT_EQUAL(trace_writer_finish(writer, end, (struct trace_clock){0, 0}, NULL, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: the trace ends before the last record of virtual CPU 0");
	options.level = 20;
	CU_ASSERT_EQUAL(trace_writer_create(&writer, PATH, &header, &options, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "compression level 20: allowed are 1 to 19");
	trace_header_free(&header);
}

/* A recording with an active set: the key is there only with a set, and every number is checked. */
static void an_active_set_in_the_header(void)
{
	struct trace_header header, copy;
	struct err err;
	json_t *json;
	char *text;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	json = trace_header_to_json(&header);
	CU_ASSERT_PTR_NULL(json_object_get(json, "active"));
	json_decref(json);
	CU_ASSERT_EQUAL(trace_header_min_pages(&header), 1);
	header.k = 64;
	CU_ASSERT_EQUAL(trace_header_min_pages(&header), 64);
	header.active = 4096;
	CU_ASSERT_EQUAL(trace_header_min_pages(&header), 8191);
	CU_ASSERT_EQUAL(trace_header_cpu_clock(&header, 2000000000, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_header_copy(&copy, &header, &err), 0);
	CU_ASSERT_TRUE(copy.k == 64 && copy.active == 4096);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(copy.notes, "clock")),
			       "thread CPU time without the recorder's faults, at 2000000000 instructions per second");
	trace_header_free(&copy);
	header.active = 63;
	json = trace_header_to_json(&header);
	text = json_dumps(json, JSON_COMPACT);
	CU_ASSERT_EQUAL(trace_header_parse(&copy, text, strlen(text), &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "header: 'active' is 63: allowed are 0 and k (64) or more");
	free(text);
	json_object_set_new(json, "active", json_integer(INT64_C(1) << 31));
	text = json_dumps(json, JSON_COMPACT);
	CU_ASSERT_EQUAL(trace_header_parse(&copy, text, strlen(text), &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "header: 'active' is 2147483648: allowed are 0 to 1073741824");
	free(text);
	json_decref(json);
	trace_header_free(&header);
}

static void what_is_not_a_trace(void)
{
	struct trace_damage damage;
	uint64_t records;
	struct err err;

	write_bytes("", 0);
	CU_ASSERT_EQUAL(read_all(&whole, &records, &damage, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: not a trace: 0 bytes");
	write_bytes("page,type\n1,R\n2,W\n", 18);
	CU_ASSERT_EQUAL(read_all(&whole, &records, &damage, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "test.mvt: not a trace, or damaged at offset 0: it does not begin with MVTRACE");
	CU_ASSERT_EQUAL(read_all(&recovering, &records, &damage, &err), ERR_FAILED);
	unlink(PATH);
	CU_ASSERT_EQUAL(read_all(&whole, &records, &damage, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "test.mvt: No such file or directory");
}

/* Each test runs in its own empty folder, so that files of one test cannot influence another. */
#define IN_FOLDER(test)                                   \
	static void test##_in_folder(void)                \
	{                                                 \
		CU_ASSERT_EQUAL_FATAL(enter_folder(), 0); \
		test();                                   \
		CU_ASSERT_EQUAL_FATAL(leave_folder(), 0); \
	}
IN_FOLDER(round_trip)
IN_FOLDER(filter_inside)
IN_FOLDER(opening_snapshot)
IN_FOLDER(seek)
IN_FOLDER(every_flipped_byte_is_told)
IN_FOLDER(every_cut_is_told_and_recovered)
IN_FOLDER(a_lost_block_is_counted)
IN_FOLDER(a_full_disk_keeps_the_part)
IN_FOLDER(the_writer_refuses_nonsense)
IN_FOLDER(what_is_not_a_trace)

CU_TestInfo trace_tests[] = {
	{"what is written is read", round_trip_in_folder},
	{"the filter is inside the writer", filter_inside_in_folder},
	{"the opening snapshot", opening_snapshot_in_folder},
	{"seek by record, instruction and marker", seek_in_folder},
	{"each of 2000 flipped bytes is told", every_flipped_byte_is_told_in_folder},
	{"each of 200 cuts is told and recovered", every_cut_is_told_and_recovered_in_folder},
	{"a block lost in the middle is counted", a_lost_block_is_counted_in_folder},
	{"a full disk keeps the part", a_full_disk_keeps_the_part_in_folder},
	{"the writer refuses nonsense", the_writer_refuses_nonsense_in_folder},
	{"an active set in the header", an_active_set_in_the_header},
	{"what is not a trace", what_is_not_a_trace_in_folder},
	CU_TEST_INFO_NULL,
};
