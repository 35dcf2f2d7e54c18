/* SPDX-License-Identifier: MIT */
/* Tables as aligned plain text, at most 100 characters wide where the contents allow it, or as Markdown or LaTeX. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include <stdio.h>

enum { COLUMNS_MAX = 64, COLUMNS_WIDTH = 100 };

enum columns_format { COLUMNS_TEXT, COLUMNS_MARKDOWN, COLUMNS_LATEX /* a tabular, with the rules of booktabs */ };

/* How tables are printed from now on; a command prints all of its tables alike. */
void columns_set_format(enum columns_format format);
enum columns_format columns_format(void);

/*
 * Prints lines of at most COLUMNS_MAX cells, in `text` with tabs between the cells and a newline after each line. The
 * first line names the columns, and so do the lines after it that begin with a tab. The first column is aligned to the
 * left, the others to the right. As plain text, columns are separated by two blanks, or by one where two would make the
 * table wider than the terminal, or than COLUMNS_WIDTH in a file.
 */
void columns_print(const char *text, FILE *to);

/* The same with all columns aligned to the left and two blanks between them, for tables of words. */
void columns_print_words(const char *text, FILE *to);

#endif
