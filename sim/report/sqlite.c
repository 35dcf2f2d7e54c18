/* SPDX-License-Identifier: MIT */
#include "report/sqlite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/output.h"
#include "base/units.h"
#include "report/sheet.h"

/* A name in double quotes. */
static void put_name(FILE *to, const char *name)
{
	fputc('"', to);
	for (; *name; name++)
		fputs(*name == '"' ? "\"\"" : (const char[]){*name, '\0'}, to);
	fputc('"', to);
}

/* "CREATE TABLE results (...)", or the INSERT with a mark for each column; the caller frees it. */
static char *statement(const struct sheet *sheet, bool insert)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fputs(insert ? "INSERT INTO results VALUES (" : "CREATE TABLE results (", to);
	for (size_t i = 0; i < sheet->columns; i++) {
		fputs(i ? ", " : "", to);
		if (insert)
			fputc('?', to);
		else
			put_name(to, sheet_column_name(sheet, i));
	}
	fputc(')', to);
	return fclose(to) == 0 ? text : NULL;
}

static void bind(sqlite3_stmt *insert, int column, const char *text)
{
	struct err ignored;
	double number;
	char *end;
	const long long whole = strtoll(text, &end, 10);

	if (!*text)
		sqlite3_bind_null(insert, column);
	else if (!*end)
		sqlite3_bind_int64(insert, column, whole);
	else if (real_parse(text, &number, &ignored) == 0)
		sqlite3_bind_double(insert, column, number);
	else
		sqlite3_bind_text(insert, column, text, -1, SQLITE_STATIC);
}

static int insert_rows(sqlite3 *database, const struct sheet *sheet, const char *text)
{
	sqlite3_stmt *insert = NULL;
	int code = sqlite3_prepare_v2(database, text, -1, &insert, NULL);

	for (size_t row = 0; row < sheet->rows && code == SQLITE_OK; row++) {
		for (size_t i = 0; i < sheet->columns; i++)
			bind(insert, (int)i + 1, sheet_cell(sheet, row, i));
		if (sqlite3_step(insert) != SQLITE_DONE)
			code = SQLITE_ERROR;
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	return code;
}

static int fill(sqlite3 *database, const struct sheet *sheet, struct err *err)
{
	char *create = statement(sheet, false), *insert = statement(sheet, true);
	int code = SQLITE_OK, status = 0;

	if (!create || !insert)
		status = err_memory(err, "a database");
	else if (sqlite3_exec(database, "BEGIN", NULL, NULL, NULL) != SQLITE_OK ||
		 sqlite3_exec(database, create, NULL, NULL, NULL) != SQLITE_OK)
		code = SQLITE_ERROR;
	else
		code = insert_rows(database, sheet, insert);
	if (status == 0 && (code != SQLITE_OK || sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK))
		status = err_set(err, ERR_FAILED, "%s", sqlite3_errmsg(database));
	free(create);
	free(insert);
	return status;
}

static int write_database(const struct sheet *sheet, const char *path, struct err *err)
{
	sqlite3 *database = NULL;
	int status = 0;

	if (sqlite3_open(path, &database) != SQLITE_OK)
		status = err_set(err, ERR_FAILED, "%s", database ? sqlite3_errmsg(database) : "out of memory");
	if (status == 0)
		status = fill(database, sheet, err);
	if (sqlite3_close(database) != SQLITE_OK && status == 0)
		status = err_set(err, ERR_FAILED, "the database could not be closed");
	return status;
}

int sqlite_write(const char *csv, const char *path, struct err *err)
{
	struct sheet sheet;
	char *part;
	int status = sheet_read(&sheet, csv, err);

	if (status < 0)
		return status;
	if (asprintf(&part, "%s.part", path) < 0) {
		sheet_free(&sheet);
		return err_memory(err, "a path");
	}
	unlink(part);
	status = write_database(&sheet, part, err);
	if (status < 0)
		err_prefix(err, "%s", path);
	else
		status = output_move(part, path, err);
	if (status < 0)
		unlink(part);
	free(part);
	sheet_free(&sheet);
	return status;
}
