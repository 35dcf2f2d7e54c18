/* SPDX-License-Identifier: MIT */
/*
 * A report: one self-contained HTML page. Each experiment is a section with its question as the heading, its figures as
 * SVG with their summaries, a sortable table, the configuration, and what it was made from.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdio.h>

#include "report/experiment.h"
#include "report/staging.h"

/* What a page shows. */
struct page {
	const struct experiment *experiment;
	size_t count;
	const struct bands *bands; /* NULL: none */
	const char *size;          /* a folder with size.json of `megavm size`, and perhaps size.svg; NULL: none */
};

/*
 * Writes the page. The SVG of chart j of experiment i is in the staging's folder under the name that
 * page_figure_name(i, j) returns. Equal input gives equal bytes. Returns 0 or a negative code.
 */
int page_put(FILE *to, const struct page *page, const struct staging *staging, struct err *err);

enum { PAGE_FIGURE_NAME = 48 };

const char *page_figure_name(size_t experiment, size_t chart, char name[PAGE_FIGURE_NAME]);

#endif
