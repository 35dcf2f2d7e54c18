/* SPDX-License-Identifier: MIT */
/* Stores a run's result: its file in the folder, and its line of results.csv. */
#ifndef SWEEP_DELIVER_H
#define SWEEP_DELIVER_H

#include <stddef.h>

struct config;
struct run_result;
struct sweep;

/* In a worker: writes the run's result. If that fails, the run has failed. */
void sweep_deliver(const struct sweep *sweep, size_t run, const struct config *config, const struct run_result *result);

#endif
