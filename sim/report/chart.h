/* SPDX-License-Identifier: MIT */
/*
 * The figures that an experiment's results give: which ones make sense follows from what varies in them. A kind of
 * figure is a row of chart_kinds; a chart is a figure of that kind with all that it needs, and what it says in a
 * sentence.
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
	const char *title;         /* in place of the kind's own; NULL */
};

struct chart {
	const char *name; /* of its files: "slowdown-local", or with the facet's value behind it */
	struct figure figure;
	const char *sentence; /* what the figure says, computed from the data */
};

struct charts {
	struct chart *chart;
	size_t count, room;
	struct arena arena; /* what the charts point into */
};

struct chart_kind {
	const char *name, *summary;
	enum results_column needs;                     /* a column without which it cannot be drawn */
	bool (*fits)(const struct chart_input *input); /* whether it says something about these results */
	int (*make)(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		    struct err *err);
};

/* In the order in which a report shows them, ended by NULL. */
extern const struct chart_kind *const chart_kinds[];

const struct chart_kind *chart_find(const char *name);

/*
 * Appends the charts of one kind, or with `kind` NULL those of every kind that fits. ERR_FAILED when the results do not
 * have what a kind that was asked for shows. charts_free gives back what there is, also after an error.
 */
int charts_make(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts, struct err *err);
void charts_free(struct charts *charts);

#endif
