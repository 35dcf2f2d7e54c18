/* SPDX-License-Identifier: MIT */
/* What became of each run, in memory that the workers share. */
#ifndef SWEEP_OUTCOME_H
#define SWEEP_OUTCOME_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct sweep;

enum outcome_state { OUTCOME_NONE, OUTCOME_BEGUN, OUTCOME_DONE, OUTCOME_FAILED };

/* What became of a run, in memory that its worker shares. */
struct outcome {
	_Atomic int state;
	char text[sizeof(struct err)];
};

struct outcomes {
	atomic_size_t ended;
	struct outcome outcome[];
};

/* In a worker: takes note that a run begins, so that it alone has failed if the process dies; and why there is no
 * result of it. */
void sweep_begin(const struct sweep *sweep, size_t run);
void sweep_fail(const struct sweep *sweep, size_t run, const struct err *err);

/* Those of the runs that have no outcome yet have failed. */
void sweep_fail_rest(const struct sweep *sweep, const size_t *runs, size_t count, const struct err *err);

/* The process that was to answer these runs has died; the status is wait's. The run that had begun has failed, or all
 * when none had. True: some have not begun, and another process may go on with them. */
bool sweep_died(const struct sweep *sweep, const size_t *runs, size_t count, int status);

/* Takes note of how a run ended: its file is there. */
void sweep_done(const struct sweep *sweep, size_t run);

#endif
