/* SPDX-License-Identifier: MIT */
#include "sweep/worker_pool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_NS = 200000000 };

static _Noreturn void be_worker(const struct worker_pool *pool, size_t task, pid_t parent, const sigset_t *mask)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before that call */
		_exit(1);
	sigprocmask(SIG_SETMASK, mask, NULL);
	pool->work(pool->context, task);
	_exit(0);
}

/* The worker's place in `pid`: who does which task. */
static int start(const struct worker_pool *pool, pid_t *pid, size_t *task, size_t next, const sigset_t *mask,
		 struct err *err)
{
	pid_t parent = getpid(), child = fork();
	unsigned place = 0;

	if (child == 0)
		be_worker(pool, next, parent, mask);
	if (child < 0)
		return err_errno(err, ERR_FAILED, "no worker can be started");
	while (pid[place])
		place++;
	pid[place] = child;
	task[place] = next;
	return 0;
}

/* Takes note of every worker that has ended; returns how many. */
static unsigned collect(const struct worker_pool *pool, pid_t *pid, const size_t *task)
{
	unsigned ended = 0;

	for (unsigned place = 0; place < pool->jobs; place++) {
		int status;

		if (!pid[place] || waitpid(pid[place], &status, WNOHANG) != pid[place])
			continue;
		pid[place] = 0;
		ended++;
		pool->ended(pool->context, task[place], status);
	}
	return ended;
}

static int supervise(const struct worker_pool *pool, pid_t *pid, size_t *task, const sigset_t *wait_for,
		     const sigset_t *mask, struct err *err)
{
	const struct timespec tick = {0, TICK_NS};
	size_t next = 0;
	unsigned busy = 0;
	int status = 0;

	while (busy || (next < pool->tasks && status == 0)) {
		while (busy < pool->jobs && next < pool->tasks && status == 0 &&
		       (status = start(pool, pid, task, next, mask, err)) == 0)
			next++, busy++;
		if (busy)
			sigtimedwait(wait_for, NULL, &tick);
		busy -= collect(pool, pid, task);
		if (pool->tick)
			pool->tick(pool->context);
	}
	return status;
}

int worker_pool_run(const struct worker_pool *pool, struct err *err)
{
	pid_t *pid = calloc(pool->jobs, sizeof(*pid));
	size_t *task = calloc(pool->jobs, sizeof(*task));
	sigset_t child, before;
	int status;

	signal(SIGCHLD, SIG_DFL); /* ignored, it would take the workers' ends from us */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before); /* it is waited for, and not lost in between */
	fflush(NULL);                            /* what is buffered is ours to write, not the workers' */
	status = pid && task ? supervise(pool, pid, task, &child, &before, err) : err_memory(err, "the workers");
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(pid);
	free(task);
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
