/* SPDX-License-Identifier: MIT */
/* The headline of an experiment: its slowdowns by workload and local share. Private to page*.c. */
#ifndef REPORT_PAGE_HEADLINE_H
#define REPORT_PAGE_HEADLINE_H

#include <stdio.h>

#include "report/experiment.h"

/* Writes the table, if local memory varies: a row for each workload, a column for each share, the slowdown as text and
 * shade. Whatever else varies is at its first value, which the caption names. Returns 0 or a negative code. */
int page_put_headline(FILE *to, const struct experiment *experiment, struct err *err);

#endif
