/* SPDX-License-Identifier: MIT */
/* What differs between two results of `megavm run`, as JSON and as text. */
#ifndef REPORT_RUN_COMPARE_H
#define REPORT_RUN_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/* Reads a result.json. Returns 0, and the caller owns *result; or a negative code, when it is not a result of
 * `megavm run`. */
int run_compare_read(const char *path, json_t **result, struct err *err);

/*
 * Compares `now` with `before`, both as run_json_make makes them. The comparison holds, each as [before, now]: under
 * `configuration` the keys that differ, as texts; under `sums` the times and counts of all jobs that both have and
 * that ended in both; under `jobs`, `links` and `hypervisors` the slowdowns, utilisations and pages read by name, those
 * that differ, the largest difference first. null stands for what one of the two lacks. `against` is the path that is
 * named. Returns 0, and the caller owns *comparison; or a negative code: out of memory.
 */
int run_compare_make(const char *against, const json_t *before, const json_t *now, json_t **comparison,
		     struct err *err);

/* Prints a comparison: of each list the first 20, or everything. Returns 0 or a negative code. */
int run_compare_print(const json_t *comparison, bool all, FILE *to, struct err *err);

#endif
