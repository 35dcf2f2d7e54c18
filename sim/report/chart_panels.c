/* SPDX-License-Identifier: MIT */
#include "report/chart_panels.h"

#include <math.h>

enum { LINES_MIN = 3 }; /* fewer lines are never crowded */

static const double touching = 0.025, /* of the height of a figure: the size of a mark */
	crowded_from = 0.6, differ_from = 4;

/* The line axis that gets the panels: the workload, or the one with the most values. axes->count when none may. */
static size_t panel_axis(const struct view *view)
{
	size_t best = view->axes->count;

	for (size_t i = 0; i < view->axes->count; i++) {
		const struct axis *axis = &view->axes->axis[i];

		if (view->role[i] != VIEW_LINE || axis->values < LINES_MIN || axis->values > VIEW_FACETS_MAX)
			continue;
		if (best == view->axes->count || axis_is_workload(axis) ||
		    (!axis_is_workload(&view->axes->axis[best]) && axis->values > view->axes->axis[best].values))
			best = i;
	}
	return best;
}

/* How many lines a panel would have. */
static size_t lines_a_panel(const struct view *view, size_t panel)
{
	size_t lines = 1;

	for (size_t i = 0; i < view->axes->count; i++)
		if (i != panel && (view->role[i] == VIEW_LINE || view->role[i] == VIEW_FACET))
			lines *= view->axes->axis[i].values;
	return lines;
}

bool chart_may_turn(const struct view *view)
{
	const struct axis *facet = view_facet(view);
	const size_t panel = panel_axis(view);

	if (!view->x || view->x->scale == AXIS_WORDS || panel == view->axes->count ||
	    (facet && axis_is_workload(facet)))
		return false;
	for (size_t i = 0; i < view->axes->count; i++)
		if (view->wished[i] && (view->role[i] == VIEW_LINE || view->role[i] == VIEW_FACET))
			return false;
	return lines_a_panel(view, panel) <= VIEW_LINES_MAX;
}

void chart_turn(struct view *view)
{
	const size_t panel = panel_axis(view);

	for (size_t i = 0; i < view->axes->count; i++)
		if (view->role[i] == VIEW_FACET)
			view->role[i] = VIEW_LINE;
	view->role[panel] = VIEW_FACET;
}

static double height(double y, bool log_y)
{
	return log_y ? log(fmax(y, 1e-300)) : y;
}

/* Whether another line has a point at the same place along x within `distance` of this one. */
static bool is_touched(const struct view_lines *lines, size_t line, size_t point, bool log_y, double distance)
{
	const struct view_series *own = &lines->series[line];

	for (size_t i = 0; i < lines->count; i++)
		for (size_t j = 0; j < lines->series[i].count && i != line; j++)
			if (lines->series[i].value[j] == own->value[point] &&
			    fabs(height(lines->series[i].y[j], log_y) - height(own->y[point], log_y)) < distance)
				return true;
	return false;
}

bool chart_is_crowded(const struct view_lines *lines, bool log_y)
{
	double least = INFINITY, most = -INFINITY;
	size_t points = 0, touched = 0;

	for (size_t i = 0; i < lines->count; i++)
		for (size_t j = 0; j < lines->series[i].count; j++) {
			least = fmin(least, height(lines->series[i].y[j], log_y));
			most = fmax(most, height(lines->series[i].y[j], log_y));
		}
	for (size_t i = 0; i < lines->count && lines->count >= LINES_MIN; i++)
		for (size_t j = 0; j < lines->series[i].count; j++, points++)
			touched += is_touched(lines, i, j, log_y, touching * (most - least));
	return points && (double)touched >= crowded_from * (double)points;
}

bool chart_ranges_differ(const struct figure *figure)
{
	double least = INFINITY, most = 0;

	for (size_t panel = 0; panel < figure->panels; panel++) {
		double top = 0;

		for (size_t i = 0; i < figure->lines; i++)
			for (size_t j = 0; j < figure->line[i].count && figure->line[i].panel == panel; j++)
				top = fmax(top, figure->line[i].y[j] - figure->all_local);
		least = fmin(least, top);
		most = fmax(most, top);
	}
	return most > differ_from * least;
}
