/* SPDX-License-Identifier: MIT */
/* The commands below `megavm trace`, one file each. */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "cli/cli.h"
#include "trace/reader.h"

int cli_trace_info(int argc, char **argv, struct err *err);
int cli_trace_check(int argc, char **argv, struct err *err);
int cli_trace_cat(int argc, char **argv, struct err *err);
int cli_trace_filter(int argc, char **argv, struct err *err);
int cli_trace_generate(int argc, char **argv, struct err *err);

/* The same command, which prints nothing: also sets the job that it was and the trace's totals. */
struct trace_generate_job;
struct trace_totals;
int trace_generate_quietly(int argc, char **argv, struct trace_generate_job *made, struct trace_totals *totals,
			   struct err *err);
int cli_trace_import(int argc, char **argv, struct err *err);
int cli_trace_export(int argc, char **argv, struct err *err);

extern const struct command trace_commands[];

#endif
