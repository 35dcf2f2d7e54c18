/* SPDX-License-Identifier: MIT */
/*
 * A sweep's results.csv in memory: first the swept keys with their values as written, then, from the column `job` on,
 * the results of each job. Columns are found by name; a missing column is an error only where it is needed.
 */
#ifndef REPORT_RESULTS_H
#define REPORT_RESULTS_H

#include <stdbool.h>

#include "policy/policy.h"
#include "report/sheet.h"

/* First the columns that hold words, then those that hold numbers. */
enum results_column {
	RESULTS_JOB,
	RESULTS_WORKLOAD,
	RESULTS_SCOPE,
	RESULTS_TRACE,
	RESULTS_POLICY,
	RESULTS_PREFETCH,
	RESULTS_POLICY_COUNTS,
	RESULTS_FAULT_COSTS,
	RESULTS_POINT,
	RESULTS_WORDS,
	RESULTS_LOCAL_PAGES = RESULTS_WORDS,
	RESULTS_LOCAL_RATIO,
	RESULTS_FOOTPRINT_PAGES,
	RESULTS_INSTRUCTIONS,
	RESULTS_REPEATS,
	RESULTS_BASE_S,
	RESULTS_TIME_S,
	RESULTS_SLOWDOWN,
	RESULTS_SLOWDOWN_CI95,
	RESULTS_FAULTS_DEMAND,
	RESULTS_FAULTS_COMPULSORY,
	RESULTS_FAULTS_FIRST_TOUCH,
	RESULTS_FAULTS_IN_FLIGHT,
	RESULTS_FAULTS_MINOR,
	RESULTS_PREFETCH_ISSUED,
	RESULTS_PREFETCH_USED,
	RESULTS_PREFETCH_LATE,
	RESULTS_PREFETCH_UNUSED,
	RESULTS_PREFETCH_DROPPED,
	RESULTS_WRITEBACKS,
	RESULTS_FETCH_NS_MEAN,
	RESULTS_FETCH_NS_P50,
	RESULTS_FETCH_NS_P99,
	RESULTS_FETCH_NS_MAX,
	RESULTS_STALL_EXIT_S,
	RESULTS_STALL_HANDLER_S,
	RESULTS_STALL_HANDLER_QUEUE_S,
	RESULTS_STALL_LOOKUP_S,
	RESULTS_STALL_POST_S,
	RESULTS_STALL_QUEUE_S,
	RESULTS_STALL_WIRE_S,
	RESULTS_STALL_COMPLETION_S,
	RESULTS_STALL_MAP_S,
	RESULTS_STALL_BUFFER_S,
	RESULTS_STALL_IN_FLIGHT_S,
	RESULTS_STALL_MINOR_S,
	RESULTS_STALL_FIRST_TOUCH_S,
	RESULTS_TIME_MAX_S,
	RESULTS_SLOWDOWN_MAX,
	RESULTS_BASE_IDLE_S,
	RESULTS_LINK_UTILISATION_MAX,
	RESULTS_COLUMNS,
};

extern const char *const results_column_names[RESULTS_COLUMNS];

struct results {
	struct sheet sheet;
	size_t keys;                    /* swept keys: the first columns */
	size_t column[RESULTS_COLUMNS]; /* index of each column, SIZE_MAX when the file lacks it */
	double *number;                 /* rows x (RESULTS_COLUMNS - RESULTS_WORDS); NAN where a field is empty */
	char *points;                   /* the folder of the points' JSON, or NULL */
};

/*
 * Reads `path`: a results.csv, or a folder that holds one. The columns job, local_ratio and slowdown are required. On
 * an error there is nothing to free, and the text names file, line and column.
 */
int results_read(struct results *results, const char *path, struct err *err);
void results_free(struct results *results);

bool results_has(const struct results *results, enum results_column column);

/* A field of words; "" when the file has no such column. */
const char *results_word(const struct results *results, size_t row, enum results_column column);

/* What the row's policy is worth on its trace; exact when the file does not say. */
enum policy_filtered results_counts(const struct results *results, size_t row);

/* What faults cost in the rows, as an output says it: "none (ideal)", "fastswap; userfaultfd". NULL when the file does
 * not say, or memory is out; the caller frees it. */
char *results_fault_costs(const struct results *results);

/* Whether some row has this mark. */
bool results_have_counts(const struct results *results, enum policy_filtered counts);

/* A number; NAN when the field is empty or the file has no such column. */
double results_number(const struct results *results, size_t row, enum results_column column);

#endif
