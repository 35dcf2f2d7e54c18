/* SPDX-License-Identifier: MIT */
/* Reads folders and finds which results belong to the same point. compare_write.c writes the output. */
#include "report/compare.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- which engine ---- */

static int unknown(const char *file, size_t line, const char *found, struct err *err)
{
	char names[ENGINE_NAMES];

	return err_set(err, ERR_FAILED, "%s:%zu: engine: %s: allowed are %s", file, line,
		       found ? err_quote(found).text : "missing", engine_names(names));
}

/* The line of a manifest that names the engine, or 1. jansson does not keep the line of a value. */
static size_t engine_line(const char *path)
{
	FILE *from = fopen(path, "re");
	char text[1024];
	size_t line = 1, found = 1;

	while (from && found == 1 && fgets(text, sizeof(text), from)) {
		if (strstr(text, "\"engine\""))
			found = line;
		line += strchr(text, '\n') != NULL;
	}
	if (from)
		fclose(from);
	return found;
}

/* Reads the configuration's engine from the folder's manifest. */
static int read_manifest(const char *folder, const struct engine **engine, struct err *err)
{
	char path[4096];
	json_error_t where;
	json_t *manifest;
	const char *text;
	int status = 0;

	snprintf(path, sizeof(path), "%s/manifest.json", folder);
	manifest = json_load_file(path, 0, &where);
	if (!manifest)
		return err_set(err, ERR_FAILED, "%s:%d: %s", path, where.line, where.text);
	text = json_string_value(json_object_get(json_object_get(manifest, "configuration"), "engine"));
	*engine = text ? engine_find(text) : NULL;
	if (!*engine)
		status = unknown(path, engine_line(path), text, err);
	json_decref(manifest);
	return status;
}

/* ---- sides ---- */

static int add_side(struct compare *compare, const struct results *results, size_t engine_column,
		    const struct engine *engine, struct err *err)
{
	struct compare_side *grown;

	if (compare->sides == COMPARE_SIDES_MAX)
		return err_set(err, ERR_USAGE, "%s: more than %d results side by side", results->sheet.name,
			       COMPARE_SIDES_MAX);
	grown = realloc(compare->side, (compare->sides + 1) * sizeof(*grown));
	if (!grown)
		return err_memory(err, "a comparison");
	compare->side = grown;
	compare->side[compare->sides++] = (struct compare_side){.engine = engine,
								.results = results,
								.engine_column = engine_column};
	return 0;
}

/* Adds a side for each engine in the rows, in the order of first occurrence. */
static int add_sides_of_rows(struct compare *compare, const struct results *results, size_t column, struct err *err)
{
	const struct sheet *sheet = &results->sheet;
	bool there[ENGINES] = {false};
	int status = 0;

	for (size_t row = 0; row < sheet->rows && status == 0; row++) {
		const char *name = sheet_cell(sheet, row, column);
		const struct engine *engine = engine_find(name);

		if (!engine)
			return unknown(sheet->name, sheet->line[row], name, err);
		if (!there[engine - engines])
			status = add_side(compare, results, column, engine, err);
		there[engine - engines] = true;
	}
	return status;
}

static int read_folder(struct compare *compare, const char *folder, struct err *err)
{
	struct results *results = &compare->results[compare->folders];
	const struct engine *engine = NULL;
	char path[4096];
	int status;

	snprintf(path, sizeof(path), "%s/results.csv", folder);
	status = results_read(results, path, err);
	if (status < 0)
		return status;
	compare->folders++;
	for (size_t column = 0; column < results->keys; column++)
		if (strcmp(sheet_column_name(&results->sheet, column), "engine") == 0)
			return add_sides_of_rows(compare, results, column, err);
	status = read_manifest(folder, &engine, err);
	return status < 0 ? status : add_side(compare, results, SIZE_MAX, engine, err);
}

/* ---- what belongs together ---- */

/* Whether a key names the workload, which has its own column, or the engine. */
static bool names_what_runs(const char *key)
{
	return strcmp(key, "vms.trace") == 0 || strcmp(key, "vms.workload") == 0 || strcmp(key, "vms.size") == 0 ||
	       strcmp(key, "vms.name") == 0 || strcmp(key, "engine") == 0;
}

/* The column of a swept key, SIZE_MAX when the results have none of that name. */
static size_t find_key(const struct results *results, const char *name)
{
	for (size_t k = 0; k < results->keys; k++)
		if (strcmp(sheet_column_name(&results->sheet, k), name) == 0)
			return k;
	return SIZE_MAX;
}

/* The swept keys of all sides, in the order of the first's. */
static int common_keys(struct compare *compare, struct err *err)
{
	const struct results *first = compare->side[0].results;

	for (size_t side = 0; side < compare->sides; side++) {
		compare->side[side].key = calloc(first->keys + 1, sizeof(*compare->side[side].key));
		if (!compare->side[side].key)
			return err_memory(err, "a comparison");
	}
	for (size_t i = 0; i < first->keys; i++) {
		const char *name = sheet_column_name(&first->sheet, i);
		bool all = !names_what_runs(name);

		for (size_t side = 0; side < compare->sides && all; side++) {
			size_t column = find_key(compare->side[side].results, name);

			all = column != SIZE_MAX;
			compare->side[side].key[compare->keys] = column;
		}
		compare->keys += all;
	}
	return 0;
}

static bool is_of_side(const struct compare_side *side, size_t row)
{
	return side->engine_column == SIZE_MAX ||
	       strcmp(sheet_cell(&side->results->sheet, row, side->engine_column), side->engine->name) == 0;
}

static bool belong(const struct compare *compare, size_t row, const struct compare_side *other, size_t other_row)
{
	const struct compare_side *first = &compare->side[0];

	if (!is_of_side(other, other_row) || strcmp(results_word(first->results, row, RESULTS_WORKLOAD),
						    results_word(other->results, other_row, RESULTS_WORKLOAD)) != 0)
		return false;
	for (size_t i = 0; i < compare->keys; i++)
		if (strcmp(sheet_cell(&first->results->sheet, row, first->key[i]),
			   sheet_cell(&other->results->sheet, other_row, other->key[i])) != 0)
			return false;
	return true;
}

/* Finds in each side the row of the same point as `row` of the first side; returns false when a side has none. */
static bool find_point(const struct compare *compare, size_t row, size_t *found)
{
	found[0] = row;
	for (size_t side = 1; side < compare->sides; side++) {
		const struct compare_side *other = &compare->side[side];
		size_t at = 0;

		while (at < other->results->sheet.rows && !belong(compare, row, other, at))
			at++;
		if (at == other->results->sheet.rows)
			return false;
		found[side] = at;
	}
	return true;
}

static int no_point(const struct compare *compare, struct err *err)
{
	char files[256] = "";

	for (size_t i = 0; i < compare->folders; i++) {
		size_t used = strlen(files);

		snprintf(files + used, sizeof(files) - used, "%s%s", i ? ", " : "", compare->results[i].sheet.name);
	}
	return err_set(err, ERR_FAILED,
		       "%s: no point is in all of them (the workload and every key that all sweep must be the same)",
		       files);
}

static int find_points(struct compare *compare, struct err *err)
{
	const struct compare_side *first = &compare->side[0];
	const size_t rows = first->results->sheet.rows;

	compare->row = calloc((rows + 1) * compare->sides, sizeof(*compare->row));
	if (!compare->row)
		return err_memory(err, "a comparison");
	for (size_t row = 0; row < rows; row++)
		if (is_of_side(first, row) && find_point(compare, row, compare->row + compare->points * compare->sides))
			compare->points++;
	return compare->points ? 0 : no_point(compare, err);
}

/* ---- the whole ---- */

static int check_sides(const struct compare *compare, const char *folder, struct err *err)
{
	if (compare->sides > 1)
		return 0;
	return err_set(err, ERR_USAGE, "%s: results of %s only: expected results of two or more engines", folder,
		       compare->side[0].engine->name);
}

int compare_read(struct compare *compare, const char *const *folder, size_t count, struct err *err)
{
	int status = 0;

	*compare = (struct compare){.results = calloc(count + 1, sizeof(*compare->results))};
	if (!compare->results)
		return err_memory(err, "a comparison");
	for (size_t i = 0; i < count && status == 0; i++)
		status = read_folder(compare, folder[i], err);
	if (status == 0)
		status = check_sides(compare, folder[0], err);
	if (status == 0)
		status = common_keys(compare, err);
	if (status == 0)
		status = find_points(compare, err);
	if (status < 0)
		compare_free(compare);
	return status;
}

void compare_free(struct compare *compare)
{
	for (size_t side = 0; side < compare->sides; side++)
		free(compare->side[side].key);
	for (size_t i = 0; i < compare->folders; i++)
		results_free(&compare->results[i]);
	free(compare->results);
	free(compare->side);
	free(compare->row);
	*compare = (struct compare){0};
}

double compare_number(const struct compare *compare, size_t point, size_t side, enum results_column column)
{
	return results_number(compare->side[side].results, compare->row[point * compare->sides + side], column);
}

double compare_difference(const struct compare *compare, size_t point, size_t side)
{
	double first = compare_number(compare, point, 0, RESULTS_SLOWDOWN),
	       other = compare_number(compare, point, side, RESULTS_SLOWDOWN);

	return (other / first - 1) * 100;
}

struct compare_added compare_added(const struct compare *compare, size_t point, size_t side)
{
	const double first = compare_number(compare, point, 0, RESULTS_SLOWDOWN),
		     most = compare_number(compare, point, 0, RESULTS_SLOWDOWN_MAX),
		     other = compare_number(compare, point, side, RESULTS_SLOWDOWN),
		     first_ci = compare_number(compare, point, 0, RESULTS_SLOWDOWN_CI95),
		     other_ci = compare_number(compare, point, side, RESULTS_SLOWDOWN_CI95);
	struct compare_added added = {NAN, NAN, false, false};

	if (!(first > 1))
		return added;
	added.difference = (other - first) / (first - 1) * 100;
	if (isfinite(other_ci))
		added.interval = hypot(isfinite(first_ci) ? first_ci : 0, other_ci) / (first - 1) * 100;
	added.undecided = added.interval > fabs(added.difference);
	added.within = most > first && other >= first && other <= most;
	return added;
}
