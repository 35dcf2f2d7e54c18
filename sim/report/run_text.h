/* SPDX-License-Identifier: MIT */
/* A run's result as tables for reading. */
#ifndef REPORT_RUN_TEXT_H
#define REPORT_RUN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "fault/result.h"

/*
 * Prints the jobs, what they waited for, the busiest links and the hypervisors that host pages or lost some. Of more
 * than 20 jobs (and of more than 20 such hypervisors) only the first 20 are shown, unless `all`; a line below tells how
 * the slowdowns of all jobs are spread. That memory ran out is an error; whether writing failed, `to` tells (ferror).
 */
int run_text_print(const struct run_result *result, bool all, FILE *to, struct err *err);

#endif
