/* SPDX-License-Identifier: MIT */
/* The charts of lines and bars: the numbers that they show, and against what. */
#include <math.h>

#include "report/chart_lines.h"

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

static const struct chart_quantity slowdown = {
	.view = {chart_column, RESULTS_SLOWDOWN, .with_error = true},
	.title = "Slowdown",
	.y_label = "slowdown (all local: 1)",
	.what = "Slowdown",
	.unit = "",
};
static const struct chart_quantity utilisation = {
	.view = {per_cent, RESULTS_LINK_UTILISATION_MAX},
	.title = "Utilisation of the busiest link",
	.y_label = "utilisation of the busiest link (%)",
	.what = "Utilisation of the busiest link",
	.unit = " %",
	.of_points = true,
};
static const struct chart_quantity coverage_of = {
	.view = {coverage},
	.title = "Prefetch coverage",
	.y_label = "fetches needed that came ahead (%)",
	.what = "Prefetch coverage",
	.unit = " %",
};
static const struct chart_quantity accuracy_of = {
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

	return x ? chart_lines_make(kind, input, &slowdown, x, charts, err) : 0;
}

static bool latency_varies(const struct chart_input *input)
{
	return chart_latency_axis(input) != NULL;
}

static int make_latency(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
			struct err *err)
{
	const struct axis *x = chart_latency_axis(input);

	return x ? chart_lines_make(kind, input, &slowdown, x, charts, err) : 0;
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

	return chart_lines_make(kind, input, &slowdown, x ? x : chart_main_axis(input), charts, err);
}

static bool links_are_used(const struct chart_input *input)
{
	return any_above_zero(input, RESULTS_LINK_UTILISATION_MAX);
}

static int make_links(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		      struct err *err)
{
	return chart_lines_make(kind, input, &utilisation, chart_main_axis(input), charts, err);
}

static const double used_from = 30; /* per cent: a link that is used less delays next to nothing */

static const char *dull_links(const struct chart *chart, struct arena *arena)
{
	double most = 0;

	for (size_t i = 0; i < chart->figure.lines; i++)
		for (size_t j = 0; j < chart->figure.line[i].count; j++)
			most = fmax(most, chart->figure.line[i].y[j]);
	return most < used_from ? arena_text(arena, "at most %s %%", chart_number(arena, most)) : NULL;
}

static bool pages_come_ahead(const struct chart_input *input)
{
	return any_above_zero(input, RESULTS_PREFETCH_ISSUED);
}

static int make_coverage(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
			 struct err *err)
{
	return chart_lines_make(kind, input, &coverage_of, chart_main_axis(input), charts, err);
}

static int make_accuracy(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
			 struct err *err)
{
	return chart_lines_make(kind, input, &accuracy_of, chart_main_axis(input), charts, err);
}

const struct chart_kind chart_slowdown_local = {
	.name = "slowdown-local",
	.summary = "slowdown against local memory",
	.needs = RESULTS_SLOWDOWN,
	.fits = local_varies,
	.make = make_local,
};
const struct chart_kind chart_slowdown_latency = {
	.name = "slowdown-latency",
	.summary = "slowdown against the interconnect's latency",
	.needs = RESULTS_SLOWDOWN,
	.fits = latency_varies,
	.make = make_latency,
};
const struct chart_kind chart_slowdown = {
	.name = "slowdown",
	.summary = "slowdown against another key, or the one of --x",
	.needs = RESULTS_SLOWDOWN,
	.fits = other_varies,
	.make = make_other,
};
const struct chart_kind chart_links = {
	.name = "links",
	.summary = "utilisation of the busiest link",
	.needs = RESULTS_LINK_UTILISATION_MAX,
	.fits = links_are_used,
	.make = make_links,
	.dull = dull_links,
};
const struct chart_kind chart_coverage = {
	.name = "prefetch-coverage",
	.summary = "of the fetches that were needed, those that came ahead",
	.needs = RESULTS_PREFETCH_ISSUED,
	.fits = pages_come_ahead,
	.make = make_coverage,
};
const struct chart_kind chart_accuracy = {
	.name = "prefetch-accuracy",
	.summary = "of the pages fetched ahead, those that were touched",
	.needs = RESULTS_PREFETCH_ISSUED,
	.fits = pages_come_ahead,
	.make = make_accuracy,
};
