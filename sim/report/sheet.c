/* SPDX-License-Identifier: MIT */
#include "report/sheet.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* The text is parsed in place: a quoted field moves to the left over its quotes, and a NUL ends each field. */
struct reader {
	struct sheet *sheet;
	char *at;
	size_t line, cells, cell_room, line_room;
};

static int fail(const struct reader *reader, struct err *err, size_t line, const char *what)
{
	return err_set(err, ERR_FAILED, "%s:%zu: %s", reader->sheet->name, line, what);
}

static int add_cell(struct reader *reader, const char *text, struct err *err)
{
	struct sheet *sheet = reader->sheet;

	if (reader->cells == reader->cell_room) {
		size_t room = reader->cell_room ? 2 * reader->cell_room : 256;
		const char **cell = realloc(sheet->cell, room * sizeof(*cell));

		if (!cell)
			return err_memory(err, sheet->name);
		sheet->cell = cell;
		reader->cell_room = room;
	}
	sheet->cell[reader->cells++] = text;
	return 0;
}

static int add_line(struct reader *reader, size_t line, struct err *err)
{
	struct sheet *sheet = reader->sheet;

	if (sheet->rows == reader->line_room) {
		size_t room = reader->line_room ? 2 * reader->line_room : 64,
		       *lines = realloc(sheet->line, room * sizeof(*lines));

		if (!lines)
			return err_memory(err, sheet->name);
		sheet->line = lines;
		reader->line_room = room;
	}
	sheet->line[sheet->rows++] = line;
	return 0;
}

/* Moves past the field; *end is the character that ended it: ',', '\n' or '\0'. */
static int take_quoted(struct reader *reader, char *end, struct err *err)
{
	size_t began = reader->line;
	char *to = reader->at++;

	for (; *reader->at != '"' || reader->at[1] == '"'; reader->at++) {
		if (!*reader->at)
			return fail(reader, err, began, "a quote that begins here has no end");
		if (*reader->at == '"')
			reader->at++;
		reader->line += *reader->at == '\n';
		*to++ = *reader->at;
	}
	reader->at++;
	if (*reader->at == '\r' && reader->at[1] == '\n')
		reader->at++;
	*end = *reader->at;
	if (!strchr(",\n", *end)) /* strchr also finds the terminating NUL */
		return fail(reader, err, reader->line,
			    "text after a closing quote: allowed are a comma and the end of the line");
	*to = '\0';
	return 0;
}

static int take_plain(struct reader *reader, char *end, struct err *err)
{
	size_t length = strcspn(reader->at, ",\n\"");

	reader->at += length;
	if (*reader->at == '"')
		return fail(reader, err, reader->line,
			    "a quote within a field: such a field must be in quotes, with its own quotes doubled");
	*end = *reader->at;
	if (*end != ',' && length > 0 && reader->at[-1] == '\r')
		reader->at[-1] = '\0';
	*reader->at = '\0';
	return 0;
}

/* Parses one line; *fields is the number of its fields. */
static int take_line(struct reader *reader, size_t *fields, struct err *err)
{
	char end = ',';

	for (*fields = 0; end == ','; (*fields)++) {
		const char *field = reader->at;
		int status = *reader->at == '"' ? take_quoted(reader, &end, err) : take_plain(reader, &end, err);

		if (status == 0)
			status = add_cell(reader, field, err);
		if (status < 0)
			return status;
		if (end)
			reader->at++;
	}
	reader->line += end == '\n';
	return 0;
}

static bool skip_empty_line(struct reader *reader)
{
	size_t length = strspn(reader->at, "\r");

	if (reader->at[length] != '\n')
		return false;
	reader->at += length + 1;
	reader->line++;
	return true;
}

static int take_all(struct reader *reader, struct err *err)
{
	struct sheet *sheet = reader->sheet;
	int status = 0;

	while (status == 0 && *reader->at) {
		size_t line = reader->line, fields;

		if (skip_empty_line(reader))
			continue;
		status = take_line(reader, &fields, err);
		if (status == 0 && sheet->columns == 0)
			sheet->columns = fields;
		else if (status == 0 && fields != sheet->columns)
			status = err_set(err, ERR_FAILED,
					 "%s:%zu: the number of fields is %zu: line 1 names %zu columns", sheet->name,
					 line, fields, sheet->columns);
		else if (status == 0)
			status = add_line(reader, line, err);
	}
	if (status == 0 && sheet->columns == 0)
		status = err_set(err, ERR_FAILED, "%s: an empty file: no line names columns", sheet->name);
	if (status == 0 && sheet->rows == 0)
		status = err_set(err, ERR_FAILED, "%s: no rows below the names of the columns", sheet->name);
	return status;
}

int sheet_read_text(struct sheet *sheet, const char *name, const char *text, size_t size, struct err *err)
{
	struct reader reader = {.sheet = sheet, .line = 1};
	int status;

	*sheet = (struct sheet){.name = strdup(name), .text = malloc(size + 1)};
	if (!sheet->name || !sheet->text) {
		sheet_free(sheet);
		return err_memory(err, name);
	}
	memcpy(sheet->text, text, size);
	sheet->text[size] = '\0';
	reader.at = sheet->text;
	if (strncmp(reader.at, "\xef\xbb\xbf", 3) == 0) /* a byte order mark, which spreadsheets write */
		reader.at += 3;
	if (memchr(text, '\0', size))
		status = err_set(err, ERR_FAILED, "%s: not a text file: it contains a NUL byte", name);
	else
		status = take_all(&reader, err);
	if (status < 0)
		sheet_free(sheet);
	return status;
}

int sheet_read(struct sheet *sheet, const char *path, struct err *err)
{
	size_t size;
	char *text = file_read(path, &size, err);
	int status;

	if (!text)
		return ERR_FAILED;
	status = sheet_read_text(sheet, path, text, size, err);
	free(text);
	return status;
}

void sheet_free(struct sheet *sheet)
{
	free(sheet->name);
	free(sheet->line);
	free(sheet->cell);
	free(sheet->text);
	*sheet = (struct sheet){0};
}
