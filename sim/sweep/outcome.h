/* SPDX-License-Identifier: MIT */
/* The outcome of each run, in memory that the workers share. */
#ifndef SWEEP_OUTCOME_H
#define SWEEP_OUTCOME_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct sweep;

enum outcome_state { OUTCOME_NONE, OUTCOME_BEGUN, OUTCOME_DONE, OUTCOME_FAILED };

/* The outcome of a run; `text` is the error when it has failed. */
struct outcome {
	_Atomic int state;
	char text[sizeof(struct err)];
};

struct outcomes {
	atomic_size_t ended;
	struct outcome outcome[];
};

/* In a worker: records that a run begins, so that only this run fails if the process dies; and records that a run has
 * failed, with its error. */
void sweep_begin(const struct sweep *sweep, size_t run);
void sweep_fail(const struct sweep *sweep, size_t run, const struct err *err);

/* Records that all those of the runs that have not ended yet have failed. */
void sweep_fail_rest(const struct sweep *sweep, const size_t *runs, size_t count, const struct err *err);

/* The process that was to do these runs has died; `status` is wait's. Records that the run that had begun has failed,
 * or all of them when none had begun. Returns true when some have not begun, and another process may do them. */
bool sweep_died(const struct sweep *sweep, const size_t *runs, size_t count, int status);

/* Records that a run is done: its file is in the folder. */
void sweep_done(const struct sweep *sweep, size_t run);

#endif
