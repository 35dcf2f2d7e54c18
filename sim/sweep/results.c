/* When all runs have ended: results.csv from the result files, in the grid's order, and a word on each point that failed. */
#include <stdlib.h>
#include <string.h>

#include "report/results_csv.h"
#include "sweep/state.h"

/* The point's keys, or its values. */
static const char **row_of(const struct sweep *sweep, const char *(*cell)(const struct sweep *sweep, size_t point, size_t k), size_t point)
{
	const char **row = calloc(sweep->grid.keys, sizeof(*row));

	for (size_t k = 0; row && k < sweep->grid.keys; k++)
		row[k] = cell(sweep, point, k);
	return row;
}

static const char *key_cell(const struct sweep *sweep, size_t point, size_t k)
{
	(void)point;
	return grid_key(&sweep->grid, k);
}

static const char *value_cell(const struct sweep *sweep, size_t point, size_t k)
{
	return grid_value(&sweep->grid, point, k);
}

/* Tells each of the point's runs that failed; how many they are. */
static size_t tell_failures(const struct sweep *sweep, size_t point)
{
	const size_t repeats = sweep->base.repeats;
	size_t failed = 0;

	for (size_t i = point * repeats; i < (point + 1) * repeats; i++) {
		char *text, *where;

		if (atomic_load(&sweep->board->outcome[i].state) != OUTCOME_FAILED)
			continue;
		failed++;
		where = grid_describe(&sweep->grid, point);
		if (where && asprintf(&text, repeats > 1 ? "%s: %s (seed %llu)" : "%s: %s", where, sweep->board->outcome[i].text,
		                      (unsigned long long)sweep->run[i].seed) >= 0) {
			sweep->options->failed(text);
			free(text);
		}
		free(where);
	}
	return failed;
}

static int put_point(const struct sweep *sweep, size_t point, const char *const *keys, json_t **runs, FILE *to, struct err *err)
{
	const size_t repeats = sweep->base.repeats;
	const struct sweep_run *run = &sweep->run[point * repeats];
	const char **values = row_of(sweep, value_cell, point);
	char name[RUN_NAME];
	size_t loaded = 0;
	int status = values ? 0 : err_memory(err, "results");

	while (status == 0 && loaded < repeats) {
		status = folder_get_json(&sweep->folder, sweep_run_name(&run[loaded], name), &runs[loaded], err);
		loaded += status == 0;
	}
	if (status == 0) {
		status = results_csv_point(&(struct results_point){keys, values, sweep->grid.keys, runs, repeats, run->digest}, to, err);
		if (status < 0)
			err_prefix(err, "%s/%s", sweep->folder.path, sweep_run_name(run, name));
	}
	while (loaded)
		json_decref(runs[--loaded]);
	free(values);
	return status;
}

static int put_results(const struct sweep *sweep, FILE *to, struct err *err)
{
	const char **keys = row_of(sweep, key_cell, 0);
	json_t **runs = calloc(sweep->base.repeats, sizeof(*runs));
	int status = keys && runs ? 0 : err_memory(err, "results");

	if (status == 0)
		results_csv_head(keys, sweep->grid.keys, to);
	for (size_t point = 0; point < sweep->grid.points && status == 0; point++)
		if (tell_failures(sweep, point) == 0)
			status = put_point(sweep, point, keys, runs, to, err);
	free(runs);
	free(keys);
	return status;
}

int sweep_results(struct sweep *sweep, struct err *err)
{
	FILE *to;
	int status = folder_begin(&sweep->folder, "results.csv", &to, err), written;

	if (status < 0)
		return status;
	status = put_results(sweep, to, err);
	written = folder_end(&sweep->folder, "results.csv", to, err);
	return status < 0 ? status : written;
}
