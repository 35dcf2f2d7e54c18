/* SPDX-License-Identifier: MIT */
/* The table of an experiment's results in its page. Private to page.c. */
#ifndef REPORT_PAGE_TABLE_H
#define REPORT_PAGE_TABLE_H

#include <stdio.h>

#include "report/experiment.h"

void page_put_table(FILE *to, const struct experiment *experiment);

#endif
