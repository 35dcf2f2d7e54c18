/* SPDX-License-Identifier: MIT */
#include "report/results.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NUMBERS = RESULTS_COLUMNS - RESULTS_WORDS };

const char *const results_column_names[RESULTS_COLUMNS] = {
	[RESULTS_JOB] = "job",
	[RESULTS_WORKLOAD] = "workload",
	[RESULTS_SCOPE] = "scope",
	[RESULTS_TRACE] = "trace",
	[RESULTS_POLICY] = "policy",
	[RESULTS_PREFETCH] = "prefetch",
	[RESULTS_POLICY_COUNTS] = "policy_counts",
	[RESULTS_FAULT_COSTS] = "fault_costs",
	[RESULTS_POINT] = "point",
	[RESULTS_LOCAL_PAGES] = "local_pages",
	[RESULTS_LOCAL_RATIO] = "local_ratio",
	[RESULTS_FOOTPRINT_PAGES] = "footprint_pages",
	[RESULTS_INSTRUCTIONS] = "instructions",
	[RESULTS_REPEATS] = "repeats",
	[RESULTS_BASE_S] = "base_s",
	[RESULTS_TIME_S] = "time_s",
	[RESULTS_SLOWDOWN] = "slowdown",
	[RESULTS_SLOWDOWN_CI95] = "slowdown_ci95_model",
	[RESULTS_FAULTS_DEMAND] = "faults_demand",
	[RESULTS_FAULTS_COMPULSORY] = "faults_compulsory",
	[RESULTS_FAULTS_FIRST_TOUCH] = "faults_first_touch",
	[RESULTS_FAULTS_IN_FLIGHT] = "faults_in_flight",
	[RESULTS_FAULTS_MINOR] = "faults_minor",
	[RESULTS_PREFETCH_ISSUED] = "prefetch_issued",
	[RESULTS_PREFETCH_USED] = "prefetch_used",
	[RESULTS_PREFETCH_LATE] = "prefetch_late",
	[RESULTS_PREFETCH_UNUSED] = "prefetch_unused",
	[RESULTS_PREFETCH_DROPPED] = "prefetch_dropped",
	[RESULTS_WRITEBACKS] = "writebacks",
	[RESULTS_FETCH_NS_MEAN] = "fetch_ns_mean",
	[RESULTS_FETCH_NS_P50] = "fetch_ns_p50",
	[RESULTS_FETCH_NS_P99] = "fetch_ns_p99",
	[RESULTS_FETCH_NS_MAX] = "fetch_ns_max",
	[RESULTS_STALL_EXIT_S] = "stall_exit_s",
	[RESULTS_STALL_HANDLER_S] = "stall_handler_s",
	[RESULTS_STALL_HANDLER_QUEUE_S] = "stall_handler_queue_s",
	[RESULTS_STALL_LOOKUP_S] = "stall_lookup_s",
	[RESULTS_STALL_POST_S] = "stall_post_s",
	[RESULTS_STALL_QUEUE_S] = "stall_queue_s",
	[RESULTS_STALL_WIRE_S] = "stall_wire_s",
	[RESULTS_STALL_COMPLETION_S] = "stall_completion_s",
	[RESULTS_STALL_MAP_S] = "stall_map_s",
	[RESULTS_STALL_BUFFER_S] = "stall_buffer_s",
	[RESULTS_STALL_IN_FLIGHT_S] = "stall_in_flight_s",
	[RESULTS_STALL_MINOR_S] = "stall_minor_s",
	[RESULTS_STALL_FIRST_TOUCH_S] = "stall_first_touch_s",
	[RESULTS_TIME_MAX_S] = "time_max_s",
	[RESULTS_SLOWDOWN_MAX] = "slowdown_max",
	[RESULTS_BASE_IDLE_S] = "base_idle_s",
	[RESULTS_LINK_UTILISATION_MAX] = "link_utilisation_max",
};

static size_t find_column(const struct sheet *sheet, size_t from, const char *name)
{
	for (size_t i = from; i < sheet->columns; i++)
		if (strcmp(sheet_column_name(sheet, i), name) == 0)
			return i;
	return SIZE_MAX;
}

/* A swept key may have the same name as a column after `job` (policy). Therefore those columns are searched from `job`
 * on. */
static int find_columns(struct results *results, struct err *err)
{
	static const enum results_column required[] = {RESULTS_LOCAL_RATIO, RESULTS_SLOWDOWN};
	const struct sheet *sheet = &results->sheet;
	size_t job = find_column(sheet, 0, "job");

	if (job == SIZE_MAX)
		return err_set(err, ERR_FAILED, "%s:1: no column 'job', which must follow the swept keys", sheet->name);
	results->keys = job;
	for (int i = 0; i < RESULTS_COLUMNS; i++)
		results->column[i] = find_column(sheet, job, results_column_names[i]);
	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++)
		if (!results_has(results, required[i]))
			return err_set(err, ERR_FAILED, "%s:1: no column '%s'", sheet->name,
				       results_column_names[required[i]]);
	return 0;
}

static int parse_number(const struct results *results, size_t row, int column, double *number, struct err *err)
{
	const struct sheet *sheet = &results->sheet;
	const char *text = sheet_cell(sheet, row, results->column[column]);
	char *end;

	*number = NAN;
	if (!*text)
		return 0;
	*number = strtod(text, &end);
	if (*end || !isfinite(*number) || text[0] == ' ' || text[0] == '\t')
		return err_set(err, ERR_FAILED, "%s:%zu:%s: %s is not a number", sheet->name, sheet->line[row],
			       results_column_names[column], err_quote(text).text);
	if (*number < 0)
		return err_set(err, ERR_FAILED, "%s:%zu:%s: %s is negative", sheet->name, sheet->line[row],
			       results_column_names[column], err_quote(text).text);
	return 0;
}

static int parse_numbers(struct results *results, struct err *err)
{
	int status = 0;

	results->number = calloc(results->sheet.rows * NUMBERS, sizeof(*results->number));
	if (!results->number)
		return err_memory(err, results->sheet.name);
	for (size_t row = 0; row < results->sheet.rows; row++) {
		for (int i = 0; i < NUMBERS && status == 0; i++) {
			double *number = &results->number[row * NUMBERS + (size_t)i];

			*number = NAN;
			if (results_has(results, RESULTS_WORDS + i))
				status = parse_number(results, row, RESULTS_WORDS + i, number, err);
		}
	}
	return status;
}

/* The points of DIR/results.csv are in DIR/points. */
static char *points_folder(const char *csv)
{
	const char *slash = strrchr(csv, '/');
	struct stat stat_of;
	char *path;

	if (asprintf(&path, "%.*spoints", slash ? (int)(slash + 1 - csv) : 0, csv) < 0)
		return NULL;
	if (stat(path, &stat_of) == 0 && S_ISDIR(stat_of.st_mode))
		return path;
	free(path);
	return NULL;
}

int results_read(struct results *results, const char *path, struct err *err)
{
	struct stat stat_of;
	char *csv;
	int status;

	*results = (struct results){0};
	if (asprintf(&csv, stat(path, &stat_of) == 0 && S_ISDIR(stat_of.st_mode) ? "%s/results.csv" : "%s", path) < 0)
		return err_memory(err, path);
	status = sheet_read(&results->sheet, csv, err);
	if (status == 0)
		status = find_columns(results, err);
	if (status == 0)
		status = parse_numbers(results, err);
	if (status == 0)
		results->points = points_folder(csv);
	else
		results_free(results);
	free(csv);
	return status;
}

void results_free(struct results *results)
{
	sheet_free(&results->sheet);
	free(results->number);
	free(results->points);
	*results = (struct results){0};
}

bool results_has(const struct results *results, enum results_column column)
{
	return results->column[column] != SIZE_MAX;
}

const char *results_word(const struct results *results, size_t row, enum results_column column)
{
	return results_has(results, column) ? sheet_cell(&results->sheet, row, results->column[column]) : "";
}

/* Whether an earlier row has the same fault costs as this one. */
static bool costs_are_known(const struct results *results, size_t row)
{
	const char *costs = results_word(results, row, RESULTS_FAULT_COSTS);

	if (row > 0 && strcmp(results_word(results, row - 1, RESULTS_FAULT_COSTS), costs) == 0)
		return true; /* mostly */
	for (size_t i = 0; i < row; i++)
		if (strcmp(results_word(results, i, RESULTS_FAULT_COSTS), costs) == 0)
			return true;
	return false;
}

char *results_fault_costs(const struct results *results)
{
	enum { SHOWN = 8 };
	char *text = NULL;
	size_t size, found = 0;
	FILE *to;

	if (!results_has(results, RESULTS_FAULT_COSTS) || !(to = open_memstream(&text, &size)))
		return NULL;
	for (size_t row = 0; row < results->sheet.rows && found <= SHOWN; row++) {
		if (costs_are_known(results, row))
			continue;
		if (found++ == SHOWN)
			fputs("; and others", to);
		else
			fprintf(to, "%s%s", found > 1 ? "; " : "", results_word(results, row, RESULTS_FAULT_COSTS));
	}
	if (fclose(to) == 0 && *text)
		return text;
	free(text);
	return NULL;
}

enum policy_filtered results_counts(const struct results *results, size_t row)
{
	return policy_filtered_find(results_word(results, row, RESULTS_POLICY_COUNTS));
}

bool results_have_counts(const struct results *results, enum policy_filtered counts)
{
	for (size_t row = 0; row < results->sheet.rows; row++)
		if (results_counts(results, row) == counts)
			return true;
	return false;
}

double results_number(const struct results *results, size_t row, enum results_column column)
{
	return column < RESULTS_WORDS ? NAN : results->number[row * NUMBERS + (size_t)(column - RESULTS_WORDS)];
}
