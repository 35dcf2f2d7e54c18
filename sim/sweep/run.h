/* SPDX-License-Identifier: MIT */
/* One run of a sweep: the name of its file and its whole configuration. */
#ifndef SWEEP_RUN_H
#define SWEEP_RUN_H

#include "config/config.h"

struct sweep;
struct sweep_run;

enum { RUN_NAME = 64 };

/* Makes the whole configuration of a run: the user's --set, then the point's values, then the repeat. The caller frees
 * it. Returns 0 or a negative code. */
int sweep_configure(const struct sweep *sweep, const struct sweep_run *run, struct config *config, struct err *err);

/* The name of the run's result file in the folder; returns `out`. */
const char *sweep_run_name(const struct sweep_run *run, char out[RUN_NAME]);

#endif
