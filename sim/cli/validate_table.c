/* SPDX-License-Identifier: MIT */
#include "cli/validate_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int validate_column(const struct sheet *sheet, const char *name)
{
	for (size_t i = 0; i < sheet->columns; i++)
		if (strcmp(sheet_column_name(sheet, i), name) == 0)
			return (int)i;
	return VALIDATE_NO_COLUMN;
}

int validate_fail(const struct validate_comparison *comparison, size_t row, const char *column, struct err *err)
{
	err_prefix(err, "%s:%zu:%s", comparison->sheet.name, comparison->sheet.line[row], column);
	return ERR_USAGE;
}

const char *validate_cell(const struct validate_comparison *comparison, size_t row, const char *column)
{
	const int at = validate_column(&comparison->sheet, column);

	return at == VALIDATE_NO_COLUMN ? "" : sheet_cell(&comparison->sheet, row, (size_t)at);
}

int validate_number(const char *text, const char *end_at, double *number, struct err *err)
{
	char *end;

	*number = strtod(text, &end);
	if (end != end_at || end == text || !isfinite(*number))
		return err_set(err, ERR_USAGE, "%s is not a number", err_quote(text).text);
	return 0;
}

int validate_input(const struct validate_comparison *comparison, const struct validate_row *row, const char *name,
		   double *number, struct err *err)
{
	const size_t at = (size_t)(row - comparison->row);
	const char *text = validate_cell(comparison, at, name);
	int status = *text ? validate_number(text, text + strlen(text), number, err)
			   : err_set(err, ERR_USAGE, "missing: the quantity %s takes it", row->quantity->name);

	return status < 0 ? validate_fail(comparison, at, name, err) : 0;
}
