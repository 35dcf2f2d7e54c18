/* SPDX-License-Identifier: MIT */
/*
 * Several engines on one grid: their results side by side, point by point. Results belong to the same point when they
 * have the same workload and the same value of every key that all sides sweep.
 *
 * A side is the results of one engine and one scope (fault/result.h). The folder of a sweep names its engine in its
 * manifest; a folder that an earlier comparison wrote has the columns `engine` and `scope`. Each further side of a
 * scope is compared with the first one of the same scope. Sides of different scopes stand in the same files and are
 * never compared: the same share of local memory is another number of pages.
 */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include <stdio.h>

#include "config/engine.h"
#include "fault/result.h"
#include "report/columns.h"
#include "report/results.h"
#include "report/staging.h"

enum { COMPARE_SIDES_MAX = (COLUMNS_MAX - 1) / 4 }; /* limited by the columns of the table */

struct compare_side {
	const struct engine *engine;
	enum scope scope;
	const struct results *results;
	size_t engine_column; /* the column `engine`; SIZE_MAX when all rows are from one engine */
	size_t scope_column;  /* the column `scope` */
	size_t *key;          /* the columns of the swept keys that all sides of all groups have */
};

/* The sides of one scope. */
struct compare_group {
	const struct compare_side *side;
	size_t sides;
	size_t *row; /* the row of side s at point p is row[p * sides + s] */
	size_t points;
	size_t keys; /* that all sides of all groups have */
};

struct compare {
	struct results *results; /* of each folder */
	size_t folders;
	struct compare_side *side; /* by scope, then in the order of the folders */
	size_t sides;
	struct compare_group group[SCOPES];
	size_t groups;
};

/*
 * Reads `count` folders. ERR_USAGE when they hold only one side, or more than COMPARE_SIDES_MAX. ERR_FAILED when no
 * point is in all sides of a scope, or when an engine or a scope is unknown: the text names file, line, what was found
 * and what is allowed.
 * On an error there is nothing to free.
 */
int compare_read(struct compare *compare, const char *const *folder, size_t count, struct err *err);
void compare_free(struct compare *compare);

/* A number of one side at a point; NAN where it has none. */
double compare_number(const struct compare_group *group, size_t point, size_t side, enum results_column column);

/* How much more the side's slowdown is than the first side's, in per cent of the first's. */
double compare_difference(const struct compare_group *group, size_t point, size_t side);

/* The same of the added times, slowdown less 1: of what is predicted. NAN where the first side adds none. */
struct compare_added {
	double difference; /* in per cent of the first side's added time */
	double interval;   /* half its 95 % confidence interval, from those of the two slowdowns; NAN without repeats */
	bool undecided;    /* the interval is wider than the difference */
	bool within;       /* the side's slowdown is between the first side's two bounds */
};
struct compare_added compare_added(const struct compare_group *group, size_t point, size_t side);

/* compare.csv: a line for each side of each point. */
int compare_csv(const struct compare *compare, FILE *to, struct err *err);

/* results.csv of all sides together, with `engine` and `scope` as the first swept keys: 'megavm plot' and 'megavm
 * report' read it as any other. */
int compare_results(const struct compare *compare, FILE *to, struct err *err);

/* Prints a table for each scope, and for each further side a line about its difference from the first. */
int compare_print(const struct compare *compare, FILE *to, struct err *err);

#endif
