/* SPDX-License-Identifier: MIT */
/*
 * Feeds bytes to the comparison of two runs: one result.json, then (after a line `#and`, if there is one) another. What
 * is accepted must compare and print, and a result does not differ from itself.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report/run_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *read_result(const uint8_t *data, size_t size)
{
	int file = memfd_create("result", 0);
	json_t *result = NULL;
	struct err err = {""};
	char path[64];

	if (file < 0 || write(file, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (run_compare_read(path, &result, &err) < 0) {
		if (!err.text[0])
			abort();
		result = NULL;
	}
	close(file);
	return result;
}

/* Compares and prints; returns in how many values of lists the two differ. */
static size_t compare(const json_t *before, const json_t *now)
{
	static const char *const parts[] = {"configuration", "jobs", "links", "hypervisors"};
	FILE *to = fopen("/dev/null", "w");
	json_t *comparison;
	struct err err;
	size_t count = 0;

	if (!to || run_compare_make("fuzz", before, now, &comparison, &err) < 0 ||
	    run_compare_print(comparison, true, to, &err) < 0)
		abort();
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		count += json_object_size(json_object_get(comparison, parts[i]));
	json_decref(comparison);
	fclose(to);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char mark[] = "\n#and\n";
	const uint8_t *second = memmem(data, size, mark, sizeof(mark) - 1);
	size_t first_size = second ? (size_t)(second - data) : size,
	       skipped = first_size + (second ? sizeof(mark) - 1 : 0);
	json_t *before = read_result(data, first_size), *now = read_result(data + skipped, size - skipped);

	if (before && compare(before, before) != 0)
		abort();
	if (before && now)
		compare(before, now);
	json_decref(before);
	json_decref(now);
	return 0;
}
