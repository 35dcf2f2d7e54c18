/* SPDX-License-Identifier: MIT */
#include "report/page_table.h"

#include <math.h>
#include <string.h>

#include "report/html.h"

enum { FIRST = 3 };       /* of the columns below: beside the job */
enum { ROWS_MAX = 2000 }; /* limit of a table in a page, because more rows make browsers slow */

/* A column of numbers: `format` takes the number times `scale`. */
struct column {
	enum results_column column;
	const char *head, *format;
	double scale;
	bool sometimes; /* left out when no row says anything */
};

static const struct column columns[] = {
	{RESULTS_SLOWDOWN, "slowdown", "%.4f", 1, false},
	{RESULTS_SLOWDOWN_MAX, "at most", "%.4f", 1, true},
	{RESULTS_SLOWDOWN_CI95, "± 95 % (model)", "%.4f", 1, true},
	{RESULTS_LOCAL_RATIO, "local", "%.1f %%", 100, false},
	{RESULTS_FAULTS_DEMAND, "faults", "%.0f", 1, false},
	{RESULTS_FAULTS_IN_FLIGHT, "in flight", "%.0f", 1, true},
	{RESULTS_PREFETCH_ISSUED, "prefetched", "%.0f", 1, true},
	{RESULTS_WRITEBACKS, "write-backs", "%.0f", 1, false},
	{RESULTS_FETCH_NS_MEAN, "fetch mean (us)", "%.3f", 1e-3, false},
	{RESULTS_FETCH_NS_P99, "fetch p99 (us)", "%.3f", 1e-3, false},
	{RESULTS_BASE_S, "all local (s)", "%.4g", 1, false},
	{RESULTS_BASE_IDLE_S, "idle of it (s)", "%.4g", 1, true},
	{RESULTS_TIME_S, "time (s)", "%.4g", 1, false},
	{RESULTS_LINK_UTILISATION_MAX, "busiest link", "%.1f %%", 100, true},
};

/* Whether a column says anything in a row: of the upper bound, that it is above the lower one. */
static bool says_something(const struct results *results, const struct column *column, size_t row)
{
	double number = results_number(results, row, column->column);

	return column->column == RESULTS_SLOWDOWN_MAX
		       ? number > results_number(results, row, RESULTS_SLOWDOWN) * (1 + 1e-9)
		       : number > 0;
}

static bool is_shown(const struct results *results, const struct column *column)
{
	if (!results_has(results, column->column))
		return false;
	for (size_t row = 0; column->sometimes && row < results->sheet.rows; row++)
		if (says_something(results, column, row))
			return true;
	return !column->sometimes;
}

/* Words about a row: the marks of policies only where there are some. */
static bool has_word(const struct results *results, enum results_column word)
{
	if (word == RESULTS_WORKLOAD || word == RESULTS_TRACE || !results_has(results, word))
		return false;
	for (size_t row = 0; word == RESULTS_POLICY_COUNTS && row < results->sheet.rows; row++)
		if (results_counts(results, row) != FILTERED_EXACT)
			return true;
	return word != RESULTS_POLICY_COUNTS;
}

static void put_head(FILE *to, const char *text, bool number)
{
	fprintf(to, "<th scope=\"col\"%s><button type=\"button\">", number ? " class=\"n\"" : "");
	html_put_text(to, text);
	fputs("</button></th>", to);
}

/* The columns: the job and its slowdown, the swept keys, columns of words that are not swept, the other numbers. */
static void put_heads(FILE *to, const struct results *results)
{
	fputs("<thead><tr>", to);
	put_head(to, "job", false);
	for (size_t i = 0; i < FIRST; i++)
		if (is_shown(results, &columns[i]))
			put_head(to, columns[i].head, true);
	for (size_t key = 0; key < results->keys; key++)
		put_head(to, sheet_column_name(&results->sheet, key), false);
	for (int word = RESULTS_POLICY; word <= RESULTS_POLICY_COUNTS; word++)
		if (has_word(results, (enum results_column)word))
			put_head(to, results_column_names[word], false);
	for (size_t i = FIRST; i < sizeof(columns) / sizeof(*columns); i++)
		if (is_shown(results, &columns[i]))
			put_head(to, columns[i].head, true);
	fputs("</tr></thead>\n", to);
}

/* A swept value is sorted by its number where it has one. */
static void put_key(FILE *to, const struct experiment *experiment, size_t row, size_t key)
{
	const struct sheet *sheet = &experiment->results.sheet;
	const struct axis *axis = axes_named(&experiment->axes, sheet_column_name(sheet, key));

	if (axis && axis->scale != AXIS_WORDS)
		fprintf(to, "<td data-v=\"%.10g\">", axis->value[axis->of_row[row]].number);
	else
		fputs("<td>", to);
	html_put_text(to, sheet_cell(sheet, row, key));
	fputs("</td>", to);
}

static void put_number(FILE *to, const struct results *results, size_t row, const struct column *column)
{
	double number = results_number(results, row, column->column);

	if (isnan(number)) {
		fputs(column->column == RESULTS_SLOWDOWN ? "<td class=\"n\">stopped</td>" : "<td class=\"n\"></td>",
		      to);
		return;
	}
	fprintf(to, "<td class=\"n\" data-v=\"%.10g\">", number);
	fprintf(to, column->format, column->scale * number);
	fputs("</td>", to);
}

static void put_row(FILE *to, const struct experiment *experiment, size_t row)
{
	const struct results *results = &experiment->results;

	fputs("<tr><td>", to);
	html_put_text(to, results_word(results, row, RESULTS_JOB));
	fputs("</td>", to);
	for (size_t i = 0; i < FIRST; i++)
		if (is_shown(results, &columns[i]))
			put_number(to, results, row, &columns[i]);
	for (size_t key = 0; key < results->keys; key++)
		put_key(to, experiment, row, key);
	for (int word = RESULTS_POLICY; word <= RESULTS_POLICY_COUNTS; word++) {
		if (!has_word(results, (enum results_column)word))
			continue;
		fputs("<td>", to);
		html_put_text(to, results_word(results, row, (enum results_column)word));
		fputs("</td>", to);
	}
	for (size_t i = FIRST; i < sizeof(columns) / sizeof(*columns); i++)
		if (is_shown(results, &columns[i]))
			put_number(to, results, row, &columns[i]);
	fputs("</tr>\n", to);
}

void page_put_table(FILE *to, const struct experiment *experiment)
{
	const struct results *results = &experiment->results;
	size_t rows = results->sheet.rows < ROWS_MAX ? results->sheet.rows : ROWS_MAX;

	fputs("<p class=\"tools\" hidden><label>Filter <input type=\"search\" class=\"filter\"></label> <button "
	      "type=\"button\" class=\"csv\">Download CSV</button> <span class=\"shown\" role=\"status\"></span></p>\n",
	      to);
	fputs("<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"results of ", to);
	html_put_text(to, experiment_name(experiment));
	fputs("\"><table class=\"sortable\">\n", to);
	put_heads(to, results);
	fputs("<tbody>\n", to);
	for (size_t row = 0; row < rows; row++)
		put_row(to, experiment, row);
	fputs("</tbody></table></div>\n", to);
	if (rows < results->sheet.rows)
		fprintf(to, "<p>The first %zu of %zu lines; results.csv has all.</p>\n", rows, results->sheet.rows);
}
