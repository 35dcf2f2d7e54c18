/* SPDX-License-Identifier: MIT */
/* A run's result as text tables. */
#ifndef REPORT_RUN_TEXT_H
#define REPORT_RUN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "fault/result.h"

/*
 * Prints where the time went, in all and by workload (of more than one job); the jobs and what they waited for; what
 * joins, leaves and failures did; the busiest links and the hottest donors. Unless `all` is set, only the 20 worst jobs
 * and the 20 hottest donors are shown; a line gives the spread of all slowdowns. Returns an error when out of memory;
 * the caller checks ferror(to) for failed writes.
 */
int run_text_print(const struct run_result *result, const char *fault_costs, bool all, FILE *to, struct err *err);

#endif
