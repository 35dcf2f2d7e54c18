/* SPDX-License-Identifier: MIT */
/*
 * Records a program at native speed: the active set of memory/active.h, which also proves what such a recording bounds,
 * with a pager's traps as touches and the trace's writer as the end.
 *
 * A page of the trace is a virtual page of the program. Its frame is the virtual page number. All threads are one
 * virtual CPU, in the order in which their touches trapped. A record is a write if its page was written before it was
 * unmapped again, which is known then (pager_record.h): so records wait until all mapped pages leave together. The
 * clock is the processor time of the program without what its traps
 * took, counted at a fixed number of instructions per second; sleep is not counted.
 */
#ifndef EMULATOR_RECORDER_H
#define EMULATOR_RECORDER_H

#include "memory/active.h"
#include "trace/writer.h"

struct recorder_options {
	const char *path;    /* of the trace */
	const char *program; /* its name, for the header */
	const char *command; /* for the header */
	uint32_t active;     /* pages of the active set */
	uint64_t ips;        /* instructions per second of processor time */
	int level;           /* zstd's */
};

/* A record that is not in the trace yet, because its page may still be written. */
struct recorder_stay {
	struct trace_ref ref;
	page_id page;
};

struct recorder {
	struct active active;
	struct recorder_stay *stay; /* in the order of their touches */
	size_t stays, room;
	uint32_t *stay_of; /* by page: its latest one, as its place + 1; 0: none */
	bool all_left;     /* the pages of all stays have left */
	struct trace_writer *writer;
	struct trace_clock clock; /* of the last record */
	uint64_t ips;
};

/* `pages`: page ids are below this. Returns 0 or a negative code; after success, recorder_finish or recorder_abandon
 * frees everything. */
int recorder_init(struct recorder *recorder, const struct recorder_options *options, uint32_t pages, struct err *err);

struct recorder_touch {
	page_id page;
	uint64_t vpn; /* its virtual page */
	bool write;
	int64_t ran_ps; /* the program's processor time without its part of the traps */
};

/* A touch of `page` trapped. Returns which pages have to be unmapped before recorder_touch; valid until that. */
const struct active_step *recorder_step(struct recorder *recorder, page_id page);

/* A page was written since it was mapped. */
void recorder_written(struct recorder *recorder, page_id page);

/* Records the touch. Returns 0 or a negative code. */
int recorder_touch(struct recorder *recorder, const struct recorder_touch *touch, struct err *err);

/* The program has ended, after ran_ps. Puts the trace in place. Returns 0 or a negative code. */
int recorder_finish(struct recorder *recorder, int64_t ran_ps, struct trace_totals *totals, struct err *err);

/* What was written stays in PATH.part. */
void recorder_abandon(struct recorder *recorder);

#endif
