/* SPDX-License-Identifier: MIT */
/* A pool of worker processes, forked from a parent whose memory they share, copy on write. Each does one task after
 * another until none is left. */
#ifndef SWEEP_WORKER_POOL_H
#define SWEEP_WORKER_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct worker_pool {
	unsigned jobs; /* workers at a time */
	size_t tasks;
	/* In a worker: does a task. Returns false when this process can do no other task; it is then replaced. */
	bool (*work)(void *context, size_t task);
	/* In the parent: a worker ended during a task; the status is wait's. Returns true when part of the task is
	 * left, which another worker then does first. */
	bool (*died)(void *context, size_t task, int status);
	void (*tick)(void *context); /* in the parent, several times a second; may be NULL */
	void *context;
};

/* Does tasks 0 to tasks - 1. If a worker dies, the others continue; if this process dies, its workers die. Returns 0 or
 * a negative code. */
int worker_pool_run(const struct worker_pool *pool, struct err *err);

/* Allocates zeroed memory that the workers and the parent can all write to; NULL when memory runs out. */
void *worker_pool_share(size_t bytes);
void worker_pool_unshare(void *memory, size_t bytes);

#endif
