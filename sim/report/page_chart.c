/* SPDX-License-Identifier: MIT */
#include "report/page_chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "report/figure_parts.h"
#include "report/html.h"
#include "report/page_look.h"

bool page_chart_can(const struct figure *figure)
{
	return *page_chart_script && (figure->shape == FIGURE_LINES || figure->shape == FIGURE_STEPS);
}

static int by_number(const void *a, const void *b)
{
	const double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

/* All x of the lines of a panel, rising, each once. The caller frees them; NULL when out of memory. */
static double *all_x(const struct figure *figure, size_t panel, size_t *count)
{
	size_t points = 0, kept = 0;
	double *x;

	for (size_t i = 0; i < figure->lines; i++)
		points += figure_line_is_in(&figure->line[i], panel) ? figure->line[i].count : 0;
	x = malloc((points + 1) * sizeof(*x));
	*count = points = 0;
	for (size_t i = 0; i < figure->lines && x; i++)
		for (size_t j = 0; j < figure->line[i].count && figure_line_is_in(&figure->line[i], panel); j++)
			x[points++] = figure->line[i].x[j];
	if (x && points)
		qsort(x, points, sizeof(*x), by_number);
	for (size_t i = 0; i < points && x; i++)
		if (kept == 0 || x[i] != x[kept - 1])
			x[kept++] = x[i];
	*count = kept;
	return x;
}

/* The line's y at each x, the last of several; null where it has none. */
static json_t *ys(const struct figure_line *line, const double *x, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		double y = NAN;

		for (size_t j = 0; j < line->count; j++)
			y = line->x[j] == x[i] ? line->y[j] : y;
		json_array_append_new(list, isfinite(y) ? json_real(y) : json_null());
	}
	return list;
}

static json_t *panel_data(const struct figure *figure, size_t panel)
{
	json_t *lines = json_array(), *xs = json_array();
	size_t count;
	double *x = all_x(figure, panel, &count);

	for (size_t i = 0; x && i < count; i++)
		json_array_append_new(xs, json_real(x[i]));
	for (size_t i = 0; x && i < figure->lines; i++) {
		const struct figure_line *line = &figure->line[i];
		const size_t style = figure->panels ? line->style : i;

		if (figure_line_is_in(line, panel))
			json_array_append_new(lines, json_pack("{s:s, s:s, s:o}", "title", line->title, "colour",
							       figure_colours[style % FIGURE_COLOURS], "y",
							       ys(line, x, count)));
	}
	free(x);
	return json_pack("{s:s, s:o, s:o}", "title", figure->panels ? figure->panel[panel] : "", "x", xs, "lines",
			 lines);
}

static json_t *tics(const struct figure *figure)
{
	json_t *list = figure->x_tics ? json_array() : json_null();

	for (size_t i = 0; i < figure->x_tics; i++)
		json_array_append_new(list, json_pack("[f, s]", figure->x_tic[i].at, figure->x_tic[i].text));
	return list;
}

/* JSON inside an element: "</" would end it. */
static void put_json(FILE *to, const char *text)
{
	for (; *text; text++)
		fputs(text[0] == '<' ? "\\u003c" : (const char[]){*text, '\0'}, to);
}

int page_put_chart(FILE *to, const struct figure *figure, const char *name, struct err *err)
{
	json_t *panels = json_array(), *json;
	char *text;

	if (figure->panels)
		for (size_t panel = 0; panel < figure->panels; panel++)
			json_array_append_new(panels, panel_data(figure, panel));
	else
		json_array_append_new(panels, panel_data(figure, FIGURE_EVERY_PANEL));
	json = json_pack("{s:s, s:s, s:b, s:b, s:f, s:b, s:o, s:o}", "x", figure->x_label, "y", figure->y_label, "logX",
			 figure->log_x, "logY", figure->log_y, "allLocal", figure->all_local, "steps",
			 figure->shape == FIGURE_STEPS, "tics", tics(figure), "panels", panels);
	text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
	json_decref(json);
	if (!text)
		return err_memory(err, "a chart");
	fprintf(to,
		"<p class=\"tools\" hidden><button type=\"button\" class=\"explore\" aria-expanded=\"false\" "
		"aria-controls=\"%s-chart\">Explore</button> <button type=\"button\" class=\"scale\" hidden>%s "
		"scale</button></p>\n<div class=\"chart\" id=\"%s-chart\" hidden></div>\n<script "
		"type=\"application/json\">",
		name, figure->log_y ? "Linear" : "Log", name);
	put_json(to, text);
	fputs("</script>\n", to);
	free(text);
	return 0;
}
