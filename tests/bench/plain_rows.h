/* SPDX-License-Identifier: MIT */
/* What decoding a trace is measured against: the same records as plain rows of 12 bytes, compressed by zstd in blocks
 * of 4096 with zstd's own checksum. */
#ifndef BENCH_PLAIN_ROWS_H
#define BENCH_PLAIN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "trace/reader.h"

struct plain_rows;

/* Every record of the trace. Memory that runs out ends the program. */
struct plain_rows *plain_rows_read(const char *path);
void plain_rows_free(struct plain_rows *rows);

uint64_t plain_rows_bytes(const struct plain_rows *rows);

/* Decodes every block and adds up pages, kinds and instructions. Returns the sum. */
uint64_t plain_rows_sum(const struct plain_rows *rows);

#endif
