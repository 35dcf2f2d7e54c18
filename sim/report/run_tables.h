/* SPDX-License-Identifier: MIT */
/* What the tables of a run's result share. */
#ifndef REPORT_RUN_TABLES_H
#define REPORT_RUN_TABLES_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "fault/result.h"

enum { RUN_TIME = 32 };

/* Writes a table's lines for columns_print; `context` is the one given to run_table. */
typedef void run_lines(const void *context, FILE *to);

/* Prints a table. Returns 0 or a negative code: out of memory. */
int run_table(run_lines *put, const void *context, FILE *to, struct err *err);

/* Four significant digits and a unit: 947.0ns, 12.34s. Returns `out`. */
const char *run_time(double ps, char out[RUN_TIME]);

/* Prints a name in one cell of a table. */
void run_name(const char *name, FILE *to);

/* "s", or "" for one. */
const char *run_plural(uint64_t count);

/* Parts of a run's text (run_text.h), each followed by nothing and after a blank line. They return 0 or a negative
 * code. */
int run_where_print(const struct run_result *result, bool all, FILE *to, struct err *err);   /* the sums */
int run_changes_print(const struct run_result *result, bool all, FILE *to, struct err *err); /* what happened */
int run_links_print(const struct run_result *result, FILE *to, struct err *err);
int run_donors_print(const struct run_result *result, bool all, FILE *to, struct err *err);

/* How many lines of a table are shown without --all. */
enum { RUN_SHOWN = 20 };

/* The sum of a job's stalls, in ps. */
double run_stalls(const struct job_result *job);

#endif
