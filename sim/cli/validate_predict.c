/* SPDX-License-Identifier: MIT */
/* What a row's configuration predicts, by quantity. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/trace.h"
#include "cli/validate_table.h"
#include "cluster/cluster.h"
#include "config/cost.h"
#include "fabric/transfer.h"
#include "trace/generate.h"
#include "trace/writer.h"

/* ---- what a run gives ---- */

enum of_run { RUN_FAULTS, RUN_MINOR, RUN_READ, RUN_WRITTEN, RUN_SLOWDOWN, RUN_ADDED, RUN_FETCH, RUN_NUMBERS };

/* What a child reports. */
struct answer {
	int status;
	double number[RUN_NUMBERS];
	struct err err;
};

static void answer(const struct config *config, struct answer *answer)
{
	const struct cluster_options options = {.progress = false};
	struct run_result result;
	const struct job_result *job;

	answer->status = cluster_run(config, &options, &result, &answer->err);
	if (answer->status < 0)
		return;
	job = &result.job[0];
	answer->number[RUN_FAULTS] = (double)job->faults.demand;
	answer->number[RUN_MINOR] = (double)job->faults.minor;
	answer->number[RUN_READ] = (double)(job->faults.demand + job->prefetch.issued);
	answer->number[RUN_WRITTEN] = (double)job->writebacks;
	answer->number[RUN_SLOWDOWN] = (double)job->time_ps / (double)job->base_ps;
	answer->number[RUN_ADDED] = (double)(job->time_ps - job->base_ps) / 1e12;
	answer->number[RUN_FETCH] = job->fetch_ns.mean;
	run_result_free(&result);
}

/* Runs the configuration in a child: SimGrid, which some need, takes one platform in the life of a process. */
static int run(const struct config *config, struct answer *result, struct err *err)
{
	int ends[2], state = 0;
	ssize_t got = 0;
	pid_t child;

	fflush(NULL);
	if (pipe(ends) < 0)
		return err_errno(err, ERR_FAILED, "a pipe");
	child = fork();
	if (child == 0) {
		memset(result, 0, sizeof(*result));
		answer(config, result);
		_exit(write(ends[1], result, sizeof(*result)) == (ssize_t)sizeof(*result) ? 0 : 1);
	}
	close(ends[1]);
	if (child > 0) {
		got = read(ends[0], result, sizeof(*result));
		waitpid(child, &state, 0);
	}
	close(ends[0]);
	if (child < 0)
		return err_errno(err, ERR_FAILED, "a process for a run");
	if (got != (ssize_t)sizeof(*result))
		return err_set(err, ERR_FAILED, "the run ended before it answered (wait status %d)", state);
	*err = result->err;
	return result->status;
}

static int of_run(const struct config *config, enum of_run which, double *number, struct err *err)
{
	struct answer result;
	int status = run(config, &result, err);

	*number = status < 0 ? NAN : result.number[which];
	return status;
}

/* A count of pages, times the input `scale`: the trace may be a scaled one. */
static int scaled(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
		  enum of_run which, struct err *err)
{
	double scale;
	int status = validate_input(comparison, row, "scale", &scale, err);

	if (status == 0)
		status = of_run(config, which, &row->predicted, err);
	row->predicted *= scale;
	return status;
}

static int predict_faults(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
			  struct err *err)
{
	return scaled(comparison, row, config, RUN_FAULTS, err);
}

static int predict_minor(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
			 struct err *err)
{
	return scaled(comparison, row, config, RUN_MINOR, err);
}

static int predict_read(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
			struct err *err)
{
	return scaled(comparison, row, config, RUN_READ, err);
}

static int predict_written(struct validate_comparison *comparison, struct validate_row *row,
			   const struct config *config, struct err *err)
{
	return scaled(comparison, row, config, RUN_WRITTEN, err);
}

static int predict_slowdown(struct validate_comparison *comparison, struct validate_row *row,
			    const struct config *config, struct err *err)
{
	(void)comparison;
	return of_run(config, RUN_SLOWDOWN, &row->predicted, err);
}

/* The measured time with all memory local, and what the model adds to it. */
static int predict_time(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
			struct err *err)
{
	double compute_s;
	int status = scaled(comparison, row, config, RUN_ADDED, err);

	if (status == 0)
		status = validate_input(comparison, row, "compute_s", &compute_s, err);
	row->predicted += compute_s;
	return status;
}

/* What the fit needs; the time with all memory local stays in `predicted`. */
static int predict_fit(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
		       struct err *err)
{
	struct answer result;
	double scale;
	int status = validate_input(comparison, row, "scale", &scale, err);

	if (status == 0)
		status = validate_input(comparison, row, "compute_s", &row->predicted, err);
	if (status == 0)
		status = run(config, &result, err);
	if (status < 0)
		return status;
	row->read = scale * result.number[RUN_READ];
	row->written = scale * result.number[RUN_WRITTEN];
	return 0;
}

/* ---- what follows from the costs alone ---- */

static int predict_fetch(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
			 struct err *err)
{
	struct fault_cost cost;
	int status = config_cost(config, &cost, err);

	(void)comparison;
	row->predicted = (double)cost.demand_ps / 1e6;
	return status;
}

static int predict_transfer(struct validate_comparison *comparison, struct validate_row *row,
			    const struct config *config, struct err *err)
{
	double bytes;
	int status = validate_input(comparison, row, "bytes", &bytes, err);

	if (status == 0)
		row->predicted = (double)network_fetch_ps(&config->fabric, (uint64_t)bytes) / 1e6;
	return status;
}

/* The latency of a read at the run's load: a fetch less the transfer of its page. */
static int predict_loaded(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
			  struct err *err)
{
	const struct network *fabric = &config->fabric;
	int status = of_run(config, RUN_FETCH, &row->predicted, err);

	(void)comparison;
	row->predicted -= (double)(transfer_ps(fabric->page_bytes, fabric->bandwidth_bps) +
				   network_extra_ps(fabric, fabric->page_bytes)) /
			  1000;
	return status;
}

/* Many virtual CPUs that fault: each takes a fetch, and the handlers take no more than their capacity. */
static int predict_saturated(struct validate_comparison *comparison, struct validate_row *row,
			     const struct config *config, struct err *err)
{
	double faults, vcpus, compute_s;
	struct fault_cost cost;
	int status = config_cost(config, &cost, err);

	if (status == 0)
		status = validate_input(comparison, row, "faults", &faults, err);
	if (status == 0)
		status = validate_input(comparison, row, "vcpus", &vcpus, err);
	if (status == 0)
		status = validate_input(comparison, row, "compute_s", &compute_s, err);
	if (status < 0)
		return status;
	row->predicted = compute_s + faults / 1e12 *
					     fmax((double)cost.demand_ps / vcpus,
						  cost.handlers ? (double)cost.busy_ps / cost.handlers : 0);
	return 0;
}

const struct validate_quantity validate_quantities[] = {
	{"faults", "", "demand fetches (major faults), times `scale`", false, predict_faults},
	{"minor", "", "minor faults, times `scale`", false, predict_minor},
	{"read", "", "pages read: demand fetches and prefetches, times `scale`", false, predict_read},
	{"written", "", "pages written back, times `scale`", false, predict_written},
	{"slowdown", "times", "completion time over that with all memory local", false, predict_slowdown},
	{"time", "s", "`compute_s` and the added time, times `scale`", false, predict_time},
	{"fit", "s", "`compute_s` + pages read x a + pages written x b, times `scale`; one a and b for all rows", true,
	 predict_fit},
	{"fetch", "us", "an uncontended demand fetch with its fault costs", false, predict_fetch},
	{"transfer", "us", "an uncontended read of `bytes` bytes, without fault costs", false, predict_transfer},
	{"loaded", "ns", "the latency of a read at the run's load", false, predict_loaded},
	{"saturated", "s", "`compute_s` and `faults` faults of `vcpus` virtual CPUs that do nothing else", false,
	 predict_saturated},
	{0},
};

/* ---- the fit ---- */

/* Least squares of the relative errors over a and b: the normal equations of two unknowns. */
static int fit(struct validate_comparison *comparison, struct err *err)
{
	double rr = 0, rw = 0, ww = 0, ry = 0, wy = 0, determinant;
	size_t count = 0;

	for (size_t i = 0; i < comparison->rows; i++) {
		const struct validate_row *row = &comparison->row[i];
		const double r = row->read / row->low, w = row->written / row->low,
			     y = (row->low - row->predicted) / row->low;

		if (!row->quantity->fitted)
			continue;
		rr += r * r, rw += r * w, ww += w * w, ry += r * y, wy += w * y;
		count++;
	}
	if (!count)
		return 0;
	determinant = rr * ww - rw * rw;
	if (count < 3 || !(determinant > 1e-9 * rr * ww))
		return err_set(err, ERR_FAILED, "%s: a fit of two costs needs three rows or more that differ in both",
			       comparison->sheet.name);
	comparison->a = (ry * ww - wy * rw) / determinant;
	comparison->b = (wy * rr - ry * rw) / determinant;
	comparison->fitted = true;
	for (size_t i = 0; i < comparison->rows; i++)
		if (comparison->row[i].quantity->fitted)
			comparison->row[i].predicted += comparison->a * comparison->row[i].read +
							comparison->b * comparison->row[i].written;
	return 0;
}

/* ---- a row ---- */

/* Makes the trace of these words, unless it is there; its path has a digest of the words. */
static int generate(const char *words, const char *work, char **path, struct err *err)
{
	enum { WORDS_MAX = 32 };
	char *copy = strdup(words), *rest = copy, *argv[WORDS_MAX + 4] = {"megavm trace generate"}, *word;
	struct trace_generate_job job;
	struct trace_totals totals;
	struct stat there;
	uint64_t hash = 5381;
	int argc = 1, status = 0;

	for (const char *at = words; *at; at++)
		hash = hash * 33 + (unsigned char)*at;
	if (!copy || asprintf(path, "%s/%016" PRIx64 ".mvt", work, hash) < 0) {
		free(copy);
		return err_memory(err, "a trace");
	}
	while ((word = strsep(&rest, " ")) && argc < WORDS_MAX)
		if (*word)
			argv[argc++] = word;
	argv[argc++] = "--output";
	argv[argc++] = *path;
	if (stat(*path, &there) < 0)
		status = trace_generate_quietly(argc, argv, &job, &totals, err);
	free(copy);
	if (status < 0)
		free(*path);
	return status;
}

static bool is_key(const char *column)
{
	static const char *const own[] = {"policy", "prefetch"};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strcmp(column, own[i]) == 0)
			return true;
	return strchr(column, '.') != NULL;
}

/* KEY=VALUE of each of the row's keys, and of its trace. The caller frees them. */
static int make_sets(const struct validate_comparison *comparison, size_t row, const char *work, char **sets,
		     size_t *count, struct err *err)
{
	const char *words = validate_cell(comparison, row, "generate");
	char *trace;

	*count = 0;
	if (*words) {
		int status = generate(words, work, &trace, err);

		if (status < 0)
			return status;
		if (asprintf(&sets[*count], "vms.trace=%s", trace) < 0)
			return err_memory(err, "a row");
		(*count)++;
		free(trace);
	}
	for (size_t i = 0; i < comparison->sheet.columns; i++) {
		const char *column = sheet_column_name(&comparison->sheet, i),
			   *value = sheet_cell(&comparison->sheet, row, i);

		if (!is_key(column) || !*value)
			continue;
		if (asprintf(&sets[*count], "%s=%s", column, value) < 0)
			return err_memory(err, "a row");
		(*count)++;
	}
	return 0;
}

static void set_error(struct validate_row *row)
{
	const double nearest = row->predicted < row->low    ? row->low
			       : row->predicted > row->high ? row->high
							    : row->predicted;

	row->error = nearest != 0 ? row->predicted / nearest - 1 : row->predicted == 0 ? 0 : INFINITY;
}

static int run_row(struct validate_comparison *comparison, size_t i, const char *work, struct err *err)
{
	struct validate_row *row = &comparison->row[i];
	char **sets = calloc(comparison->sheet.columns + 2, sizeof(*sets));
	size_t count = 0;
	struct config config;
	int status = sets ? make_sets(comparison, i, work, sets, &count, err) : err_memory(err, "a row");

	if (status == 0)
		status = config_read(comparison->path, (const char *const *)sets, count, &config, err);
	if (status == 0) {
		if (!comparison->comment && !(comparison->comment = strdup(config.comment)))
			status = err_memory(err, "a comparison");
		if (status == 0)
			status = row->quantity->predict(comparison, row, &config, err);
		config_free(&config);
	}
	for (size_t j = 0; sets && j < count; j++)
		free(sets[j]);
	free(sets);
	if (status < 0)
		err_prefix(err, "%s:%zu: %s", comparison->sheet.name, comparison->sheet.line[i], row->label);
	return status;
}

int validate_run(struct validate_comparison *comparison, const char *work, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < comparison->rows && status == 0; i++)
		status = run_row(comparison, i, work, err);
	if (status == 0)
		status = fit(comparison, err);
	for (size_t i = 0; i < comparison->rows && status == 0; i++)
		set_error(&comparison->row[i]);
	return status;
}

bool validate_is_beyond(const struct validate_row *row)
{
	return !isnan(row->bound) && !(fabs(row->error) <= row->bound);
}
