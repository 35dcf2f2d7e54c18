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

static int add_side(struct compare *compare, const struct compare_side *side, struct err *err)
{
	struct compare_side *grown;
	size_t at = compare->sides;

	if (compare->sides == COMPARE_SIDES_MAX)
		return err_set(err, ERR_USAGE, "%s: more than %d results side by side", side->results->sheet.name,
			       COMPARE_SIDES_MAX);
	grown = realloc(compare->side, (compare->sides + 1) * sizeof(*grown));
	if (!grown)
		return err_memory(err, "a comparison");
	compare->side = grown;
	for (; at > 0 && grown[at - 1].scope > side->scope; at--)
		grown[at] = grown[at - 1];
	grown[at] = *side;
	compare->sides++;
	return 0;
}

static int find_scope(const struct results *results, size_t row, size_t column, enum scope *scope, struct err *err)
{
	const char *name = sheet_cell(&results->sheet, row, column);

	for (*scope = 0; *scope < SCOPES; ++*scope)
		if (strcmp(scope_names[*scope], name) == 0)
			return 0;
	return err_set(err, ERR_FAILED, "%s:%zu: scope: %s: allowed are %s, %s", results->sheet.name,
		       results->sheet.line[row], err_quote(name).text, scope_names[SCOPE_GUEST],
		       scope_names[SCOPE_PROCESS]);
}

/* Adds a side for each engine and scope in the rows, in the order of first occurrence. `all`: a side with the columns,
 * and with the engine of all rows when there is no column of engines. */
static int add_sides(struct compare *compare, const struct compare_side *all, struct err *err)
{
	const struct sheet *sheet = &all->results->sheet;
	bool there[ENGINES][SCOPES] = {{false}};
	int status = 0;

	for (size_t row = 0; row < sheet->rows && status == 0; row++) {
		struct compare_side side = *all;
		bool *known;

		if (side.engine_column != SIZE_MAX) {
			const char *name = sheet_cell(sheet, row, side.engine_column);

			side.engine = engine_find(name);
			if (!side.engine)
				return unknown(sheet->name, sheet->line[row], name, err);
		}
		status = find_scope(all->results, row, side.scope_column, &side.scope, err);
		if (status < 0)
			return status;
		known = &there[side.engine - engines][side.scope];
		if (!*known)
			status = add_side(compare, &side, err);
		*known = true;
	}
	return status;
}

/* The column of a swept key, SIZE_MAX when the results have none of that name. */
static size_t find_key(const struct results *results, const char *name)
{
	for (size_t k = 0; k < results->keys; k++)
		if (strcmp(sheet_column_name(&results->sheet, k), name) == 0)
			return k;
	return SIZE_MAX;
}

static int read_folder(struct compare *compare, const char *folder, struct err *err)
{
	struct results *results = &compare->results[compare->folders];
	struct compare_side all = {.results = results};
	char path[4096];
	int status;

	snprintf(path, sizeof(path), "%s/results.csv", folder);
	status = results_read(results, path, err);
	if (status < 0)
		return status;
	compare->folders++;
	all.engine_column = find_key(results, "engine");
	all.scope_column = results_has(results, RESULTS_SCOPE) ? results->column[RESULTS_SCOPE]
							       : find_key(results, "scope");
	if (all.scope_column == SIZE_MAX)
		return err_set(err, ERR_FAILED,
			       "%s:1: no column 'scope': an older release wrote this; run the sweep again into a new "
			       "folder",
			       path);
	if (all.engine_column == SIZE_MAX && (status = read_manifest(folder, &all.engine, err)) < 0)
		return status;
	return add_sides(compare, &all, err);
}

/* ---- what belongs together ---- */

/* Whether a key names the workload, which has its own column, the engine or the scope. */
static bool names_what_runs(const char *key)
{
	return strcmp(key, "vms.trace") == 0 || strcmp(key, "vms.workload") == 0 || strcmp(key, "vms.size") == 0 ||
	       strcmp(key, "vms.name") == 0 || strcmp(key, "vms.command") == 0 || strcmp(key, "engine") == 0 ||
	       strcmp(key, "scope") == 0;
}

/* The swept keys of all sides of all groups, in the order of the first side's. */
static int common_keys(struct compare *compare, size_t *keys, struct err *err)
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
			compare->side[side].key[*keys] = column;
		}
		*keys += all;
	}
	return 0;
}

static bool is_of_side(const struct compare_side *side, size_t row)
{
	const struct sheet *sheet = &side->results->sheet;

	return (side->engine_column == SIZE_MAX ||
		strcmp(sheet_cell(sheet, row, side->engine_column), side->engine->name) == 0) &&
	       strcmp(sheet_cell(sheet, row, side->scope_column), scope_names[side->scope]) == 0;
}

static bool belong(const struct compare_group *group, size_t row, const struct compare_side *other, size_t other_row)
{
	const struct compare_side *first = &group->side[0];

	if (!is_of_side(other, other_row) || strcmp(results_word(first->results, row, RESULTS_WORKLOAD),
						    results_word(other->results, other_row, RESULTS_WORKLOAD)) != 0)
		return false;
	for (size_t i = 0; i < group->keys; i++)
		if (strcmp(sheet_cell(&first->results->sheet, row, first->key[i]),
			   sheet_cell(&other->results->sheet, other_row, other->key[i])) != 0)
			return false;
	return true;
}

/* Finds in each side the row of the same point as `row` of the first side; returns false when a side has none. */
static bool find_point(const struct compare_group *group, size_t row, size_t *found)
{
	found[0] = row;
	for (size_t side = 1; side < group->sides; side++) {
		const struct compare_side *other = &group->side[side];
		size_t at = 0;

		while (at < other->results->sheet.rows && !belong(group, row, other, at))
			at++;
		if (at == other->results->sheet.rows)
			return false;
		found[side] = at;
	}
	return true;
}

static int no_point(const struct compare_group *group, struct err *err)
{
	char files[256] = "";

	for (size_t side = 0; side < group->sides; side++) {
		size_t used = strlen(files);

		if (!side || group->side[side].results != group->side[side - 1].results)
			snprintf(files + used, sizeof(files) - used, "%s%s", side ? ", " : "",
				 group->side[side].results->sheet.name);
	}
	return err_set(err, ERR_FAILED,
		       "%s: no point is in all of them (the workload and every key that all sweep must be the same)",
		       files);
}

static int find_points(struct compare_group *group, struct err *err)
{
	const struct compare_side *first = &group->side[0];
	const size_t rows = first->results->sheet.rows;

	group->row = calloc((rows + 1) * group->sides, sizeof(*group->row));
	if (!group->row)
		return err_memory(err, "a comparison");
	for (size_t row = 0; row < rows; row++)
		if (is_of_side(first, row) && find_point(group, row, group->row + group->points * group->sides))
			group->points++;
	return group->points ? 0 : no_point(group, err);
}

/* The sides are sorted by scope. */
static int make_groups(struct compare *compare, size_t keys, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < compare->sides && status == 0;) {
		struct compare_group *group = &compare->group[compare->groups++];

		*group = (struct compare_group){.side = &compare->side[i], .keys = keys};
		while (i < compare->sides && compare->side[i].scope == group->side->scope) {
			group->sides++;
			i++;
		}
		status = find_points(group, err);
	}
	return status;
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
	size_t keys = 0;
	int status = 0;

	*compare = (struct compare){.results = calloc(count + 1, sizeof(*compare->results))};
	if (!compare->results)
		return err_memory(err, "a comparison");
	for (size_t i = 0; i < count && status == 0; i++)
		status = read_folder(compare, folder[i], err);
	if (status == 0)
		status = check_sides(compare, folder[0], err);
	if (status == 0)
		status = common_keys(compare, &keys, err);
	if (status == 0)
		status = make_groups(compare, keys, err);
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
	for (size_t i = 0; i < compare->groups; i++)
		free(compare->group[i].row);
	*compare = (struct compare){0};
}

double compare_number(const struct compare_group *group, size_t point, size_t side, enum results_column column)
{
	return results_number(group->side[side].results, group->row[point * group->sides + side], column);
}

double compare_difference(const struct compare_group *group, size_t point, size_t side)
{
	double first = compare_number(group, point, 0, RESULTS_SLOWDOWN),
	       other = compare_number(group, point, side, RESULTS_SLOWDOWN);

	return (other / first - 1) * 100;
}

struct compare_added compare_added(const struct compare_group *group, size_t point, size_t side)
{
	const double first = compare_number(group, point, 0, RESULTS_SLOWDOWN),
		     most = compare_number(group, point, 0, RESULTS_SLOWDOWN_MAX),
		     other = compare_number(group, point, side, RESULTS_SLOWDOWN),
		     first_ci = compare_number(group, point, 0, RESULTS_SLOWDOWN_CI95),
		     other_ci = compare_number(group, point, side, RESULTS_SLOWDOWN_CI95);
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
