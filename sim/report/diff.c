/* SPDX-License-Identifier: MIT */
#include "report/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/run_tables.h"

/* Two slowdowns that differ by less, in per cent, are the same but for rounding. */
static const double same_to = 1e-7;

/* A row with the texts of its keys and its job: what it is joined by. */
struct named {
	char *name;
	size_t row;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static char *name_of(const struct results *results, size_t row, const size_t *key, size_t keys)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	for (size_t i = 0; i < keys; i++)
		fprintf(to, "%s\t", sheet_cell(&results->sheet, row, key[i]));
	fputs(results_word(results, row, RESULTS_JOB), to);
	return fclose(to) == 0 ? text : NULL;
}

static void names_free(struct named *named, size_t count)
{
	for (size_t i = 0; named && i < count; i++)
		free(named[i].name);
	free(named);
}

/* The rows by name; each is there once. */
static struct named *names_of(const struct results *results, const size_t *key, size_t keys, struct err *err)
{
	const size_t rows = results->sheet.rows;
	struct named *named = calloc(rows + 1, sizeof(*named));
	bool whole = named != NULL;

	for (size_t row = 0; row < rows && whole; row++) {
		named[row] = (struct named){name_of(results, row, key, keys), row};
		whole = named[row].name != NULL;
	}
	if (!whole) {
		err_memory(err, "the comparison");
		names_free(named, rows);
		return NULL;
	}
	qsort(named, rows, sizeof(*named), by_name);
	for (size_t i = 1; i < rows; i++)
		if (strcmp(named[i - 1].name, named[i].name) == 0) {
			err_set(err, ERR_FAILED,
				"%s:%zu: the same job with the same value of every key that both sweep as in line %zu",
				results->sheet.name, results->sheet.line[named[i].row],
				results->sheet.line[named[i - 1].row]);
			names_free(named, rows);
			return NULL;
		}
	return named;
}

/* The columns of the keys that both sweep. */
static int find_keys(struct diff *diff, struct err *err)
{
	const struct sheet *before = &diff->before->sheet, *now = &diff->now->sheet;

	diff->before_key = calloc(diff->before->keys + 1, sizeof(size_t));
	diff->now_key = calloc(diff->before->keys + 1, sizeof(size_t));
	if (!diff->before_key || !diff->now_key)
		return err_memory(err, "the comparison");
	for (size_t i = 0; i < diff->before->keys; i++)
		for (size_t j = 0; j < diff->now->keys; j++)
			if (strcmp(sheet_column_name(before, i), sheet_column_name(now, j)) == 0) {
				diff->before_key[diff->keys] = i;
				diff->now_key[diff->keys++] = j;
			}
	return 0;
}

static struct diff_point compare_rows(const struct diff *diff, size_t before, size_t now)
{
	const double one = results_number(diff->before, before, RESULTS_SLOWDOWN),
		     other = results_number(diff->now, now, RESULTS_SLOWDOWN);
	struct diff_point point = {before, now, 100 * (other / one - 1), 0};

	if (isnan(one) || isnan(other))
		point.slowdown = isnan(one) && isnan(other) ? 0 : INFINITY;
	point.faults = results_number(diff->now, now, RESULTS_FAULTS_DEMAND) -
		       results_number(diff->before, before, RESULTS_FAULTS_DEMAND);
	return point;
}

static bool is_of_one(const struct diff_point *point)
{
	return point->before == SIZE_MAX || point->now == SIZE_MAX;
}

static bool has_changed(const struct diff_point *point)
{
	return !is_of_one(point) &&
	       (fabs(point->slowdown) > same_to || (isfinite(point->faults) && point->faults != 0));
}

static int by_change(const void *a, const void *b)
{
	const struct diff_point *one = a, *other = b;
	const double x = fabs(one->slowdown), y = fabs(other->slowdown);

	if (is_of_one(one) != is_of_one(other))
		return is_of_one(one) ? 1 : -1;
	if (has_changed(one) != has_changed(other))
		return has_changed(one) ? -1 : 1;
	if (x != y && !is_of_one(one))
		return x > y ? -1 : 1;
	return one->before != other->before ? (one->before > other->before) - (one->before < other->before)
					    : (one->now > other->now) - (one->now < other->now);
}

/* Merges the two lists of names. */
static void join(struct diff *diff, const struct named *before, const struct named *now)
{
	const size_t rows_before = diff->before->sheet.rows, rows_now = diff->now->sheet.rows;

	for (size_t i = 0, j = 0; i < rows_before || j < rows_now; diff->points++) {
		struct diff_point *point = &diff->point[diff->points];
		const int order = i == rows_before ? 1 : j == rows_now ? -1 : strcmp(before[i].name, now[j].name);

		if (order == 0)
			*point = compare_rows(diff, before[i].row, now[j].row);
		else
			*point = (struct diff_point){order < 0 ? before[i].row : SIZE_MAX,
						     order > 0 ? now[j].row : SIZE_MAX, 0, 0};
		i += order <= 0;
		j += order >= 0;
		diff->changed += has_changed(point);
		diff->one_side += is_of_one(point);
	}
	qsort(diff->point, diff->points, sizeof(*diff->point), by_change);
}

int diff_make(struct diff *diff, const struct results *before, const struct results *now, struct err *err)
{
	struct named *of_before = NULL, *of_now = NULL;
	int status;

	*diff = (struct diff){.before = before, .now = now};
	status = find_keys(diff, err);
	diff->point = calloc(before->sheet.rows + now->sheet.rows + 1, sizeof(*diff->point));
	if (status == 0 && !diff->point)
		status = err_memory(err, "the comparison");
	if (status == 0 && !(of_before = names_of(before, diff->before_key, diff->keys, err)))
		status = ERR_FAILED;
	if (status == 0 && !(of_now = names_of(now, diff->now_key, diff->keys, err)))
		status = ERR_FAILED;
	if (status == 0)
		join(diff, of_before, of_now);
	if (status == 0 && diff->one_side == diff->points)
		status = err_set(err, ERR_FAILED, "%s and %s: no point in common", before->sheet.name, now->sheet.name);
	names_free(of_before, before->sheet.rows);
	names_free(of_now, now->sheet.rows);
	if (status < 0)
		diff_free(diff);
	return status;
}

void diff_free(struct diff *diff)
{
	free(diff->before_key);
	free(diff->now_key);
	free(diff->point);
}

/* The texts of a point's keys and of its job, from the side that has it. */
static const char *key_text(const struct diff *diff, const struct diff_point *point, size_t key)
{
	return point->before != SIZE_MAX ? sheet_cell(&diff->before->sheet, point->before, diff->before_key[key])
					 : sheet_cell(&diff->now->sheet, point->now, diff->now_key[key]);
}

static const char *job_text(const struct diff *diff, const struct diff_point *point)
{
	return point->before != SIZE_MAX ? results_word(diff->before, point->before, RESULTS_JOB)
					 : results_word(diff->now, point->now, RESULTS_JOB);
}

static void put_number(const struct results *results, size_t row, enum results_column column, const char *format,
		       FILE *to)
{
	const double number = row == SIZE_MAX ? NAN : results_number(results, row, column);

	fputc('\t', to);
	if (isfinite(number))
		fprintf(to, format, number);
	else
		fputs(row == SIZE_MAX ? "-" : column == RESULTS_SLOWDOWN ? "stopped" : "-", to);
}

struct shown {
	const struct diff *diff;
	size_t count;
};

static void put_table(const void *context, FILE *to)
{
	const struct shown *shown = context;
	const struct diff *diff = shown->diff;

	fputs("job", to);
	for (size_t key = 0; key < diff->keys; key++)
		fprintf(to, "\t%s", sheet_column_name(&diff->before->sheet, diff->before_key[key]));
	fputs("\tslowdown\tnow\tchange\tfaults\tnow\tchange\n", to);
	for (size_t i = 0; i < shown->count; i++) {
		const struct diff_point *point = &diff->point[i];

		run_name(job_text(diff, point), to);
		for (size_t key = 0; key < diff->keys; key++) {
			fputc('\t', to);
			run_name(key_text(diff, point, key), to);
		}
		put_number(diff->before, point->before, RESULTS_SLOWDOWN, "%.4f", to);
		put_number(diff->now, point->now, RESULTS_SLOWDOWN, "%.4f", to);
		fprintf(to, isfinite(point->slowdown) ? "\t%+.2f%%" : "\t-", point->slowdown);
		put_number(diff->before, point->before, RESULTS_FAULTS_DEMAND, "%.0f", to);
		put_number(diff->now, point->now, RESULTS_FAULTS_DEMAND, "%.0f", to);
		fprintf(to, isfinite(point->faults) ? "\t%+.0f\n" : "\t-\n", point->faults);
	}
}

int diff_print(const struct diff *diff, size_t most, FILE *to, struct err *err)
{
	const struct shown shown = {diff, diff->changed < most ? diff->changed : most};
	size_t before = 0;
	int status = 0;

	if (shown.count)
		status = run_table(put_table, &shown, to, err);
	if (shown.count < diff->changed)
		fprintf(to, "(the %zu largest changes of %zu)\n", shown.count, diff->changed);
	for (size_t i = 0; i < diff->points; i++)
		before += diff->point[i].now == SIZE_MAX;
	fprintf(to, "%s%zu of %zu common points have changed", shown.count ? "\n" : "", diff->changed,
		diff->points - diff->one_side);
	if (diff->one_side)
		fprintf(to, "; %zu only in %s, %zu only in %s", before, diff->before->sheet.name,
			diff->one_side - before, diff->now->sheet.name);
	fputc('\n', to);
	return status;
}

void diff_print_csv(const struct diff *diff, FILE *to)
{
	fputs("job", to);
	for (size_t key = 0; key < diff->keys; key++)
		fprintf(to, ",%s", sheet_column_name(&diff->before->sheet, diff->before_key[key]));
	fputs(",slowdown_before,slowdown_now,slowdown_change,faults_before,faults_now,faults_change\n", to);
	for (size_t i = 0; i < diff->points; i++) {
		const struct diff_point *point = &diff->point[i];
		const enum results_column columns[] = {RESULTS_SLOWDOWN, RESULTS_FAULTS_DEMAND};

		fputs(job_text(diff, point), to);
		for (size_t key = 0; key < diff->keys; key++)
			fprintf(to, ",%s", key_text(diff, point, key));
		for (size_t c = 0; c < 2; c++) {
			const double before = point->before == SIZE_MAX
						      ? NAN
						      : results_number(diff->before, point->before, columns[c]),
				     now = point->now == SIZE_MAX ? NAN
								  : results_number(diff->now, point->now, columns[c]);
			const double change = c == 0 ? now / before - 1 : now - before;

			fprintf(to, isfinite(before) ? ",%.9g" : ",", before);
			fprintf(to, isfinite(now) ? ",%.9g" : ",", now);
			fprintf(to, isfinite(change) ? ",%.6g" : ",", change);
		}
		fputc('\n', to);
	}
}
