/* When all runs have ended: results.csv from the result files, in the grid's order, and a word on each point that failed. */
#include <stdlib.h>
#include <string.h>

#include "report/results_csv.h"
#include "sweep/crew.h"
#include "sweep/state.h"

enum { POINTS_A_PART = 64 }; /* fewer are not worth a worker */

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

/* ---- parts ---- */

/* A stretch of points, whose lines one worker writes: reading result files back takes longer than all else. */
struct part {
	size_t first, end;
	FILE *lines;
	int status;
	struct err err;
};

struct parts {
	const struct sweep *sweep;
	const char *const *keys;
	const bool *failed; /* by point */
	struct part *part;  /* the workers write to it */
	size_t count;
};

static void put_part(void *context, size_t which)
{
	const struct parts *parts = context;
	struct part *part = &parts->part[which];
	json_t **runs = calloc(parts->sweep->base.repeats, sizeof(*runs));

	part->status = runs ? 0 : err_memory(&part->err, "results");
	for (size_t point = part->first; point < part->end && part->status == 0; point++)
		if (!parts->failed[point])
			part->status = put_point(parts->sweep, point, parts->keys, runs, part->lines, &part->err);
	if (fflush(part->lines) != 0 && part->status == 0)
		part->status = err_errno(&part->err, ERR_FAILED, "results");
	free(runs);
}

static void part_ended(void *context, size_t which, int status)
{
	const struct parts *parts = context;

	if (status != 0 && parts->part[which].status == 0)
		parts->part[which].status = err_set(&parts->part[which].err, ERR_FAILED, "results: a process that read them ended with status %#x", status);
}

static void no_tick(void *context)
{
	(void)context;
}

static int open_parts(const struct parts *parts, struct err *err)
{
	size_t points = parts->sweep->grid.points;

	for (size_t i = 0; i < parts->count; i++) {
		struct part *part = &parts->part[i];

		*part = (struct part){.first = points * i / parts->count, .end = points * (i + 1) / parts->count, .lines = tmpfile()};
		if (!part->lines)
			return err_errno(err, ERR_FAILED, "results: no temporary file");
	}
	return 0;
}

static int append(FILE *lines, FILE *to)
{
	char piece[1 << 14];
	size_t n;

	rewind(lines);
	while ((n = fread(piece, 1, sizeof(piece), lines)) > 0)
		fwrite(piece, 1, n, to);
	return ferror(lines) ? ERR_FAILED : 0;
}

static int put_parts(const struct parts *parts, FILE *to, struct err *err)
{
	const struct crew crew = {.jobs = (unsigned)parts->count, .tasks = parts->count, .work = put_part, .ended = part_ended, .tick = no_tick,
	                          .context = (void *)parts};
	int status = open_parts(parts, err);

	if (status == 0 && parts->count > 1)
		status = crew_run(&crew, err);
	else if (status == 0)
		put_part((void *)parts, 0);
	for (size_t i = 0; i < parts->count && status == 0; i++) {
		status = parts->part[i].status;
		if (status < 0)
			*err = parts->part[i].err;
		else if (append(parts->part[i].lines, to) < 0)
			status = err_errno(err, ERR_FAILED, "results");
	}
	for (size_t i = 0; i < parts->count && parts->part[i].lines; i++)
		fclose(parts->part[i].lines);
	return status;
}

static int put_results(const struct sweep *sweep, FILE *to, struct err *err)
{
	const size_t points = sweep->grid.points, jobs = points < POINTS_A_PART ? 1 : sweep->options->jobs;
	const char **keys = row_of(sweep, key_cell, 0);
	bool *failed = calloc(points, sizeof(*failed));
	struct parts parts = {sweep, keys, failed, crew_share(jobs * sizeof(struct part)), jobs};
	int status = keys && failed && parts.part ? 0 : err_memory(err, "results");

	for (size_t point = 0; point < points && status == 0; point++)
		failed[point] = tell_failures(sweep, point) > 0;
	if (status == 0) {
		results_csv_head(keys, sweep->grid.keys, to);
		status = put_parts(&parts, to, err);
	}
	crew_unshare(parts.part, jobs * sizeof(struct part));
	free(failed);
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
