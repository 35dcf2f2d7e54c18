/* SPDX-License-Identifier: MIT */
#include "report/chart_notes.h"

static const double idle_said_from = 0.01; /* the share of a base from which its idle time is mentioned */

const char *chart_say_idle(const struct chart_input *input, const struct view *view, struct arena *arena)
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

const char *chart_say_all_local(const struct chart_input *input, const struct view *view, struct arena *arena)
{
	const size_t row = fetching_all_local(input, view);

	if (row == SIZE_MAX)
		return "";
	return arena_text(arena,
			  " With frames for all that it touches, %s still fetches %.0f pages: not all of them began "
			  "local.",
			  results_word(input->results, row, RESULTS_JOB),
			  results_number(input->results, row, RESULTS_FAULTS_DEMAND));
}
