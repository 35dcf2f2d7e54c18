/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "files.h"
#include "trace/digest.h"
#include "unit.h"

static void digest(const void *data, size_t bytes, char out[TRACE_DIGEST_TEXT])
{
	struct err err = {""};

	test_write_file(test_path("digest"), data, bytes);
	CU_ASSERT_EQUAL_FATAL(trace_digest(test_path("digest"), out, &err), 0);
}

/* Published values of XXH3 with 128 bits and seed 0. */
static void known_values(void)
{
	char text[TRACE_DIGEST_TEXT];

	digest("", 0, text);
	CU_ASSERT_STRING_EQUAL(text, "xxh3-128:99aa06d3014798d86001c324468d497f");
	digest("abc", 3, text);
	CU_ASSERT_STRING_EQUAL(text, "xxh3-128:06b05ab6733a618578af5f94892f3950");
}

/* A file that is read in many pieces has the same digest as its bytes in one piece. One more byte, or a different byte,
 * changes the digest. */
static void long_file(void)
{
	enum { BYTES = 1000003 };
	char text[TRACE_DIGEST_TEXT], other[TRACE_DIGEST_TEXT], *data = malloc(BYTES);
	XXH128_canonical_t at_once;
	uint64_t state = 1;
	unsigned byte = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(data);
	for (size_t i = 0; i < BYTES; i++)
		data[i] = (char)test_random(&state);
	digest(data, BYTES, text);
	XXH128_canonicalFromHash(&at_once, XXH3_128bits(data, BYTES));
	for (size_t i = 0; i < sizeof(at_once.digest); i++) {
		CU_ASSERT_EQUAL(sscanf(strchr(text, ':') + 1 + 2 * i, "%2x", &byte), 1);
		CU_ASSERT_EQUAL(byte, at_once.digest[i]);
	}
	digest(data, BYTES - 1, other);
	CU_ASSERT_STRING_NOT_EQUAL(text, other);
	data[BYTES / 2] ^= 1;
	digest(data, BYTES, other);
	CU_ASSERT_STRING_NOT_EQUAL(text, other);
	free(data);
}

static void unreadable(void)
{
	char text[TRACE_DIGEST_TEXT];
	struct err err = {""};

	CU_ASSERT_EQUAL(trace_digest("/nowhere/a.mvt", text, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "/nowhere/a.mvt: cannot open: No such file or directory");
	CU_ASSERT_EQUAL(trace_digest("/", text, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "/: cannot read: Is a directory");
}

CU_TestInfo digest_tests[] = {
	{"known values", known_values},
	{"a file longer than a piece", long_file},
	{"files that cannot be read", unreadable},
	CU_TEST_INFO_NULL,
};
