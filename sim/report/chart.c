/* SPDX-License-Identifier: MIT */
#include "report/chart.h"

#include <stdlib.h>
#include <string.h>

#include "report/chart_build.h"

const struct chart_kind *chart_find(const char *name)
{
	for (const struct chart_kind *const *kind = chart_kinds; *kind; kind++)
		if (strcmp((*kind)->name, name) == 0)
			return *kind;
	return NULL;
}

/* Adds to each chart's sentence what the chart leaves out. */
static int say_left_out(struct charts *charts, struct err *err)
{
	for (size_t i = 0; i < charts->count; i++) {
		struct chart *chart = &charts->chart[i];

		if (*chart->left_out)
			chart->sentence = arena_text(&charts->arena, "%s%s", chart->sentence, chart->left_out);
		if (!chart->sentence)
			return err_memory(err, "the figures");
	}
	return 0;
}

static int make_asked(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
		      struct err *err)
{
	size_t before = charts->count;
	int status;

	if (!results_has(input->results, kind->needs))
		return err_set(err, ERR_FAILED, "%s:1: no column '%s', which the figure %s needs",
			       input->results->sheet.name, results_column_names[kind->needs], kind->name);
	status = kind->make(kind, input, charts, err);
	if (status == 0 && charts->count == before)
		status = err_set(err, ERR_FAILED, "%s: has nothing to show in the figure %s (%s)",
				 input->results->sheet.name, kind->name, kind->summary);
	return status < 0 ? status : say_left_out(charts, err);
}

/* Makes the charts of a kind and drops those that say little, unless they would be the only ones. */
static int make_unasked(const struct chart_kind *kind, const struct chart_input *input, struct charts *charts,
			struct err *err)
{
	const size_t before = charts->count;
	const char *why = NULL;
	int status = kind->make(kind, input, charts, err);
	size_t kept = before, made;

	for (size_t i = before; i < charts->count && kind->dull && before > 0; i++) {
		const char *dull = kind->dull(&charts->chart[i], &charts->arena);

		why = dull ? dull : why;
		if (!dull)
			charts->chart[kept++] = charts->chart[i];
	}
	if (status < 0 || !why)
		return status;
	made = charts->count - before;
	charts->count = kept;
	kept -= before;
	charts->dull = arena_text(
		&charts->arena, "%s%s%s%s (%s)",
		charts->dull ? charts->dull : "Left out, since they say little: ", charts->dull ? ", " : "",
		kept ? arena_text(&charts->arena, "%zu of %zu figures ", made - kept, made) : "", kind->name, why);
	return charts->dull ? 0 : err_memory(err, "the figures");
}

int charts_make(const struct chart_kind *asked, const struct chart_input *input, struct charts *charts, struct err *err)
{
	int status = 0;

	if (asked)
		return make_asked(asked, input, charts, err);
	for (const struct chart_kind *const *kind = chart_kinds; *kind && status == 0; kind++)
		if (results_has(input->results, (*kind)->needs) && (*kind)->fits(input))
			status = make_unasked(*kind, input, charts, err);
	if (status == 0 && charts->count == 0)
		status = err_set(err, ERR_FAILED, "%s: has nothing to show: no job completed",
				 input->results->sheet.name);
	return status < 0 ? status : say_left_out(charts, err);
}

void charts_free(struct charts *charts)
{
	free(charts->chart);
	arena_free(&charts->arena);
	*charts = (struct charts){0};
}
