/* SPDX-License-Identifier: MIT */
/* The lines of a view: groups the rows by their values on the line axes. */
#include <math.h>

#include "report/view.h"

size_t view_line_count(const struct view *view)
{
	size_t count = 1;

	for (size_t i = 0; i < view->axes->count; i++)
		if (view->role[i] == VIEW_LINE)
			count *= view->axes->axis[i].values;
	return count;
}

/* A line's number is a mixed-radix number: each axis is a digit, the first axis the most significant one. */
size_t view_line_of(const struct view *view, size_t row)
{
	size_t line = 0;

	if (!view_shows(view, row))
		return SIZE_MAX;
	for (size_t i = 0; i < view->axes->count; i++)
		if (view->role[i] == VIEW_LINE)
			line = line * view->axes->axis[i].values + view->axes->axis[i].of_row[row];
	return line;
}

/* The title when there is only one line: the workload of its rows, or a job's name. */
static char *sole_title(struct arena *arena, const struct view *view, const struct results *results)
{
	const char *title = NULL;

	for (size_t row = 0; row < results->sheet.rows && !title; row++)
		if (view_shows(view, row))
			title = results_word(results, row,
					     *results_word(results, row, RESULTS_WORKLOAD) ? RESULTS_WORKLOAD
											   : RESULTS_JOB);
	return arena_text(arena, "%s", title ? title : "");
}

char *view_line_title(struct arena *arena, const struct view *view, const struct results *results, size_t line)
{
	char *title = arena_text(arena, "%s", "");

	for (size_t i = view->axes->count; i-- > 0 && title;) {
		const struct axis *axis = &view->axes->axis[i];
		const char *text;

		if (view->role[i] != VIEW_LINE)
			continue;
		text = view_value_text(arena, axis, (uint32_t)(line % axis->values));
		line /= axis->values;
		title = text ? arena_text(arena, "%s%s%s", text, *title ? ", " : "", title) : NULL;
	}
	return title && !*title ? sole_title(arena, view, results) : title;
}

/* The rows that belong to one point of one line. */
struct point {
	double sum, count, error;
};

static size_t places(const struct view *view)
{
	return view->x ? view->x->values : 1;
}

static void gather(const struct view *view, const struct results *results, const struct view_quantity *quantity,
		   struct point *point)
{
	for (size_t row = 0; row < results->sheet.rows; row++) {
		size_t line = view_line_of(view, row);
		double y = line == SIZE_MAX ? NAN : quantity->measure(results, row, quantity->which), error;
		struct point *at;

		if (!isfinite(y))
			continue;
		at = &point[line * places(view) + (view->x ? view->x->of_row[row] : 0)];
		error = quantity->with_error ? results_number(results, row, RESULTS_SLOWDOWN_CI95) : 0;
		at->sum += y;
		at->count++;
		at->error = fmax(at->error, isfinite(error) ? error : 0);
	}
}

static int fill(struct view_series *series, const struct view *view, const struct point *point, struct arena *arena,
		struct err *err)
{
	size_t n = places(view);

	series->x = arena_alloc(arena, n, sizeof(double));
	series->y = arena_alloc(arena, n, sizeof(double));
	series->error = arena_alloc(arena, n, sizeof(double));
	series->value = arena_alloc(arena, n, sizeof(*series->value));
	if (!series->title || !series->x || !series->y || !series->error || !series->value)
		return err_memory(err, "a line of a figure");
	for (size_t i = 0; i < n; i++) {
		if (point[i].count == 0)
			continue;
		series->x[series->count] = !view->x                       ? 0
					   : view->x->scale == AXIS_WORDS ? (double)i
									  : view->x->value[i].number;
		series->y[series->count] = point[i].sum / point[i].count;
		series->error[series->count] = point[i].error;
		series->value[series->count++] = (uint32_t)i;
	}
	return 0;
}

int view_lines(const struct view *view, const struct results *results, const struct view_quantity *quantity,
	       struct arena *arena, struct view_lines *lines, struct err *err)
{
	size_t room = view_line_count(view), n = places(view);
	struct point *point = arena_alloc(arena, room * n, sizeof(*point));
	int status = 0;

	*lines = (struct view_lines){.series = arena_alloc(arena, room, sizeof(*lines->series))};
	if (!point || !lines->series)
		return err_memory(err, "the lines of a figure");
	gather(view, results, quantity, point);
	for (size_t line = 0; line < room && status == 0; line++) {
		struct view_series *to = &lines->series[lines->count];

		to->title = view_line_title(arena, view, results, line);
		status = fill(to, view, point + line * n, arena, err);
		lines->count += status == 0 && to->count > 0;
		if (to->count == 0)
			*to = (struct view_series){0};
	}
	return status;
}
