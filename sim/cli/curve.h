/* SPDX-License-Identifier: MIT */
/* megavm curve: what its parts share. */
#ifndef CLI_CURVE_H
#define CLI_CURVE_H

#include "cli/words.h"
#include "config/config.h"
#include "replay/replay.h"

/* What the command line asks. */
struct curve_arguments {
	char **path; /* the traces */
	int paths;
	const char *policies; /* names with commas */
	const char *prefetch;
	const char *frames, *ratios; /* lists with commas, or NULL */
	const char *plot;
	double sample; /* 0: exact */
	unsigned jobs;
	bool csv, recover;
	struct words_config config; /* its keys alone: --set, --fabric and --ips */
};

/* One line of the answer. */
struct curve_row {
	const char *trace, *policy;
	uint32_t frames, footprint, k;
	struct local_counts counts;
	double slowdown; /* NaN when the trace has no time at all */
	double error;    /* standard error of the slowdown, of a sampled curve */
};

struct curve_rows {
	struct curve_row *row;
	size_t count, room;
};

int curve_rows_add(struct curve_rows *rows, const struct curve_row *row, struct err *err);

/* The answer for one trace under one policy, at the sizes asked for, appended to `rows`. */
int curve_rows_of(struct curve_rows *rows, const struct curve_arguments *arguments, const struct config *config,
		  const char *trace, int policy, struct err *err);

void curve_print_csv(const struct curve_arguments *arguments, const struct curve_rows *rows);
void curve_print_text(const struct curve_arguments *arguments, const struct curve_rows *rows);
int curve_plot(const char *path, const struct curve_rows *rows, struct err *err);

#endif
