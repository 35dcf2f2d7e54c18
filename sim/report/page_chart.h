/* SPDX-License-Identifier: MIT */
/* A figure of lines as data for the page's script, which draws it as a chart to explore. Private to page*.c. */
#ifndef REPORT_PAGE_CHART_H
#define REPORT_PAGE_CHART_H

#include <stdio.h>

#include "report/figure.h"

/* Whether the page can draw this figure: it is of lines, and the build has the library. */
bool page_chart_can(const struct figure *figure);

/*
 * Writes the buttons, an empty place for the chart, and the data as JSON: {"x", "y" (labels), "logX", "logY",
 * "allLocal", "tics" (words along x, or null), "panels": [{"title", "x" [...], "lines": [{"title", "colour", "y"
 * [...]}]}]}. Each y has a place for each x; null where a line has no point. Returns 0, or a negative code when out of
 * memory.
 */
int page_put_chart(FILE *to, const struct figure *figure, const char *name, struct err *err);

#endif
