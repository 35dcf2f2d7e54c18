/* SPDX-License-Identifier: MIT */
/* Workers: processes forked from one that has everything ready, each for one task, so many at a time. They share what
 * it has in memory. */
#ifndef SWEEP_WORKER_POOL_H
#define SWEEP_WORKER_POOL_H

#include <stddef.h>

#include "base/err.h"

struct worker_pool {
	unsigned jobs; /* at a time */
	size_t tasks;
	void (*work)(void *context, size_t task);              /* in a worker, whose exit follows */
	void (*ended)(void *context, size_t task, int status); /* in the parent; the status is wait's */
	void (*tick)(void *context); /* in the parent, some times a second and after every task; may be NULL */
	void *context;
};

/* Runs tasks 0 to tasks - 1. A worker that dies takes no other along; when this process dies, its workers do. */
int worker_pool_run(const struct worker_pool *pool, struct err *err);

/* Memory that the workers and the parent both write to, zero at first; NULL when there is none. */
void *worker_pool_share(size_t bytes);
void worker_pool_unshare(void *memory, size_t bytes);

#endif
