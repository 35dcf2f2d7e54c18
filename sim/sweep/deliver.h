/* SPDX-License-Identifier: MIT */
/* Stores a run's result: its file in the folder, and its line of results.csv. */
#ifndef SWEEP_DELIVER_H
#define SWEEP_DELIVER_H

#include <stddef.h>

struct config;
struct err;
struct run_result;
struct sweep;

/* In a worker: writes the run's result. If that fails, the run has failed. */
void sweep_deliver(const struct sweep *sweep, size_t run, const struct config *config, const struct run_result *result);

/* For an engine that runs one configuration at a time: runs and stores each of `count` runs. `run_one` returns 0, with
 * a result that is freed here, or a negative code. */
typedef int sweep_run_one(const struct config *config, struct run_result *result, struct err *err);
void sweep_answer_each(const struct sweep *sweep, const size_t *runs, size_t count, sweep_run_one *run_one);

#endif
