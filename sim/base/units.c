/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 wide;

enum {
	DIGITS_MAX = 25,       /* 10^25 times the largest unit still fits in 128 bits */
	EXPONENT_MAX = 100000, /* more than any value that is kept */
	ZEROS_MAX = 6,         /* this many zeros at the end are written as a power of ten */
};

/* A number as it was written: digits times ten to the power of the exponent. */
struct decimal {
	wide digits;
	int exponent;
	const char *rest; /* the text after the number */
};

struct unit {
	const char *name;
	uint64_t factor;
};

/* A kind of value with its units, the smallest first. */
struct quantity {
	const struct unit *units;
	size_t count;
	const char *list;  /* the units, for messages */
	const char *grain; /* the resolution: what the integer 1 stands for */
	uint64_t max;
	bool bare_zero; /* 0 may be written without a unit */
};

static const struct unit duration_units[] = {
	{"ns", 1000},
	{"us", 1000000},
	{"ms", 1000000000},
	{"s", 1000000000000},
};
static const struct unit size_units[] = {
	{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1ULL << 40},
};
static const struct unit bandwidth_units[] = {
	{"bps", 1},
	{"Kbps", 1000},
	{"Mbps", 1000000},
	{"Gbps", 1000000000},
};
static const struct unit count_units[] = {
	{"", 1},
};
static const struct quantity durations = {duration_units, 4, "ns, us, ms, s", "1 ps", INT64_MAX, true};
static const struct quantity sizes = {size_units, 5, "B, KiB, MiB, GiB, TiB", "1 byte", UINT64_MAX, true};
static const struct quantity bandwidths = {bandwidth_units, 4, "bps, Kbps, Mbps, Gbps", "1 bps", UINT64_MAX, false};
static const struct quantity counts = {count_units, 1, NULL, "1", UINT64_MAX, false};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads a sequence of digits. Zeros are applied only when another digit follows, so a number may end with any number of
 * zeros. */
static bool scan_digits(struct decimal *number, const char **at, bool fraction, int *used, int *zeros)
{
	for (; is_digit(**at); (*at)++) {
		if (fraction)
			number->exponent--;
		if (**at == '0') {
			*zeros += number->digits != 0;
			number->exponent += number->digits != 0;
			continue;
		}
		*used += *zeros + 1;
		if (*used > DIGITS_MAX)
			return false;
		number->exponent -= *zeros;
		for (; *zeros > 0; (*zeros)--)
			number->digits *= 10;
		number->digits = number->digits * 10 + (wide)(**at - '0');
	}
	return true;
}

/* Reads the exponent, the e9 of 2e9. An 'e' without digits is not read; the caller refuses it as a unit. */
static void scan_exponent(struct decimal *number, const char **at)
{
	const char *digit = *at + 1;
	bool negative = false;
	int exponent = 0;

	if (**at != 'e' && **at != 'E')
		return;
	if (*digit == '-' || *digit == '+')
		negative = *digit++ == '-';
	if (!is_digit(*digit))
		return;
	for (; is_digit(*digit); digit++)
		if (exponent < EXPONENT_MAX)
			exponent = exponent * 10 + (*digit - '0');
	number->exponent += negative ? -exponent : exponent;
	*at = digit;
}

static int decimal_scan(const char *text, struct decimal *number, struct err *err)
{
	int used = 0, zeros = 0;
	const char *at = text;
	bool fits;

	*number = (struct decimal){0};
	if (*at == '-' && is_digit(at[1]))
		return err_set(err, ERR_USAGE, "%s is negative", err_quote(text).text);
	if (!is_digit(*at))
		return err_set(err, ERR_USAGE, "%s is not a number", err_quote(text).text);
	fits = scan_digits(number, &at, false, &used, &zeros);
	if (fits && *at == '.' && is_digit(at[1])) {
		at++;
		fits = scan_digits(number, &at, true, &used, &zeros);
	}
	if (!fits)
		return err_set(err, ERR_USAGE, "%s has more than %d digits", err_quote(text).text, DIGITS_MAX);
	scan_exponent(number, &at);
	number->rest = at;
	return 0;
}

/* The number times `factor` as an integer in `result`; if it is above `max`, any value above max. Returns false if it
 * is not an integer. */
static bool decimal_scale(const struct decimal *number, uint64_t factor, uint64_t max, wide *result)
{
	wide value = number->digits * factor;
	int exponent = value ? number->exponent : 0;

	for (; exponent < 0; exponent++) {
		if (value % 10 != 0)
			return false;
		value /= 10;
	}
	for (; exponent > 0 && value <= max; exponent--)
		value *= 10;
	*result = value;
	return true;
}

static const struct unit *find_unit(const struct quantity *quantity, const char *name)
{
	for (size_t i = 0; i < quantity->count; i++)
		if (strcmp(quantity->units[i].name, name) == 0)
			return &quantity->units[i];
	return NULL;
}

static const char *quantity_text(const struct quantity *quantity, uint64_t value, char out[UNITS_TEXT]);

static int quantity_parse(const struct quantity *quantity, const char *text, uint64_t *value, struct err *err)
{
	const struct unit *unit;
	struct decimal number;
	char most[UNITS_TEXT];
	wide result;
	int status;

	status = decimal_scan(text, &number, err);
	if (status < 0)
		return status;
	unit = find_unit(quantity, number.rest);
	if (!unit && !*number.rest && quantity->bare_zero && number.digits == 0)
		unit = &quantity->units[0];
	if (!unit && !quantity->list)
		return err_set(err, ERR_USAGE, "%s is not an integer", err_quote(text).text);
	if (!unit && !*number.rest)
		return err_set(err, ERR_USAGE, "%s has no unit (%s)", err_quote(text).text, quantity->list);
	if (!unit)
		return err_set(err, ERR_USAGE, "%s has the unknown unit %s (%s)", err_quote(text).text,
			       err_quote(number.rest).text, quantity->list);
	if (!decimal_scale(&number, unit->factor, quantity->max, &result)) {
		if (!quantity->list)
			return err_set(err, ERR_USAGE, "%s is not an integer", err_quote(text).text);
		return err_set(err, ERR_USAGE, "%s is not a multiple of %s", err_quote(text).text, quantity->grain);
	}
	if (result > quantity->max)
		return err_set(err, ERR_USAGE, "%s is too large (at most %s)", err_quote(text).text,
			       quantity_text(quantity, quantity->max, most));
	*value = (uint64_t)result;
	return 0;
}

/* Writes the digits of a number and returns how many. printf would take longer than all else done with a
 * configuration. */
static int put_digits(uint64_t value, char *out)
{
	char backwards[24];
	int count = 0;

	do
		backwards[count++] = (char)('0' + value % 10);
	while (value /= 10);
	for (int i = 0; i < count; i++)
		out[i] = backwards[count - 1 - i];
	out[count] = '\0';
	return count;
}

/* Writes value / factor in full. Returns false if that takes more than UNITS_TEXT characters. */
static bool exact_quotient(uint64_t value, const struct unit *unit, char out[UNITS_TEXT])
{
	int used = put_digits(value / unit->factor, out);
	wide rest = value % unit->factor;

	if (rest)
		out[used++] = '.';
	for (; rest; rest %= unit->factor) {
		if (used + 8 > UNITS_TEXT)
			return false;
		rest *= 10;
		out[used++] = (char)('0' + (int)(rest / unit->factor));
	}
	strcpy(out + used, unit->name); /* fits: shorter than the eight places above */
	return true;
}

static const char *quantity_text(const struct quantity *quantity, uint64_t value, char out[UNITS_TEXT])
{
	char text[UNITS_TEXT];

	exact_quotient(value, &quantity->units[0], out);
	for (size_t i = 1; i < quantity->count; i++) {
		const struct unit *unit = &quantity->units[i];

		/* If both forms are equally long, the larger unit is easier to read: 1.0005ms, not 1000.5us. */
		if (value >= unit->factor && exact_quotient(value, unit, text) && strlen(text) <= strlen(out))
			memcpy(out, text, sizeof(text));
	}
	return out;
}

/* The number divided by ten to the power of `shift`, as the nearest double. strtod rounds once, from the exact
 * digits. */
static int decimal_double(const char *text, const struct decimal *number, int shift, double *real, struct err *err)
{
	const uint64_t half = 10000000000000000; /* 10^16: 25 digits are at most two parts of this size */
	char exact[64];
	double value;

	snprintf(exact, sizeof(exact), "%llu%016llue%d", (unsigned long long)(number->digits / half),
		 (unsigned long long)(number->digits % half), number->exponent - shift);
	value = strtod(exact, NULL);
	if (isinf(value))
		return err_set(err, ERR_USAGE, "%s is too large", err_quote(text).text);
	if (value == 0 && number->digits != 0)
		return err_set(err, ERR_USAGE, "%s is too small", err_quote(text).text);
	*real = value;
	return 0;
}

/* Writes `digits` with the decimal point after the first `point` of them; `point` may lie outside of them. */
static const char *digits_text(const char *digits, int point, char out[UNITS_TEXT])
{
	int count = (int)strlen(digits);

	if (point > count + ZEROS_MAX - 1 || point < 1 - ZEROS_MAX)
		snprintf(out, UNITS_TEXT, "%.1s%s%se%d", digits, count > 1 ? "." : "", digits + 1, point - 1);
	else if (point <= 0)
		snprintf(out, UNITS_TEXT, "0.%.*s%s", -point, "000000", digits);
	else if (point >= count)
		strncat(strcpy(out, digits), "000000", (size_t)(point - count));
	else
		snprintf(out, UNITS_TEXT, "%.*s.%s", point, digits, digits + point);
	return out;
}

static void strip_zeros(char *digits)
{
	size_t count = strlen(digits);

	while (count > 1 && digits[count - 1] == '0')
		digits[--count] = '\0';
}

/* Writes the fewest digits that are read back as the same double, times ten to the power of `shift`. */
static const char *double_text(double real, int shift, char out[UNITS_TEXT])
{
	char shortest[40] = "", digits[40];
	int exponent;

	if (real == 0)
		return strcpy(out, "0");
	for (int precision = 0; precision <= 16; precision++) {
		snprintf(shortest, sizeof(shortest), "%.*e", precision, real);
		if (strtod(shortest, NULL) == real)
			break;
	}
	exponent = atoi(strchr(shortest, 'e') + 1);
	*strchr(shortest, 'e') = '\0';
	snprintf(digits, sizeof(digits), "%.1s%s", shortest, shortest[1] ? shortest + 2 : "");
	strip_zeros(digits);
	return digits_text(digits, exponent + 1 + shift, out);
}

int duration_parse(const char *text, int64_t *ps, struct err *err)
{
	uint64_t value;
	int status = quantity_parse(&durations, text, &value, err);

	if (status == 0)
		*ps = (int64_t)value;
	return status;
}

int size_parse(const char *text, uint64_t *bytes, struct err *err)
{
	return quantity_parse(&sizes, text, bytes, err);
}

int bandwidth_parse(const char *text, uint64_t *bps, struct err *err)
{
	return quantity_parse(&bandwidths, text, bps, err);
}

int count_parse(const char *text, uint64_t *count, struct err *err)
{
	return quantity_parse(&counts, text, count, err);
}

int percent_parse(const char *text, double *fraction, struct err *err)
{
	struct decimal number;
	int status = decimal_scan(text, &number, err);

	if (status < 0)
		return status;
	if (!*number.rest)
		return err_set(err, ERR_USAGE, "%s has no unit (%%)", err_quote(text).text);
	if (strcmp(number.rest, "%") != 0)
		return err_set(err, ERR_USAGE, "%s has the unknown unit %s (%%)", err_quote(text).text,
			       err_quote(number.rest).text);
	return decimal_double(text, &number, 2, fraction, err);
}

int real_parse(const char *text, double *real, struct err *err)
{
	struct decimal number;
	int status = decimal_scan(text, &number, err);

	if (status < 0)
		return status;
	if (*number.rest)
		return err_set(err, ERR_USAGE, "%s is not a number", err_quote(text).text);
	return decimal_double(text, &number, 0, real, err);
}

const char *duration_text(int64_t ps, char out[UNITS_TEXT])
{
	return quantity_text(&durations, (uint64_t)ps, out);
}

const char *size_text(uint64_t bytes, char out[UNITS_TEXT])
{
	return quantity_text(&sizes, bytes, out);
}

const char *bandwidth_text(uint64_t bps, char out[UNITS_TEXT])
{
	return quantity_text(&bandwidths, bps, out);
}

const char *count_text(uint64_t count, char out[UNITS_TEXT])
{
	char digits[24];
	int point = put_digits(count, digits);

	strip_zeros(digits);
	return digits_text(digits, point, out);
}

const char *percent_text(double fraction, char out[UNITS_TEXT])
{
	double_text(fraction, 2, out);
	return strcat(out, "%");
}

const char *real_text(double real, char out[UNITS_TEXT])
{
	return double_text(real, 0, out);
}
