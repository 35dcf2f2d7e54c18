/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/validate_table.h"

/* "33.46", or "1.2-2". */
static int parse_measured(const char *text, struct validate_row *row, struct err *err)
{
	const char *dash = *text ? strchr(text + 1, '-') : NULL, *end = text + strlen(text);
	int status = validate_number(text, dash ? dash : end, &row->low, err);

	row->high = row->low;
	return status < 0 || !dash ? status : validate_number(dash + 1, end, &row->high, err);
}

static int parse_bound(const char *text, struct validate_row *row, struct err *err)
{
	const size_t length = strlen(text);
	int status;

	row->bound = NAN;
	if (strcmp(text, "-") == 0)
		return 0;
	if (length < 2 || text[length - 1] != '%')
		return err_set(err, ERR_USAGE, "%s: allowed are per cents (5%%), and - for none", err_quote(text).text);
	status = validate_number(text, text + length - 1, &row->bound, err);
	row->bound /= 100;
	return status;
}

static int parse_quantity(const char *text, struct validate_row *row, struct err *err)
{
	char known[512] = "";
	size_t used = 0;

	for (const struct validate_quantity *it = validate_quantities; it->name; it++) {
		if (strcmp(it->name, text) == 0) {
			row->quantity = it;
			return 0;
		}
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", used ? ", " : "", it->name);
	}
	return err_set(err, ERR_USAGE, "%s is not one of %s", err_quote(text).text, known);
}

static int read_row(struct validate_comparison *comparison, size_t i, struct err *err)
{
	struct validate_row *row = &comparison->row[i];

	row->label = validate_cell(comparison, i, "row");
	if (parse_quantity(validate_cell(comparison, i, "quantity"), row, err) < 0)
		return validate_fail(comparison, i, "quantity", err);
	if (parse_measured(validate_cell(comparison, i, "measured"), row, err) < 0)
		return validate_fail(comparison, i, "measured", err);
	return parse_bound(validate_cell(comparison, i, "bound"), row, err) < 0
		       ? validate_fail(comparison, i, "bound", err)
		       : 0;
}

static int check_columns(const struct validate_comparison *comparison, struct err *err)
{
	static const char *const needed[] = {"row", "quantity", "measured", "bound"};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (validate_column(&comparison->sheet, needed[i]) == VALIDATE_NO_COLUMN)
			return err_set(err, ERR_USAGE, "%s:1: no column '%s'", comparison->sheet.name, needed[i]);
	return 0;
}

int validate_read(struct validate_comparison *comparison, const char *folder, const char *name, struct err *err)
{
	char *csv = NULL;
	int status = 0;

	*comparison = (struct validate_comparison){.name = strdup(name)};
	if (!comparison->name || asprintf(&comparison->path, "%s/%s.yaml", folder, name) < 0 ||
	    asprintf(&csv, "%s/%s.csv", folder, name) < 0) {
		validate_free(comparison);
		return err_memory(err, "a comparison");
	}
	status = sheet_read(&comparison->sheet, csv, err);
	free(csv);
	if (status == 0)
		status = check_columns(comparison, err);
	if (status == 0) {
		comparison->rows = comparison->sheet.rows;
		comparison->row = calloc(comparison->rows + 1, sizeof(*comparison->row));
		status = comparison->row ? 0 : err_memory(err, "a comparison");
	}
	for (size_t i = 0; status == 0 && i < comparison->rows; i++)
		status = read_row(comparison, i, err);
	if (status < 0)
		validate_free(comparison);
	return status;
}

void validate_free(struct validate_comparison *comparison)
{
	sheet_free(&comparison->sheet);
	free(comparison->row);
	free(comparison->name);
	free(comparison->path);
	free(comparison->comment);
	*comparison = (struct validate_comparison){0};
}
