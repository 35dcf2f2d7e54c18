/* SPDX-License-Identifier: MIT */
#include "report/axis_values.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { DIGITS_MAX = 4 }; /* a number with more is written with three */

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_of_traces(const struct axis *axis)
{
	return ends_with(axis->key, "trace");
}

bool axis_is_workload(const struct axis *axis)
{
	return is_of_traces(axis) || ends_with(axis->key, "workload");
}

/* The name of a file without its folder and ending. */
static char *stem(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');

	return strndup(name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

/* The workload of the rows that have this value, if they are of one; otherwise the file's stem. */
static char *trace_name(const struct axis *axis, size_t value, const struct results *results)
{
	const char *found = NULL;

	for (size_t row = 0; row < axis->rows; row++) {
		const char *workload = results_word(results, row, RESULTS_WORKLOAD);

		if (axis->of_row[row] != value)
			continue;
		if (!*workload || (found && strcmp(found, workload) != 0))
			return stem(axis->value[value].text);
		found = workload;
	}
	return found ? strdup(found) : stem(axis->value[value].text);
}

/* "3.162278us" is "3.16us"; NULL for what is no long number. */
static char *short_number(const char *text)
{
	char number[NUMBER_TEXT], *unit, *name;
	const double value = strtod(text, &unit);
	size_t digits = 0;

	for (const char *at = text; at < unit; at++)
		digits += isdigit((unsigned char)*at) != 0;
	if (unit == text || digits <= DIGITS_MAX || !memchr(text, '.', (size_t)(unit - text)))
		return NULL;
	return asprintf(&name, "%s%s", number_short(value, number), unit) < 0 ? NULL : name;
}

/* Whether no two values have the same name. */
static bool are_distinct(const struct axis *axis)
{
	for (size_t i = 0; i < axis->values; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(axis->value[i].name, axis->value[j].name) == 0)
				return false;
	return true;
}

/* Falls back to other names: the files' stems, or the texts themselves. */
static int name_again(struct axis *axis, bool stems, struct err *err)
{
	for (size_t i = 0; i < axis->values; i++) {
		struct axis_value *value = &axis->value[i];

		free(value->own);
		value->own = stems ? stem(value->text) : NULL;
		if (stems && !value->own)
			return err_memory(err, "an axis");
		value->name = stems ? value->own : value->text;
	}
	return 0;
}

int axis_name_values(struct axis *axis, const struct results *results, struct err *err)
{
	const bool traces = is_of_traces(axis), presets = ends_with(axis->key, "preset");
	int status = 0;

	for (size_t i = 0; i < axis->values; i++) {
		struct axis_value *value = &axis->value[i];

		if (traces)
			value->own = trace_name(axis, i, results);
		else if (presets && (strchr(value->text, '/') || ends_with(value->text, ".yaml")))
			value->own = stem(value->text);
		else if (axis->scale != AXIS_WORDS || axis->is_share)
			value->own = short_number(value->text);
		if (value->own)
			value->name = value->own;
	}
	if (!are_distinct(axis) && traces)
		status = name_again(axis, true, err);
	if (status == 0 && !are_distinct(axis))
		status = name_again(axis, false, err);
	return status;
}
