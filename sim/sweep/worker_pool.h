/* SPDX-License-Identifier: MIT */
/* Workers: processes forked from one that has everything ready, so many at a time. Each takes one task after another
 * until none is left. They share what their parent had in memory. */
#ifndef SWEEP_WORKER_POOL_H
#define SWEEP_WORKER_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct worker_pool {
	unsigned jobs; /* at a time */
	size_t tasks;
	/* In a worker. False: this process can do no other task, and is replaced. */
	bool (*work)(void *context, size_t task);
	/* In the parent: a worker ended in the middle of a task; the status is wait's. True: part of the task is left,
	 * and another worker begins with it. */
	bool (*died)(void *context, size_t task, int status);
	void (*tick)(void *context); /* in the parent, some times a second; may be NULL */
	void *context;
};

/* Runs tasks 0 to tasks - 1. A worker that dies takes no other along; when this process dies, its workers do. */
int worker_pool_run(const struct worker_pool *pool, struct err *err);

/* Memory that the workers and the parent both write to, zero at first; NULL when there is none. */
void *worker_pool_share(size_t bytes);
void worker_pool_unshare(void *memory, size_t bytes);

#endif
