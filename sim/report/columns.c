/* SPDX-License-Identifier: MIT */
#include "report/columns.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static enum columns_format format = COLUMNS_TEXT;

void columns_set_format(enum columns_format next)
{
	format = next;
}

enum columns_format columns_format(void)
{
	return format;
}

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

/* The width that a table may have: that of the terminal that it goes to, otherwise COLUMNS_WIDTH. */
static size_t room(FILE *to)
{
	struct winsize size;

	return isatty(fileno(to)) && ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
												  : COLUMNS_WIDTH;
}

static void print_text(const char *text, bool words, FILE *to)
{
	size_t width[COLUMNS_MAX] = {0}, columns = measure(text, width), total = 0, column = 0;
	size_t blanks = 0, gap; /* blanks to print before the next cell that is not empty */

	for (size_t i = 0; i < columns; i++)
		total += width[i];
	gap = words || total + 2 * columns <= room(to) + 2 ? 2 : 1;
	while (*text) {
		size_t bytes = strcspn(text, "\t\n"), pad = width[column] - characters(text, bytes);

		if (column > 0)
			blanks += words ? gap : gap + pad;
		if (bytes > 0) {
			fprintf(to, "%*s%.*s", (int)blanks, "", (int)bytes, text);
			blanks = 0;
		}
		if (column++ == 0 || words)
			blanks += pad;
		text += bytes;
		if (*text && *text++ == '\n') {
			fputc('\n', to);
			column = blanks = 0;
		}
	}
}

/* The lines that name the columns. */
static size_t head_lines(const char *text)
{
	size_t lines = 1;

	while ((text = strchr(text, '\n')) && *++text == '\t')
		lines++;
	return lines;
}

/* The cell of a line; *bytes is 0 where the line ends before it. */
static const char *cell_of(const char *line, size_t column, size_t *bytes)
{
	while (column > 0 && line[strcspn(line, "\t\n")] == '\t') {
		line += strcspn(line, "\t\n") + 1;
		column--;
	}
	*bytes = column > 0 ? 0 : strcspn(line, "\t\n");
	return line;
}

/* Writes a text with the characters escaped that mean something in the format. */
static void put_escaped(const char *text, size_t bytes, FILE *to)
{
	static const char latex_plain[] = "&%$#_{}", *const latex_long[] = {"~\\textasciitilde{}",
									    "^\\textasciicircum{}",
									    "\\\\textbackslash{}", "<$<$", ">$>$"};

	for (const char *end = text + bytes; text < end; text++) {
		const char *instead = NULL;

		if (format == COLUMNS_MARKDOWN) {
			fprintf(to, *text == '|' ? "\\%c" : "%c", *text);
			continue;
		}
		for (size_t i = 0; i < sizeof(latex_long) / sizeof(*latex_long); i++)
			instead = *text == latex_long[i][0] ? latex_long[i] + 1 : instead;
		if (instead)
			fputs(instead, to);
		else
			fprintf(to, strchr(latex_plain, *text) ? "\\%c" : "%c", *text);
	}
}

/* Writes the cells of a line, or of `heads` lines together, each with its words one after the other. */
static const char *put_line(const char *line, size_t heads, size_t columns, FILE *to)
{
	const char *next = line;

	fputs(format == COLUMNS_MARKDOWN ? "| " : "", to);
	for (size_t column = 0; column < columns; column++) {
		bool words = false;

		fputs(column == 0 ? "" : format == COLUMNS_MARKDOWN ? " | " : " & ", to);
		next = line;
		for (size_t i = 0; i < heads; i++) {
			size_t bytes;
			const char *cell = cell_of(next, column, &bytes);

			fputs(words && bytes ? " " : "", to);
			put_escaped(cell, bytes, to);
			words = words || bytes;
			next += strcspn(next, "\n") + 1;
		}
	}
	fputs(format == COLUMNS_MARKDOWN ? " |\n" : " \\\\\n", to);
	return next;
}

static void print_markup(const char *text, bool words, FILE *to)
{
	size_t width[COLUMNS_MAX] = {0}, columns = measure(text, width);
	const bool markdown = format == COLUMNS_MARKDOWN;

	if (!*text)
		return;
	if (!markdown) {
		fputs("\\begin{tabular}{l", to);
		for (size_t column = 1; column < columns; column++)
			fputc(words ? 'l' : 'r', to);
		fputs("}\n\\toprule\n", to);
	}
	text = put_line(text, head_lines(text), columns, to);
	for (size_t column = 0; column < columns && markdown; column++)
		fprintf(to, "%s %s |", column ? "" : "|", column && !words ? "---:" : ":---");
	fputs(markdown ? "\n" : "\\midrule\n", to);
	while (*text)
		text = put_line(text, 1, columns, to);
	fputs(markdown ? "\n" : "\\bottomrule\n\\end{tabular}\n", to);
}

static void print(const char *text, bool words, FILE *to)
{
	if (format == COLUMNS_TEXT)
		print_text(text, words, to);
	else
		print_markup(text, words, to);
}

void columns_print(const char *text, FILE *to)
{
	print(text, false, to);
}

void columns_print_words(const char *text, FILE *to)
{
	print(text, true, to);
}
