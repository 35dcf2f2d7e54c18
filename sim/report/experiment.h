/* SPDX-License-Identifier: MIT */
/* The folder of a sweep, read for a report or figures: its results, what varies in them, its manifest, its figures. */
#ifndef REPORT_EXPERIMENT_H
#define REPORT_EXPERIMENT_H

#include <jansson.h>

#include "report/chart.h"

struct experiment {
	char *path; /* the given path: the folder or its results.csv */
	char *name; /* the folder's own */
	struct results results;
	struct axes axes;
	json_t *manifest;     /* NULL when the folder has none */
	struct charts charts; /* those that fit, as charts_make appends them */
};

/* Reads the results and what varies in them, and the manifest beside them. On an error there is nothing to free. */
int experiment_read(struct experiment *experiment, const char *path, struct err *err);
void experiment_free(struct experiment *experiment);

/*
 * The experiment's question, from the comment at the top of the configuration: the text after "Question:" up to the
 * question mark, otherwise the comment's first line, otherwise the folder's name. The caller frees it; NULL when out of
 * memory.
 */
char *experiment_question(const struct experiment *experiment);

/* The folder's own name. */
const char *experiment_name(const struct experiment *experiment);

/* The whole comment, or "". */
const char *experiment_comment(const struct experiment *experiment);

/* The command that made the results; NULL when their manifest does not say. */
const char *experiment_command(const struct experiment *experiment);

#endif
