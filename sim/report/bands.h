/* SPDX-License-Identifier: MIT */
/* Published results to draw in figures for comparison: ranges of slowdown, from a CSV file that names their source. */
#ifndef REPORT_BANDS_H
#define REPORT_BANDS_H

#include "report/results.h"

struct bands {
	struct sheet sheet;
	size_t count; /* rows; 0 without a file */
	double *low, *high;
	size_t title, workloads, source; /* columns */
};

/*
 * Columns: title, low, high (slowdowns), workloads (names with blanks between them; empty: every one) and source. On an
 * error there is nothing to free, and the text names file, line and column.
 */
int bands_read(struct bands *bands, const char *path, struct err *err);
void bands_free(struct bands *bands);

/* Whether the band names this workload. */
bool bands_are_of(const struct bands *bands, size_t band, const char *workload);

/* Whether the band applies to a workload in the results. */
bool bands_apply(const struct bands *bands, size_t band, const struct results *results);

#endif
