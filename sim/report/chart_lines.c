/* SPDX-License-Identifier: MIT */
/* Charts of one number of each job against one axis: lines, or bars where the axis holds words. */
#include <math.h>
#include <string.h>

#include "report/chart_build.h"

static const double log_y_from = 5;        /* from this slowdown on, the y axis is logarithmic */
static const double idle_said_from = 0.01; /* the share of a base from which its idle time is mentioned */

/* The quantity that a chart shows. */
struct quantity {
	struct view_quantity view; /* with the error of a slowdown, which is the only one that has any */
	const char *title, *y_label, *what, *unit; /* the sentence speaks of `what` */
	bool of_points;
};

static double column(const struct results *results, size_t row, int which)
{
	return results_number(results, row, (enum results_column)which);
}

static double per_cent(const struct results *results, size_t row, int which)
{
	return 100 * results_number(results, row, (enum results_column)which);
}

/* Prefetched pages that were touched, whether they arrived in time or late. */
static double good(const struct results *results, size_t row)
{
	return results_number(results, row, RESULTS_PREFETCH_USED) +
	       results_number(results, row, RESULTS_PREFETCH_LATE);
}

/* As in `megavm curve`: the share of needed fetches that a prefetch replaced. NAN for a job without a prefetcher. */
static double coverage(const struct results *results, size_t row, int which)
{
	double ahead = good(results, row);

	(void)which;
	if (!(results_number(results, row, RESULTS_PREFETCH_ISSUED) > 0))
		return NAN;
	return 100 * ahead / (ahead + results_number(results, row, RESULTS_FAULTS_DEMAND));
}

/* As in `megavm curve`: the share of prefetched pages that were touched. */
static double accuracy(const struct results *results, size_t row, int which)
{
	(void)which;
	return 100 * good(results, row) /
	       results_number(results, row, RESULTS_PREFETCH_ISSUED); /* NAN where nothing was prefetched */
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
	static const struct view_quantity most = {column, RESULTS_SLOWDOWN_MAX, false};
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
			to->title = arena_text(arena, "%s, at most", to->title);
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
	const struct quantity *quantity;
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
static int find_largest(const struct chart_input *input, const struct quantity *quantity, struct view *view,
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
			band[figure->bands++] = (struct figure_band){input->bands->low[i], input->bands->high[i],
								     sheet_cell(&input->bands->sheet, i,
										input->bands->title)};
	figure->band = band;
	return 0;
}

/*
 * Names the job of the view whose base is idle most, if that is at least idle_said_from: it is slowed down in the rest
 * of its time only.
 * "" if there is none, NULL when out of memory.
 */
static const char *say_idle(const struct chart_input *input, const struct view *view, struct arena *arena)
{
	const struct results *results = input->results;
	double most = 0;
	size_t of = 0;

	for (size_t row = 0; row < results->sheet.rows; row++) {
		double share = results_number(results, row, RESULTS_BASE_IDLE_S) /
			       results_number(results, row, RESULTS_BASE_S);

		if (view_shows(view, row) && share > most) /* false for NAN */
			most = share, of = row;
	}
	if (most < idle_said_from)
		return "";
	return arena_text(arena, " The base of %s is idle for %.0f %%.", results_word(results, of, RESULTS_JOB),
			  100 * most);
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

/* The row of the view that fetches most with all of its footprint local; SIZE_MAX when none fetches anything there. */
static size_t fetching_all_local(const struct chart_input *input, const struct view *view)
{
	const struct results *results = input->results;
	size_t of = SIZE_MAX;
	double most = 0;

	for (size_t row = 0; row < results->sheet.rows; row++) {
		double faults = results_number(results, row, RESULTS_FAULTS_DEMAND);

		if (view_shows(view, row) && results_number(results, row, RESULTS_LOCAL_RATIO) >= 1 && faults > most)
			most = faults, of = row;
	}
	return of;
}

/* Slowdowns at 100 % local are not 1 where a region begins with other pages local than those that it touches.
 * "" if there are none, NULL when out of memory. */
static const char *say_all_local(const struct chart_input *input, size_t row, struct arena *arena)
{
	if (row == SIZE_MAX)
		return "";
	return arena_text(arena,
			  " With frames for all that it touches, %s still fetches %.0f pages: not all of them began "
			  "local.",
			  results_word(input->results, row, RESULTS_JOB),
			  results_number(input->results, row, RESULTS_FAULTS_DEMAND));
}

/* What all figures of a chart have in common. */
struct common {
	const struct chart_kind *kind;
	const struct chart_input *input;
	const struct quantity *quantity;
	double most; /* the largest value in any of them */
};

static int make_one(const struct common *common, const struct view *view, struct charts *charts, struct err *err)
{
	const struct quantity *quantity = common->quantity;
	struct view_lines lines;
	struct figure *figure;
	struct chart *chart;
	const char *title, *said, *idle, *all_local;
	bool bounds, has_bars;
	int status = make_lines(&(struct lines_of){common->input, quantity, &charts->arena}, view, &lines, &bounds,
				err);
	size_t fetching = quantity->view.with_error ? fetching_all_local(common->input, view) : SIZE_MAX;

	if (status < 0 || lines.count == 0)
		return status;
	title = arena_text(&charts->arena, "%s against %.*s", quantity->title,
			   (int)(view->x ? view_label_length(view->x) : 3), view->x ? view->x->label : "job");
	chart = title ? charts_add(charts, common->input, view, common->kind->name, title, err) : NULL;
	if (!chart)
		return title ? ERR_FAILED : err_memory(err, "the figures");
	figure = &chart->figure;
	figure->x_label = view->x ? view->x->label : "";
	if (fetching != SIZE_MAX && view->x && view->x->is_share)
		figure->x_label = arena_text(&charts->arena, "%s; at 100 not all of it begins local", figure->x_label);
	if (!figure->x_label)
		return err_memory(err, "the figures");
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
	has_bars = any_bar(&lines);
	said = chart_say_lines(&charts->arena, quantity->what, quantity->unit, view->x, lines.series, lines.count);
	idle = quantity->view.with_error ? say_idle(common->input, view, &charts->arena) : "";
	all_local = say_all_local(common->input, fetching, &charts->arena);
	chart->sentence = said && idle && all_local ? arena_text(&charts->arena, "%s%s%s%s%s", said, all_local, idle,
								 bounds ? say_bounds : "", has_bars ? say_bars : "")
						    : NULL;
	return status < 0 || chart->sentence ? status : err_memory(err, "the figures");
}

static int make(const struct chart_kind *kind, const struct chart_input *input, const struct quantity *quantity,
		const struct axis *x, struct charts *charts, struct err *err)
{
	struct view_request request = input->request;
	const struct axis *facet;
	struct common common = {.kind = kind, .input = input, .quantity = quantity};
	struct view view;
	int status;

	request.whole_points = quantity->of_points;
	view_choose(&view, input->axes, x, &request);
	facet = view_facet(&view);
	status = find_largest(input, quantity, &view, &charts->arena, &common.most, err);
	for (uint32_t i = 0; i < (facet ? facet->values : 1) && status == 0; i++) {
		view_set_facet(&view, i);
		status = make_one(&common, &view, charts, err);
	}
	return status;
}

static const struct quantity slowdown = {
	.view = {column, RESULTS_SLOWDOWN, .with_error = true},
	.title = "Slowdown",
	.y_label = "slowdown (all local: 1)",
	.what = "Slowdown",
	.unit = "",
};
static const struct quantity utilisation = {
	.view = {per_cent, RESULTS_LINK_UTILISATION_MAX},
	.title = "Utilisation of the busiest link",
	.y_label = "utilisation of the busiest link (%)",
	.what = "Utilisation of the busiest link",
	.unit = " %",
	.of_points = true,
};
static const struct quantity coverage_of = {
	.view = {coverage},
	.title = "Prefetch coverage",
	.y_label = "fetches needed that came ahead (%)",
	.what = "Prefetch coverage",
	.unit = " %",
};
static const struct quantity accuracy_of = {
	.view = {accuracy},
	.title = "Prefetch accuracy",
	.y_label = "pages fetched ahead that were touched (%)",
	.what = "Prefetch accuracy",
	.unit = " %",
};

static bool any_above_zero(const struct chart_input *input, enum results_column which)
{
	for (size_t row = 0; row < input->results->sheet.rows; row++)
		if (results_number(input->results, row, which) > 0)
			return true;
	return false;
}

static bool local_varies(const struct chart_input *input)
{
	return chart_local_axis(input) != NULL;
}

static int make_local(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		      struct err *err)
{
	const struct axis *x = chart_local_axis(input);

	return x ? make(kind, input, &slowdown, x, charts, err) : 0;
}

static bool latency_varies(const struct chart_input *input)
{
	return chart_latency_axis(input) != NULL;
}

static int make_latency(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
			struct err *err)
{
	const struct axis *x = chart_latency_axis(input);

	return x ? make(kind, input, &slowdown, x, charts, err) : 0;
}

/* Fits when another axis varies, when all axes hold words, or when nothing varies; then the jobs are compared. */
static bool other_varies(const struct chart_input *input)
{
	return input->request.x || chart_other_axis(input) || (!local_varies(input) && !latency_varies(input));
}

static int make_other(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		      struct err *err)
{
	const struct axis *x = input->request.x ? NULL : chart_other_axis(input);

	return make(kind, input, &slowdown, x ? x : chart_main_axis(input), charts, err);
}

static bool links_are_used(const struct chart_input *input)
{
	return any_above_zero(input, RESULTS_LINK_UTILISATION_MAX);
}

static int make_links(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		      struct err *err)
{
	return make(kind, input, &utilisation, chart_main_axis(input), charts, err);
}

static bool pages_come_ahead(const struct chart_input *input)
{
	return any_above_zero(input, RESULTS_PREFETCH_ISSUED);
}

static int make_coverage(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
			 struct err *err)
{
	return make(kind, input, &coverage_of, chart_main_axis(input), charts, err);
}

static int make_accuracy(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
			 struct err *err)
{
	return make(kind, input, &accuracy_of, chart_main_axis(input), charts, err);
}

const struct chart_kind chart_slowdown_local = {
	"slowdown-local", "slowdown against local memory", RESULTS_SLOWDOWN, local_varies, make_local,
};
const struct chart_kind chart_slowdown_latency = {
	"slowdown-latency", "slowdown against the interconnect's latency", RESULTS_SLOWDOWN, latency_varies,
	make_latency,
};
const struct chart_kind chart_slowdown = {
	"slowdown", "slowdown against another key, or the one of --x", RESULTS_SLOWDOWN, other_varies, make_other,
};
const struct chart_kind chart_links = {
	"links", "utilisation of the busiest link", RESULTS_LINK_UTILISATION_MAX, links_are_used, make_links,
};
const struct chart_kind chart_coverage = {
	"prefetch-coverage",     "of the fetches that were needed, those that came ahead",
	RESULTS_PREFETCH_ISSUED, pages_come_ahead,
	make_coverage,
};
const struct chart_kind chart_accuracy = {
	"prefetch-accuracy",     "of the pages fetched ahead, those that were touched",
	RESULTS_PREFETCH_ISSUED, pages_come_ahead,
	make_accuracy,
};
