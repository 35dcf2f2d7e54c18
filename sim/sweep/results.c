/* SPDX-License-Identifier: MIT */
/* When all runs have ended: writes results.csv from the result files, in the grid's order, and reports each run that
 * has failed. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/results_csv.h"
#include "sweep/outcome.h"
#include "sweep/run.h"
#include "sweep/state.h"
#include "sweep/worker_pool.h"

/* A row of the point's keys, or of its values; the caller frees it. */
static const char **row_of(const struct sweep *sweep,
			   const char *(*cell)(const struct sweep *sweep, size_t point, size_t k), size_t point)
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

/* Reports each of the point's failed runs; returns how many there are. */
static size_t report_failures(const struct sweep *sweep, size_t point)
{
	const size_t repeats = sweep->base.repeats;
	size_t failed = 0;

	for (size_t i = point * repeats; i < (point + 1) * repeats; i++) {
		char *text, *where;

		if (atomic_load(&sweep->outcomes->outcome[i].state) != OUTCOME_FAILED)
			continue;
		failed++;
		where = grid_describe(&sweep->grid, point);
		if (where &&
		    asprintf(&text, repeats > 1 ? "%s: %s (repeat %llu)" : "%s: %s", where,
			     sweep->outcomes->outcome[i].text, (unsigned long long)sweep->run[i].repeat) >= 0) {
			sweep->options->failed(text);
			free(text);
		}
		free(where);
	}
	return failed;
}

/* ---- lines ---- */

/* The lines of results.csv for points with one run each, stored by the workers, which have the results in memory. */
struct lines {
	atomic_size_t used;
	struct {
		size_t at, length; /* length 0: no line */
	} line[];
};

int sweep_lines_open(struct sweep *sweep, struct err *err)
{
	FILE *file;

	if (sweep->base.repeats > 1)
		return 0;
	sweep->lines_bytes = sizeof(*sweep->lines) + sweep->runs * sizeof(sweep->lines->line[0]);
	sweep->lines = worker_pool_share(sweep->lines_bytes);
	file = tmpfile();
	sweep->lines_file = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;
	if (file)
		fclose(file);
	return sweep->lines && sweep->lines_file >= 0 ? 0 : err_errno(err, ERR_FAILED, "no temporary file for results");
}

void sweep_lines_close(struct sweep *sweep)
{
	worker_pool_unshare(sweep->lines, sweep->lines_bytes);
	if (sweep->lines && sweep->lines_file >= 0)
		close(sweep->lines_file);
}

/* Makes the lines of a point as text, which the caller frees. */
static int point_text(const struct sweep *sweep, size_t point, json_t *const *runs, char **text, size_t *size,
		      struct err *err)
{
	const struct sweep_run *run = &sweep->run[point * sweep->base.repeats];
	const char **keys = row_of(sweep, key_cell, point), **values = row_of(sweep, value_cell, point);
	FILE *to = open_memstream(text, size);
	int status = keys && values && to ? 0 : err_memory(err, "results");

	if (status == 0)
		status = results_csv_point(&(struct results_point){keys, values, sweep->grid.keys, runs,
								   sweep->base.repeats, run->digest},
					   to, err);
	if (to && fclose(to) != 0 && status == 0)
		status = err_memory(err, "results");
	free(keys);
	free(values);
	return status;
}

void sweep_lines_put(const struct sweep *sweep, size_t run, json_t *result)
{
	char *text = NULL;
	struct err err;
	size_t size, at;

	if (!sweep->lines)
		return;
	if (point_text(sweep, run, &result, &text, &size, &err) == 0) {
		at = atomic_fetch_add(&sweep->lines->used, size);
		if (pwrite(sweep->lines_file, text, size, (off_t)at) == (ssize_t)size) {
			sweep->lines->line[run].at = at;
			sweep->lines->line[run].length = size;
		}
	}
	free(text);
}

/* ---- the file ---- */

/* Writes the line that a worker has stored; false when there is none. */
static bool put_line(const struct sweep *sweep, size_t point, FILE *to)
{
	size_t length = sweep->lines ? sweep->lines->line[point].length : 0;
	char *text = length ? malloc(length) : NULL;
	bool there = text &&
		     pread(sweep->lines_file, text, length, (off_t)sweep->lines->line[point].at) == (ssize_t)length;

	if (there)
		fwrite(text, 1, length, to);
	free(text);
	return there;
}

/* Writes a point's lines from its result files. */
static int put_point(const struct sweep *sweep, size_t point, FILE *to, struct err *err)
{
	const size_t repeats = sweep->base.repeats;
	const struct sweep_run *run = &sweep->run[point * repeats];
	json_t **runs = calloc(repeats, sizeof(*runs));
	char name[RUN_NAME], *text = NULL;
	size_t loaded = 0, size;
	int status = runs ? 0 : err_memory(err, "results");

	while (status == 0 && loaded < repeats) {
		status = folder_get_json(&sweep->folder, sweep_run_name(&run[loaded], name), &runs[loaded], err);
		loaded += status == 0;
	}
	if (status == 0) {
		status = point_text(sweep, point, runs, &text, &size, err);
		if (status < 0)
			err_prefix(err, "%s/%s", sweep->folder.path, sweep_run_name(run, name));
		else
			fwrite(text, 1, size, to);
	}
	while (loaded)
		json_decref(runs[--loaded]);
	free(text);
	free(runs);
	return status;
}

static int put_results(const struct sweep *sweep, FILE *to, struct err *err)
{
	const char **keys = row_of(sweep, key_cell, 0);
	int status = keys ? 0 : err_memory(err, "results");

	if (status == 0)
		results_csv_head(keys, sweep->grid.keys, to);
	for (size_t point = 0; point < sweep->grid.points && status == 0; point++)
		if (report_failures(sweep, point) == 0 && !put_line(sweep, point, to))
			status = put_point(sweep, point, to, err);
	free(keys);
	return status;
}

int sweep_results(struct sweep *sweep, struct err *err)
{
	struct output_file to;
	int status = folder_begin(&sweep->folder, "results.csv", &to, err);

	return status < 0 ? status : output_finish(&to, put_results(sweep, to.stream, err), err);
}
