/* SPDX-License-Identifier: MIT */
/*
 * CSV (csv.h): columns in any order, named in capitals or not. Exactly one of `address` and `page` is needed. Without
 * `type` every row is a read; without `source` it is a fetch where type is I, data elsewhere; without `instructions` a
 * row stands for insn_per_ref of them. Numbers are decimal or 0x hexadecimal. A byte-order mark, spaces around fields,
 * CRLF and empty lines are passed over. A field may stand in double quotes (RFC 4180), but no line end in it: no column
 * needs one. Columns of other tools are passed over when their names are given (--ignore).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "trace/csv.h"
#include "trace/digits.h"
#include "trace/import.h"

struct csv {
	struct trace_import *import;
	unsigned fields;
	enum csv_column *column; /* of each field; CSV_COLUMNS: passed over */
	bool has[CSV_COLUMNS];
	uint64_t max[CSV_COLUMNS];             /* of numbers; for columns of words, how many words */
	const char *const *words[CSV_COLUMNS]; /* NULL for columns of numbers */
};

struct field {
	const char *text;
	size_t length;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct field trimmed(const char *from, const char *end)
{
	while (from < end && is_space(*from))
		from++;
	while (end > from && is_space(end[-1]))
		end--;
	return (struct field){from, (size_t)(end - from)};
}

/* Where a quoted field ends, behind its second quote; NULL without one. A doubled quote is part of the text. */
static const char *end_of_quoted(const char *from, const char *end)
{
	for (const char *at = from + 1; at < end; at++) {
		if (*at != '"')
			continue;
		if (at + 1 == end || at[1] != '"')
			return at + 1;
		at++;
	}
	return NULL;
}

/* The next field of a line. Returns 1, 0 behind the last one (*at is NULL then), or ERR_FAILED, without a position. */
static int next_field(const char **at, const char *end, struct field *field, struct err *err)
{
	const char *from = *at, *begin, *quoted = NULL, *comma;
	char quote[INPUT_QUOTE];

	if (!from)
		return 0;
	for (begin = from; begin < end && is_space(*begin); begin++)
		;
	if (begin < end && *begin == '"') {
		quoted = end_of_quoted(begin, end);
		if (!quoted)
			return err_set(err, ERR_FAILED, "'%s': a quote without its second one on the line",
				       input_quote(begin, (size_t)(end - begin), quote));
	}
	comma = memchr(quoted ? quoted : begin, ',', (size_t)(end - (quoted ? quoted : begin)));
	*at = comma ? comma + 1 : NULL;
	*field = trimmed(begin, comma ? comma : end);
	if (quoted && field->text + field->length != quoted)
		return err_set(err, ERR_FAILED, "'%s': text behind a quote",
			       input_quote(field->text, field->length, quote));
	if (quoted)
		*field = trimmed(field->text + 1, quoted - 1);
	return 1;
}

/* The index of the field's text among some words, in capitals or not, or their number. */
static uint64_t find_word(const struct field *field, const char *const *words, uint64_t count)
{
	uint64_t i = 0;

	while (i < count &&
	       (strlen(words[i]) != field->length || strncasecmp(words[i], field->text, field->length) != 0))
		i++;
	return i;
}

/* Whether a column is one of those that the user named to be passed over. */
static bool is_ignored(const struct csv *csv, const struct field *field)
{
	for (const char *at = csv->import->ignored; at && *at;) {
		size_t length = strcspn(at, ",");

		if (length == field->length && strncasecmp(at, field->text, length) == 0)
			return true;
		at += length + (at[length] == ',');
	}
	return false;
}

/* "R, W, I" */
static const char *list(const char *const *words, uint64_t count, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (uint64_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", words[i]);
	return out;
}

/* Puts "FILE:LINE" in front of an error. */
static int at_line(const struct csv *csv, const struct input_line *line, int status, struct err *err)
{
	err_prefix(err, "%s:%" PRIu64, input_name(csv->import->input), line->number);
	return status;
}

static int take_column(struct csv *csv, const struct field *field, struct err *err)
{
	enum csv_column column = (enum csv_column)find_word(field, csv_column_names, CSV_COLUMNS), *all;
	char quote[INPUT_QUOTE], names[160];
	bool ignored = is_ignored(csv, field);

	if (column == CSV_COLUMNS && !ignored)
		return err_set(err, ERR_FAILED, "unknown column '%s': allowed are %s; --ignore passes over others",
			       input_quote(field->text, field->length, quote),
			       list(csv_column_names, CSV_COLUMNS, names, sizeof(names)));
	if (ignored)
		column = CSV_COLUMNS;
	else if (csv->has[column])
		return err_set(err, ERR_FAILED, "column '%s' is named twice", csv_column_names[column]);
	else
		csv->has[column] = true;
	all = realloc(csv->column, (csv->fields + 1) * sizeof(*all));
	if (!all)
		return err_memory(err, "the columns");
	csv->column = all;
	csv->column[csv->fields++] = column;
	return column == CSV_INSTRUCTIONS ? trace_import_counts(csv->import, "the column instructions", err) : 0;
}

static int take_header(struct csv *csv, const struct input_line *line, struct err *err)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8's byte-order mark */
	const char *at = line->text, *end = line->text + line->length;
	struct field field;
	int status;

	if (line->length >= 3 && memcmp(at, mark, 3) == 0)
		at += 3;
	while ((status = next_field(&at, end, &field, err)) > 0)
		if ((status = take_column(csv, &field, err)) < 0)
			break;
	if (status == 0 && csv->has[CSV_ADDRESS] == csv->has[CSV_PAGE])
		status = err_set(err, ERR_FAILED, "the columns address and page are %s there: exactly one is needed",
				 csv->has[CSV_PAGE] ? "both" : "not");
	return status < 0 ? at_line(csv, line, status, err) : 0;
}

static bool parse_number(const struct field *field, uint64_t max, uint64_t *value)
{
	const char *at = field->text, *end = at + field->length;
	bool good;

	if (field->length > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
		at += 2;
		good = digits_hex(&at, end, value);
	} else {
		good = digits_decimal(&at, end, value);
	}
	return good && at == end && *value <= max;
}

static int parse_field(const struct csv *csv, enum csv_column column, const struct field *field, uint64_t *value,
		       struct err *err)
{
	char quote[INPUT_QUOTE], words[64];

	if (csv->words[column]) {
		*value = find_word(field, csv->words[column], csv->max[column]);
		if (*value < csv->max[column])
			return 0;
		return err_set(err, ERR_FAILED, "%s: '%s': allowed are %s", csv_column_names[column],
			       input_quote(field->text, field->length, quote),
			       list(csv->words[column], csv->max[column], words, sizeof(words)));
	}
	if (parse_number(field, csv->max[column], value))
		return 0;
	return err_set(err, ERR_FAILED, "%s: '%s': allowed are 0 to %" PRIu64 ", decimal or 0x hexadecimal%s",
		       csv_column_names[column], input_quote(field->text, field->length, quote), csv->max[column],
		       column == CSV_VCPU ? " (--vcpus says how many there are)" : "");
}

static int parse_row(const struct csv *csv, const struct input_line *line, uint64_t value[CSV_COLUMNS], struct err *err)
{
	const char *at = line->text, *end = line->text + line->length;
	struct field field;
	unsigned fields = 0;
	int status;

	for (; (status = next_field(&at, end, &field, err)) > 0; fields++) {
		enum csv_column column = fields < csv->fields ? csv->column[fields] : CSV_COLUMNS;

		if (column != CSV_COLUMNS && (status = parse_field(csv, column, &field, &value[column], err)) < 0)
			break;
	}
	if (status == 0 && fields != csv->fields)
		status = err_set(err, ERR_FAILED, "the number of fields is %u: the header line names %u", fields,
				 csv->fields);
	return status;
}

static int take_row(const struct csv *csv, const struct input_line *line, struct err *err)
{
	uint64_t value[CSV_COLUMNS] = {[CSV_INSTRUCTIONS] = csv->import->insn_per_ref};
	unsigned vcpu, source;
	int status = parse_row(csv, line, value, err);

	vcpu = (unsigned)value[CSV_VCPU];
	source = csv->has[CSV_SOURCE]           ? (unsigned)value[CSV_SOURCE]
		 : value[CSV_TYPE] == CSV_FETCH ? TRACE_FETCH
						: TRACE_DATA;
	if (status == 0 && value[CSV_TYPE] == CSV_FETCH && source != TRACE_FETCH)
		status = err_set(err, ERR_FAILED, "source: '%s': a row of type I is a fetch",
				 trace_source_names[source]);
	if (status == 0)
		status = trace_import_step(csv->import, vcpu, value[CSV_INSTRUCTIONS], value[CSV_IDLE_NS], err);
	if (status < 0)
		return at_line(csv, line, status, err);
	return trace_import_put(csv->import,
				csv->has[CSV_PAGE] ? value[CSV_PAGE] : value[CSV_ADDRESS] >> TRACE_PAGE_SHIFT,
				(trace_kind)(TRACE_KIND(value[CSV_TYPE] == CSV_WRITE, source, vcpu) |
					     value[CSV_AGAIN] << TRACE_AGAIN_SHIFT),
				err);
}

static int run(struct trace_import *import, struct err *err)
{
	struct csv csv = {
		.import = import,
		.max =
			{
				[CSV_ADDRESS] = UINT64_MAX,
				[CSV_PAGE] = GFN_NONE - 1,
				[CSV_TYPE] = CSV_TYPES,
				[CSV_INSTRUCTIONS] = UINT64_MAX,
				[CSV_SOURCE] = TRACE_SOURCES,
				[CSV_VCPU] = import->vcpus - 1,
				[CSV_IDLE_NS] = UINT64_MAX,
				[CSV_AGAIN] = TRACE_AGAIN_MAX,
			},
		.words = {[CSV_TYPE] = csv_type_names, [CSV_SOURCE] = trace_source_names},
	};
	struct input_line line;
	int status;

	while ((status = input_line(import->input, &line, err)) > 0) {
		if (trimmed(line.text, line.text + line.length).length == 0)
			continue;
		status = csv.fields ? take_row(&csv, &line, err) : take_header(&csv, &line, err);
		if (status < 0)
			break;
	}
	if (status == 0 && !csv.fields)
		status = err_set(err, ERR_FAILED, "%s: no header line to name the columns", input_name(import->input));
	free(csv.column);
	return status;
}

const struct trace_import_format trace_import_csv = {
	"csv",
	"a header line that names columns, then rows (see below)",
	run,
};
