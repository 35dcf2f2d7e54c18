/* SPDX-License-Identifier: MIT */
/*
 * Tables of text in memory, read from CSV as defined in RFC 4180: a line of column names, then rows with the same
 * number of fields. A field in double quotes may hold commas, line breaks and doubled quotes. Lines may end with CRLF
 * or LF; empty lines are skipped.
 */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include <stddef.h>

#include "base/err.h"

struct sheet {
	char *name;           /* the file, for messages */
	size_t columns, rows; /* the names are not a row */
	size_t *line;         /* where each row begins in the file */
	const char **cell;    /* the names, then the rows */
	char *text;           /* memory of the cells */
};

/* On an error there is nothing to free, and the text names file and line. A file without a row is an error. */
int sheet_read(struct sheet *sheet, const char *path, struct err *err);

/* The same from memory; `name` stands for the file. */
int sheet_read_text(struct sheet *sheet, const char *name, const char *text, size_t size, struct err *err);

void sheet_free(struct sheet *sheet);

static inline const char *sheet_column_name(const struct sheet *sheet, size_t column)
{
	return sheet->cell[column];
}

static inline const char *sheet_cell(const struct sheet *sheet, size_t row, size_t column)
{
	return sheet->cell[(row + 1) * sheet->columns + column];
}

#endif
