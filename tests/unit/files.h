/* SPDX-License-Identifier: MIT */
/* Files for the tests, in a temporary folder that is removed when the tests end. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <stdbool.h>

#include "traces.h"

/* The path of a file in the folder; valid until the eighth call after this one. */
const char *test_path(const char *name);

void test_write_file(const char *path, const void *data, size_t bytes);

/* The whole file, followed by a NUL; the caller frees it. */
char *test_read_file(const char *path, size_t *bytes);

bool test_file_is_there(const char *path);

/* Writes references of two virtual CPUs as a trace, unfiltered. */
void test_write_trace(const char *path, const struct refs *refs);

/* Writes a trace for one virtual CPU or two, pages and gaps from the seed, perhaps with idle times and an opening
 * snapshot of 30 pages. */
void test_write_vm_trace(const char *path, uint64_t seed, size_t count, uint32_t pages, unsigned vcpus, bool snapshot);

/* Writes a trace that begins with a snapshot of `count` pages, the oldest first, and then touches `touches` pages: the
 * i-th after 1000 * (i + 1) instructions. Page i is guest frame i * 3. */
void test_write_touches(const char *path, uint32_t count, const uint32_t *touch, size_t touches);

/* The records of a trace. */
struct refs test_read_trace(const char *path);

bool test_same_refs(const struct refs *a, const struct refs *b);

#endif
