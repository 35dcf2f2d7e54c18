/* SPDX-License-Identifier: MIT */
/* Recording a workload: its guest boots in the emulator, and its memory references become a trace. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>

#include "record/guest.h"

#define RECORD_PASSING_LEVEL 1 /* zstd level of the temporary whole trace when only its region is kept */

struct record_options {
	const char *size;      /* of the workload */
	const char *out;       /* the trace */
	const char *command;   /* for the trace's header */
	const char *cache;     /* folder of downloads and images; NULL for the user's own */
	const char *console;   /* a file for what the guest wrote to its serial line, or NULL */
	uint64_t memory_bytes; /* the guest's; 0: as the workload says */
	uint64_t ips;
	uint32_t k;
	unsigned vcpus;
	int level;       /* zstd's compression level of the trace, 1 to 19 */
	bool region;     /* keep only the region of interest */
	bool job;        /* only the job's own memory, by virtual page */
	bool crosscheck; /* record the page of every single instruction; slow */
};

struct record_result {
	struct trace_totals totals; /* of the trace that was written */
	struct guest_result guest;  /* of the boot */
};

/*
 * Records. A job of the guest that fails, or whose answer is wrong, fails the recording: the last lines of the guest's
 * console go to standard error, and the part recorded so far stays in OUT.part. On success the caller frees
 * result->guest.
 */
int record(const struct workload *workload, const struct record_options *options, struct record_result *result,
	   struct err *err);

/* Writes the region of interest of the trace `whole` as the trace `out`. */
int record_cut(const char *whole, const char *out, int level, struct trace_totals *totals, struct err *err);

#endif
