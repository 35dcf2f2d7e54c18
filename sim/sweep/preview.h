/* SPDX-License-Identifier: MIT */
/* What a sweep would do. */
#ifndef SWEEP_PREVIEW_H
#define SWEEP_PREVIEW_H

#include "sweep/sweep.h"

/* Prints the points of the grid and, for the simulator, an estimate of the time from one run of the first point. Reads
 * the configuration as sweep_run does, and writes no file. Returns 0 or a negative code. */
int sweep_preview(const struct sweep_options *options, struct err *err);

#endif
