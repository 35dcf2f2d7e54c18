/* SPDX-License-Identifier: MIT */
#include "base/option.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"

_Static_assert((int)OPTION_TEXT >= (int)UNITS_TEXT, "an option's text holds any value with a unit");

/* One value of any type. */
union value {
	bool flag;
	int word;
	uint64_t count;
	double real;
	int64_t ps;
	struct share share;
	char *string;
};

static const struct {
	const char *name;
	size_t size;
} types[] = {
	[OPTION_BOOL] = {"bool", sizeof(bool)},           [OPTION_ENUM] = {"word", sizeof(int)},
	[OPTION_COUNT] = {"count", sizeof(uint64_t)},     [OPTION_REAL] = {"real", sizeof(double)},
	[OPTION_PERCENT] = {"percent", sizeof(double)},   [OPTION_DURATION] = {"duration", sizeof(int64_t)},
	[OPTION_SIZE] = {"size", sizeof(uint64_t)},       [OPTION_BANDWIDTH] = {"bandwidth", sizeof(uint64_t)},
	[OPTION_SHARE] = {"share", sizeof(struct share)}, [OPTION_STRING] = {"string", sizeof(char *)},
};

/* The words of a bool, in this order. */
static const char *bool_word(int i)
{
	return i == 0 ? "false" : i == 1 ? "true" : NULL;
}

const struct option_row *option_find(const struct option_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const char *option_type_name(enum option_type type)
{
	return types[type].name;
}

const char *option_word(const struct option_row *row, int i)
{
	if (row->type == OPTION_BOOL)
		return bool_word(i);
	if (row->choice)
		return row->choice(i);
	return row->allowed[i]; /* the callers stop at the NULL */
}

static void append(char *out, size_t size, const char *separator, const char *text)
{
	size_t used = strlen(out);

	snprintf(out + used, size - used, "%s%s", used ? separator : "", text);
}

const char *option_range(const struct option_row *row, char *out, size_t size)
{
	const char *word;

	out[0] = '\0';
	if (row->type == OPTION_ENUM || row->type == OPTION_BOOL) {
		for (int i = 0; (word = option_word(row, i)); i++)
			append(out, size, ", ", word);
	} else if (row->allowed) {
		for (int i = 0; row->allowed[i]; i++)
			append(out, size, ", ", row->allowed[i]);
	} else if (row->min && row->max) {
		snprintf(out, size, "%s to %s", row->min, row->max);
	} else if (row->min || row->max) {
		snprintf(out, size, "%s %s", row->min ? "at least" : "at most", row->min ? row->min : row->max);
	}
	return out;
}

static int parse_word(const struct option_row *row, const char *text, int *word, struct err *err)
{
	struct nearest nearest;
	char words[512];
	const char *known;

	nearest_init(&nearest, text);
	for (int i = 0; (known = option_word(row, i)); i++) {
		if (strcmp(known, text) == 0)
			return *word = i, 0;
		nearest_offer(&nearest, known);
	}
	return err_set(err, ERR_USAGE, "%s is not one of %s%s", err_quote(text).text,
		       option_range(row, words, sizeof(words)), nearest_hint(&nearest).text);
}

static int parse_bool(const struct option_row *row, const char *text, bool *flag, struct err *err)
{
	int word = 0, status = parse_word(row, text, &word, err);

	*flag = word == 1;
	return status;
}

static int parse_share(const char *text, struct share *share, struct err *err)
{
	size_t length = strlen(text);
	bool digits_only = length > 0 && strspn(text, "0123456789.") == length;

	*share = (struct share){0};
	if (digits_only && strspn(text, "0.") != length)
		return err_set(err, ERR_USAGE, "%s has no unit (%%, B, KiB, MiB, GiB, TiB)", err_quote(text).text);
	if (length > 0 && text[length - 1] == '%')
		return percent_parse(text, &share->fraction, err);
	share->is_size = true;
	return size_parse(text, &share->bytes, err);
}

static int parse_string(const char *text, char **string, struct err *err)
{
	*string = strdup(text);
	return *string ? 0 : err_memory(err, "the text of an option");
}

static int parse(const struct option_row *row, const char *text, union value *value, struct err *err)
{
	switch (row->type) {
	case OPTION_BOOL: return parse_bool(row, text, &value->flag, err);
	case OPTION_ENUM: return parse_word(row, text, &value->word, err);
	case OPTION_COUNT: return count_parse(text, &value->count, err);
	case OPTION_REAL: return real_parse(text, &value->real, err);
	case OPTION_PERCENT: return percent_parse(text, &value->real, err);
	case OPTION_DURATION: return duration_parse(text, &value->ps, err);
	case OPTION_SIZE: return size_parse(text, &value->count, err);
	case OPTION_BANDWIDTH: return bandwidth_parse(text, &value->count, err);
	case OPTION_SHARE: return parse_share(text, &value->share, err);
	case OPTION_STRING: return parse_string(text, &value->string, err);
	}
	return err_set(err, ERR_FAILED, "an option with an unknown type");
}

/* Compares as strcmp does. Types without an order, and a percentage with a size, compare as equal. */
static int compare(enum option_type type, const union value *a, const union value *b)
{
	switch (type) {
	case OPTION_COUNT:
	case OPTION_SIZE:
	case OPTION_BANDWIDTH: return (a->count > b->count) - (a->count < b->count);
	case OPTION_REAL:
	case OPTION_PERCENT: return (a->real > b->real) - (a->real < b->real);
	case OPTION_DURATION: return (a->ps > b->ps) - (a->ps < b->ps);
	case OPTION_SHARE:
		if (a->share.is_size != b->share.is_size)
			return 0;
		return (a->share.fraction > b->share.fraction) - (a->share.fraction < b->share.fraction) +
		       (a->share.bytes > b->share.bytes) - (a->share.bytes < b->share.bytes);
	default: return 0;
	}
}

static int compare_text(const struct option_row *row, const union value *value, const char *text, int *order,
			struct err *err)
{
	union value other;
	int status = parse(row, text, &other, err);

	if (status == 0)
		*order = compare(row->type, value, &other);
	return status;
}

/* Checks the allowed values and the bounds; `text` is the value as the user wrote it. */
static int check_range(const struct option_row *row, const union value *value, const char *text, struct err *err)
{
	int status = 0, low = 0, high = 0, order = 1;
	char range[256];

	if (row->type == OPTION_ENUM || row->type == OPTION_BOOL || row->type == OPTION_STRING)
		return 0;
	if (row->allowed) {
		for (int i = 0; status == 0 && order != 0 && row->allowed[i]; i++)
			status = compare_text(row, value, row->allowed[i], &order, err);
		if (status == 0 && order != 0)
			return err_set(err, ERR_USAGE, "%s is not one of %s", err_quote(text).text,
				       option_range(row, range, sizeof(range)));
	}
	if (status == 0 && row->min)
		status = compare_text(row, value, row->min, &low, err);
	if (status == 0 && row->max)
		status = compare_text(row, value, row->max, &high, err);
	if (status == 0 && (low < 0 || high > 0))
		return err_set(err, ERR_USAGE, "%s is out of range (%s)", err_quote(text).text,
			       option_range(row, range, sizeof(range)));
	return status;
}

static int parse_checked(const struct option_row *row, const char *text, union value *value, struct err *err)
{
	int status = parse(row, text, value, err);

	return status < 0 ? status : check_range(row, value, text, err);
}

static void release(const struct option_row *row, void *at)
{
	char *string, *none = NULL;

	if (row->type != OPTION_STRING)
		return;
	memcpy(&string, (char *)at + row->at, sizeof(string));
	free(string);
	memcpy((char *)at + row->at, &none, sizeof(none));
}

int option_set(const struct option_row *row, void *at, const char *text, struct err *err)
{
	union value value;
	int status = parse_checked(row, text, &value, err);

	if (status < 0)
		return status;
	release(row, at);
	memcpy((char *)at + row->at, &value, types[row->type].size);
	return 0;
}

int option_check(const struct option_row *row, const char *text, struct err *err)
{
	union value value;
	int status = parse_checked(row, text, &value, err);

	if (status == 0 && row->type == OPTION_STRING)
		free(value.string);
	return status;
}

int option_number(const struct option_row *row, const char *text, double *number, struct err *err)
{
	union value value;
	int status;

	if (row->type == OPTION_STRING || row->type == OPTION_BOOL || row->type == OPTION_ENUM)
		return err_set(err, ERR_USAGE, "a %s has no numeric value", option_type_name(row->type));
	status = parse_checked(row, text, &value, err);
	if (status < 0)
		return status;
	if (row->type == OPTION_SHARE)
		*number = value.share.is_size ? (double)value.share.bytes : value.share.fraction;
	else if (row->type == OPTION_REAL || row->type == OPTION_PERCENT)
		*number = value.real;
	else if (row->type == OPTION_DURATION)
		*number = (double)value.ps;
	else
		*number = (double)value.count;
	return 0;
}

/* Rounds to 12 digits, so that a third of 1 is not longer than people write it. */
static double twelve_digits(double number)
{
	char text[OPTION_TEXT];

	snprintf(text, sizeof(text), "%.12g", number);
	return strtod(text, NULL);
}

const char *option_number_text(const struct option_row *row, double number, const char *like, char out[OPTION_TEXT])
{
	const double rounded = twelve_digits(number);

	switch (row->type) {
	case OPTION_COUNT: return count_text((uint64_t)llround(number), out);
	case OPTION_REAL: return real_text(rounded, out);
	case OPTION_PERCENT: return percent_text(rounded, out);
	case OPTION_DURATION: return duration_text(llround(number), out);
	case OPTION_SIZE: return size_text((uint64_t)llround(number), out);
	case OPTION_BANDWIDTH: return bandwidth_text((uint64_t)llround(number), out);
	case OPTION_SHARE:
		return strchr(like, '%') ? percent_text(rounded, out) : size_text((uint64_t)llround(number), out);
	case OPTION_BOOL:
	case OPTION_ENUM:
	case OPTION_STRING: break;
	}
	return strcpy(out, "");
}

const char *option_text(const struct option_row *row, const void *at, char out[OPTION_TEXT])
{
	union value value;

	memcpy(&value, (const char *)at + row->at, types[row->type].size);
	switch (row->type) {
	case OPTION_BOOL: return bool_word(value.flag);
	case OPTION_ENUM: return option_word(row, value.word);
	case OPTION_COUNT: return count_text(value.count, out);
	case OPTION_REAL: return real_text(value.real, out);
	case OPTION_PERCENT: return percent_text(value.real, out);
	case OPTION_DURATION: return duration_text(value.ps, out);
	case OPTION_SIZE: return size_text(value.count, out);
	case OPTION_BANDWIDTH: return bandwidth_text(value.count, out);
	case OPTION_SHARE:
		return value.share.is_size ? size_text(value.share.bytes, out)
					   : percent_text(value.share.fraction, out);
	case OPTION_STRING: return value.string ? value.string : "";
	}
	return "";
}

int option_defaults(const struct section *section, struct err *err)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < section->count; i++)
		if (section->rows[i].def)
			status = option_set(&section->rows[i], section->at, section->rows[i].def, err);
	return status;
}

void option_free(const struct section *section)
{
	for (size_t i = 0; i < section->count; i++)
		release(&section->rows[i], section->at);
}

bool option_is_default(const struct option_row *row, const void *at)
{
	char out[OPTION_TEXT];
	const char *text = option_text(row, at, out);
	double number, default_number;
	struct err ignored;

	if (!row->def)
		return false;
	return strcmp(text, row->def) == 0 ||
	       (option_number(row, text, &number, &ignored) == 0 &&
		option_number(row, row->def, &default_number, &ignored) == 0 && number == default_number);
}
