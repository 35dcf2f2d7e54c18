/* SPDX-License-Identifier: MIT */
/* Results of a sweep for the tests, as a CSV file. */
#ifndef TESTS_RESULTS_TEXT_H
#define TESTS_RESULTS_TEXT_H

#include "report/axis.h"

/* The columns from `job` on: the columns that can be axes, and the slowdown. */
#define RESULTS_HEAD "job,workload,policy,prefetch,local_ratio,slowdown,slowdown_ci95_model"

/* Reads the text as results of its own file, and finds what varies. Fails the test when either does not work. */
void test_read_results(const char *text, struct results *results, struct axes *axes);

/* The same, for an error: returns its text. */
const char *test_results_error(const char *text);

#endif
