/* SPDX-License-Identifier: MIT */
/* Tables as aligned plain text, at most 100 characters wide where the contents allow it. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include <stdio.h>

enum { COLUMNS_MAX = 64, COLUMNS_WIDTH = 100 };

/*
 * Prints lines of at most COLUMNS_MAX cells, in `text` with tabs between the cells and a newline after each line. The
 * first column is aligned to the left, the others to the right. Columns are separated by two blanks, or by one where
 * two would make the table too wide.
 */
void columns_print(const char *text, FILE *to);

#endif
