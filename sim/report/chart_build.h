/* SPDX-License-Identifier: MIT */
/* Functions that the kinds of charts share. Private to chart*.c. */
#ifndef REPORT_CHART_BUILD_H
#define REPORT_CHART_BUILD_H

#include "report/chart.h"

/* The x axis: the one that the user named, otherwise the first that exists of local memory, latency, numbers, words.
 * NULL when nothing varies. */
const struct axis *chart_main_axis(const struct chart_input *input);

/* The axis of local memory, or of latency (only if it holds numbers); NULL when there is none. */
const struct axis *chart_local_axis(const struct chart_input *input);
const struct axis *chart_latency_axis(const struct chart_input *input);

/* Another axis of numbers, with at least three values: two make no curve, but two lines or figures. */
const struct axis *chart_other_axis(const struct chart_input *input);

/*
 * Adds an empty chart. Its name is `name` and the facet's value; its title is `title` (or the user's) and the values
 * that the view holds. NULL when out of memory; `err` is set.
 */
struct chart *charts_add(struct charts *charts, const struct chart_input *input, const struct view *view,
			 const char *name, const char *title, struct err *err);

/* Sets a line for each series, and labels along x where that axis holds words. */
int chart_set_lines(struct charts *charts, struct figure *figure, const struct axis *x,
		    const struct view_series *series, size_t count, struct err *err);

/* Sets labels along x where that axis holds words, or a few numbers. */
int chart_set_tics(struct charts *charts, struct figure *figure, const struct axis *x, struct err *err);

/* Labels for the positions along an axis. NULL when out of memory. */
struct figure_tic *chart_tics(struct charts *charts, const struct axis *axis);

/* A number in a sentence (base/number.h); "" when out of memory. */
const char *chart_number(struct arena *arena, double value);

/* Summarises lines in a sentence: their ends, and which is lowest and highest. `unit` follows each number. NULL when
 * out of memory. */
const char *chart_say_lines(struct arena *arena, const char *what, const char *unit, const struct axis *x,
			    const struct view_series *series, size_t count);

extern const struct chart_kind chart_slowdown_local, chart_slowdown_latency, chart_slowdown, chart_links,
	chart_coverage, chart_accuracy, chart_fault_cost, chart_added_time, chart_fetch_cdf, chart_heat;

#endif
