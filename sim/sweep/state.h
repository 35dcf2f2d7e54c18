/* SPDX-License-Identifier: MIT */
/* The state of a sweep, and the interface of an engine. Private to sweep/. */
#ifndef SWEEP_STATE_H
#define SWEEP_STATE_H

#include "config/config.h"
#include "config/preset.h"
#include "fault/result.h"
#include "sweep/folder.h"
#include "sweep/grid.h"
#include "sweep/sweep.h"

enum { DIGEST_TEXT = 33 };

/* Runs with the same group number are best done together, by one worker. */
struct group {
	uint64_t number; /* 0: in no group */
	bool whole; /* as many runs in a task as possible; otherwise a few, so that no worker ends long after the others
		     */
};

/* One point once; it has one result file. */
struct sweep_run {
	size_t point;
	uint64_t repeat; /* its number, the key `repeat` */
	char digest[DIGEST_TEXT];
	struct group group;
};

struct sweep;

/* How an engine does runs. Each engine is one file and one row in runners[] (sweep.c). config/engine.h lists what each
 * engine supports. */
struct sweep_engine {
	/* Sets the group of a run, which is in no group before. Returns 0 or a negative code. May be NULL. */
	int (*group)(struct sweep *sweep, const struct config *config, struct group *group, struct err *err);
	/* Before the workers are forked: prepares what they share. Returns 0 or a negative code. May be NULL. */
	int (*prepare)(struct sweep *sweep, struct err *err);
	/* In a worker: does runs of one group, or one run. Each begins with sweep_begin and ends with sweep_deliver or
	 * sweep_fail. Returns false when this process can do no more. */
	bool (*answer)(const struct sweep *sweep, const size_t *runs, size_t count);
	/* Frees sweep->engine_state; may be NULL. */
	void (*release)(struct sweep *sweep);
};

extern const struct sweep_engine engine_simulate, engine_bochs, engine_native, engine_linux_swap;

/* A task of a worker: a range of `todo`. */
struct task {
	size_t first, count;
};

struct sweep {
	const struct sweep_options *options;
	const char *name; /* of the configuration file, for messages */
	char *text;       /* its YAML */
	size_t size;
	struct config base;           /* without any point's values */
	struct preset_cache *presets; /* shared by all points */
	struct grid grid;
	json_t *traces, *files; /* digests of what points name; files: latency tables and platforms */
	struct sweep_run *run;  /* point by point, its repeats in order */
	size_t runs;
	size_t *todo; /* runs, in the order of tasks */
	size_t todos;
	struct task *task;
	size_t tasks;
	struct folder folder;
	struct outcomes *outcomes;
	size_t outcomes_bytes;
	struct lines *lines; /* of results.csv, in memory that the workers share; NULL: not kept */
	size_t lines_bytes;
	int lines_file;
	const struct sweep_engine *engine;
	void *engine_state;
};

/* digest.c: makes the digest of a run's configuration and of the files that it names, each read once. Returns 0 or a
 * negative code. */
int sweep_digest(struct sweep *sweep, const struct config *config, char out[DIGEST_TEXT], struct err *err);

/* plan.c: divides the runs that are not in the folder into tasks. Returns 0 or a negative code. */
int sweep_plan(struct sweep *sweep, struct err *err);

/* slurm.c: has a job array do the planned runs and records their outcomes; and, in a task of the array, writes the
 * errors of the runs that have failed. Both return 0 or a negative code. */
int slurm_run(struct sweep *sweep, void (*tick)(void *context), void *context, struct err *err);
int slurm_note_failures(const struct sweep *sweep, struct err *err);

/* results.c: writes results.csv and reports failures. A worker stores its result's line in memory, so that the file
 * need not be read again. */
int sweep_lines_open(struct sweep *sweep, struct err *err);
void sweep_lines_put(const struct sweep *sweep, size_t run, json_t *result);
void sweep_lines_close(struct sweep *sweep);
int sweep_results(struct sweep *sweep, struct err *err);

#endif
