/* SPDX-License-Identifier: MIT */
/* Charts of one number of each job against one axis: lines, or bars where the axis holds words. */
#include <math.h>
#include <string.h>

#include "report/chart_lines.h"
#include "report/chart_notes.h"
#include "report/chart_panels.h"

static const char at_most[] = ", at most"; /* behind the title of an upper bound */
static const double log_y_from = 5;        /* from this slowdown on, the y axis is logarithmic */

double chart_column(const struct results *results, size_t row, int which)
{
	return results_number(results, row, (enum results_column)which);
}

static double largest(const struct view_lines *lines)
{
	double most = 0;

	for (size_t i = 0; i < lines->count; i++)
		for (size_t j = 0; j < lines->series[i].count; j++)
			most = fmax(most, lines->series[i].y[j] + lines->series[i].error[j]);
	return most;
}

/* Whether a line is above another one at any common point, by more than rounding. */
static bool is_above(const struct view_series *upper, const struct view_series *lower)
{
	for (size_t i = 0; i < upper->count; i++)
		for (size_t j = 0; j < lower->count; j++)
			if (upper->value[i] == lower->value[j] && upper->y[i] > lower->y[j] * (1 + 1e-9))
				return true;
	return false;
}

/* Appends the upper bounds of jobs with several virtual CPUs, as lines of their own: those of the series whose bounds
 * differ anywhere. Sets *bounds when there are any. */
static int add_bounds(const struct chart_input *input, const struct view *view, struct arena *arena,
		      struct view_lines *lines, bool *bounds, struct err *err)
{
	static const struct view_quantity most = {chart_column, RESULTS_SLOWDOWN_MAX, false};
	const size_t least = lines->count;
	struct view_series *both = arena_alloc(arena, 2 * least, sizeof(*both));
	struct view_lines upper;
	int status = view_lines(view, input->results, &most, arena, &upper, err);

	*bounds = false;
	if (status < 0 || !both)
		return status < 0 ? status : err_memory(err, "the lines of a figure");
	memcpy(both, lines->series, least * sizeof(*both));
	lines->series = both;
	for (size_t i = 0; i < least; i++)
		for (size_t j = 0; j < upper.count; j++) {
			struct view_series *to = &both[lines->count];

			if (strcmp(both[i].title, upper.series[j].title) != 0 || !is_above(&upper.series[j], &both[i]))
				continue;
			*to = upper.series[j];
			to->title = arena_text(arena, "%s%s", to->title, at_most);
			if (!to->title)
				return err_memory(err, "the lines of a figure");
			lines->count++;
			*bounds = true;
		}
	return 0;
}

/* What lines are made of. */
struct lines_of {
	const struct chart_input *input;
	const struct chart_quantity *quantity;
	struct arena *arena;
};

/* The lines of a view, those of a slowdown with its upper bounds. */
static int make_lines(const struct lines_of *of, const struct view *view, struct view_lines *lines, bool *bounds,
		      struct err *err)
{
	int status = view_lines(view, of->input->results, &of->quantity->view, of->arena, lines, err);

	*bounds = false;
	return status == 0 && of->quantity->view.with_error ? add_bounds(of->input, view, of->arena, lines, bounds, err)
							    : status;
}

/* Finds the largest value in the figures of all facets, so that all have the same scale. */
static int find_largest(const struct chart_input *input, const struct chart_quantity *quantity, struct view *view,
			struct arena *arena, double *most, struct err *err)
{
	const struct axis *facet = view_facet(view);
	int status = 0;

	*most = 0;
	for (uint32_t i = 0; i < (facet ? facet->values : 1) && status == 0; i++) {
		struct view_lines lines;
		bool bounds;

		view_set_facet(view, i);
		status = make_lines(&(struct lines_of){input, quantity, arena}, view, &lines, &bounds, err);
		if (status == 0)
			*most = fmax(*most, largest(&lines));
		if (status == 0 && view->band) {
			const struct view top = view_at_band_top(view);

			status = make_lines(&(struct lines_of){input, quantity, arena}, &top, &lines, &bounds, err);
			if (status == 0)
				*most = fmax(*most, largest(&lines));
		}
	}
	return status;
}

/* Shades each of the lines up to what it is with the fault costs of the band's other preset. */
static int shade(const struct chart_input *input, const struct view *view, struct charts *charts,
		 struct figure_line *line, size_t count, struct err *err)
{
	static const struct view_quantity slowdowns = {chart_column, RESULTS_SLOWDOWN, false};
	const struct view top = view_at_band_top(view);
	struct view_lines upper;
	int status = view_lines(&top, input->results, &slowdowns, &charts->arena, &upper, err);

	for (size_t i = 0; i < count && status == 0; i++)
		for (size_t j = 0; j < upper.count; j++)
			if (strcmp(line[i].title, upper.series[j].title) == 0 &&
			    line[i].count == upper.series[j].count) {
				line[i].low = line[i].y;
				line[i].high = upper.series[j].y;
			}
	return status;
}

static int set_bands(const struct chart_input *input, struct charts *charts, struct figure *figure, struct err *err)
{
	size_t count = input->bands ? input->bands->count : 0;
	struct figure_band *band = arena_alloc(&charts->arena, count, sizeof(*band));

	if (!band)
		return err_memory(err, "the bands");
	for (size_t i = 0; i < count; i++)
		if (bands_apply(input->bands, i, input->results))
			band[figure->bands++] = (struct figure_band){.low = input->bands->low[i],
								     .high = input->bands->high[i],
								     .title = sheet_cell(&input->bands->sheet, i,
											 input->bands->title),
								     .panel = FIGURE_EVERY_PANEL};
	figure->band = band;
	return 0;
}

static const char
	say_bounds[] = " At most: if each fetch of a job with several virtual CPUs delays all of them.",
	say_bars[] = " The bars are 95 % confidence intervals of the mean over what the model draws at random.";

static bool any_bar(const struct view_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		for (size_t j = 0; j < lines->series[i].count; j++)
			if (lines->series[i].error[j] > 0)
				return true;
	return false;
}

/* What the shaded bands are; NULL when out of memory. */
static const char *say_band(const struct view *view, struct arena *arena)
{
	return arena_text(arena,
			  " The lines are without any fault costs (ideal); the bands reach up to the costs of %s.",
			  view->band->value[view_band_top(view)].text);
}

/* What all figures of a chart have in common. */
struct common {
	const struct chart_kind *kind;
	const struct chart_input *input;
	const struct chart_quantity *quantity;
	double most; /* the largest value in any of them */
};

/* The sentence about the lines of a view. */
static int say(const struct common *common, const struct view *view, const struct view_lines *lines,
	       struct charts *charts, struct chart *chart, struct err *err)
{
	const struct chart_quantity *quantity = common->quantity;
	struct arena *arena = &charts->arena;
	const bool slowdown = quantity->view.with_error;
	const char *said = chart_say_lines(arena, quantity->what, quantity->unit, view->x, lines->series, lines->count);
	const char *shaded = view->band ? say_band(view, arena) : "";
	const char *idle = slowdown ? chart_say_idle(common->input, view, arena) : "",
		   *all_local = slowdown ? chart_say_all_local(common->input, view, arena) : "";
	bool bounds = false;

	for (size_t i = 0; i < chart->figure.lines; i++) /* "..., at most": add_bounds */
		bounds = bounds || strstr(chart->figure.line[i].title, at_most);
	if (said && shaded && idle && all_local)
		chart->sentence = arena_text(arena, "%s%s%s%s%s%s%s", said, shaded, all_local, idle,
					     bounds ? say_bounds : "", any_bar(lines) ? say_bars : "",
					     chart->figure.free_y ? " Each panel has a range of its own." : "");
	return said && shaded && idle && all_local && chart->sentence ? 0 : err_memory(err, "the figures");
}

static int make_one(const struct common *common, const struct view *view, struct charts *charts, struct err *err)
{
	const struct chart_quantity *quantity = common->quantity;
	struct view_lines lines;
	struct figure *figure;
	struct chart *chart;
	const char *title;
	bool bounds;
	int status = make_lines(&(struct lines_of){common->input, quantity, &charts->arena}, view, &lines, &bounds,
				err);

	if (status < 0 || lines.count == 0)
		return status;
	title = arena_text(&charts->arena, "%s against %.*s", quantity->title,
			   (int)(view->x ? view_label_length(view->x) : 3), view->x ? view->x->label : "job");
	chart = title ? charts_add(charts, common->input, view, common->kind->name, title, err) : NULL;
	if (!chart)
		return title ? ERR_FAILED : err_memory(err, "the figures");
	figure = &chart->figure;
	figure->x_label = view->x ? view->x->label : "";
	figure->y_label = quantity->y_label;
	figure->shape = view->x && view->x->scale != AXIS_WORDS ? FIGURE_LINES : FIGURE_BARS;
	figure->log_x = view->x && view->x->scale == AXIS_LOG;
	figure->log_y = quantity->view.with_error && common->most >= log_y_from;
	figure->all_local = quantity->view.with_error ? 1 : 0;
	figure->y_max = view_facet(view) ? common->most * 1.03 : 0;
	status = chart_set_lines(charts, figure, view->x, lines.series, lines.count, err);
	if (status == 0 && quantity->view.with_error &&
	    figure->shape == FIGURE_LINES) /* bars leave no room for a band's label */
		status = set_bands(common->input, charts, figure, err);
	if (status == 0 && view->band)
		status = shade(common->input, view, charts, (struct figure_line *)figure->line, figure->lines, err);
	return status < 0 ? status : say(common, view, &lines, charts, chart, err);
}

/* The panel in which a band is drawn: of workloads, those that it is of; FIGURE_EVERY_PANEL for every one. */
static int add_panel_bands(const struct common *common, const struct axis *facet, struct charts *charts,
			   struct figure *figure, struct err *err)
{
	const struct bands *bands = common->input->bands;
	const size_t count = bands ? bands->count * figure->panels : 0;
	struct figure_band *band = arena_alloc(&charts->arena, count + 1, sizeof(*band));

	if (!band)
		return err_memory(err, "the bands");
	for (size_t i = 0; bands && i < bands->count; i++)
		for (size_t panel = 0; panel < figure->panels; panel++)
			if (bands_are_of(bands, i, figure->panel[panel]) ||
			    (!axis_is_workload(facet) && bands_apply(bands, i, common->input->results)))
				band[figure->bands++] = (struct figure_band){bands->low[i], bands->high[i],
									     sheet_cell(&bands->sheet, i, bands->title),
									     panel};
	figure->band = band;
	return 0;
}

/* A line's style is its title's: the same title has the same style in each panel. Where each panel has one line, all
 * look alike. */
static void set_styles(struct figure_line *line, size_t lines, size_t panels)
{
	size_t styles = 0;

	if (lines == panels)
		return;

	for (size_t i = 0; i < lines; i++) {
		size_t same = 0;

		while (same < i && strcmp(line[same].title, line[i].title) != 0)
			same++;
		line[i].style = same < i ? line[same].style : styles++;
	}
}

/* Gathers the lines of every panel. */
static int fill_panels(const struct common *common, struct view *view, struct charts *charts, struct figure *figure,
		       struct err *err)
{
	const struct axis *facet = view_facet(view);
	const char **title = arena_alloc(&charts->arena, facet->values, sizeof(*title));
	struct figure_line *line = arena_alloc(&charts->arena, 2 * facet->values * view_line_count(view),
					       sizeof(*line));
	int status = title && line ? 0 : err_memory(err, "the panels of a figure");

	for (uint32_t i = 0; i < facet->values && status == 0; i++) {
		struct view_lines lines;
		bool bounds;

		view_set_facet(view, i);
		status = make_lines(&(struct lines_of){common->input, common->quantity, &charts->arena}, view, &lines,
				    &bounds, err);
		if (status < 0 || lines.count == 0)
			continue;
		for (size_t j = 0; j < lines.count; j++) {
			const struct view_series *from = &lines.series[j];

			line[figure->lines++] = (struct figure_line){.title = from->title,
								     .count = from->count,
								     .x = from->x,
								     .y = from->y,
								     .error = from->error,
								     .panel = figure->panels};
		}
		if (view->band)
			status = shade(common->input, view, charts, &line[figure->lines - lines.count], lines.count,
				       err);
		title[figure->panels] = view_value_text(&charts->arena, facet, i);
		if (!title[figure->panels++] && status == 0)
			status = err_memory(err, "the panels of a figure");
	}
	if (status < 0)
		return status;
	set_styles(line, figure->lines, figure->panels);
	figure->line = line;
	figure->panel = title;
	return chart_set_tics(charts, figure, view->x, err);
}

/* One figure with a panel for each value of the facet. The sentence speaks of all lines together. */
static int make_panels(const struct common *common, struct view *view, struct charts *charts, struct err *err)
{
	const struct chart_quantity *quantity = common->quantity;
	const struct axis *facet = view_facet(view);
	struct view all = *view;
	struct figure figure = {.shape = FIGURE_LINES,
				.x_label = view->x->label,
				.y_label = quantity->y_label,
				.share_x = view->x->is_share,
				.log_x = view->x->scale == AXIS_LOG,
				.all_local = quantity->view.with_error ? 1 : 0};
	struct chart *chart;
	const char *title = arena_text(&charts->arena, "%s against %.*s", quantity->title, view_label_length(view->x),
				       view->x->label);
	struct view_lines lines;
	bool bounds;
	int status = fill_panels(common, view, charts, &figure, err);

	all.role[facet - view->axes->axis] = VIEW_LINE;
	if (status < 0 || figure.lines == 0)
		return status;
	if (quantity->view.with_error)
		status = add_panel_bands(common, facet, charts, &figure, err);
	if (status == 0)
		status = make_lines(&(struct lines_of){common->input, quantity, &charts->arena}, &all, &lines, &bounds,
				    err);
	chart = status == 0 && title ? charts_add(charts, common->input, &all, common->kind->name, title, err) : NULL;
	if (!chart)
		return status < 0 ? status : err_memory(err, "the figures");
	figure.free_y = chart_ranges_differ(&figure);
	figure.log_y = quantity->view.with_error && common->most >= log_y_from && !figure.free_y;
	figure.title = chart->figure.title;
	chart->figure = figure;
	return say(common, &all, &lines, charts, chart, err);
}

int chart_lines_make(const struct chart_kind *kind, const struct chart_input *input,
		     const struct chart_quantity *quantity, const struct axis *x, struct charts *charts,
		     struct err *err)
{
	struct view_request request = input->request;
	struct common common = {.kind = kind, .input = input, .quantity = quantity};
	const struct axis *facet;
	struct view view;
	int status;

	request.whole_points = quantity->of_points;
	request.fault_band = quantity->view.with_error && x && x->scale != AXIS_WORDS;
	view_choose(&view, input->axes, x, &request);
	status = find_largest(input, quantity, &view, &charts->arena, &common.most, err);
	if (status == 0 && chart_may_turn(&view)) {
		struct view_lines lines;
		bool bounds;

		view_set_facet(&view, 0);
		status = make_lines(&(struct lines_of){input, quantity, &charts->arena}, &view, &lines, &bounds, err);
		if (status == 0 && chart_is_crowded(&lines, quantity->view.with_error && common.most >= log_y_from))
			chart_turn(&view);
	}
	facet = view_facet(&view);
	if (status == 0 && facet && view.x && view.x->scale != AXIS_WORDS)
		return make_panels(&common, &view, charts, err);
	for (uint32_t i = 0; i < (facet ? facet->values : 1) && status == 0; i++) {
		view_set_facet(&view, i);
		status = make_one(&common, &view, charts, err);
	}
	return status;
}
