/* SPDX-License-Identifier: MIT */
/*
 * What the plug-in is told when the emulator starts: one JSON object in the file that the environment variable
 * MEGAVM_SETTINGS names, written by `megavm record` (sim/record/record.c).
 */
#ifndef BOCHS_PLUGIN_SETTINGS_H
#define BOCHS_PLUGIN_SETTINGS_H

#include <stdbool.h>

#include "trace/header.h"

struct settings {
	char *trace;                /* the trace to write; NULL when only emulating */
	char *outcome;              /* the file for what became of it (outcome.h) */
	int level;                  /* zstd's, of the trace */
	bool quiet;                 /* no progress line */
	char *label;                /* what the progress line calls this */
	struct trace_header header; /* what is known of the trace beforehand */
	uint64_t ips;               /* ticks of the machine's clock in a second */
	uint64_t machine_bytes;     /* memory that the machine is built with, devices' addresses below 4 GiB included */
	json_t *emulation;          /* {"configuration": {...}, "local_pages": N} or NULL: record at full speed */
	bool region_from_start;     /* the region of interest begins with the first instruction */
};

/* Reads the file; on an error there is nothing to free, and the text names file and key. */
int settings_read(const char *path, struct settings *settings, struct err *err);

void settings_free(struct settings *settings);

#endif
