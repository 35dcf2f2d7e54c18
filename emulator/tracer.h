/* SPDX-License-Identifier: MIT */
/*
 * Runs an unmodified program so that its private anonymous memory is managed by a pager.
 *
 * The program is traced (ptrace), and a filter of system calls (seccomp) stops it at those that change its memory. Its
 * private anonymous mappings become shared mappings of one memory file, each at its own offset, registered with
 * userfaultfd; brk works on such a mapping too. No code stays in the program. What stays is a descriptor of the memory
 * file, at a high number that the program can neither close nor replace, and the filter.
 *
 * Not managed: stacks, the program's own code and data, private and shared mappings of files, huge pages. A process
 * that the program starts in its own address space (vfork, posix_spawn) and that then runs another program is not
 * managed either; it is traced to its end, because the filter stays with it. A copy of the process (fork.h) gets
 * private memory and is not managed; a process of several threads cannot be copied, so its fork ends it with an error.
 *
 * Calls that differ: mlock does nothing and reports success (its pages may have to leave); MADV_FREE frees at once, as
 * MADV_DONTNEED; MADV_HUGEPAGE, MADV_MERGEABLE and MADV_WIPEONFORK do nothing and report success; MADV_COLLAPSE and
 * MREMAP_DONTUNMAP are refused with EINVAL.
 */
#ifndef EMULATOR_TRACER_H
#define EMULATOR_TRACER_H

#include <sched.h>
#include <sys/user.h>

#include "emulator/pager.h"

/* What a thread does between a stop at the beginning of a system call and the one at its end. */
enum call_kind {
	CALL_NONE,
	CALL_MAP,
	CALL_MAP_OTHER, /* a mapping that is not managed, perhaps over managed ones */
	CALL_UNMAP,
	CALL_MOVE,
	CALL_ADVISE,
	CALL_GROW_HEAP,
	CALL_SHRINK_HEAP,
	CALL_GET_CPUS,
	CALL_CLOSE_RANGE,
};

struct tracee {
	pid_t thread, process;
	bool managed;   /* it runs in the managed address space */
	bool announced; /* its creator's event has been handled */
	bool stopped;   /* it waits for that */
	enum call_kind call;
	struct user_regs_struct registers; /* as the program set them for the call */
	struct area area;                  /* of CALL_MAP and CALL_GROW_HEAP: the new one */
};

struct tracer_counts {
	uint64_t calls;           /* stops at system calls of the managed program */
	uint64_t locks;           /* calls of mlock that did nothing */
	uint64_t programs;        /* that the program started and that are not managed */
	uint64_t copies;          /* of the process, by fork; not managed */
	uint64_t executions;      /* of a further program in the managed process itself */
	unsigned threads;         /* the most at a time */
	uint64_t anonymous_bytes; /* resident at the end, not managed: stacks, data */
	uint64_t file_bytes;      /* resident at the end: code and mappings of files */
};

struct tracer {
	/* The caller fills in these. */
	struct pager *pager;
	int memory;              /* the memory file */
	uint64_t only_bytes;     /* manage only mappings of exactly this size, to be read and written; 0: all */
	enum uffd_guards guards; /* of pages that are read, to learn of their first write */
	bool pinned;             /* the program and this process run on one processor; the program does not see that */
	cpu_set_t cpus;          /* on which it may run by its own view */
	cpu_set_t pager_cpus;    /* of this process, once the program has several threads */

	pid_t leader; /* the process */
	struct uffd uffd;
	bool attached;
	struct tracee *task;
	size_t tasks, task_room;
	pid_t changing; /* the thread whose call changes the address space; 0: none */
	pid_t *waiting; /* threads that are stopped at the beginning of such a call */
	size_t waiters, waiter_room;
	uint64_t next_offset; /* of the memory file: free from here on */
	uint64_t heap_start, heap_end;
	struct area heap; /* its whole room in the memory file */
	struct tracer_counts counts;
};

/*
 * Traces the process that launch started, until it and all that it started have ended. *status: as waitpid gave it for
 * the process. Returns 0 or a negative code; after an error the process has been killed.
 */
int tracer_run(struct tracer *tracer, pid_t leader, int *status, struct err *err);

/* ---- for tracer.c and calls.c ---- */

struct tracee *tracer_task(struct tracer *tracer, pid_t thread);

/* A stop at the beginning of a system call. *to_end: whether the thread has to stop at its end, too. Returns 0 or a
 * negative code. */
int calls_begin(struct tracer *tracer, struct tracee *task, bool *to_end, struct err *err);
/* A stop at the end of a system call that calls_begin asked for. */
int calls_end(struct tracer *tracer, struct tracee *task, struct err *err);

/* Whether the call in `registers` changes the address space. Such calls are handled one at a time. */
bool calls_change_mappings(const struct user_regs_struct *registers);

#endif
