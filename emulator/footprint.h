/* SPDX-License-Identifier: MIT */
/* The program's footprint, and its time by itself: kept between commands. */
#ifndef EMULATOR_FOOTPRINT_H
#define EMULATOR_FOOTPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct footprint {
	uint64_t pages;       /* managed pages at the time when there were most, with all memory local */
	int64_t real_ps;      /* by itself, without a pager: from the start to the end */
	int64_t processor_ps; /* the same: its processor time, all threads */
	int64_t base_ps;      /* the same: processor time and sleep, without the time that it waited for a processor */
};

/* The file for a program: by the path and the date of its file, its arguments, its working folder, and which of its
 * mappings are managed. The caller frees it. NULL on failure. */
char *footprint_path(const char *cache, char *const *argv, uint64_t only_bytes, struct err *err);

/* Reads a file of footprint_write; false when there is none. */
bool footprint_read(const char *path, struct footprint *footprint);
int footprint_write(const char *path, const struct footprint *footprint, struct err *err);

#endif
