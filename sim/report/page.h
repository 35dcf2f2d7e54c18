/* SPDX-License-Identifier: MIT */
/*
 * A report: one HTML page that needs nothing else, not even a network. Each experiment is a section, headed by its
 * question, with its figures as SVG and what they say, a table that sorts by a click, the configuration, and what it
 * was made from.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdio.h>

#include "report/experiment.h"
#include "report/staging.h"

/*
 * Writes the page. The SVG of chart j of experiment i lies in the staging's folder as page_figure_name(i, j) gives it.
 * Equal input gives equal bytes. `bands` may be NULL.
 */
int page_put(FILE *to, const struct experiment *experiment, size_t count, const struct bands *bands,
	     const struct staging *staging, struct err *err);

enum { PAGE_FIGURE_NAME = 48 };

const char *page_figure_name(size_t experiment, size_t chart, char name[PAGE_FIGURE_NAME]);

#endif
