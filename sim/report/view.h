/* SPDX-License-Identifier: MIT */
/*
 * What part of an experiment a figure shows: which of its axes lies along x, which ones make its lines, which one makes
 * a figure of its own for each value (facet), and which are held at one value.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "base/arena.h"
#include "report/axis.h"
#include "report/figure.h"

enum view_role {
	VIEW_MERGED, /* the mean over its values is shown: seeds, and jobs of a kind */
	VIEW_X,
	VIEW_LINE,
	VIEW_FACET,
	VIEW_HELD,
};

enum { VIEW_LINES_MAX = 8, VIEW_WORDS_MAX = 16, VIEW_FACETS_MAX = 9, VIEW_WHERE_MAX = 16 };

/* What a user asks for, by names; NULL: as it seems best. */
struct view_request {
	const char *x, *y, *lines, *facet; /* `lines`: names with commas; "" is none */
	const char *where[VIEW_WHERE_MAX]; /* KEY=VALUE */
	size_t wheres;
	bool whole_points; /* what is shown is of a point, not of its jobs: what varies among these is merged */
};

struct view {
	const struct axes *axes;
	const struct axis *x; /* NULL: everything that varies makes lines */
	enum view_role role[AXES_MAX];
	uint32_t held[AXES_MAX]; /* the value's index, of VIEW_HELD, and of VIEW_FACET for the figure at hand */
};

/* Whether the names are those of axes, and their values exist. ERR_USAGE with what is allowed. */
int view_check(const struct view_request *request, const struct axes *axes, struct err *err);

/*
 * Gives every axis its role, `x` and the wishes first: lines as long as a figure stays readable (VIEW_LINES_MAX), then
 * a facet, and the rest is held at its first value. `request` has passed view_check.
 */
void view_choose(struct view *view, const struct axes *axes, const struct axis *x, const struct view_request *request);

/* The facet, or NULL; its figures are those with held[] set to each of its values. */
const struct axis *view_facet(const struct view *view);
void view_set_facet(struct view *view, uint32_t value);

/* Whether a row belongs to the figure. */
bool view_shows(const struct view *view, size_t row);

/* A value of an axis in words: "lru", "900ns", "25% local", "hypervisors 8", "no prefetcher". */
char *view_value_text(struct arena *arena, const struct axis *axis, uint32_t value);

/* How long the axis' label is without the unit behind it. */
int view_label_length(const struct axis *axis);

/* What is held, in words with commas, or "". NULL when memory is out. */
char *view_held_text(struct arena *arena, const struct view *view);

/* A number that a row has; NAN: none. */
typedef double view_measure(const struct results *results, size_t row, int which);

/* What the lines show. */
struct view_quantity {
	view_measure *measure;
	int which;       /* its last argument */
	bool with_error; /* the points have the errors of slowdown_ci95 */
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

/* The number of the line to which a row belongs, below view_line_count; SIZE_MAX when the view does not show it. Not
 * every number occurs. */
size_t view_line_of(const struct view *view, size_t row);
size_t view_line_count(const struct view *view);

/* What a line is called: its values in words with commas; without line axes the workload. NULL when memory is out. */
char *view_line_title(struct arena *arena, const struct view *view, const struct results *results, size_t line);

#endif
