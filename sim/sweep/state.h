/* SPDX-License-Identifier: MIT */
/* What the files of this folder share: the sweep, its runs, and what an engine is. Private to sweep/. */
#ifndef SWEEP_STATE_H
#define SWEEP_STATE_H

#include "config/config.h"
#include "config/preset.h"
#include "fault/result.h"
#include "sweep/folder.h"
#include "sweep/grid.h"
#include "sweep/sweep.h"

enum { DIGEST_TEXT = 33 };

/* What is best answered together: runs of the same number, by one worker. */
struct group {
	uint64_t number; /* 0: the run is on its own */
	bool whole; /* the more at once the better; otherwise a few, so that no worker ends long after the others */
};

/* One point with one seed: what a result file holds. */
struct sweep_run {
	size_t point;
	uint64_t seed;
	char digest[DIGEST_TEXT];
	struct group group;
};

struct sweep;

/* How an engine runs points: each is one file, and its row in runners[] (sweep.c). What an engine is able to do stands
 * in config/engine.h. */
struct sweep_engine {
	/* The group of a run, which is none before; may be NULL. */
	int (*group)(struct sweep *sweep, const struct config *config, struct group *group, struct err *err);
	/* Before workers are forked: what they are to share; may be NULL. */
	int (*prepare)(struct sweep *sweep, struct err *err);
	/* In a worker: runs of one group, or one run. Each begins with sweep_begin and ends with sweep_deliver or
	 * sweep_fail. False: this process can answer no more. */
	bool (*answer)(const struct sweep *sweep, const size_t *runs, size_t count);
	/* Gives back what the other functions left in sweep->engine_state; may be NULL. */
	void (*release)(struct sweep *sweep);
};

extern const struct sweep_engine engine_simulate, engine_bochs;

/* A task of a worker: a stretch of `todo`. */
struct task {
	size_t first, count;
};

struct sweep {
	const struct sweep_options *options;
	const char *name; /* of the configuration, in messages */
	char *text;       /* its YAML */
	size_t size;
	struct config base;           /* without any point's values */
	struct preset_cache *presets; /* that points have in common */
	struct grid grid;
	json_t *traces, *files; /* that points name, with their digests; files: latencies' tables, platforms */
	struct sweep_run *run;  /* point by point, its seeds in order */
	size_t runs;
	size_t *todo; /* runs, in the order of tasks */
	size_t todos;
	struct task *task;
	size_t tasks;
	struct folder folder;
	struct outcomes *outcomes;
	size_t outcomes_bytes;
	struct lines *lines; /* of results.csv, in memory that workers share; NULL: none is kept */
	size_t lines_bytes;
	int lines_file;
	const struct sweep_engine *engine;
	void *engine_state;
};

/* digest.c: reads what files the run names, once each, and gives its configuration a name. */
int sweep_digest(struct sweep *sweep, const struct config *config, char out[DIGEST_TEXT], struct err *err);

/* plan.c: the runs that are not in the folder, parted into tasks. */
int sweep_plan(struct sweep *sweep, struct err *err);

/* slurm.c: has the planned runs done by a job array, and takes note of what became of each; and, in a task of it, of
 * what failed there. */
int slurm_run(struct sweep *sweep, void (*tick)(void *context), void *context, struct err *err);
int slurm_note_failures(const struct sweep *sweep, struct err *err);

/* results.c: results.csv and what to say of failures. A worker leaves what its result will be there, which spares
 * reading the file again. */
int sweep_lines_open(struct sweep *sweep, struct err *err);
void sweep_lines_put(const struct sweep *sweep, size_t run, json_t *result);
void sweep_lines_close(struct sweep *sweep);
int sweep_results(struct sweep *sweep, struct err *err);

#endif
