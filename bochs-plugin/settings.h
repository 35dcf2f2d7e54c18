/* SPDX-License-Identifier: MIT */
/*
 * The plug-in's settings when the emulator starts: one JSON object in the file that the environment variable
 * MEGAVM_SETTINGS names, written by `megavm record` (sim/record/record.c).
 */
#ifndef BOCHS_PLUGIN_SETTINGS_H
#define BOCHS_PLUGIN_SETTINGS_H

#include <stdbool.h>

#include "trace/header.h"

struct settings {
	char *trace;                /* the trace to write; NULL when only emulating */
	char *outcome;              /* the file for the outcome (outcome.h) */
	int level;                  /* zstd's, of the trace */
	bool quiet;                 /* no progress line */
	char *label;                /* the name in the progress line */
	struct trace_header header; /* the trace's header as known beforehand */
	uint64_t instructions;      /* of an earlier run of this guest, for the progress line; 0: not known */
	uint64_t ips;               /* ticks of the machine's clock per second */
	uint64_t machine_bytes; /* memory that the machine is built with, including devices' addresses below 4 GiB */
	json_t *emulation;      /* {"configuration": {...}, "local_pages": N} or NULL: record at full speed */
	bool job;               /* record the job's own memory by virtual page (job.h), and nothing else */
	bool region_from_start; /* the region of interest begins with the first instruction */
};

/* Reads the file. Returns 0 or a negative code; on an error nothing is left to free, and the text names file and
 * key. */
int settings_read(const char *path, struct settings *settings, struct err *err);

void settings_free(struct settings *settings);

#endif
