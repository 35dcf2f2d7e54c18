/* SPDX-License-Identifier: MIT */
/*
 * The part of an experiment that a figure shows: which axis is x, which axes distinguish the lines, which axis has a
 * separate figure for each value (facet), and which axes are held at one value.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "base/arena.h"
#include "report/axis.h"
#include "report/figure.h"

enum view_role {
	VIEW_MERGED, /* the mean over its values is shown: repeats, and jobs of a kind */
	VIEW_X,
	VIEW_LINE,
	VIEW_FACET,
	VIEW_HELD,
};

enum { VIEW_LINES_MAX = 8, VIEW_WORDS_MAX = 16, VIEW_FACETS_MAX = 9, VIEW_WHERE_MAX = 16 };

/* The user's choices, by names; NULL: chosen automatically. */
struct view_request {
	const char *x, *y, *lines, *facet; /* `lines`: comma-separated names; "" is none */
	const char *where[VIEW_WHERE_MAX]; /* KEY=VALUE */
	size_t wheres;
	bool fault_band;   /* show fault.preset as a band, if it has two values and the user has no wish for it */
	bool whole_points; /* the quantity belongs to a point, not to its jobs: axes that vary among jobs are merged */
};

struct view {
	const struct axes *axes;
	const struct axis *x; /* NULL: all axes distinguish lines */
	enum view_role role[AXES_MAX];
	uint32_t held[AXES_MAX]; /* index of the value at which an axis is held (VIEW_HELD), or of the current figure's
				    value (VIEW_FACET) */
	bool wished[AXES_MAX];   /* the user has chosen the axis' role */
	const struct axis *band; /* fault.preset, whose lower value is held: each line has a band up to the other one */
};

/* Checks that the names are axes and that their values exist. ERR_USAGE with the allowed names otherwise. */
int view_check(const struct view_request *request, const struct axes *axes, struct err *err);

/*
 * Gives every axis its role: first `x` and the user's choices, then lines while a figure stays readable
 * (VIEW_LINES_MAX), then a facet; the rest is held at its first value. `request` must have passed view_check.
 */
void view_choose(struct view *view, const struct axes *axes, const struct axis *x, const struct view_request *request);

/* The facet axis, or NULL. There is one figure for each of its values, selected by view_set_facet. */
const struct axis *view_facet(const struct view *view);
void view_set_facet(struct view *view, uint32_t value);

/* The other value of view->band. */
uint32_t view_band_top(const struct view *view);

/* The view with the band's axis held at its other value. */
struct view view_at_band_top(const struct view *view);

/* Whether a row belongs to the figure. */
bool view_shows(const struct view *view, size_t row);

/* A value of an axis in words: "lru", "900ns", "25% local", "hypervisors 8", "no prefetcher". */
char *view_value_name(struct arena *arena, const struct axis *axis, uint32_t value);

/* The same, with a mark on a policy whose counts are not exact: "approximate clock". */
char *view_value_text(struct arena *arena, const struct axis *axis, uint32_t value);

/* What the counts of the rows that the figure shows are worth at worst, unless their policies are named in it, each
 * with its mark: FILTERED_EXACT then. */
enum policy_filtered view_unmarked_counts(const struct view *view, const struct results *results);

/* The length of the axis' label without its unit. */
int view_label_length(const struct axis *axis);

/* What the figure leaves out though the user has not asked for that, and how to see it: " It leaves out 40% local ...",
 * or
 * "". NULL when out of memory. */
char *view_left_out_text(struct arena *arena, const struct view *view);

/* The held values as comma-separated words, or "". NULL when out of memory. */
char *view_held_text(struct arena *arena, const struct view *view);

/* Returns a number of a row, or NAN when it has none. */
typedef double view_measure(const struct results *results, size_t row, int which);

/* What the lines show. */
struct view_quantity {
	view_measure *measure;
	int which;       /* its last argument */
	bool with_error; /* the points have the errors of slowdown_ci95_model */
};

struct view_series {
	const char *title;
	size_t count; /* points with a number, x rising */
	double *x, *y, *error;
	uint32_t *value; /* of the x axis, at each point */
};

struct view_lines {
	struct view_series *series; /* of the arena */
	size_t count;
};

/*
 * The lines: one for every combination of the line axes' values that occurs, in their order. A point's y is the mean of
 * the quantity over the rows that fall on it, its error the largest of theirs. Without an x axis each line has one
 * point.
 */
int view_lines(const struct view *view, const struct results *results, const struct view_quantity *quantity,
	       struct arena *arena, struct view_lines *lines, struct err *err);

/* The number of a row's line, less than view_line_count; SIZE_MAX when the view does not show the row. Some numbers may
 * have no rows. */
size_t view_line_of(const struct view *view, size_t row);
size_t view_line_count(const struct view *view);

/* The title of a line: its values as comma-separated words; without line axes the workload. NULL when out of memory. */
char *view_line_title(struct arena *arena, const struct view *view, const struct results *results, size_t line);

#endif
