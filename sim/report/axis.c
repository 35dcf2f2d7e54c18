/* SPDX-License-Identifier: MIT */
#include "report/axis.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "base/units.h"
#include "config/config.h"
#include "report/axis_values.h"

/* Ratio of the largest to the smallest value from which an axis is logarithmic. Durations are usually compared by
 * orders of magnitude and have a lower limit. */
static const double log_from = 8, log_durations_from = 3;

/* The names that figures use for the most common swept keys. */
static const struct {
	const char *key, *label;
} labels[] = {
	{"fabric.latency", "interconnect latency"},
	{"fabric.bandwidth", "interconnect bandwidth"},
	{"fabric.preset", "interconnect"},
	{"fault.handler", "handler"},
	{"vms.local", "local memory"},
	{"local_ratio", "local memory"},
	{"vms.count", "VMs"},
	{"vms.trace", "workload"},
	{"vms.policy", "policy"},
	{"vms.prefetch", "prefetcher"},
	{"prefetch", "prefetcher"},
	{"cluster.hypervisors", "hypervisors"},
	{"cluster.memory", "memory of a hypervisor"},
	{"cluster.topology", "topology"},
	{"donors.placement", "placement"},
	{"donors.replicas", "replicas of a page"},
	{"service", "service network"},
	{"traffic.rate", "traffic"},
};

struct unit {
	enum option_type type;
	const char *name;
	double factor;
};

/* Units of each type, from the smallest to the largest. */
static const struct unit units[] = {
	{OPTION_DURATION, "ns", 1e3},
	{OPTION_DURATION, "us", 1e6},
	{OPTION_DURATION, "ms", 1e9},
	{OPTION_DURATION, "s", 1e12},
	{OPTION_SIZE, "B", 1},
	{OPTION_SIZE, "KiB", 1024},
	{OPTION_SIZE, "MiB", 1048576},
	{OPTION_SIZE, "GiB", 1073741824},
	{OPTION_BANDWIDTH, "Mbit/s", 1e6},
	{OPTION_BANDWIDTH, "Gbit/s", 1e9},
	{OPTION_PERCENT, "%", 0.01},
};

/* Searches an option's row by its name without list indices. */
struct search {
	char name[128];
	const struct option_row *row;
};

static void compare_name(void *context, const char *name, const struct option_row *row)
{
	struct search *search = context;

	if (strcmp(search->name, name) == 0)
		search->row = row;
}

/* vms.0.local is looked up as vms.local; policies.2q.in stays as it is. */
static const struct option_row *find_row(const char *key)
{
	struct search search = {"", NULL};
	size_t used = 0;

	for (; *key && used + 1 < sizeof(search.name); key++) {
		size_t digits = *key == '.' ? strspn(key + 1, "0123456789") : 0;

		if (digits && key[digits + 1] == '.')
			key += digits;
		else
			search.name[used++] = *key;
	}
	config_options(compare_name, &search);
	return search.row;
}

static bool takes_numbers(const struct option_row *row)
{
	return row && row->type != OPTION_STRING && row->type != OPTION_BOOL && row->type != OPTION_ENUM;
}

static int by_number(const void *a, const void *b)
{
	const struct axis_value *one = a, *other = b;

	return (one->number > other->number) - (one->number < other->number);
}

/* Adds the row's text to the values unless they already have it. */
static int add_value(struct axis *axis, size_t row, const char *text, struct err *err)
{
	size_t i = axis_find_value(axis, text);

	if (i == axis->values) {
		struct axis_value *value = realloc(axis->value, (i + 1) * sizeof(*value));

		if (!value)
			return err_memory(err, "an axis");
		axis->value = value;
		axis->value[axis->values++] = (struct axis_value){
			.text = text, .name = text, .number = (double)i, .counts = FILTERED_EXACT};
	}
	axis->of_row[row] = (uint32_t)i;
	return 0;
}

/* Sorts the values by their numbers. */
static int sort_values(struct axis *axis, size_t rows, struct err *err)
{
	const char **text = malloc((axis->values + 1) * sizeof(*text));

	if (!text)
		return err_memory(err, "an axis");
	for (size_t i = 0; i < axis->values; i++)
		text[i] = axis->value[i].text;
	qsort(axis->value, axis->values, sizeof(*axis->value), by_number);
	for (size_t row = 0; row < rows; row++)
		axis->of_row[row] = (uint32_t)axis_find_value(axis, text[axis->of_row[row]]);
	free(text);
	return 0;
}

/* Chooses the unit in which the geometric mean of the values has few digits. */
static const struct unit *choose_unit(const struct axis *axis, enum option_type type)
{
	const struct unit *best = NULL;
	double sum = 0, count = 0, middle;

	for (size_t i = 0; i < axis->values; i++) {
		sum += axis->value[i].number > 0 ? log(axis->value[i].number) : 0;
		count += axis->value[i].number > 0;
	}
	middle = count > 0 ? 1.001 * exp(sum / count)
			   : 0; /* rounding errors of the logarithm must not select the smaller unit */
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (units[i].type == type && (!best || middle >= units[i].factor))
			best = &units[i];
	return best;
}

/* Converts numbers of `type` from its smallest unit to the axis' unit. */
static void settle_numbers(struct axis *axis, enum option_type type)
{
	const struct unit *unit = choose_unit(axis, type);
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < axis->values; i++) {
		double *number = &axis->value[i].number;

		*number /= unit ? unit->factor : 1;
		least = fmin(least, *number);
		most = fmax(most, *number);
	}
	axis->unit = unit ? unit->name : "";
	axis->scale = type != OPTION_PERCENT && least > 0 &&
				      most >= least * (type == OPTION_DURATION ? log_durations_from : log_from)
			      ? AXIS_LOG
			      : AXIS_LINEAR;
}

static void set_label(struct axis *axis)
{
	const char *name = axis->key;

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (strcmp(labels[i].key, axis->key) == 0)
			name = labels[i].label;
	if (axis->is_share)
		snprintf(axis->label, sizeof(axis->label), "%s (%% of the footprint)", name);
	else
		snprintf(axis->label, sizeof(axis->label), *axis->unit ? "%s (%s)" : "%s", name, axis->unit);
}

/* Parses the values of a key that takes numbers, each with its unit. A mixture of footprint shares and sizes stays
 * words. */
static int number_values(struct axis *axis, const struct results *results, size_t column, const struct option_row *row,
			 struct err *err)
{
	enum option_type type = row->type;
	size_t shares = 0;

	for (size_t i = 0; i < axis->values; i++) {
		size_t at = 0;

		if (option_number(row, axis->value[i].text, &axis->value[i].number, err) < 0) {
			while (axis->of_row[at] != i)
				at++;
			err_prefix(err, "%s:%zu:%s", results->sheet.name, results->sheet.line[at],
				   sheet_column_name(&results->sheet, column));
			return ERR_FAILED;
		}
		shares += strchr(axis->value[i].text, '%') != NULL;
	}
	if (type == OPTION_SHARE && shares > 0 && shares < axis->values) {
		for (size_t i = 0; i < axis->values; i++)
			axis->value[i].number = (double)i;
		return 0;
	}
	axis->is_share = type == OPTION_SHARE && shares > 0;
	settle_numbers(axis, type != OPTION_SHARE ? type : shares ? OPTION_PERCENT : OPTION_SIZE);
	return sort_values(axis, results->sheet.rows, err);
}

/* Parses the values of an unknown key: numbers when each of them is a number without a unit. */
static int guess_values(struct axis *axis, size_t rows, struct err *err)
{
	for (size_t i = 0; i < axis->values; i++) {
		struct err ignored;
		double number;

		if (real_parse(axis->value[i].text, &number, &ignored) < 0)
			return 0;
	}
	for (size_t i = 0; i < axis->values; i++)
		real_parse(axis->value[i].text, &axis->value[i].number, err);
	settle_numbers(axis, OPTION_REAL);
	return sort_values(axis, rows, err);
}

static int start_axis(struct axes *axes, const char *key, const struct results *results, struct err *err)
{
	struct axis *axis = &axes->axis[axes->count];

	if (axes->count == AXES_MAX)
		return err_set(err, ERR_FAILED, "%s: more than %d columns vary", results->sheet.name, AXES_MAX);
	*axis = (struct axis){.key = key, .unit = "", .rows = results->sheet.rows};
	axis->of_row = calloc(results->sheet.rows, sizeof(*axis->of_row));
	if (!axis->of_row)
		return err_memory(err, "an axis");
	axes->count++;
	return 0;
}

static void axis_free(struct axis *axis)
{
	for (size_t i = 0; i < axis->values; i++)
		free(axis->value[i].own);
	free(axis->value);
	free(axis->of_row);
	free(axis->texts);
}

static void drop_axis(struct axes *axes)
{
	axis_free(&axes->axis[--axes->count]);
}

/* Takes the last axis out, which does not vary by itself. It is kept by its name if another axis stands for it. */
static void set_aside(struct axes *axes, size_t rows)
{
	struct axis *axis = &axes->axis[--axes->count];

	axis->leader = axis->values > 1 ? axes_leader(axes, axis, rows) : NULL;
	if (axis->leader && axes->followers < AXES_MAX)
		axes->follower[axes->followers++] = *axis;
	else
		axis_free(axis);
}

/* Compares two rows by all axes except the last. */
static int by_axes(const void *a, const void *b, void *context)
{
	const struct axes *axes = context;
	size_t one = *(const size_t *)a, other = *(const size_t *)b;

	for (size_t i = 0; i + 1 < axes->count; i++) {
		uint32_t x = axes->axis[i].of_row[one], y = axes->axis[i].of_row[other];

		if (x != y)
			return (x > y) - (x < y);
	}
	return 0;
}

/* Whether rows that agree in all earlier axes differ in the new one. A key that always changes together with another
 * one adds no information. */
static int varies_by_itself(struct axes *axes, size_t rows, struct err *err)
{
	const struct axis *last = &axes->axis[axes->count - 1];
	size_t *row = malloc((rows + 1) * sizeof(*row));
	int found = 0;

	if (!row)
		return err_memory(err, "an axis");
	for (size_t i = 0; i < rows; i++)
		row[i] = i;
	qsort_r(row, rows, sizeof(*row), by_axes, axes);
	for (size_t i = 1; i < rows && !found; i++)
		found = by_axes(&row[i - 1], &row[i], axes) == 0 && last->of_row[row[i - 1]] != last->of_row[row[i]];
	free(row);
	return found;
}

static int add_key(struct axes *axes, const struct results *results, size_t column, struct err *err)
{
	const char *key = sheet_column_name(&results->sheet, column);
	const struct option_row *row = find_row(key);
	int status = start_axis(axes, key, results, err), varies;
	struct axis *axis = &axes->axis[axes->count - 1];

	for (size_t i = 0; i < results->sheet.rows && status == 0; i++)
		status = add_value(axis, i, sheet_cell(&results->sheet, i, column), err);
	if (status == 0 && takes_numbers(row))
		status = number_values(axis, results, column, row, err);
	else if (status == 0 && !row)
		status = guess_values(axis, results->sheet.rows, err);
	if (status < 0 || (varies = varies_by_itself(axes, results->sheet.rows, err)) < 0)
		return ERR_FAILED;
	if (varies)
		set_label(axis);
	else
		set_aside(axes, results->sheet.rows);
	return 0;
}

/* The length of a job's name without its number: with `count: 2`, sort-0 and sort-1 are VMs of the same kind. */
static int kind_length(const char *job)
{
	size_t length = strlen(job), digits = length;

	while (digits > 0 && isdigit((unsigned char)job[digits - 1]))
		digits--;
	return (int)(digits > 1 && digits < length && job[digits - 1] == '-' ? digits - 1 : length);
}

/* Copies the row's value in a column of the jobs to `text`. */
static void job_text(const struct results *results, size_t row, enum results_column column, char *text, size_t size)
{
	const char *word = results_word(results, row, column);

	if (column == RESULTS_LOCAL_RATIO)
		snprintf(text, size, "%.1f%%", 100 * results_number(results, row, column));
	else
		snprintf(text, size, "%.*s", column == RESULTS_JOB ? kind_length(word) : (int)strlen(word), word);
}

static int add_job_column(struct axes *axes, const struct results *results, enum results_column column, struct err *err)
{
	enum { TEXT = 128 };
	int status = start_axis(axes, results_column_names[column], results, err);
	struct axis *axis = &axes->axis[axes->count - 1];
	int varies;

	if (status < 0)
		return status;
	axis->of_jobs = true;
	axis->texts = calloc(results->sheet.rows, TEXT);
	if (!axis->texts)
		return err_memory(err, "an axis");
	for (size_t row = 0; row < results->sheet.rows && status == 0; row++) {
		char *text = axis->texts + row * TEXT;

		job_text(results, row, column, text, TEXT);
		status = add_value(axis, row, text, err);
	}
	if (status < 0)
		return status;
	varies = varies_by_itself(axes, results->sheet.rows, err);
	if (varies < 0)
		return varies;
	if (!varies) {
		set_aside(axes, results->sheet.rows);
		return 0;
	}
	if (column == RESULTS_LOCAL_RATIO) {
		for (size_t i = 0; i < axis->values; i++)
			axis->value[i].number = atof(axis->value[i].text) / 100;
		axis->is_share = true;
		settle_numbers(axis, OPTION_PERCENT);
		status = sort_values(axis, results->sheet.rows, err);
	}
	set_label(axis);
	return status;
}

/* On an axis of policies, what the counts of each are worth. */
static void mark_values(struct axis *axis, const struct results *results)
{
	const char *dot = strrchr(axis->key, '.');

	for (size_t row = 0; strcmp(dot ? dot + 1 : axis->key, "policy") == 0 && row < results->sheet.rows; row++) {
		struct axis_value *value = &axis->value[axis->of_row[row]];

		if (results_counts(results, row) < value->counts)
			value->counts = results_counts(results, row);
	}
}

int axes_find(struct axes *axes, const struct results *results, struct err *err)
{
	static const enum results_column of_jobs[] = {RESULTS_WORKLOAD, RESULTS_LOCAL_RATIO, RESULTS_POLICY,
						      RESULTS_PREFETCH, RESULTS_JOB};
	int status = 0;

	axes->count = axes->followers = 0;
	for (size_t i = 0; i < results->keys && status == 0; i++)
		status = add_key(axes, results, i, err);
	for (size_t i = 0; i < sizeof(of_jobs) / sizeof(*of_jobs) && status == 0; i++)
		if (of_jobs[i] >= RESULTS_WORDS || results_has(results, of_jobs[i]))
			status = add_job_column(axes, results, of_jobs[i], err);
	for (size_t i = 0; i < axes->count && status == 0; i++) {
		mark_values(&axes->axis[i], results);
		status = axis_name_values(&axes->axis[i], results, err);
	}
	if (status < 0)
		axes_free(axes);
	return status;
}

void axes_free(struct axes *axes)
{
	while (axes->count > 0)
		drop_axis(axes);
	while (axes->followers > 0)
		axis_free(&axes->follower[--axes->followers]);
}
