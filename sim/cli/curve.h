/* SPDX-License-Identifier: MIT */
/* megavm curve: declarations that its files share. */
#ifndef CLI_CURVE_H
#define CLI_CURVE_H

#include <stdio.h>

#include "cli/words.h"
#include "config/config.h"
#include "replay/curve_points.h"

/* The parsed command line. */
struct curve_arguments {
	char **path; /* the traces */
	int paths;
	const char *policies;                /* names with commas */
	const struct prefetch_ops *prefetch; /* NULL: none */
	const char *frames, *ratios;         /* lists with commas, or NULL */
	const char *plot;
	double sample; /* 0: exact */
	unsigned jobs;
	bool csv, recover;
	struct words_config config; /* only keys: --set, --fabric and --ips; no CONFIG */
};

/* One line of the output. */
struct curve_row {
	const char *trace;
	const struct policy_ops *policy;
	uint32_t footprint, k;
	double idle_share; /* of the base, the mean of the virtual CPUs */
	unsigned vcpus;
	struct curve_point point;
};

struct curve_rows {
	struct curve_row *row;
	size_t count, room;
};

/* Appends to `rows` the results of one trace under one policy at the requested sizes. */
int curve_rows_of(struct curve_rows *rows, const struct curve_arguments *arguments, const struct config *config,
		  const char *trace, int policy, struct err *err);

/* Says of the rows from `first` on, which are of one trace and policy, when their write-backs take a considerable share
 * of the interconnect's time. */
void curve_print_write_share(const struct curve_rows *rows, size_t first, FILE *to);

void curve_print_csv(const struct curve_arguments *arguments, const struct curve_rows *rows);
void curve_print_text(const struct curve_arguments *arguments, const struct curve_rows *rows);
int curve_plot(const char *path, const struct curve_rows *rows, struct err *err);

#endif
