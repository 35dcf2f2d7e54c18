/* SPDX-License-Identifier: MIT */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include <stdio.h>

#include "base/err.h"

/* A table of words that is being written: a line for each row, with tabs between its cells. */
struct listing {
	FILE *to;
	char *text;
	size_t size;
};

/* Begins with the names of the columns. Returns 0 or a negative code; after 0, call listing_end. */
int listing_begin(struct listing *listing, const char *columns, struct err *err);

/* The same for what is a table in Markdown and LaTeX only: as plain text, `to` is standard output, and the caller
 * writes lines of its own. */
int listing_begin_blocks(struct listing *listing, const char *columns, struct err *err);

/* Prints the table, unless `status` is negative. Returns `status` or a negative code. */
int listing_end(struct listing *listing, int status, struct err *err);

#endif
