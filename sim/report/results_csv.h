/* SPDX-License-Identifier: MIT */
/*
 * results.csv: a line for every job of every point, in the format of RFC 4180 (but with LF line ends). First the swept
 * keys under their YAML names, with the values as they were written; then the columns of results_csv.c, except those
 * with the name of a swept key. Equal results give equal bytes: every number is written in the shortest form that reads
 * back as the same value.
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
	json_t *const *runs; /* one for each repeat, made by run_json_make */
	size_t repeats;
	const char *digest; /* of the first run */
};

void results_csv_head(const char *const *keys, size_t count, FILE *to);

/*
 * The jobs of one point. For several runs it writes the means, and half the width of the slowdown's 95 % confidence
 * interval by Student's t. The interval is empty for a single run; the slowdown of a job that stopped is empty too. The
 * error does not name the file.
 */
int results_csv_point(const struct results_point *point, FILE *to, struct err *err);

#endif
