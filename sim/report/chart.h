/* SPDX-License-Identifier: MIT */
/*
 * The figures of an experiment's results. Which figures make sense depends on what varies in the results. A kind of
 * figure is a row of chart_kinds; a chart is a figure of that kind with its data and a sentence that summarises it.
 */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "base/arena.h"
#include "report/bands.h"
#include "report/figure.h"
#include "report/view.h"

struct chart_input {
	const struct results *results;
	const struct axes *axes;
	struct view_request request;
	const struct bands *bands; /* NULL: none */
	const char *title;         /* replaces the kind's own title; or NULL */
};

struct chart {
	const char *name; /* of its files: "slowdown-local", with the facet's value appended if there is a facet */
	struct figure figure;
	const char *sentence; /* summary of the figure, computed from the data, and what it leaves out */
	const char *left_out; /* the latter; "" when it shows all */
};

struct charts {
	struct chart *chart;
	size_t count, room;
	const char *dull;   /* the kinds that were left out because they say little, in a sentence; or NULL */
	struct arena arena; /* memory of the charts */
};

struct chart_kind {
	const char *name, *summary;
	enum results_column needs;                     /* the column that the figure needs */
	bool (*fits)(const struct chart_input *input); /* whether the figure is useful for these results */
	int (*make)(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		    struct err *err);
	/* Why a chart of this kind says so little that nobody has to see it unasked ("at most 19 %"), or NULL. NULL:
	 * every chart says something. */
	const char *(*dull)(const struct chart *chart, struct arena *arena);
};

/* In the order in which a report shows them, ended by NULL. */
extern const struct chart_kind *const chart_kinds[];

const struct chart_kind *chart_find(const char *name);

/*
 * Appends the charts of one kind, or with `kind` NULL those of every kind that fits. ERR_FAILED when the results lack
 * the data for the requested kind. charts_free frees the charts, also after an error.
 */
int charts_make(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts, struct err *err);
void charts_free(struct charts *charts);

#endif
