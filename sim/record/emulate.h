/* SPDX-License-Identifier: MIT */
/*
 * Emulating a workload: its guest runs in Bochs with only its local share resident, and the guest's own clock measures
 * how much later the job completes (for a boot, the machine's clock). It runs twice: once with all of its memory local,
 * to get the base time and the footprint to which the share refers, and once with less.
 */
#ifndef RECORD_EMULATE_H
#define RECORD_EMULATE_H

#include "config/config.h"
#include "fault/result.h"
#include "record/guest.h"

struct emulate_options {
	const char *cache;   /* folder of downloads, images and times with all memory local; NULL for the user's own */
	const char *trace;   /* a file for the trace of the delayed run, or NULL */
	const char *command; /* for that trace's header */
	uint64_t memory_bytes; /* of the guest; 0: the workload's value */
	unsigned vcpus;        /* virtual CPUs */
	bool quiet;            /* no progress line, because several run at a time */
	bool machine_clock;    /* take the times from the machine's clock, to the tick, instead of the guest's own */
};

/*
 * The configuration has one VM, which names a workload and its size; its trace is not read. `configuration`: the same
 * as JSON (report/manifest.h). On success the caller owns *result: one job, no links, one hypervisor.
 */
int emulate(const struct config *config, json_t *configuration, const struct emulate_options *options,
	    struct run_result *result, struct err *err);

/* Makes the result of one job in a guest: the job's numbers, with the names that the configuration gives. Returns 0 or
 * a negative code. */
int emulate_result(const struct config *config, const struct guest *guest, const struct job_result *job,
		   struct run_result *result, struct err *err);

#endif
