/* SPDX-License-Identifier: MIT */
/* Input: plain and in every supported compression, as lines and as bytes, complete and truncated. */
#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zstd_stream.h"
#include "files.h"
#include "trace/input.h"
#include "unit.h"

static const struct {
	const char *name;
	int (*add)(struct archive *archive);
} filters[] = {
	{"none", archive_write_add_filter_none},         {"gzip", archive_write_add_filter_gzip},
	{"bzip2", archive_write_add_filter_bzip2},       {"xz", archive_write_add_filter_xz},
	{"zstd", archive_write_add_filter_zstd},         {"lz4", archive_write_add_filter_lz4},
	{"lzip", archive_write_add_filter_lzip},         {"lzma", archive_write_add_filter_lzma},
	{"compress", archive_write_add_filter_compress},
};

enum { FILTERS = 5, ALL_FILTERS = sizeof(filters) / sizeof(*filters), ROOM = 4 << 20 }; /* the first are unpacked */

/* Compresses a text; the caller frees the result. */
static char *packed(int filter, const char *text, size_t length, size_t *bytes)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	char *to = malloc(ROOM);

	archive_write_set_format_raw(archive);
	filters[filter].add(archive);
	archive_write_set_bytes_in_last_block(archive, 1);
	CU_ASSERT_EQUAL_FATAL(archive_write_open_memory(archive, to, ROOM, bytes), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	CU_ASSERT_EQUAL_FATAL(archive_write_header(archive, entry), ARCHIVE_OK);
	CU_ASSERT_EQUAL_FATAL(archive_write_data(archive, text, length), (la_ssize_t)length);
	CU_ASSERT_EQUAL_FATAL(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	archive_entry_free(entry);
	return to;
}

/* Lines of random lengths, some empty, some that span several blocks of any filter. */
static char *random_text(uint64_t seed, size_t length)
{
	char *text = malloc(length + 1);

	for (size_t i = 0; i < length;) {
		size_t line = test_below(&seed, test_below(&seed, 20) ? 60 : INPUT_LINE_MAX);

		for (; i < length && line; line--)
			text[i++] = (char)('a' + test_below(&seed, 20));
		if (i < length)
			text[i++] = '\n';
	}
	text[length] = '\0';
	return text;
}

/* Reads all lines; true when they equal those of `text`. */
static bool same_lines(struct input *input, const char *text, size_t length)
{
	const char *at = text, *end = text + length;
	struct input_line line;
	struct err err;
	uint64_t number = 0;
	int status;

	while ((status = input_line(input, &line, &err)) > 0) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t expected = (size_t)((stop ? stop : end) - at);

		if (line.number != ++number || line.length != expected || memcmp(line.text, at, expected) != 0)
			return false;
		at += expected + (stop != NULL);
	}
	return status == 0 && at == end;
}

static void every_filter_by_lines(void)
{
	for (int round = 0; round < 16; round++) {
		size_t length = round < 10 ? (size_t)round : 70000 * (size_t)(round - 9), bytes;
		char *text = random_text((uint64_t)round, length);

		for (int filter = 0; filter < FILTERS; filter++) {
			char *data = packed(filter, text, length, &bytes);
			struct input *input;
			struct err err = {""};

			CU_ASSERT_EQUAL_FATAL(input_open_memory(&input, "memory", data, bytes, &err), 0);
			CU_ASSERT_TRUE(same_lines(input, text, length));
			CU_ASSERT_EQUAL(input_consumed(input), bytes);
			input_close(input);
			test_write_file(test_path("lines"), data, bytes);
			CU_ASSERT_EQUAL_FATAL(input_open(&input, test_path("lines"), &err), 0);
			CU_ASSERT_EQUAL(input_bytes(input), bytes);
			CU_ASSERT_TRUE(same_lines(input, text, length));
			input_close(input);
			free(data);
		}
		free(text);
	}
}

static void by_bytes(void)
{
	size_t length = 300000, bytes, got, at = 0;
	char *text = random_text(5, length), *data = packed(4, text, length, &bytes), some[1000];
	struct input *input;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(input_open_memory(&input, "memory", data, bytes, &err), 0);
	do {
		CU_ASSERT_EQUAL(input_read(input, some, 999, &got, &err), 0);
		CU_ASSERT_TRUE(at + got <= length && memcmp(text + at, some, got) == 0);
		at += got;
	} while (got == 999);
	CU_ASSERT_EQUAL(at, length);
	input_close(input);
	free(text);
	free(data);
}

/* Reads to the end; 0 or the error. */
static int drain(const char *name, const char *data, size_t bytes, struct err *err)
{
	struct input_line line;
	struct input *input;
	int status = input_open_memory(&input, name, data, bytes, err);

	if (status < 0)
		return status;
	while ((status = input_line(input, &line, err)) > 0)
		;
	input_close(input);
	return status;
}

/* A compressed file truncated at any place is an error that names the file and an offset. */
static void cut_files_are_errors(void)
{
	size_t length = 100000, bytes;
	char *text = random_text(9, length);

	for (int filter = 1; filter < FILTERS; filter++) {
		char *data = packed(filter, text, length, &bytes);
		struct err err;

		for (size_t cut = 40; cut < bytes; cut += cut < bytes - 60 ? 1 + bytes / 31 : 1) {
			bool failed = drain("a.lk", data, cut, &err) == ERR_FAILED;

			if (!failed || strncmp(err.text, "a.lk: cannot unpack behind offset ", 34) != 0) {
				CU_FAIL("a cut file passed");
				printf("%s: cut at %zu of %zu: %s\n", filters[filter].name, cut, bytes,
				       failed ? err.text : "no error");
			}
		}
		CU_ASSERT_EQUAL(drain("a.lk", data, bytes, &err), 0);
		free(data);
	}
	free(text);
}

/* Other compressions are named, not read as if they were the content. */
static void other_compressions(void)
{
	static const struct {
		const char *name, *begin;
		size_t bytes;
	} others[] = {{"zip", "PK\x03\x04 and more of it", 20}, {"7z", "7z\xbc\xaf\x27\x1c and more", 14}};
	char *text = random_text(11, 100000), message[100];
	struct err err;

	for (int filter = FILTERS; filter < ALL_FILTERS; filter++) {
		size_t bytes;
		char *data = packed(filter, text, 100000, &bytes);

		CU_ASSERT_EQUAL(drain("a.bin", data, bytes, &err), ERR_FAILED);
		snprintf(message, sizeof(message), "a.bin: compressed with %s: unpack it first", filters[filter].name);
		CU_ASSERT_EQUAL(strncmp(err.text, message, strlen(message)), 0);
		free(data);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		CU_ASSERT_EQUAL(drain("a.bin", others[i].begin, others[i].bytes, &err), ERR_FAILED);
		snprintf(message, sizeof(message), "a.bin: compressed with %s: unpack it first", others[i].name);
		CU_ASSERT_EQUAL(strncmp(err.text, message, strlen(message)), 0);
	}
	free(text);
}

static void long_lines_are_errors(void)
{
	size_t length = 4 + INPUT_LINE_MAX, bytes;
	char *text = malloc(length + 2), *data;
	struct err err;

	memset(text, 'x', length + 2);
	memcpy(text, "ab\n", 3);
	text[length - 1] = '\n'; /* the longest line */
	CU_ASSERT_EQUAL(drain("a", text, length, &err), 0);
	CU_ASSERT_EQUAL(drain("a", text, length - 1, &err), 0);
	text[length - 1] = 'x';
	text[length] = '\n'; /* one more */
	CU_ASSERT_EQUAL(drain("a", text, length + 1, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "a:2: a line of more than 65536 bytes");
	CU_ASSERT_EQUAL(drain("a", text, length, &err), ERR_FAILED);
	data = packed(1, text, length + 1, &bytes);
	CU_ASSERT_EQUAL(drain("b", data, bytes, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "b:2: a line of more than 65536 bytes");
	free(data);
	free(text);
}

static void files_that_are_none(void)
{
	struct input *input;
	struct err err;

	CU_ASSERT_EQUAL(input_open(&input, "/nonexistent", &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "/nonexistent: No such file or directory");
	CU_ASSERT_EQUAL(input_open(&input, "/", &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "/: a folder, not a file");
	test_write_file(test_path("empty"), "", 0);
	CU_ASSERT_EQUAL_FATAL(input_open(&input, test_path("empty"), &err), 0);
	CU_ASSERT_TRUE(same_lines(input, "", 0));
	input_close(input);
}

static void quotes(void)
{
	char out[INPUT_QUOTE], text[INPUT_QUOTE + 1];

	CU_ASSERT_STRING_EQUAL(input_quote("a\tb\x80\n", 5, out), "a?b??");
	CU_ASSERT_STRING_EQUAL(input_quote("", 0, out), "");
	memset(text, 'x', sizeof(text));
	CU_ASSERT_EQUAL(strlen(input_quote(text, INPUT_QUOTE - 1, out)), INPUT_QUOTE - 1);
	CU_ASSERT_STRING_EQUAL(input_quote(text, INPUT_QUOTE, out) + INPUT_QUOTE - 6, "xx...");
}

/* What is written through a compressing stream, in pieces of any size, reads back as it was. */
static void compressed_streams_read_back(void)
{
	uint64_t seed = 8;

	for (int round = 0; round < 60; round++) {
		size_t length = test_below(&seed, 1 << (1 + test_below(&seed, 21))), size, got = 0;
		char *text = random_text(test_random(&seed), length), *bytes = NULL, *back = malloc(length + 1);
		FILE *below = open_memstream(&bytes, &size), *to = zstd_stream(below);
		struct input *input = NULL;
		struct err err = {""};

		CU_ASSERT_PTR_NOT_NULL_FATAL(to);
		for (size_t at = 0; at < length;) {
			size_t piece = 1 + test_below(&seed, length - at);

			CU_ASSERT_EQUAL(fwrite(text + at, 1, piece, to), piece);
			at += piece;
			if (test_below(&seed, 2))
				fflush(to);
		}
		CU_ASSERT_EQUAL(fclose(to), 0);
		fclose(below);
		CU_ASSERT_EQUAL_FATAL(input_open_memory(&input, "stream", bytes, size, &err), 0);
		CU_ASSERT_EQUAL(input_read(input, back, length + 1, &got, &err), 0);
		CU_ASSERT(got == length && memcmp(text, back, length) == 0);
		input_close(input);
		free(text);
		free(bytes);
		free(back);
	}
}

/* A stream into what takes no bytes fails when it is closed, at the latest. */
static void compressed_streams_that_fail(void)
{
	FILE *below = fopen("/dev/full", "w"), *to;

	CU_ASSERT_PTR_NOT_NULL_FATAL(below);
	setvbuf(below, NULL, _IONBF, 0);
	to = zstd_stream(below);
	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	fputs("text", to);
	CU_ASSERT_NOT_EQUAL(fclose(to), 0);
	fclose(below);
}

CU_TestInfo input_tests[] = {
	{"compressed streams read back", compressed_streams_read_back},
	{"compressed streams that fail", compressed_streams_that_fail},
	{"every filter, by lines", every_filter_by_lines},
	{"by bytes", by_bytes},
	{"cut files are errors", cut_files_are_errors},
	{"other compressions", other_compressions},
	{"long lines are errors", long_lines_are_errors},
	{"files that are none", files_that_are_none},
	{"quotes", quotes},
	CU_TEST_INFO_NULL,
};
