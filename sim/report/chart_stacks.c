/* SPDX-License-Identifier: MIT */
/* Charts of what a job waited for: one bar for each point, in which the parts of a fault's cost are stacked. */
#include <math.h>
#include <string.h>

#include "report/chart_build.h"

enum { PARTS = RESULTS_STALL_FIRST_TOUCH_S - RESULTS_STALL_EXIT_S + 1, BARS_MAX = 30 };

static const double group_gap = 0.7; /* between two groups of bars */

/* The names of the parts, in their order within a fault. */
static const char *const part_names[PARTS] = {
	"exit",       "handler", "wait for a handler", "lookup",         "post",         "queue",         "wire",
	"completion", "map",     "write-back buffer",  "page in flight", "minor faults", "first touches",
};

/* Seconds of a part. An empty field counts as 0, so that every part has a number in each row and the bars can be
 * stacked. */
static double seconds(const struct results *results, size_t row, int part)
{
	return fmax(0, results_number(results, row, (enum results_column)part)); /* 0 instead of NAN */
}

/* Microseconds of a part for each demand fetch. */
static double per_fetch(const struct results *results, size_t row, int part)
{
	double fetches = results_number(results, row, RESULTS_FAULTS_DEMAND);

	if (part == RESULTS_STALL_FIRST_TOUCH_S) /* no part of a fetch */
		return fetches > 0 ? 0 : NAN;
	return fetches > 0 ? 1e6 * seconds(results, row, part) / fetches : NAN;
}

/* A part in per cent of the time with all memory local. */
static double per_base(const struct results *results, size_t row, int part)
{
	double base_s = results_number(results, row, RESULTS_BASE_S);

	return base_s > 0 ? 100 * seconds(results, row, part) / base_s : NAN;
}

struct stacks {
	view_measure *measure;
	const char *title, *y_label, *unit;
};

/* The series of every part: the same lines and points in each. */
struct parts {
	struct view_series *of[PARTS];
	size_t lines;
};

static bool occurs(const struct view_series *series, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		for (size_t j = 0; j < series[i].count; j++)
			if (series[i].y[j] > 0)
				return true;
	return false;
}

static int take_parts(struct parts *parts, const struct chart_input *input, const struct stacks *stacks,
		      const struct view *view, struct arena *arena, struct err *err)
{
	int status = 0;

	for (int part = 0; part < PARTS && status == 0; part++) {
		const struct view_quantity quantity = {stacks->measure, RESULTS_STALL_EXIT_S + part, false};
		struct view_lines lines;

		status = view_lines(view, input->results, &quantity, arena, &lines, err);
		parts->of[part] = lines.series;
		parts->lines = lines.count;
	}
	return status;
}

/* The index of the i-th of `shown` evenly spaced points out of `count`, including the first and the last. */
static size_t point_at(size_t i, size_t shown, size_t count)
{
	return shown > 1 ? i * (count - 1) / (shown - 1) : 0;
}

static size_t shown_points(const struct parts *parts, size_t line)
{
	size_t count = parts->of[0][line].count, room = parts->lines * 2 < BARS_MAX ? BARS_MAX / parts->lines : 2;

	return count < room ? count : room;
}

/* How many bars there are, or would be with all points. */
static size_t count_bars(const struct parts *parts, bool all)
{
	size_t bars = 0;

	for (size_t line = 0; line < parts->lines; line++)
		bars += all ? parts->of[0][line].count : shown_points(parts, line);
	return bars;
}

/* Sets the positions of the bars, in groups, with their labels. */
static int set_places(struct charts *charts, struct figure *figure, const struct view *view, const struct parts *parts,
		      struct err *err)
{
	struct figure_tic *tic;
	struct figure_group *group = arena_alloc(&charts->arena, parts->lines, sizeof(*group));
	const struct figure_tic *word = view->x ? chart_tics(charts, view->x) : NULL;
	size_t bars = count_bars(parts, false);

	tic = arena_alloc(&charts->arena, bars, sizeof(*tic));
	if (!tic || !group || (view->x && !word))
		return err_memory(err, "the bars of a figure");
	for (size_t line = 0; line < parts->lines; line++) {
		const struct view_series *series = &parts->of[0][line];
		size_t shown = shown_points(parts, line);
		double first = (double)figure->x_tics + (double)line * group_gap;

		group[line] = (struct figure_group){first, first + (double)shown - 1, series->title};
		for (size_t i = 0; i < shown; i++) {
			const char *text = view->x ? word[series->value[point_at(i, shown, series->count)]].text
						   : series->title;

			tic[figure->x_tics++] = (struct figure_tic){first + (double)i, text};
		}
	}
	figure->x_tic = tic;
	figure->group = group;
	figure->groups = view->x && parts->lines > 1 ? parts->lines : 0;
	return 0;
}

/* Sets the values of one part at every position. */
static int set_part(struct charts *charts, const struct figure *figure, struct figure_line *to,
		    const struct parts *parts, int part, struct err *err)
{
	double *x = arena_alloc(&charts->arena, figure->x_tics, sizeof(*x)),
	       *y = arena_alloc(&charts->arena, figure->x_tics, sizeof(*y));
	size_t bar = 0;

	if (!x || !y)
		return err_memory(err, "the bars of a figure");
	for (size_t line = 0; line < parts->lines; line++) {
		size_t shown = shown_points(parts, line);

		for (size_t i = 0; i < shown; i++, bar++) {
			x[bar] = figure->x_tic[bar].at;
			y[bar] = parts->of[part][line].y[point_at(i, shown, parts->of[part][line].count)];
		}
	}
	*to = (struct figure_line){.title = part_names[part], .count = bar, .x = x, .y = y, .style = (size_t)part};
	return 0;
}

static int set_parts(struct charts *charts, struct figure *figure, const struct parts *parts, struct err *err)
{
	struct figure_line *line = arena_alloc(&charts->arena, PARTS, sizeof(*line));
	int status = line ? 0 : err_memory(err, "the bars of a figure");

	for (int part = 0; part < PARTS && status == 0; part++)
		if (occurs(parts->of[part], parts->lines))
			status = set_part(charts, figure, &line[figure->lines++], parts, part, err);
	figure->line = line;
	return status;
}

/* Names the tallest bar and its largest part. */
static const char *say(struct arena *arena, const struct figure *figure, const struct stacks *stacks)
{
	const char *group = "";
	size_t tallest = 0, largest = 0;
	double most = 0, total = 0;

	for (size_t bar = 0; bar < figure->x_tics; bar++) {
		double sum = 0;

		for (size_t i = 0; i < figure->lines; i++)
			sum += figure->line[i].y[bar];
		if (sum > most * (1 + 1e-6)) /* the first of equal bars */
			most = sum, tallest = bar;
	}
	for (size_t i = 0; i < figure->lines; i++) {
		total += figure->line[i].y[tallest];
		if (figure->line[i].y[tallest] > figure->line[largest].y[tallest])
			largest = i;
	}
	for (size_t i = 0; i < figure->groups; i++)
		if (figure->x_tic[tallest].at >= figure->group[i].first &&
		    figure->x_tic[tallest].at <= figure->group[i].last)
			group = figure->group[i].title;
	return arena_text(arena, "Most at %s%s%s: %s%s, of which %s is %.0f %%.", *group ? group : "",
			  *group ? ", " : "", figure->x_tic[tallest].text, chart_number(arena, total), stacks->unit,
			  figure->line[largest].title, 100 * figure->line[largest].y[tallest] / total);
}

static int make_one(const struct chart_kind *kind, const struct chart_input *input, const struct stacks *stacks,
		    const struct view *view, struct charts *charts, struct err *err)
{
	struct parts parts = {0};
	struct figure figure = {.shape = FIGURE_STACKS,
				.y_label = stacks->y_label,
				.x_label = view->x ? view->x->label : ""};
	struct chart *chart;
	int status = take_parts(&parts, input, stacks, view, &charts->arena, err);

	if (status == 0)
		status = set_places(charts, &figure, view, &parts, err);
	if (status == 0)
		status = set_parts(charts, &figure, &parts, err);
	if (status < 0 || figure.lines == 0)
		return status;
	chart = charts_add(charts, input, view, kind->name, stacks->title, err);
	if (!chart)
		return ERR_FAILED;
	figure.title = chart->figure.title;
	chart->figure = figure;
	chart->sentence = say(&charts->arena, &figure, stacks);
	if (chart->sentence && count_bars(&parts, false) < count_bars(&parts, true))
		chart->sentence = arena_text(
			&charts->arena,
			"%s It has %zu bars for %zu points, evenly spaced (--where KEY=VALUE picks others).",
			chart->sentence, count_bars(&parts, false), count_bars(&parts, true));
	return chart->sentence ? 0 : err_memory(err, "the figures");
}

static int make(const struct chart_kind *kind, const struct chart_input *input, const struct stacks *stacks,
		struct charts *charts, struct err *err)
{
	const struct axis *facet;
	struct view view;
	int status = 0;

	view_choose(&view, input->axes, chart_main_axis(input), &input->request);
	facet = view_facet(&view);
	for (uint32_t i = 0; i < (facet ? facet->values : 1) && status == 0; i++) {
		view_set_facet(&view, i);
		status = make_one(kind, input, stacks, &view, charts, err);
	}
	return status;
}

static const double all_from = 0.95; /* the share of one part in every bar from which there is nothing to compare */

static const char *dull(const struct chart *chart, struct arena *arena)
{
	const struct figure *figure = &chart->figure;

	for (size_t i = 0; i < figure->lines; i++) {
		double least = 1;

		for (size_t bar = 0; bar < figure->x_tics; bar++) {
			double sum = 0;

			for (size_t j = 0; j < figure->lines; j++)
				sum += figure->line[j].y[bar];
			least = sum > 0 ? fmin(least, figure->line[i].y[bar] / sum) : least;
		}
		if (least >= all_from)
			return arena_text(arena, "%s is at least %.0f %% of each bar", figure->line[i].title,
					  floor(100 * least));
	}
	return NULL;
}

static bool has_all(const struct chart_input *input)
{
	for (int column = RESULTS_STALL_EXIT_S; column <= RESULTS_STALL_FIRST_TOUCH_S; column++)
		if (column != RESULTS_STALL_HANDLER_QUEUE_S && /* older results do not have it */
		    !results_has(input->results, (enum results_column)column))
			return false;
	return results_has(input->results, RESULTS_FAULTS_DEMAND);
}

static int make_cost(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		     struct err *err)
{
	static const struct stacks stacks = {per_fetch, "What a demand fetch costs", "wait for each demand fetch (us)",
					     " us"};

	return make(kind, input, &stacks, charts, err);
}

static bool by_name_only(const struct chart_input *input)
{
	(void)input;
	return false;
}

static int make_added(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		      struct err *err)
{
	static const struct stacks stacks = {per_base, "What the job waits for", "added time (% of all local)",
					     " % of the time with all memory local"};

	return make(kind, input, &stacks, charts, err);
}

const struct chart_kind chart_fault_cost = {
	.name = "fault-cost",
	.summary = "what a demand fetch costs, part by part",
	.needs = RESULTS_STALL_WIRE_S,
	.fits = has_all,
	.make = make_cost,
	.dull = dull,
};
const struct chart_kind chart_added_time = {
	.name = "added-time",
	.summary = "what the job waits for, part by part (by name only)",
	.needs = RESULTS_STALL_WIRE_S,
	.fits = by_name_only,
	.make = make_added,
};
