/* SPDX-License-Identifier: MIT */
#include "report/chart_build.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { OWN_TICS_MAX = 8, CURVE_VALUES_MIN = 3 };

const struct axis *chart_local_axis(const struct chart_input *input)
{
	const struct axis *axis = axes_named(input->axes, "vms.local");

	return axis ? axis : axes_named(input->axes, "local");
}

const struct axis *chart_latency_axis(const struct chart_input *input)
{
	const struct axis *axis = axes_named(input->axes, "fabric.latency");

	return axis && axis->scale != AXIS_WORDS ? axis : NULL;
}

const struct axis *chart_other_axis(const struct chart_input *input)
{
	for (size_t i = 0; i < input->axes->count; i++) {
		const struct axis *axis = &input->axes->axis[i];

		if (axis->scale != AXIS_WORDS && axis->values >= CURVE_VALUES_MIN && axis != chart_local_axis(input) &&
		    axis != chart_latency_axis(input) && strcmp(axis->key, "seed") != 0)
			return axis;
	}
	return NULL;
}

const struct axis *chart_main_axis(const struct chart_input *input)
{
	const struct axis *axis = NULL;

	if (input->request.x)
		return axes_wished(input->axes, input->request.x);
	axis = chart_local_axis(input);
	if (!axis)
		axis = chart_latency_axis(input);
	if (!axis)
		axis = chart_other_axis(input);
	return axis || input->axes->count == 0 ? axis : &input->axes->axis[0];
}

/* A text as part of a file's name: letters, digits, dots and hyphens. */
static char *file_part(struct arena *arena, const char *text)
{
	char *part = arena_text(arena, "%s", text), *to = part;

	if (!part)
		return NULL;
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || *text == '.')
			*to++ = *text;
		else if (to > part && to[-1] != '-')
			*to++ = '-';
	}
	while (to > part && to[-1] == '-')
		to--;
	*to = '\0';
	return part;
}

/* The value of the facet behind the name. */
static char *full_name(struct arena *arena, const struct view *view, const char *name)
{
	const struct axis *facet = view_facet(view);
	char *text, *part;

	if (!facet)
		return arena_text(arena, "%s", name);
	text = view_value_name(arena, facet, view->held[facet - view->axes->axis]);
	part = text ? file_part(arena, text) : NULL;
	return part ? arena_text(arena, "%s-%s", name, part) : NULL;
}

struct chart *charts_add(struct charts *charts, const struct chart_input *input, const struct view *view,
			 const char *name, const char *title, struct err *err)
{
	const char *held = view_held_text(&charts->arena, view), *base = input->title ? input->title : title;
	const enum policy_filtered counts = view_unmarked_counts(view, input->results);
	struct chart *chart;
	char *costs;

	if (charts->count == charts->room) {
		size_t room = charts->room ? 2 * charts->room : 16;

		chart = realloc(charts->chart, room * sizeof(*chart));
		if (!chart) {
			err_memory(err, "the figures");
			return NULL;
		}
		charts->chart = chart;
		charts->room = room;
	}
	costs = results_fault_costs(input->results); /* several are a line or a figure each */
	chart = &charts->chart[charts->count];
	*chart = (struct chart){.name = full_name(&charts->arena, view, name),
				.sentence = "",
				.left_out = view_left_out_text(&charts->arena, view)};
	chart->figure.title = held ? arena_text(&charts->arena, "%s%s%s%s%s%s%s%s", base, *held ? ": " : "", held,
						counts == FILTERED_EXACT ? "" : " (",
						counts == FILTERED_EXACT ? "" : policy_filtered_word(counts),
						counts == FILTERED_EXACT ? "" : ")",
						costs && !strchr(costs, ';') ? "; fault costs: " : "",
						costs && !strchr(costs, ';') ? costs : "")
				   : NULL;
	free(costs);
	if (!chart->name || !chart->figure.title || !chart->left_out) {
		err_memory(err, "the figures");
		return NULL;
	}
	charts->count++;
	return chart;
}

const char *chart_number(struct arena *arena, double value)
{
	char number[NUMBER_TEXT];
	const char *text = arena_text(arena, "%s", number_short(value, number));

	return text ? text : "";
}

struct figure_tic *chart_tics(struct charts *charts, const struct axis *axis)
{
	struct figure_tic *tic = arena_alloc(&charts->arena, axis->values, sizeof(*tic));

	for (size_t i = 0; i < axis->values && tic; i++) {
		tic[i].at = (double)i;
		tic[i].text = axis->scale == AXIS_WORDS ? view_value_text(&charts->arena, axis, (uint32_t)i)
							: axis->value[i].name;
		if (!tic[i].text)
			return NULL;
	}
	return tic;
}

/* Few numbers that lie apart are their axis' best tics. Shares have the axis from 0 to 100 that everyone knows. */
static bool has_own_tics(const struct axis *axis)
{
	double span = axis->value[axis->values - 1].number - axis->value[0].number;

	if (axis->scale == AXIS_WORDS)
		return true;
	if (axis->is_share || axis->values > OWN_TICS_MAX)
		return false;
	for (size_t i = 1; i < axis->values; i++) {
		double before = axis->value[i - 1].number, number = axis->value[i].number;

		if (axis->scale == AXIS_LOG ? number < 1.3 * before : number - before < span / OWN_TICS_MAX / 1.5)
			return false;
	}
	return true;
}

static struct figure_tic *number_tics(struct charts *charts, const struct axis *axis)
{
	struct figure_tic *tic = arena_alloc(&charts->arena, axis->values, sizeof(*tic));

	for (size_t i = 0; i < axis->values && tic; i++) {
		tic[i].at = axis->value[i].number;
		tic[i].text = arena_text(&charts->arena, "%.6g", tic[i].at);
		if (!tic[i].text)
			return NULL;
	}
	return tic;
}

int chart_set_lines(struct charts *charts, struct figure *figure, const struct axis *x,
		    const struct view_series *series, size_t count, struct err *err)
{
	struct figure_line *line = arena_alloc(&charts->arena, count, sizeof(*line));

	if (!line)
		return err_memory(err, "the lines of a figure");
	for (size_t i = 0; i < count; i++)
		line[i] = (struct figure_line){.title = series[i].title,
					       .count = series[i].count,
					       .x = series[i].x,
					       .y = series[i].y,
					       .error = series[i].error};
	figure->line = line;
	figure->lines = count;
	return x ? chart_set_tics(charts, figure, x, err) : 0;
}

int chart_set_tics(struct charts *charts, struct figure *figure, const struct axis *x, struct err *err)
{
	if (!has_own_tics(x))
		return 0;
	figure->x_tic = x->scale == AXIS_WORDS ? chart_tics(charts, x) : number_tics(charts, x);
	figure->x_tics = x->values;
	return figure->x_tic ? 0 : err_memory(err, "the lines of a figure");
}
