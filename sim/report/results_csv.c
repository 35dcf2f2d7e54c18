/* SPDX-License-Identifier: MIT */
#include "report/results_csv.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "report/results.h"

/* One job of one point. */
struct cell {
	const struct results_point *point;
	size_t job;
};

struct column {
	enum results_column name;
	void (*put)(const struct column *column, const struct cell *cell, FILE *to);
	const char *object, *key; /* of the job's JSON: the object in it, or NULL */
};

/* Writes a text, in quotes where RFC 4180 requires them. */
static void put_text(const char *text, FILE *to)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, to);
		return;
	}
	fputc('"', to);
	for (; *text; text++)
		fprintf(to, *text == '"' ? "\"\"" : "%c", *text);
	fputc('"', to);
}

/* Writes a number; nothing for NaN. */
static void put_number(double number, FILE *to)
{
	char text[32];

	if (isnan(number))
		return;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	fputs(text, to);
}

static json_t *job_of(const struct cell *cell, size_t run)
{
	return json_array_get(json_object_get(cell->point->runs[run], "jobs"), cell->job);
}

/* A number of one run's job; NaN when it has none. */
static double number_of(const struct column *column, const struct cell *cell, size_t run)
{
	const json_t *job = job_of(cell, run),
		     *number = json_object_get(column->object ? json_object_get(job, column->object) : job,
					       column->key);

	return json_is_number(number) ? json_number_value(number) : NAN;
}

static double mean_of(const struct column *column, const struct cell *cell)
{
	double sum = 0, first = number_of(column, cell, 0);
	size_t same = 0;

	for (size_t i = 0; i < cell->point->repeats; i++) {
		double number = number_of(column, cell, i);

		sum += number;
		same += number == first;
	}
	return same == cell->point->repeats
		       ? first
		       : sum / (double)cell->point->repeats; /* so that the mean of equal numbers is exact */
}

static void put_word(const struct column *column, const struct cell *cell, FILE *to)
{
	const char *text = json_string_value(json_object_get(job_of(cell, 0), column->key));

	put_text(text ? text : "", to);
}

static void put_mean(const struct column *column, const struct cell *cell, FILE *to)
{
	put_number(mean_of(column, cell), to);
}

/* Half of the 95 % confidence interval of the mean over what the model draws: t(0.975, n - 1) s / sqrt(n). */
static void put_interval(const struct column *column, const struct cell *cell, FILE *to)
{
	const double n = (double)cell->point->repeats, mean = mean_of(column, cell);
	double squares = 0;

	if (cell->point->repeats < 2)
		return;
	for (size_t i = 0; i < cell->point->repeats; i++)
		squares += pow(number_of(column, cell, i) - mean, 2);
	put_number(gsl_cdf_tdist_Pinv(0.975, n - 1) * sqrt(squares / (n - 1) / n), to);
}

static void put_largest(const struct column *column, const struct cell *cell, FILE *to)
{
	double most = number_of(column, cell, 0);

	for (size_t i = 1; i < cell->point->repeats; i++)
		most = fmax(most, number_of(column, cell, i));
	put_number(most, to);
}

static void put_ratio(const struct column *column, const struct cell *cell, FILE *to)
{
	const struct column pages = {.key = "footprint_pages"};

	put_number(mean_of(column, cell) / mean_of(&pages, cell), to);
}

static void put_repeats(const struct column *column, const struct cell *cell, FILE *to)
{
	(void)column;
	fprintf(to, "%zu", cell->point->repeats);
}

/* Writes the utilisation of the busiest link of the whole run. */
static void put_busiest(const struct column *column, const struct cell *cell, FILE *to)
{
	double sum = 0, first = 0;
	size_t same = 0;

	for (size_t run = 0; run < cell->point->repeats; run++) {
		double most = 0;
		json_t *link;
		size_t i;

		json_array_foreach(json_object_get(cell->point->runs[run], "links"), i, link)
			most = fmax(most, json_number_value(json_object_get(link, column->key)));
		first = run ? first : most;
		same += most == first;
		sum += most;
	}
	put_number(same == cell->point->repeats ? first : sum / (double)cell->point->repeats, to);
}

static void put_digest(const struct column *column, const struct cell *cell, FILE *to)
{
	(void)column;
	fputs(cell->point->digest, to);
}

/* What faults cost, by the manifest of the point's run. */
static void put_fault_costs(const struct column *column, const struct cell *cell, FILE *to)
{
	const char *text = json_string_value(
		json_object_get(json_object_get(cell->point->runs[0], "manifest"), column->key));

	put_text(text ? text : "", to);
}

static const struct column columns[] = {
	{RESULTS_JOB, put_word, NULL, "name"},
	{RESULTS_WORKLOAD, put_word, NULL, "workload"},
	{RESULTS_TRACE, put_word, NULL, "trace"},
	{RESULTS_POLICY, put_word, NULL, "policy"},
	{RESULTS_PREFETCH, put_word, NULL, "prefetcher"},
	{RESULTS_LOCAL_PAGES, put_mean, NULL, "local_pages"},
	{RESULTS_LOCAL_RATIO, put_ratio, NULL, "local_pages"},
	{RESULTS_FOOTPRINT_PAGES, put_mean, NULL, "footprint_pages"},
	{RESULTS_INSTRUCTIONS, put_mean, NULL, "instructions"},
	{RESULTS_REPEATS, put_repeats, NULL, NULL},
	{RESULTS_BASE_S, put_mean, NULL, "base_s"},
	{RESULTS_TIME_S, put_mean, NULL, "time_s"},
	{RESULTS_SLOWDOWN, put_mean, NULL, "slowdown"},
	{RESULTS_SLOWDOWN_CI95, put_interval, NULL, "slowdown"},
	{RESULTS_FAULTS_DEMAND, put_mean, "faults", "demand"},
	{RESULTS_FAULTS_COMPULSORY, put_mean, "faults", "compulsory"},
	{RESULTS_FAULTS_FIRST_TOUCH, put_mean, "faults", "first_touch"},
	{RESULTS_FAULTS_IN_FLIGHT, put_mean, "faults", "in_flight"},
	{RESULTS_FAULTS_MINOR, put_mean, "faults", "minor"},
	{RESULTS_PREFETCH_ISSUED, put_mean, "prefetch", "issued"},
	{RESULTS_PREFETCH_USED, put_mean, "prefetch", "used"},
	{RESULTS_PREFETCH_LATE, put_mean, "prefetch", "late"},
	{RESULTS_PREFETCH_UNUSED, put_mean, "prefetch", "unused"},
	{RESULTS_PREFETCH_DROPPED, put_mean, "prefetch", "dropped"},
	{RESULTS_WRITEBACKS, put_mean, NULL, "writebacks"},
	{RESULTS_FETCH_NS_MEAN, put_mean, "fetch_ns", "mean"},
	{RESULTS_FETCH_NS_P50, put_mean, "fetch_ns", "p50"},
	{RESULTS_FETCH_NS_P99, put_mean, "fetch_ns", "p99"},
	{RESULTS_FETCH_NS_MAX, put_largest, "fetch_ns", "max"},
	{RESULTS_STALL_EXIT_S, put_mean, "stall_s", "exit"},
	{RESULTS_STALL_HANDLER_S, put_mean, "stall_s", "handler"},
	{RESULTS_STALL_LOOKUP_S, put_mean, "stall_s", "lookup"},
	{RESULTS_STALL_POST_S, put_mean, "stall_s", "post"},
	{RESULTS_STALL_QUEUE_S, put_mean, "stall_s", "queue"},
	{RESULTS_STALL_WIRE_S, put_mean, "stall_s", "wire"},
	{RESULTS_STALL_COMPLETION_S, put_mean, "stall_s", "completion"},
	{RESULTS_STALL_MAP_S, put_mean, "stall_s", "map"},
	{RESULTS_STALL_BUFFER_S, put_mean, "stall_s", "buffer"},
	{RESULTS_STALL_IN_FLIGHT_S, put_mean, "stall_s", "in_flight"},
	{RESULTS_STALL_MINOR_S, put_mean, "stall_s", "minor"},
	{RESULTS_STALL_FIRST_TOUCH_S, put_mean, "stall_s", "first_touch"},
	{RESULTS_TIME_MAX_S, put_mean, NULL, "time_max_s"},
	{RESULTS_SLOWDOWN_MAX, put_mean, NULL, "slowdown_max"},
	{RESULTS_BASE_IDLE_S, put_mean, NULL, "base_idle_s"},
	{RESULTS_LINK_UTILISATION_MAX, put_busiest, NULL, "utilisation"},
	{RESULTS_POLICY_COUNTS, put_word, NULL, "policy_counts"},
	{RESULTS_SCOPE, put_word, NULL, "scope"},
	{RESULTS_STALL_HANDLER_QUEUE_S, put_mean, "stall_s", "handler_queue"},
	{RESULTS_FAULT_COSTS, put_fault_costs, NULL, "fault_costs"},
	{RESULTS_POINT, put_digest, NULL, NULL},
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

/* No column name occurs twice: a swept key replaces the column of the same name. */
static bool is_swept(const struct column *column, const char *const *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i], results_column_names[column->name]) == 0)
			return true;
	return false;
}

void results_csv_head(const char *const *keys, size_t count, FILE *to)
{
	for (size_t i = 0; i < count; i++) {
		put_text(keys[i], to);
		fputc(',', to);
	}
	for (size_t i = 0; i < COLUMNS; i++)
		if (!is_swept(&columns[i], keys, count))
			fprintf(to, "%s%c", results_column_names[columns[i].name], i + 1 < COLUMNS ? ',' : '\n');
}

int results_csv_point(const struct results_point *point, FILE *to, struct err *err)
{
	struct cell cell = {.point = point};
	size_t jobs = json_array_size(json_object_get(point->runs[0], "jobs"));

	for (size_t i = 0; i < point->repeats; i++)
		if (jobs == 0 || json_array_size(json_object_get(point->runs[i], "jobs")) != jobs)
			return err_set(err, ERR_FAILED,
				       "not the result of a run: it has no jobs, or other jobs than the other repeats");
	for (cell.job = 0; cell.job < jobs; cell.job++) {
		for (size_t i = 0; i < point->swept; i++) {
			put_text(point->values[i], to);
			fputc(',', to);
		}
		for (size_t i = 0; i < COLUMNS; i++) {
			if (is_swept(&columns[i], point->keys, point->swept))
				continue;
			columns[i].put(&columns[i], &cell, to);
			fputc(i + 1 < COLUMNS ? ',' : '\n', to);
		}
	}
	return 0;
}
