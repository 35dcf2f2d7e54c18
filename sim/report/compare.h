/* SPDX-License-Identifier: MIT */
/*
 * Several engines on one grid: their results side by side, point by point. Results belong together when the workload
 * and every swept key that all have are the same. Every other side is held against the first.
 *
 * A side is the results of one engine: a sweep's folder is one, whose manifest names the engine; a folder that an
 * earlier comparison wrote is as many as its column `engine` names.
 */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include <stdio.h>

#include "config/engine.h"
#include "report/columns.h"
#include "report/results.h"
#include "report/staging.h"

enum { COMPARE_SIDES_MAX = (COLUMNS_MAX - 1) / 4 }; /* as the table has columns for */

struct compare_side {
	const struct engine *engine;
	const struct results *results;
	size_t engine_column; /* of the results; SIZE_MAX: every row is this engine's */
	size_t *key;          /* the columns of the swept keys that all sides have */
};

struct compare {
	struct results *results; /* of each folder */
	size_t folders;
	struct compare_side *side;
	size_t sides;
	size_t *row; /* of side s at point p: row[p * sides + s] */
	size_t points;
	size_t keys; /* that all sides have */
};

/*
 * Reads `count` folders. ERR_USAGE when they are one side alone, or more than COMPARE_SIDES_MAX. ERR_FAILED when no
 * point is in all of them, or when a result is of an engine that there is none of: the text names file, line, what was
 * found and what is allowed. On an error there is nothing to free.
 */
int compare_read(struct compare *compare, const char *const *folder, size_t count, struct err *err);
void compare_free(struct compare *compare);

/* A figure of one side at a point; NAN where it has none. */
double compare_number(const struct compare *compare, size_t point, size_t side, enum results_column column);

/* How much more the side's slowdown is than the first side's, in per cent of the first's. */
double compare_difference(const struct compare *compare, size_t point, size_t side);

/* compare.csv: a line for each side of each point. */
int compare_csv(const struct compare *compare, FILE *to, struct err *err);

/* results.csv of all sides together, with `engine` as the first swept key: 'megavm plot' and 'megavm report' read it as
 * any other. */
int compare_results(const struct compare *compare, FILE *to, struct err *err);

/* A table for reading, and for each further side a line on how far it is from the first. */
int compare_print(const struct compare *compare, FILE *to, struct err *err);

#endif
