/* SPDX-License-Identifier: MIT */
/* megavm trace: adding a sub-command takes its own file and one line here. */
#include "cli/trace.h"

const struct command trace_commands[] = {
	{"info", "describe a trace: workload, footprint, sources, markers, size", cli_trace_info, NULL},
	{"check", "verify every block and every total", cli_trace_check, NULL},
	{"cat", "print records as text", cli_trace_cat, NULL},
	{"filter", "drop the records that cannot change an LRU memory of K pages or more", cli_trace_filter, NULL},
	{"generate", "make a trace by rule: streams, scans, random and skewed touches", cli_trace_generate, NULL},
	{"import", "convert a trace of another tool", cli_trace_import, NULL},
	{"export", "write a trace for another tool", cli_trace_export, NULL},
	{0},
};
