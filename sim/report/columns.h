/* SPDX-License-Identifier: MIT */
/* Tables for reading: aligned text without colour, of 100 columns where the contents allow it. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include <stdio.h>

enum { COLUMNS_MAX = 64, COLUMNS_WIDTH = 100 };

/*
 * Prints lines of at most COLUMNS_MAX cells, in `text` with tabs between the cells and a newline behind each line. The
 * first column is set to the left, the others to the right. Two blanks part the columns, one where two would make the
 * table too wide.
 */
void columns_print(const char *text, FILE *to);

#endif
