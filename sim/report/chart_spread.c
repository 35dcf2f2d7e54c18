/* SPDX-License-Identifier: MIT */
/* The chart of how long fetches take: their cumulative distribution, from the points' JSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "report/chart_build.h"

/* Number of fetches that took at most `ns` and more than the previous step. */
struct step {
	double ns, count;
};

struct spread {
	struct step *step;
	size_t count, room;
};

static const double log_from = 8; /* ratio of the longest to the shortest fetch from which the axis is logarithmic */

static int add_step(struct spread *spread, struct step step, struct err *err)
{
	if (spread->count == spread->room) {
		size_t room = spread->room ? 2 * spread->room : 64;
		struct step *more = realloc(spread->step, room * sizeof(*more));

		if (!more)
			return err_memory(err, "a distribution");
		spread->step = more;
		spread->room = room;
	}
	spread->step[spread->count++] = step;
	return 0;
}

static int by_ns(const void *a, const void *b)
{
	const struct step *one = a, *other = b;

	return (one->ns > other->ns) - (one->ns < other->ns);
}

/* The job of that name in a point's JSON, or NULL. */
static const json_t *find_job(const json_t *point, const char *name)
{
	const json_t *job;
	size_t i;

	json_array_foreach(json_object_get(point, "jobs"), i, job)
	{
		const char *found = json_string_value(json_object_get(job, "name"));

		if (found && strcmp(found, name) == 0)
			return job;
	}
	return NULL;
}

/* Adds a row's fetches. A point without a file, or without steps, adds nothing. */
static int add_row(struct spread *spread, const struct results *results, size_t row, struct err *err)
{
	const json_t *steps, *ns, *count;
	json_error_t ignored;
	json_t *point;
	char *path;
	int status = 0;

	if (asprintf(&path, "%s/%s.json", results->points, results_word(results, row, RESULTS_POINT)) < 0)
		return err_memory(err, "a path");
	point = json_load_file(path, 0, &ignored);
	free(path);
	steps = json_object_get(find_job(point, results_word(results, row, RESULTS_JOB)), "fetch_steps");
	ns = json_object_get(steps, "ns");
	count = json_object_get(steps, "count");
	for (size_t i = 0; i < json_array_size(ns) && status == 0; i++) {
		struct step step = {json_number_value(json_array_get(ns, i)),
				    json_number_value(json_array_get(count, i))};

		if (step.count > 0)
			status = add_step(spread, step, err);
	}
	json_decref(point);
	return status;
}

/* Writes the whole distribution as x (us) and y (%), from 0 to 100 %. */
static int set_line(struct charts *charts, struct spread *spread, const char *title, struct figure_line *line,
		    struct err *err)
{
	double *x = arena_alloc(&charts->arena, spread->count + 1, sizeof(*x)),
	       *y = arena_alloc(&charts->arena, spread->count + 1, sizeof(*y));
	double total = 0, sum = 0;
	size_t n = 0;

	if (!x || !y || !title)
		return err_memory(err, "a distribution");
	qsort(spread->step, spread->count, sizeof(*spread->step), by_ns);
	for (size_t i = 0; i < spread->count; i++)
		total += spread->step[i].count;
	x[n] = spread->step[0].ns / 1000;
	y[n++] = 0;
	for (size_t i = 0; i < spread->count; i++) {
		sum += spread->step[i].count;
		x[n] = spread->step[i].ns / 1000;
		y[n++] = 100 * sum / total;
	}
	*line = (struct figure_line){.title = title, .count = n, .x = x, .y = y};
	return 0;
}

/* One line of the view; without fetches it stays empty. */
static int take_line(struct charts *charts, const struct chart_input *input, const struct view *view, size_t number,
		     struct figure_line *line, struct err *err)
{
	struct spread spread = {0};
	int status = 0;

	for (size_t row = 0; row < input->results->sheet.rows && status == 0; row++)
		if (view_line_of(view, row) == number)
			status = add_row(&spread, input->results, row, err);
	if (status == 0 && spread.count > 0)
		status = set_line(charts, &spread, view_line_title(&charts->arena, view, input->results, number), line,
				  err);
	free(spread.step);
	return status;
}

/* The shortest time, in us, in which at least `per_cent` of the fetches complete. */
static double quantile(const struct figure_line *line, double per_cent)
{
	size_t i = 0;

	while (i + 1 < line->count && line->y[i] < per_cent)
		i++;
	return line->x[i];
}

static const char *say(struct arena *arena, const struct figure *figure)
{
	size_t fast = 0, slow = 0;

	for (size_t i = 0; i < figure->lines; i++) {
		fast = quantile(&figure->line[i], 99) < quantile(&figure->line[fast], 99) ? i : fast;
		slow = quantile(&figure->line[i], 99) > quantile(&figure->line[slow], 99) ? i : slow;
	}
	if (figure->lines == 1)
		return arena_text(arena,
				  "Half of the fetches take at most %s us, 99 %% at most %s us, and the longest %s us.",
				  chart_number(arena, quantile(figure->line, 50)),
				  chart_number(arena, quantile(figure->line, 99)),
				  chart_number(arena, quantile(figure->line, 100)));
	if (quantile(&figure->line[fast], 99) == quantile(&figure->line[slow], 99))
		return arena_text(arena, "99 %% of the fetches take at most %s us in all lines.",
				  chart_number(arena, quantile(figure->line, 99)));
	return arena_text(arena, "99 %% of the fetches take at most %s us (%s) to %s us (%s).",
			  chart_number(arena, quantile(&figure->line[fast], 99)), figure->line[fast].title,
			  chart_number(arena, quantile(&figure->line[slow], 99)), figure->line[slow].title);
}

static const double alike_to = 1.1; /* how much longer the slowest fetch of 100 takes than the median, at most */

static const char *dull(const struct chart *chart, struct arena *arena)
{
	const struct figure *figure = &chart->figure;

	for (size_t i = 0; i < figure->lines; i++)
		if (quantile(&figure->line[i], 99) > alike_to * quantile(&figure->line[i], 50))
			return NULL;
	return arena_text(arena, "99 %% of each line's fetches take at most %s times its median",
			  chart_number(arena, alike_to));
}

static bool spans_much(const struct figure *figure)
{
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < figure->lines; i++) {
		least = fmin(least, figure->line[i].x[0]);
		most = fmax(most, figure->line[i].x[figure->line[i].count - 1]);
	}
	return least > 0 && most >= log_from * least;
}

/* Whether any row is of several runs; their fetches are those of the file that it names, the first one's. */
static bool any_repeats(const struct results *results, const struct view *view)
{
	for (size_t row = 0; row < results->sheet.rows; row++)
		if (view_shows(view, row) && results_number(results, row, RESULTS_REPEATS) > 1)
			return true;
	return false;
}

static int make_one(const struct chart_kind *kind, const struct chart_input *input, const struct view *view,
		    struct charts *charts, struct err *err)
{
	size_t lines = view_line_count(view);
	struct figure figure = {.shape = FIGURE_STEPS,
				.x_label = "time of a demand fetch (us)",
				.y_label = "fetches that take at most this (%)"};
	struct figure_line *line = arena_alloc(&charts->arena, lines, sizeof(*line));
	struct chart *chart;
	int status = line ? 0 : err_memory(err, "a distribution");

	for (size_t i = 0; i < lines && status == 0; i++) {
		status = take_line(charts, input, view, i, &line[figure.lines], err);
		figure.lines += status == 0 && line[figure.lines].count > 0;
	}
	if (status < 0 || figure.lines == 0)
		return status;
	chart = charts_add(charts, input, view, kind->name, "How long fetches take", err);
	if (!chart)
		return ERR_FAILED;
	figure.line = line;
	figure.title = chart->figure.title;
	figure.log_x = spans_much(&figure);
	figure.y_max = 102; /* so that a line at 100 % is visible */
	chart->figure = figure;
	chart->sentence = say(&charts->arena, &figure);
	if (chart->sentence && any_repeats(input->results, view))
		chart->sentence = arena_text(&charts->arena, "%s Of each point's first repeat.", chart->sentence);
	return chart->sentence ? 0 : err_memory(err, "a distribution");
}

static int make(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts, struct err *err)
{
	const struct axis *facet;
	struct view view;
	int status = 0;

	if (!input->results->points)
		return err_set(err, ERR_FAILED, "%s: no folder 'points' beside it: distributions are in its files",
			       input->results->sheet.name);
	view_choose(&view, input->axes, NULL, &input->request);
	facet = view_facet(&view);
	for (uint32_t i = 0; i < (facet ? facet->values : 1) && status == 0; i++) {
		view_set_facet(&view, i);
		status = make_one(kind, input, &view, charts, err);
	}
	return status;
}

/*
 * Fits when the fetches of some job differ in length and their distributions are known. When only a few fetches waited,
 * the figure would be a single step and not useful.
 */
static bool fits(const struct chart_input *input)
{
	const struct results *results = input->results;

	for (size_t row = 0; results->points && row < results->sheet.rows; row++)
		if (results_number(results, row, RESULTS_FETCH_NS_P99) >
		    1.01 * results_number(results, row, RESULTS_FETCH_NS_P50)) /* it is within 0.1 % */
			return true;
	return false;
}

const struct chart_kind chart_fetch_cdf = {
	.name = "fetch-cdf",
	.summary = "how long demand fetches take, cumulative",
	.needs = RESULTS_POINT,
	.fits = fits,
	.make = make,
	.dull = dull,
};
