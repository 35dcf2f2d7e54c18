/* SPDX-License-Identifier: MIT */
#include "report/compare.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/columns.h"

static const char *const engine_names[] = {"simulate", "bochs"};

/* The configuration's engine, out of the folder's manifest. */
static int read_engine(const char *folder, const char **engine, struct err *err)
{
	char path[4096];
	json_error_t where;
	json_t *manifest;
	const char *text;

	snprintf(path, sizeof(path), "%s/manifest.json", folder);
	manifest = json_load_file(path, 0, &where);
	if (!manifest)
		return err_set(err, ERR_FAILED, "%s:%d: %s", path, where.line, where.text);
	text = json_string_value(json_object_get(json_object_get(manifest, "configuration"), "engine"));
	*engine = engine_names[text && strcmp(text, engine_names[1]) == 0];
	json_decref(manifest);
	return 0;
}

static bool says_engine(const char *key)
{
	return strcmp(key, "vms.trace") == 0 || strcmp(key, "vms.workload") == 0 || strcmp(key, "vms.size") == 0 ||
	       strcmp(key, "vms.name") == 0;
}

/* The swept keys of both, but for those that name what runs: the workload's column does. */
static int common_keys(struct compare *compare, struct err *err)
{
	const struct results *one = &compare->side[0].results, *other = &compare->side[1].results;

	for (int side = 0; side < 2; side++)
		compare->key[side] = calloc(one->keys + 1, sizeof(*compare->key[side]));
	if (!compare->key[0] || !compare->key[1])
		return err_memory(err, "a comparison");
	for (size_t i = 0; i < one->keys; i++)
		for (size_t k = 0; k < other->keys; k++) {
			const char *name = sheet_column_name(&one->sheet, i);

			if (strcmp(name, sheet_column_name(&other->sheet, k)) != 0 || says_engine(name))
				continue;
			compare->key[0][compare->keys] = i;
			compare->key[1][compare->keys++] = k;
		}
	return 0;
}

static bool belong(const struct compare *compare, size_t row, size_t other)
{
	const struct results *one = &compare->side[0].results, *two = &compare->side[1].results;

	if (strcmp(results_word(one, row, RESULTS_WORKLOAD), results_word(two, other, RESULTS_WORKLOAD)) != 0)
		return false;
	for (size_t i = 0; i < compare->keys; i++)
		if (strcmp(sheet_cell(&one->sheet, row, compare->key[0][i]),
			   sheet_cell(&two->sheet, other, compare->key[1][i])) != 0)
			return false;
	return true;
}

static int find_pairs(struct compare *compare, struct err *err)
{
	size_t rows = compare->side[0].results.sheet.rows, others = compare->side[1].results.sheet.rows;

	compare->pair = calloc(rows + 1, sizeof(*compare->pair));
	if (!compare->pair)
		return err_memory(err, "a comparison");
	for (size_t row = 0; row < rows; row++)
		for (size_t other = 0; other < others; other++)
			if (belong(compare, row, other)) {
				compare->pair[compare->pairs++] = (struct compare_pair){{row, other}};
				break;
			}
	if (compare->pairs)
		return 0;
	return err_set(err, ERR_FAILED,
		       "%s and %s: no point of one is in the other (the workload and every key that both sweep must be "
		       "the same)",
		       compare->side[0].results.sheet.name, compare->side[1].results.sheet.name);
}

int compare_read(struct compare *compare, const char *const folder[2], struct err *err)
{
	int status = 0;

	*compare = (struct compare){0};
	for (int side = 0; side < 2 && status == 0; side++) {
		status = read_engine(folder[side], &compare->side[side].engine, err);
		if (status == 0)
			status = results_read(&compare->side[side].results, folder[side], err);
	}
	if (status == 0)
		status = common_keys(compare, err);
	if (status == 0)
		status = find_pairs(compare, err);
	if (status < 0)
		compare_free(compare);
	return status;
}

void compare_free(struct compare *compare)
{
	for (int side = 0; side < 2; side++) {
		if (compare->side[side].results.number)
			results_free(&compare->side[side].results);
		free(compare->key[side]);
	}
	free(compare->pair);
	*compare = (struct compare){0};
}

static double number(const struct compare *compare, size_t pair, int side, enum results_column column)
{
	return results_number(&compare->side[side].results, compare->pair[pair].row[side], column);
}

/* Of several seeds there is one, of one there is not. */
static bool has_interval(const struct compare *compare, size_t pair, int side)
{
	return isfinite(number(compare, pair, side, RESULTS_SLOWDOWN_CI95));
}

double compare_difference(const struct compare *compare, size_t pair)
{
	double first = number(compare, pair, 0, RESULTS_SLOWDOWN), second = number(compare, pair, 1, RESULTS_SLOWDOWN);

	return (second / first - 1) * 100;
}

/* The swept latency of a pair in ps; -1 when none is swept. */
static int64_t latency_ps(const struct compare *compare, size_t pair)
{
	const struct sheet *sheet = &compare->side[0].results.sheet;
	int64_t ps;
	struct err err;

	for (size_t i = 0; i < compare->keys; i++)
		if (strcmp(sheet_column_name(sheet, compare->key[0][i]), "fabric.latency") == 0 &&
		    duration_parse(sheet_cell(sheet, compare->pair[pair].row[0], compare->key[0][i]), &ps, &err) == 0)
			return ps;
	return -1;
}

static void put_if_there(const struct compare *compare, size_t pair, int side, enum results_column column, FILE *to)
{
	char text[UNITS_TEXT];
	double value = number(compare, pair, side, column);

	if (isfinite(value))
		fputs(real_text(value, text), to);
}

int compare_csv(const struct compare *compare, FILE *to, struct err *err)
{
	char text[4][UNITS_TEXT];

	fprintf(to, "workload,engine,local_ratio,latency_ns,faults,base_s,time_s,slowdown,repeats,slowdown_ci95\n");
	for (size_t pair = 0; pair < compare->pairs; pair++)
		for (int side = 0; side < 2; side++) {
			const struct compare_side *at = &compare->side[side];
			int64_t ps = latency_ps(compare, pair);

			fprintf(to, "%s,%s,%s,",
				results_word(&at->results, compare->pair[pair].row[side], RESULTS_WORKLOAD), at->engine,
				real_text(number(compare, pair, 0, RESULTS_LOCAL_RATIO), text[0]));
			if (ps >= 0)
				fprintf(to, "%s", real_text((double)ps / 1000, text[0]));
			fprintf(to, ",%s,%s,%s,%s,",
				real_text(number(compare, pair, side, RESULTS_FAULTS_DEMAND), text[0]),
				real_text(number(compare, pair, side, RESULTS_BASE_S), text[1]),
				real_text(number(compare, pair, side, RESULTS_TIME_S), text[2]),
				real_text(number(compare, pair, side, RESULTS_SLOWDOWN), text[3]));
			put_if_there(compare, pair, side, RESULTS_REPEATS, to);
			fputc(',', to);
			put_if_there(compare, pair, side, RESULTS_SLOWDOWN_CI95, to);
			fputc('\n', to);
		}
	return ferror(to) ? err_errno(err, ERR_FAILED, "compare.csv") : 0;
}

static void put_field(const char *text, FILE *to)
{
	bool quoted = strpbrk(text, ",\"\n") != NULL;

	if (quoted)
		fputc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', to);
		fputc(*text, to);
	}
	if (quoted)
		fputc('"', to);
}

int compare_results(const struct compare *compare, FILE *to, struct err *err)
{
	const struct sheet *names = &compare->side[0].results.sheet;

	fprintf(to, "engine");
	for (size_t i = 0; i < compare->keys; i++)
		fprintf(to, ",%s", sheet_column_name(names, compare->key[0][i]));
	for (int column = 0; column < RESULTS_COLUMNS; column++)
		fprintf(to, ",%s", results_column_names[column]);
	fputc('\n', to);
	for (size_t pair = 0; pair < compare->pairs; pair++)
		for (int side = 0; side < 2; side++) {
			const struct results *results = &compare->side[side].results;
			size_t row = compare->pair[pair].row[side];

			fprintf(to, "%s", compare->side[side].engine);
			for (size_t i = 0; i < compare->keys; i++) {
				fputc(',', to);
				put_field(sheet_cell(&results->sheet, row, compare->key[side][i]), to);
			}
			for (int column = 0; column < RESULTS_COLUMNS; column++) {
				fputc(',', to);
				if (results_has(results, (enum results_column)column))
					put_field(sheet_cell(&results->sheet, row, results->column[column]), to);
			}
			fputc('\n', to);
		}
	return ferror(to) ? err_errno(err, ERR_FAILED, "results.csv") : 0;
}

static void print_slowdown(const struct compare *compare, size_t pair, int side, FILE *to)
{
	fprintf(to, "%.4f", number(compare, pair, side, RESULTS_SLOWDOWN));
	if (has_interval(compare, pair, side))
		fprintf(to, " ±%.4f", number(compare, pair, side, RESULTS_SLOWDOWN_CI95));
	fputc('\t', to);
}

static void print_pair(const struct compare *compare, size_t pair, FILE *to)
{
	double faults[2] = {number(compare, pair, 0, RESULTS_FAULTS_DEMAND),
			    number(compare, pair, 1, RESULTS_FAULTS_DEMAND)};
	char latency[UNITS_TEXT];
	int64_t ps = latency_ps(compare, pair);

	fprintf(to, "%s\t%.0f %%\t%s\t%.0f\t%.0f\t",
		results_word(&compare->side[0].results, compare->pair[pair].row[0], RESULTS_WORKLOAD),
		number(compare, pair, 0, RESULTS_LOCAL_RATIO) * 100, ps >= 0 ? duration_text(ps, latency) : "-",
		faults[0], faults[1]);
	if (faults[0] > 0)
		fprintf(to, "%+.2f", (faults[1] / faults[0] - 1) * 100);
	else
		fprintf(to, "-");
	fputc('\t', to);
	for (int side = 0; side < 2; side++)
		print_slowdown(compare, pair, side, to);
	fprintf(to, "%+.2f\n", compare_difference(compare, pair));
}

int compare_print(const struct compare *compare, FILE *to, struct err *err)
{
	const char *one = compare->side[0].engine, *other = compare->side[1].engine;
	double worst = 0, sum = 0;
	char *text = NULL;
	size_t size, at = 0;
	FILE *table = open_memstream(&text, &size);

	if (!table)
		return err_memory(err, "a table");
	fprintf(table, "workload\tlocal\tlatency\tfaults\t\t\tslowdown\t\t\n\t\t\t%s\t%s\t%%\t%s\t%s\t%%\n", one, other,
		one, other);
	for (size_t pair = 0; pair < compare->pairs; pair++) {
		double off = fabs(compare_difference(compare, pair));

		print_pair(compare, pair, table);
		sum += off;
		if (off > worst)
			worst = off, at = pair;
	}
	if (fclose(table) != 0)
		return err_memory(err, "a table");
	columns_print(text, to);
	free(text);
	fprintf(to, "\n%zu points: slowdowns differ by %.2f %% in the mean, by %.2f %% at most (%s)\n", compare->pairs,
		sum / (double)compare->pairs, worst,
		results_word(&compare->side[0].results, compare->pair[at].row[0], RESULTS_WORKLOAD));
	return 0;
}
