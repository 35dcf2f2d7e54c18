/* SPDX-License-Identifier: MIT */
/*
 * results.csv: a line for every job of every point, as RFC 4180 has it (with bare line feeds). First the swept keys
 * under their YAML names, with the values as they were written; then the columns of results_csv.c, but for those that
 * bear a swept key's name. Equal results give equal bytes: every number is the shortest that reads back as the same.
 */
#ifndef REPORT_RESULTS_CSV_H
#define REPORT_RESULTS_CSV_H

#include <stdio.h>

#include <jansson.h>

#include "base/err.h"

/* One point of a sweep. */
struct results_point {
	const char *const *keys, *const *values;
	size_t swept;        /* keys, and values in their order */
	json_t *const *runs; /* one for each seed, as run_json_make has it */
	size_t repeats;
	const char *digest; /* of the first run */
};

void results_csv_head(const char *const *keys, size_t count, FILE *to);

/*
 * The jobs of one point. Of several runs the means are told, and half the width of the slowdown's 95 % confidence
 * interval by Student's t; it is empty for a single run, as is the slowdown of a job that stopped. The error does not
 * name the file.
 */
int results_csv_point(const struct results_point *point, FILE *to, struct err *err);

#endif
