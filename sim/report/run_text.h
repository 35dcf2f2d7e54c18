/* SPDX-License-Identifier: MIT */
/* A run's result as text tables. */
#ifndef REPORT_RUN_TEXT_H
#define REPORT_RUN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "fault/result.h"

/*
 * Prints the jobs, what they waited for, the busiest links and the hypervisors that host pages or lost some. Unless
 * `all` is set, only the first 20 jobs and the first 20 such hypervisors are shown; a line below gives the spread of
 * all slowdowns. Returns an error when out of memory; the caller checks ferror(to) for failed writes.
 */
int run_text_print(const struct run_result *result, bool all, FILE *to, struct err *err);

#endif
