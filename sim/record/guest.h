/* SPDX-License-Identifier: MIT */
/*
 * One boot of a workload's guest: its image is built or found, the emulator runs it to its end, and the outcome is
 * checked. Recording and emulating both use this, with different settings.
 */
#ifndef RECORD_GUEST_H
#define RECORD_GUEST_H

#include <stdbool.h>

#include "record/hardware.h"
#include "trace/header.h"
#include "workload/workload.h"

/* What tells a guest to set its job apart, without a limit (workloads/guest/init). */
#define GUEST_JOB_ALONE "JOB_LIMIT=max\n"

struct guest {
	const struct workload *workload;
	const struct workload_size *size;
	struct workload_image image;
	uint64_t memory_bytes;
	uint64_t ips;
	uint32_t k;
	unsigned vcpus;
	int level;             /* zstd's, of the trace; 1 to 19 */
	const char *emulators; /* the folder of the emulators; NULL: the folder of this program */
	bool crosscheck;       /* record the page of every single instruction; slow */
	const char *command;   /* for the trace's header */
	bool quiet;            /* no progress line */
	bool job;              /* record the job's own memory by virtual page, and nothing else (bochs-plugin/job.h) */
	const char *told;      /* text for the guest (hardware.h), or NULL */
	const char *console;   /* a file for what the guest wrote to its serial line, or NULL */
};

struct guest_result {
	uint64_t instructions, idle_ns, references; /* of the whole boot */
	double seconds;                             /* that it took */
	double user_seconds;                        /* the emulator's CPU time */
	json_t *reports;                            /* what the guest reported */
	json_t *emulation;                          /* live/result_json.h; NULL when nothing was emulated */
};

/*
 * Finds the size and the image. `size`: a name. `cache`: the folder of downloads and images, NULL for the user's own.
 * `memory_bytes`: 0 for the workload's value. On success the caller frees it with guest_free.
 */
int guest_init(struct guest *guest, const struct workload *workload, const char *size, const char *cache,
	       uint64_t memory_bytes, struct err *err);
void guest_free(struct guest *guest);

/*
 * Boots it once. `trace`: the file for its whole trace, or NULL. `emulation`: {"configuration", "local_pages"} to make
 * it wait, or NULL. A job that fails or gives a wrong answer is an error, and the last lines of the guest's console go
 * to standard error; the part recorded so far stays in TRACE.part. On success the caller frees the result with
 * guest_result_free.
 */
int guest_boot(const struct guest *guest, const char *trace, json_t *emulation, struct guest_result *result,
	       struct err *err);

/*
 * Boots it once in a Bochs that records nothing, for benchmarks: `user_seconds` and `seconds` are filled in. *ticks:
 * the machine's clock when the guest requested the shutdown, in instructions and idle ticks.
 */
int guest_boot_plain(const struct guest *guest, struct guest_result *result, uint64_t *ticks, struct err *err);

/* The guest's own time for the region, in ps; -1 when the guest's clock did not run yet, as during boot. */
int64_t guest_region_ps(const struct guest *guest, const json_t *reports);

void guest_result_free(struct guest_result *result);

#endif
