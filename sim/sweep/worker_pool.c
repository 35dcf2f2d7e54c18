/* SPDX-License-Identifier: MIT */
#include "sweep/worker_pool.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_NS = 200000000 };

/* By default glibc returns a freed array above 128 KiB to the kernel, and the next point's array faults in page by
 * page, which takes most of a small point's time. A worker keeps arrays up to KEPT_ARRAY_BYTES, glibc's maximum, and up
 * to KEPT_BYTES in all, for its next point. */
enum { KEPT_ARRAY_BYTES = 32 << 20, KEPT_BYTES = 1 << 30 };

/* What the parent and the workers share. */
struct board {
	atomic_size_t next; /* the task that the next free worker takes */
	atomic_size_t at[]; /* by worker: its current task plus 1; 0 for none */
};

struct workers {
	const struct worker_pool *pool;
	struct board *board;
	pid_t *pid; /* by worker; 0 for none */
	unsigned busy;
	sigset_t before; /* the signal mask of a worker */
};

/* Does tasks until none is left. `left` is a dead worker's task plus 1, which comes first; 0 for none. */
static void do_tasks(const struct workers *workers, unsigned place, size_t left)
{
	const struct worker_pool *pool = workers->pool;
	struct board *board = workers->board;
	bool more = true;

	while (more) {
		size_t task = left ? left - 1 : atomic_fetch_add(&board->next, 1);

		if (task >= pool->tasks)
			return;
		atomic_store(&board->at[place], task + 1);
		more = pool->work(pool->context, task);
		atomic_store(&board->at[place], 0);
		left = 0;
	}
}

static _Noreturn void be_worker(const struct workers *workers, unsigned place, size_t left, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* the parent died before that call */
		_exit(1);
	sigprocmask(SIG_SETMASK, &workers->before, NULL);
	mallopt(M_MMAP_THRESHOLD, KEPT_ARRAY_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	do_tasks(workers, place, left);
	_exit(0);
}

static int start(struct workers *workers, unsigned place, size_t left, struct err *err)
{
	pid_t parent = getpid(), child = fork();

	if (child == 0)
		be_worker(workers, place, left, parent);
	if (child < 0)
		return err_errno(err, ERR_FAILED, "no worker can be started");
	workers->pid[place] = child;
	workers->busy++;
	return 0;
}

/* Handles a worker's end, and starts another worker in its place when tasks are left. */
static int replace(struct workers *workers, unsigned place, int status, struct err *err)
{
	const struct worker_pool *pool = workers->pool;
	size_t at = atomic_exchange(&workers->board->at[place], 0);

	workers->pid[place] = 0;
	workers->busy--;
	if (at && !pool->died(pool->context, at - 1, status))
		at = 0;
	if (!at && atomic_load(&workers->board->next) >= pool->tasks)
		return 0;
	return start(workers, place, at, err);
}

/* Handles every worker that has ended. */
static int collect(struct workers *workers, struct err *err)
{
	int result = 0;

	for (unsigned place = 0; place < workers->pool->jobs; place++) {
		pid_t pid = workers->pid[place];
		int status;

		if (pid && waitpid(pid, &status, WNOHANG) == pid && replace(workers, place, status, err) < 0)
			result = ERR_FAILED;
	}
	return result;
}

/* Waits until every worker has ended; if one cannot be started, until those that were started have ended. */
static int supervise(struct workers *workers, const sigset_t *wait_for, struct err *err)
{
	const struct worker_pool *pool = workers->pool;
	const struct timespec tick = {0, TICK_NS};
	int status = 0;

	for (unsigned place = 0; place < pool->jobs && place < pool->tasks && status == 0; place++)
		status = start(workers, place, 0, err);
	while (workers->busy) {
		sigtimedwait(wait_for, NULL, &tick);
		if (collect(workers, err) < 0)
			status = ERR_FAILED;
		if (pool->tick)
			pool->tick(pool->context);
	}
	return status;
}

int worker_pool_run(const struct worker_pool *pool, struct err *err)
{
	const size_t bytes = sizeof(struct board) + pool->jobs * sizeof(atomic_size_t);
	struct workers workers = {.pool = pool,
				  .board = worker_pool_share(bytes),
				  .pid = calloc(pool->jobs, sizeof(*workers.pid))};
	sigset_t child;
	int status;

	signal(SIGCHLD, SIG_DFL); /* if it were ignored, the workers could not be waited for */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &workers.before); /* blocked, so that none is missed between two waits */
	fflush(NULL);                                    /* or each worker would write what we have buffered, too */
	status = workers.pid && workers.board ? supervise(&workers, &child, err) : err_memory(err, "the workers");
	sigprocmask(SIG_SETMASK, &workers.before, NULL);
	free(workers.pid);
	worker_pool_unshare(workers.board, bytes);
	return status;
}

void *worker_pool_share(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void worker_pool_unshare(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes);
}
