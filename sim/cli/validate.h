/* SPDX-License-Identifier: MIT */
/*
 * megavm validate: what was published or measured, beside what the model predicts. A comparison is a pair of files of
 * one folder: NAME.yaml, a configuration whose comment says what is compared (its first line is the title), and
 * NAME.csv, a table with a row for each number:
 *
 *     row        its label
 *     quantity   what is predicted: one of validate_quantities
 *     measured   the number; LOW-HIGH: a range
 *     bound      the largest error in per cent ("5%"); "-": the error is reported and not held
 *     generate   the words of 'megavm trace generate' that make the row's trace (no column, or empty: the
 *                configuration's)
 *     KEY        a key of the configuration, set to the row's value (empty: left alone)
 *     others     the inputs that a quantity takes, by its name for them
 */
#ifndef CLI_VALIDATE_H
#define CLI_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "config/config.h"
#include "report/sheet.h"

struct validate_row {
	const char *label;
	const struct validate_quantity *quantity;
	double low, high; /* what was measured; equal unless it is a range */
	double bound;     /* the largest error, as a share; NAN: none */
	double predicted;
	double read, written; /* pages, of quantities that are fitted */
	double error;         /* as a share of what was measured; 0 within a range */
};

struct validate_comparison {
	char *name, *path; /* the configuration's file */
	char *comment;     /* its comment: a line of title, then prose */
	struct sheet sheet;
	struct validate_row *row;
	size_t rows;
	double a, b; /* seconds for a page read and written, if quantities are fitted */
	bool fitted;
};

struct validate_quantity {
	const char *name, *unit, *help;
	bool fitted; /* predicted after all rows have run */
	/* Sets row->predicted, or what the fit needs. */
	int (*predict)(struct validate_comparison *comparison, struct validate_row *row, const struct config *config,
		       struct err *err);
};

extern const struct validate_quantity validate_quantities[]; /* ended by a NULL name */

/* Reads the comparison NAME of a folder. On an error there is nothing to free. */
int validate_read(struct validate_comparison *comparison, const char *folder, const char *name, struct err *err);
void validate_free(struct validate_comparison *comparison);

/* Makes every row's prediction and error. Generated traces go into the folder `work`, and are made once. */
int validate_run(struct validate_comparison *comparison, const char *work, struct err *err);

/* Whether a row's error is beyond its bound. */
bool validate_is_beyond(const struct validate_row *row);

int validate_print_text(const struct validate_comparison *comparison, struct err *err);
void validate_print_markdown(const struct validate_comparison *comparison, FILE *to);
void validate_print_csv(const struct validate_comparison *comparison, bool head, FILE *to);

/* Draws what was measured against what is predicted. */
int validate_plot(const char *path, const struct validate_comparison *comparison, size_t count, struct err *err);

#endif
