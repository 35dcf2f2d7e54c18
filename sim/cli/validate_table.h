/* SPDX-License-Identifier: MIT */
/* The cells of a comparison's table. Private to validate*.c. */
#ifndef CLI_VALIDATE_TABLE_H
#define CLI_VALIDATE_TABLE_H

#include "cli/validate.h"

enum { VALIDATE_NO_COLUMN = -1 };

/* The column of that name, or VALIDATE_NO_COLUMN. */
int validate_column(const struct sheet *sheet, const char *name);

/* A row's text in the column of that name; "" if there is none. */
const char *validate_cell(const struct validate_comparison *comparison, size_t row, const char *column);

/* Parses a number that ends at `end_at`. Returns 0 or ERR_USAGE. */
int validate_number(const char *text, const char *end_at, double *number, struct err *err);

/* Puts file, line and column in front of the text. Returns ERR_USAGE. */
int validate_fail(const struct validate_comparison *comparison, size_t row, const char *column, struct err *err);

/* An input of a row: the number in the column of that name. Returns ERR_USAGE, with file and line, if there is none. */
int validate_input(const struct validate_comparison *comparison, const struct validate_row *row, const char *name,
		   double *number, struct err *err);

#endif
