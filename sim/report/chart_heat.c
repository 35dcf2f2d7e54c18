/* SPDX-License-Identifier: MIT */
/* The chart of two axes at once: the slowdown of each pair of values by its shade. */
#include <math.h>

#include "report/chart_build.h"

static const double log_z_from = 10; /* the shades are logarithmic when the largest slowdown is at least this many times
					the smallest */

enum { ENOUGH = 3 }; /* a map needs at least this many values on each axis */

/* A map on its way: the lines of the view, and the value across that each belongs to. */
struct map {
	const struct axis *y;
	struct view_series *series;
	size_t *row_of, lines;
};

static double slowdown(const struct results *results, size_t row, int which)
{
	(void)which;
	return results_number(results, row, RESULTS_SLOWDOWN);
}

/* The y axis: the one that the user named, otherwise the next one with numbers after x. */
static const struct axis *across(const struct chart_input *input, const struct axis *x)
{
	const struct axis *found = NULL;

	if (input->request.y)
		return axes_wished(input->axes, input->request.y);
	for (size_t i = 0; i < input->axes->count; i++) {
		const struct axis *axis = &input->axes->axis[i];

		if (axis != x && (!found || (found->scale == AXIS_WORDS && axis->scale != AXIS_WORDS)))
			found = axis;
	}
	return found;
}

static bool fits(const struct chart_input *input)
{
	const struct axis *x = chart_main_axis(input), *y = across(input, x);

	if (input->request.x && input->request.y)
		return true;
	return y && x->scale != AXIS_WORDS && y->scale != AXIS_WORDS && x->values >= ENOUGH && y->values >= ENOUGH;
}

/* Turns the lines of the view, one for each value of y, into cells. */
static int set_cells(struct charts *charts, struct figure *figure, const struct view *view, const struct map *map,
		     struct err *err)
{
	size_t cells = view->x->values * map->y->values;
	double *at_x = arena_alloc(&charts->arena, cells, sizeof(double)),
	       *at_y = arena_alloc(&charts->arena, cells, sizeof(double));
	double *at_z = arena_alloc(&charts->arena, cells, sizeof(double));
	struct figure_line *line = arena_alloc(&charts->arena, 1, sizeof(*line));

	if (!at_x || !at_y || !at_z || !line)
		return err_memory(err, "a map");
	for (size_t i = 0; i < cells; i++) {
		at_x[i] = (double)(i % view->x->values);
		at_y[i] = (double)(i / view->x->values);
		at_z[i] = NAN;
	}
	for (size_t i = 0; i < map->lines; i++)
		for (size_t j = 0; j < map->series[i].count; j++)
			at_z[map->row_of[i] * view->x->values + map->series[i].value[j]] = map->series[i].y[j];
	*line = (struct figure_line){.title = "x y slowdown", .count = cells, .x = at_x, .y = at_y, .z = at_z};
	figure->line = line;
	figure->lines = 1;
	return 0;
}

static const char *say(struct arena *arena, const struct figure *figure)
{
	const struct figure_line *map = figure->line;
	size_t least = 0, most = 0, cells = 0, low = 0;

	for (size_t i = 0; i < map->count; i++) {
		if (isnan(map->z[i]))
			continue;
		least = isnan(map->z[least]) || map->z[i] < map->z[least] ? i : least;
		most = isnan(map->z[most]) || map->z[i] > map->z[most] ? i : most;
		low += map->z[i] <= 1.1;
		cells++;
	}
	return arena_text(arena,
			  "Slowdown is %s at %s and %s and %s at %s and %s; it is at most 1.1 in %zu of %zu cells.",
			  chart_number(arena, map->z[least]), figure->x_tic[(size_t)map->x[least]].text,
			  figure->y_tic[(size_t)map->y[least]].text, chart_number(arena, map->z[most]),
			  figure->x_tic[(size_t)map->x[most]].text, figure->y_tic[(size_t)map->y[most]].text, low,
			  cells);
}

static void set_shades(struct figure *figure)
{
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < figure->line->count; i++) {
		least = fmin(least, figure->line->z[i]);
		most = fmax(most, figure->line->z[i]);
	}
	figure->log_z = most >= log_z_from * least;
}

/* Takes the lines one by one: holds the view at each value of y in turn. */
static int take_rows(struct view *view, const struct chart_input *input, struct arena *arena, struct map *map,
		     struct err *err)
{
	static const struct view_quantity quantity = {.measure = slowdown};
	size_t place = (size_t)(map->y - input->axes->axis);
	int status = 0;

	map->lines = 0;
	for (uint32_t i = 0; i < map->y->values && status == 0; i++) {
		struct view_lines found;

		view->role[place] = VIEW_HELD;
		view->held[place] = i;
		status = view_lines(view, input->results, &quantity, arena, &found, err);
		if (status < 0 || found.count == 0)
			continue;
		map->series[map->lines] = found.series[0];
		map->row_of[map->lines++] = i;
	}
	view->role[place] = VIEW_X; /* so that no title names it */
	return status;
}

/* Whether any job that is shown has two bounds. */
static bool any_bounds(const struct results *results, const struct view *view)
{
	for (size_t row = 0; row < results->sheet.rows; row++)
		if (view_shows(view, row) && results_number(results, row, RESULTS_SLOWDOWN_MAX) >
						     results_number(results, row, RESULTS_SLOWDOWN) * (1 + 1e-9))
			return true;
	return false;
}

static int make_one(const struct chart_kind *kind, const struct chart_input *input, struct view *view,
		    const struct axis *y, struct charts *charts, struct err *err)
{
	struct map map = {.y = y,
			  .series = arena_alloc(&charts->arena, y->values, sizeof(*map.series)),
			  .row_of = arena_alloc(&charts->arena, y->values, sizeof(*map.row_of))};
	struct chart *chart;
	struct figure *figure;
	const char *title;
	int status = map.series && map.row_of ? take_rows(view, input, &charts->arena, &map, err)
					      : err_memory(err, "a map");

	if (status < 0 || map.lines == 0)
		return status;
	title = arena_text(&charts->arena, "Slowdown over %.*s and %.*s", view_label_length(view->x), view->x->label,
			   view_label_length(y), y->label);
	chart = title ? charts_add(charts, input, view, kind->name, title, err) : NULL;
	if (!chart)
		return title ? ERR_FAILED : err_memory(err, "a map");
	figure = &chart->figure;
	figure->shape = FIGURE_MAP;
	figure->x_label = view->x->label;
	figure->y_label = y->label;
	figure->x_tic = chart_tics(charts, view->x);
	figure->y_tic = chart_tics(charts, y);
	figure->x_tics = view->x->values;
	figure->y_tics = y->values;
	if (!figure->x_tic || !figure->y_tic)
		return err_memory(err, "a map");
	status = set_cells(charts, figure, view, &map, err);
	if (status < 0)
		return status;
	set_shades(figure);
	chart->sentence = say(&charts->arena, figure);
	if (chart->sentence && any_bounds(input->results, view))
		chart->sentence = arena_text(&charts->arena, "%s Lower bounds, of jobs with several virtual CPUs.",
					     chart->sentence);
	return chart->sentence ? 0 : err_memory(err, "a map");
}

/* All other axes are a facet or held at one value, because a map has no lines. */
static int make(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts, struct err *err)
{
	const struct axis *x = chart_main_axis(input), *y = across(input, x), *facet;
	struct view_request request = input->request;
	struct view view;
	int status = 0;

	if (!y || x == y)
		return 0;
	request.lines = y->key;
	view_choose(&view, input->axes, x, &request);
	facet = view_facet(&view);
	for (uint32_t i = 0; i < (facet ? facet->values : 1) && status == 0; i++) {
		view_set_facet(&view, i);
		status = make_one(kind, input, &view, y, charts, err);
	}
	return status;
}

const struct chart_kind chart_heat = {
	.name = "heat",
	.summary = "slowdown over two keys (--x and --y)",
	.needs = RESULTS_SLOWDOWN,
	.fits = fits,
	.make = make,
};
