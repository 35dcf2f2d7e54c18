/* SPDX-License-Identifier: MIT */
/* Runs a program at native speed with only a share of its memory resident: from the command line to the result. */
#ifndef EMULATOR_NATIVE_H
#define EMULATOR_NATIVE_H

#include <jansson.h>

#include "config/config.h"
#include "emulator/calibrate.h"
#include "emulator/footprint.h"
#include "emulator/tracer.h"
#include "fault/result.h"

struct native_options {
	char *const *argv;   /* the program; NULL: the configuration's vms.command */
	const char *cache;   /* the folder of footprints that were measured */
	int output;          /* a descriptor for the program's standard output; -1: this process's own */
	uint64_t only_bytes; /* manage only mappings of exactly this size; 0: all, of a QEMU its guest's memory (qemu.h)
			      */
	bool accounts;       /* stalls are only accounted for, and none passes in real time */
	bool quiet;          /* no messages on standard error */
	const char *key;     /* the peers' key file, or NULL */
	bool verify;         /* hold pages that come from peers against a checksum */
};

struct native_result {
	int exit_status;        /* of the program, as waitpid gives it */
	int64_t real_ps;        /* from the program's first instruction to its end */
	int64_t ran_ps;         /* its processor time without its part of the traps */
	struct footprint alone; /* of the program by itself; all 0 when that was not run */
	bool from_cache;        /* `alone` is from an earlier command */
	bool pinned;            /* program and pager shared one processor as long as the program had one thread */
	int64_t floor_ps[2];    /* of a trap: with one thread, with several */
	bool several;           /* it had several threads: there is no virtual time */
	bool guards;            /* writes were seen; otherwise every evicted page counts as written */
	uint64_t only_bytes;
	struct pager_counts pager;
	struct tracer_counts tracer;
	struct calibration_touch touch; /* with peers, measured before the program starts */
	int64_t read_ps;                /* the same: a read of a page from a peer */
	int64_t predicted_ps;           /* the time that follows for the program's faults; 0: its base is not known */
	json_t *peers;                  /* borrowed_json; NULL without peers. native_free releases it */
};

void native_free(struct native_result *native);

/*
 * The configuration has engine native and one VM. A local share in per cent needs the program's footprint: the program
 * first runs by itself, which gives the base, and then with all memory local, which gives the footprint. Both are kept
 * in the cache, where the key is the program, its arguments and its working folder. For a size nothing else is run, and
 * the base is estimated (pager.h). On success the caller owns *result: one job. ERR_USAGE for a configuration that the
 * engine refuses.
 */
int native_run(const struct config *config, const struct native_options *options, struct run_result *result,
	       struct native_result *native, struct err *err);

/*
 * Records the program (recorder.h). `config` gives nothing but cpu.ips and what calibrate needs. Needs write protection
 * that makes no events (Linux 6.7). `recording.active` is in pages. On failure what was recorded stays in PATH.part.
 * Returns 0 or a negative code.
 */
int native_record(const struct config *config, const struct native_options *options,
		  const struct recorder_options *recording, struct trace_totals *totals, struct native_result *native,
		  struct err *err);

/* The result of a run of one job, which takes what *job owns. Returns 0 or a negative code. */
int native_make_result(const struct config *config, const struct job_result *job, struct run_result *result,
		       struct err *err);

/* What is not in the job's result, as a JSON object; NULL when memory runs out. */
json_t *native_json(const struct native_result *native);

/* The same as text, after the job's tables. */
void native_print(const struct native_result *native, FILE *to);

#endif
