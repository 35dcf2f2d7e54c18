/* SPDX-License-Identifier: MIT */
#include "report/bands.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static int find(const struct sheet *sheet, const char *name, size_t *column, struct err *err)
{
	for (*column = 0; *column < sheet->columns; ++*column)
		if (strcmp(sheet_column_name(sheet, *column), name) == 0)
			return 0;
	return err_set(err, ERR_FAILED, "%s:1: no column '%s': a file of bands has title, low, high, workloads, source",
		       sheet->name, name);
}

static int parse(const struct sheet *sheet, size_t row, size_t column, double *number, struct err *err)
{
	int status = real_parse(sheet_cell(sheet, row, column), number, err);

	if (status < 0)
		err_prefix(err, "%s:%zu:%s", sheet->name, sheet->line[row], sheet_column_name(sheet, column));
	return status < 0 ? ERR_FAILED : 0;
}

static int parse_rows(struct bands *bands, size_t low, size_t high, struct err *err)
{
	const struct sheet *sheet = &bands->sheet;
	int status = 0;

	bands->low = calloc(sheet->rows, sizeof(double));
	bands->high = calloc(sheet->rows, sizeof(double));
	if (!bands->low || !bands->high)
		return err_memory(err, sheet->name);
	for (size_t row = 0; row < sheet->rows && status == 0; row++) {
		status = parse(sheet, row, low, &bands->low[row], err);
		if (status == 0)
			status = parse(sheet, row, high, &bands->high[row], err);
		if (status == 0 && !(bands->low[row] < bands->high[row]))
			status = err_set(err, ERR_FAILED, "%s:%zu:high: %s is not above low, %s", sheet->name,
					 sheet->line[row], sheet_cell(sheet, row, high), sheet_cell(sheet, row, low));
	}
	bands->count = sheet->rows;
	return status;
}

int bands_read(struct bands *bands, const char *path, struct err *err)
{
	size_t low = 0, high = 0;
	int status;

	*bands = (struct bands){0};
	status = sheet_read(&bands->sheet, path, err);
	if (status == 0)
		status = find(&bands->sheet, "title", &bands->title, err);
	if (status == 0)
		status = find(&bands->sheet, "low", &low, err);
	if (status == 0)
		status = find(&bands->sheet, "high", &high, err);
	if (status == 0)
		status = find(&bands->sheet, "workloads", &bands->workloads, err);
	if (status == 0)
		status = find(&bands->sheet, "source", &bands->source, err);
	if (status == 0)
		status = parse_rows(bands, low, high, err);
	if (status < 0)
		bands_free(bands);
	return status;
}

void bands_free(struct bands *bands)
{
	sheet_free(&bands->sheet);
	free(bands->low);
	free(bands->high);
	*bands = (struct bands){0};
}

bool bands_are_of(const struct bands *bands, size_t band, const char *workload)
{
	const char *at = sheet_cell(&bands->sheet, band, bands->workloads);
	size_t length;

	for (; *(at += strspn(at, " ")); at += length) {
		length = strcspn(at, " ");
		if (strlen(workload) == length && strncmp(workload, at, length) == 0)
			return true;
	}
	return false;
}

bool bands_apply(const struct bands *bands, size_t band, const struct results *results)
{
	if (!*sheet_cell(&bands->sheet, band, bands->workloads))
		return true;
	for (size_t row = 0; row < results->sheet.rows; row++)
		if (bands_are_of(bands, band, results_word(results, row, RESULTS_WORKLOAD)))
			return true;
	return false;
}
