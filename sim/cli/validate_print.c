/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/validate.h"
#include "report/figure.h"
#include "report/run_tables.h"

enum { NUMBER = 32 };

/* The first line of the comment, without a full stop at its end. */
static int title_length(const struct validate_comparison *comparison)
{
	int length = (int)strcspn(comparison->comment, "\n");

	return length && comparison->comment[length - 1] == '.' ? length - 1 : length;
}

static const char *prose(const struct validate_comparison *comparison)
{
	const char *at = comparison->comment + strcspn(comparison->comment, "\n");

	return at + strspn(at, "\n");
}

/* A number with its unit: four digits, whole numbers from 1000 on. */
static const char *text_of(double number, const char *unit, char out[NUMBER])
{
	snprintf(out, NUMBER, fabs(number) >= 1000 ? "%.0f%s%s" : "%.4g%s%s", number, *unit ? " " : "", unit);
	return out;
}

static const char *measured_text(const struct validate_row *row, char out[3 * NUMBER])
{
	char low[NUMBER], high[NUMBER];

	if (row->low == row->high)
		snprintf(out, 3 * NUMBER, "%s", text_of(row->low, row->quantity->unit, low));
	else
		snprintf(out, 3 * NUMBER, "%s to %s", text_of(row->low, "", low),
			 text_of(row->high, row->quantity->unit, high));
	return out;
}

static const char *error_text(const struct validate_row *row, char out[NUMBER])
{
	if (row->low != row->high && row->error == 0)
		snprintf(out, NUMBER, "inside");
	else
		snprintf(out, NUMBER, fabs(row->error) < 0.01 ? "%+.3f %%" : "%+.1f %%", 100 * row->error);
	return out;
}

static const char *bound_text(const struct validate_row *row, char out[NUMBER])
{
	if (isnan(row->bound))
		snprintf(out, NUMBER, "-");
	else
		snprintf(out, NUMBER, "%g %%", 100 * row->bound);
	return out;
}

static void put_rows(const void *context, FILE *to)
{
	const struct validate_comparison *comparison = context;

	fputs("\tquantity\tmeasured\tpredicted\terror\tbound\n", to);
	for (size_t i = 0; i < comparison->rows; i++) {
		const struct validate_row *row = &comparison->row[i];
		char measured[3 * NUMBER], predicted[NUMBER], error[NUMBER], bound[NUMBER];

		fprintf(to, "%s\t%s\t%s\t%s\t%s\t%s%s\n", row->label, row->quantity->name, measured_text(row, measured),
			text_of(row->predicted, row->quantity->unit, predicted), error_text(row, error),
			bound_text(row, bound), validate_is_beyond(row) ? " !" : "");
	}
}

static void put_fit(const struct validate_comparison *comparison, FILE *to)
{
	if (comparison->fitted)
		fprintf(to, "The fit: %.2f us for a page read, %.2f us for a page written.\n", 1e6 * comparison->a,
			1e6 * comparison->b);
}

int validate_print_text(const struct validate_comparison *comparison, struct err *err)
{
	int status;

	printf("%s: %.*s\n", comparison->name, title_length(comparison), comparison->comment);
	status = run_table(put_rows, comparison, stdout, err);
	put_fit(comparison, stdout);
	return status;
}

void validate_print_markdown(const struct validate_comparison *comparison, FILE *to)
{
	fprintf(to, "### %.*s\n\n", title_length(comparison), comparison->comment);
	if (*prose(comparison))
		fprintf(to, "%s\n\n", prose(comparison));
	fputs("| | quantity | published or measured | predicted | error | bound |\n|---|---|---|---|---|---|\n", to);
	for (size_t i = 0; i < comparison->rows; i++) {
		const struct validate_row *row = &comparison->row[i];
		char measured[3 * NUMBER], predicted[NUMBER], error[NUMBER], bound[NUMBER];

		fprintf(to, "| %s | %s | %s | %s | %s | %s |\n", row->label, row->quantity->name,
			measured_text(row, measured), text_of(row->predicted, row->quantity->unit, predicted),
			error_text(row, error), bound_text(row, bound));
	}
	fputc('\n', to);
	if (comparison->fitted) {
		put_fit(comparison, to);
		fputc('\n', to);
	}
}

void validate_print_csv(const struct validate_comparison *comparison, bool head, FILE *to)
{
	if (head)
		fputs("comparison,row,quantity,measured_low,measured_high,predicted,error,bound\n", to);
	for (size_t i = 0; i < comparison->rows; i++) {
		const struct validate_row *row = &comparison->row[i];

		fprintf(to, "%s,\"%s\",%s,%.10g,%.10g,%.10g,%.6f,", comparison->name, row->label, row->quantity->name,
			row->low, row->high, row->predicted, row->error);
		fprintf(to, isnan(row->bound) ? "\n" : "%.6g\n", row->bound);
	}
}

static int by_x(const void *a, const void *b)
{
	const double *one = a, *other = b;

	return (one[0] > other[0]) - (one[0] < other[0]);
}

/* Takes the points of a comparison: what was measured (of a range, its middle) and what is predicted, x rising. */
static int take_points(const struct validate_comparison *comparison, double *x, double *y, struct err *err)
{
	double(*pair)[2] = calloc(comparison->rows + 1, sizeof(*pair));
	size_t count = 0;

	if (!pair) {
		err_memory(err, "a figure");
		return -1;
	}
	for (size_t i = 0; i < comparison->rows; i++) {
		const struct validate_row *row = &comparison->row[i];

		if (!(row->low > 0) || !(row->predicted > 0)) /* the axes are logarithmic */
			continue;
		pair[count][0] = (row->low + row->high) / 2;
		pair[count++][1] = row->predicted;
	}
	qsort(pair, count, sizeof(*pair), by_x);
	for (size_t i = 0; i < count; i++) {
		x[i] = pair[i][0];
		y[i] = pair[i][1];
	}
	free(pair);
	return (int)count;
}

int validate_plot(const char *path, const struct validate_comparison *comparison, size_t count, struct err *err)
{
	struct figure_line *line = calloc(count + 1, sizeof(*line));
	struct figure figure = {.title = "What was measured, and what the model predicts",
				.x_label = "published or measured",
				.y_label = "predicted",
				.shape = FIGURE_LINES,
				.log_x = true,
				.log_y = true,
				.line = line};
	double *numbers, *at;
	size_t rows = 0;
	int status = 0;

	for (size_t i = 0; i < count; i++)
		rows += comparison[i].rows;
	numbers = at = calloc(2 * rows + 1, sizeof(*numbers));
	if (!line || !numbers)
		status = err_memory(err, "a figure");
	for (size_t i = 0; i < count && status == 0; i++) {
		int points = take_points(&comparison[i], at, at + comparison[i].rows, err);

		if (points < 0)
			status = points;
		else if (points > 0)
			line[figure.lines++] = (struct figure_line){.title = comparison[i].name,
								    .count = (size_t)points,
								    .x = at,
								    .y = at + comparison[i].rows};
		at += 2 * comparison[i].rows;
	}
	if (status == 0)
		status = figure_draw_file(&figure, path, err);
	free(line);
	free(numbers);
	return status;
}
