/* SPDX-License-Identifier: MIT */
#include "report/page_headline.h"

#include "report/html.h"
#include "report/view.h"

enum { COLUMNS_SHOWN = 16 };

/* The shades: a slowdown of at most this has the shade of that number; more has the last. */
static const double shades[] = {1.02, 1.05, 1.1, 1.2, 1.5, 2};

static double slowdown(const struct results *results, size_t row, int which)
{
	(void)which;
	return results_number(results, row, RESULTS_SLOWDOWN);
}

/* Workloads are the rows, `local` the columns; what else varies is held at its first value. */
static struct view view_of(const struct axes *axes, const struct axis *local)
{
	struct view view = {.axes = axes, .x = local};

	for (size_t i = 0; i < axes->count; i++)
		view.role[i] = &axes->axis[i] == local            ? VIEW_X
			       : axis_is_workload(&axes->axis[i]) ? VIEW_LINE
								  : VIEW_HELD;
	return view;
}

/* Many shares: about evenly spaced ones of them, the first and the last included. */
static size_t column_at(size_t i, size_t shown, size_t count)
{
	return shown > 1 ? (i * (count - 1) + (shown - 1) / 2) / (shown - 1) : 0;
}

static void put_cell(FILE *to, const struct view_series *series, uint32_t value)
{
	for (size_t i = 0; i < series->count; i++) {
		size_t shade = 0;

		if (series->value[i] != value)
			continue;
		while (shade < sizeof(shades) / sizeof(*shades) && series->y[i] > shades[shade])
			shade++;
		fprintf(to, "<td class=\"n s%zu\">%.*f</td>", shade, series->y[i] < 9.995 ? 2 : 1, series->y[i]);
		return;
	}
	fputs("<td></td>", to);
}

static void put_rows(FILE *to, const struct axis *local, const struct view_lines *lines)
{
	const size_t shown = local->values < COLUMNS_SHOWN ? local->values : COLUMNS_SHOWN;

	fputs("<thead><tr><th scope=\"col\">local memory</th>", to);
	for (size_t i = 0; i < shown; i++) {
		fputs("<th scope=\"col\" class=\"n\">", to);
		html_put_text(to, local->value[column_at(i, shown, local->values)].name);
		fputs("</th>", to);
	}
	fputs("</tr></thead>\n<tbody>\n", to);
	for (size_t i = 0; i < lines->count; i++) {
		fputs("<tr><th scope=\"row\">", to);
		html_put_text(to, lines->series[i].title);
		fputs("</th>", to);
		for (size_t j = 0; j < shown; j++)
			put_cell(to, &lines->series[i], (uint32_t)column_at(j, shown, local->values));
		fputs("</tr>\n", to);
	}
	fputs("</tbody></table></div>\n", to);
}

int page_put_headline(FILE *to, const struct experiment *experiment, struct err *err)
{
	static const struct view_quantity quantity = {.measure = slowdown};
	const struct axis *swept = axes_named(&experiment->axes, "vms.local"),
			  *local = swept ? swept : axes_named(&experiment->axes, "local");
	struct arena arena = {0};
	struct view_lines lines;
	struct view view;
	const char *held;
	int status;

	if (!local)
		return 0;
	view = view_of(&experiment->axes, local);
	status = view_lines(&view, &experiment->results, &quantity, &arena, &lines, err);
	held = status == 0 ? view_held_text(&arena, &view) : "";
	if (status == 0 && !held)
		status = err_memory(err, "a page");
	if (status == 0 && lines.count) {
		fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"slowdowns of ", to);
		html_put_text(to, experiment_name(experiment));
		fputs("\"><table class=\"headline\"><caption>Slowdown", to);
		if (*held) {
			fputs(": ", to);
			html_put_text(to, held);
		}
		fputs("</caption>\n", to);
		put_rows(to, local, &lines);
	}
	arena_free(&arena);
	return status;
}
