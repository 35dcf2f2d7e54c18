/* SPDX-License-Identifier: MIT */
/*
 * Sweeps: simulates every point of a grid, on all cores, with one result file per run and all results in results.csv. A
 * run whose result is in the folder is not repeated. A run that fails is reported, and the others continue.
 */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* What starts the workers: this process; or Slurm, as tasks of a job array on machines that share the folder. */
enum sweep_launcher { LAUNCHER_LOCAL, LAUNCHER_SLURM };

struct sweep_options {
	const char *config;      /* a file, or "-" */
	const char *const *sets; /* KEY=VALUE, applied to every point before its own values */
	size_t set_count;
	const char *copy_of; /* the file that `config` is a copy of, or NULL: messages and paths are as in that one */
	const char *out;     /* the folder */
	enum sweep_launcher launcher;
	unsigned jobs;      /* workers at a time; with Slurm: tasks of the array */
	size_t part, parts; /* do part number `part`, from 0, of `parts`, in a task of an array; parts 0: all */
	bool progress;
	void (*failed)(
		const char *text); /* called for each run that failed, in the grid's order, with its point and error */
};

struct sweep_summary {
	size_t points;              /* of the grid */
	size_t there, done, failed; /* runs (points times repeats): found in the folder; done now; failed now */
};

/* Runs a sweep. Returns 0; ERR_USAGE for a mistake that is found before any run begins; ERR_FAILED, with the summary
 * filled in, when runs have failed. */
int sweep_run(const struct sweep_options *options, struct sweep_summary *summary, struct err *err);

#endif
