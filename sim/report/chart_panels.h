/* SPDX-License-Identifier: MIT */
/* Whether lines need panels to be told apart. Private to chart*.c. */
#ifndef REPORT_CHART_PANELS_H
#define REPORT_CHART_PANELS_H

#include "report/chart_build.h"

/* Whether the view's lines can be drawn in panels, of one of the keys that tell them apart: the user has placed none,
 * they are against numbers, and no panel gets too many lines. Workloads that have panels keep them. */
bool chart_may_turn(const struct view *view);

/* Gives each value of that key a panel; what was a facet tells apart the lines of each. */
void chart_turn(struct view *view);

/* Whether most points of the lines have another line's point so close that their marks touch. */
bool chart_is_crowded(const struct view_lines *lines, bool log_y);

/* Whether the panels' ranges differ so much that the small ones would be flat in the largest. */
bool chart_ranges_differ(const struct figure *figure);

#endif
