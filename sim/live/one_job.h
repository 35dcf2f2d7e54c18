/* SPDX-License-Identifier: MIT */
/* The result of a run of one job that really ran, in a guest or as a program. */
#ifndef LIVE_ONE_JOB_H
#define LIVE_ONE_JOB_H

#include "config/config.h"
#include "fault/result.h"

/* Makes the result of one job on one hypervisor, h0: the job's numbers, with the names that the configuration gives.
 * `workload` and `trace` are copied; the result takes what *job owns, and frees it on failure. Returns 0 or a
 * negative code. */
int one_job_result(const struct config *config, const struct job_result *job, const char *workload, const char *trace,
		   struct run_result *result, struct err *err);

#endif
