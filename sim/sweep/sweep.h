/* SPDX-License-Identifier: MIT */
/*
 * Sweeps: every point of a grid, over all cores, one result file a point, and all of them in results.csv. What is in
 * the folder already is not done again; a point that fails is told, and the others go on.
 */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Who starts the workers: this process, or Slurm, as the tasks of a job array on machines that share the folder. */
enum sweep_launcher { LAUNCHER_LOCAL, LAUNCHER_SLURM };

struct sweep_options {
	const char *config;      /* a file, or "-" */
	const char *const *sets; /* KEY=VALUE, applied to every point before its own values */
	size_t set_count;
	const char *out; /* the folder */
	enum sweep_launcher launcher;
	unsigned jobs;      /* workers at a time; of Slurm: tasks of the array */
	size_t part, parts; /* do the part-th of so many parts and no more: a task of an array. parts 0: all of it */
	bool progress;
	void (*failed)(
		const char *text); /* told of each point that failed, in the grid's order, with its configuration */
};

struct sweep_summary {
	size_t points;              /* of the grid */
	size_t there, done, failed; /* runs (points, or as many times more as are repeated): found in the folder; made
				       now; failed now */
};

/* ERR_USAGE for what is wrong before any point runs; ERR_FAILED, with the summary filled in, when points have failed.
 */
int sweep_run(const struct sweep_options *options, struct sweep_summary *summary, struct err *err);

#endif
