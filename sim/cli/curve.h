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
	const char *policies;            /* names with commas; NULL: the configuration's */
	const char *fabrics, *latencies; /* lists with commas, or NULL */
	const char *frames, *ratios;     /* lists with commas, or NULL */
	const char *plot;
	double sample; /* 0: exact */
	unsigned jobs;
	bool csv, json, recover;
	struct words_config config; /* only keys: --set, --prefetch and --ips; no CONFIG */
};

/* The interconnects that are compared: each of --fabric at each of --latency, otherwise one. */
struct curve_settings {
	struct config *config; /* of each; they differ in `fabric` alone */
	struct fault_cost *cost;
	size_t count;
};

/* Reads the configuration of each interconnect. On an error there is nothing to free. */
int curve_settings_read(struct curve_settings *settings, const struct curve_arguments *arguments, struct err *err);
void curve_settings_free(struct curve_settings *settings);

/* One line of the output. */
enum { CURVE_NAME = 64 };
struct curve_row {
	const char *trace;
	char stem[CURVE_NAME];     /* of the trace's file: its name without folder and ending */
	char workload[CURVE_NAME]; /* its name, or the stem */
	const struct policy_ops *policy;
	const struct prefetch_ops *prefetch;
	const struct network *fabric;
	uint32_t footprint, k, active; /* the filter's pages, those of the active set; 0: none */
	bool again;                    /* trace_header.again */
	double idle_share;             /* of the base, the mean of the virtual CPUs */
	unsigned vcpus;
	bool figure_only; /* a table leaves it out */
	struct curve_point point;
};

struct curve_rows {
	struct curve_row *row;
	size_t count, room;
	bool sampled, several_fabrics;
	const char *fault_costs; /* the settings' */
};

/* Appends to `rows` the results of one trace under one policy at the requested sizes, over each interconnect. */
int curve_rows_of(struct curve_rows *rows, const struct curve_arguments *arguments,
		  const struct curve_settings *settings, const char *trace, int policy, struct err *err);

/* Whether KEY=VALUE gives a list to a key that takes one (fabric.preset, fabric.latency, policy), which is then taken
 * as by the option of its own. */
bool curve_take_list(struct curve_arguments *arguments, const char *set);

/* Calls `visit` for each policy of the command line, by its index; stops at a negative code, which it returns. */
int curve_each_policy(const struct curve_arguments *arguments, const struct curve_settings *settings,
		      int (*visit)(void *context, int policy, struct err *err), void *context, struct err *err);

/* How a trace's points are computed under a policy. */
struct curve_points_options curve_options_of(const struct curve_arguments *arguments,
					     const struct curve_settings *settings, int policy);

/* A row of this trace, without an interconnect and without a point. */
struct curve_row curve_row_of(const char *trace, const struct trace_reader *reader,
			      const struct curve_points_options *options);

int curve_rows_add(struct curve_rows *rows, const struct curve_row *row, struct err *err);

/* ERR_FAILED for a trace that has no local size: it is empty, or its footprint is too small. */
int curve_check_sizes(const char *trace, const struct trace_reader *reader, struct err *err);

/* Rows of one trace under one policy over one interconnect are adjacent: a curve. Returns the row after the last one of
 * the curve that begins with row `first`. */
size_t curve_rows_end(const struct curve_rows *rows, size_t first);

/* The name of the row's trace: of its workload, unless another trace of the rows has the same; then the file's stem, or
 * where that is not of one trace alone either, the path. */
const char *curve_row_name(const struct curve_rows *rows, const struct curve_row *row);

/* What the row's counts are worth. */
enum policy_filtered curve_row_counts(const struct curve_row *row);

double curve_row_ratio(const struct curve_row *row);

/* The share of the base from which the idle time is printed. */
extern const double curve_idle_said_from;

/* "ib-edr at 900ns". */
enum { CURVE_FABRIC_TEXT = 320 };
const char *curve_fabric_text(const struct network *fabric, char out[CURVE_FABRIC_TEXT]);

/* The demand fetches of a curve with all of the footprint local, whose last row is `row`; 0 for a curve without that
 * size. */
uint64_t curve_fetches_all_local(const struct curve_row *row);

/* What is to be known about the counts of all rows, each thing once: pages that are fetched although all is local,
 * write-backs that take a considerable share of the interconnect's time, policies that are not exact. */
void curve_print_notes(const struct curve_rows *rows, FILE *to);

void curve_print_csv(const struct curve_rows *rows);
int curve_print_text(const struct curve_rows *rows, struct err *err);
int curve_print_json(const struct curve_settings *settings, const struct curve_rows *rows, struct err *err);
int curve_plot(const char *path, const struct curve_rows *rows, struct err *err);

#endif
