/* SPDX-License-Identifier: MIT */
/* The style and the script of a page. Private to page*.c. */
#ifndef REPORT_PAGE_LOOK_H
#define REPORT_PAGE_LOOK_H

extern const char page_style[];  /* CSS */
extern const char page_script[]; /* tables that sort and filter, charts that are explored */

/* uPlot's; "" if the build has none: then there are only the figures. */
extern const char page_chart_style[], page_chart_script[];

#endif
