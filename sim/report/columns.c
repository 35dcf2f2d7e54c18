/* SPDX-License-Identifier: MIT */
#include "report/columns.h"

#include <assert.h>
#include <string.h>

/* Number of UTF-8 characters: the bytes that are not continuation bytes. */
static size_t characters(const char *text, size_t bytes)
{
	size_t count = 0;

	for (size_t i = 0; i < bytes; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* Widens the columns to the cells of `text`; returns how many columns there are. */
static size_t measure(const char *text, size_t width[COLUMNS_MAX])
{
	size_t columns = 0, column = 0;

	while (*text) {
		size_t bytes = strcspn(text, "\t\n"), wide = characters(text, bytes);

		assert(column < COLUMNS_MAX);
		if (wide > width[column])
			width[column] = wide;
		if (++column > columns)
			columns = column;
		text += bytes;
		if (*text && *text++ == '\n')
			column = 0;
	}
	return columns;
}

void columns_print(const char *text, FILE *to)
{
	size_t width[COLUMNS_MAX] = {0}, columns = measure(text, width), total = 0, column = 0;
	size_t blanks = 0, gap; /* blanks to print before the next cell that is not empty */

	for (size_t i = 0; i < columns; i++)
		total += width[i];
	gap = total + 2 * columns <= COLUMNS_WIDTH + 2 ? 2 : 1;
	while (*text) {
		size_t bytes = strcspn(text, "\t\n"), pad = width[column] - characters(text, bytes);

		if (column > 0)
			blanks += gap + pad;
		if (bytes > 0) {
			fprintf(to, "%*s%.*s", (int)blanks, "", (int)bytes, text);
			blanks = 0;
		}
		if (column++ == 0)
			blanks += pad;
		text += bytes;
		if (*text && *text++ == '\n') {
			fputc('\n', to);
			column = blanks = 0;
		}
	}
}
