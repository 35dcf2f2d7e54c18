/* SPDX-License-Identifier: MIT */
/* What the kinds of charts share. Private to chart*.c. */
#ifndef REPORT_CHART_BUILD_H
#define REPORT_CHART_BUILD_H

#include "report/chart.h"

/* The axis along x: what the user named, otherwise the first there is of local memory, latency, a number, a word. NULL:
 * nothing varies. */
const struct axis *chart_main_axis(const struct chart_input *input);

/* The axis of local memory, of latency (numbers alone), or the first other one with numbers; NULL. */
const struct axis *chart_local_axis(const struct chart_input *input);
const struct axis *chart_latency_axis(const struct chart_input *input);
const struct axis *chart_other_axis(const struct chart_input *input);

/*
 * Another chart, empty: its name is `name` and the facet's value, its title `title` (or the user's) and what the view
 * holds. NULL when memory is out, as err says.
 */
struct chart *charts_add(struct charts *charts, const struct chart_input *input, const struct view *view,
			 const char *name, const char *title, struct err *err);

/* A line for each series, and words for the places of x where its axis has no numbers. */
int chart_set_lines(struct charts *charts, struct figure *figure, const struct axis *x,
		    const struct view_series *series, size_t count, struct err *err);

/* Words for the places of an axis. NULL when memory is out. */
struct figure_tic *chart_tics(struct charts *charts, const struct axis *axis);

/* What lines say: where they begin and end and which is lowest and highest. `unit` follows each number. NULL when
 * memory is out. */
const char *chart_say_lines(struct arena *arena, const char *what, const char *unit, const struct axis *x,
			    const struct view_series *series, size_t count);

extern const struct chart_kind chart_slowdown_local, chart_slowdown_latency, chart_slowdown, chart_links,
	chart_coverage, chart_accuracy, chart_fault_cost, chart_added_time, chart_fetch_cdf, chart_heat;

#endif
