/* SPDX-License-Identifier: MIT */
#include "emulator/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/fork.h"
#include "emulator/inject.h"
#include "emulator/launch.h"

#define CODE_SEGMENT_64 0x33 /* of user programs in 64-bit mode (Linux, arch/x86/include/asm/segment.h) */
#define CALL_STOP       (SIGTRAP | 0x80)

/* ---- tasks ---- */

struct tracee *tracer_task(struct tracer *tracer, pid_t thread)
{
	for (size_t i = 0; i < tracer->tasks; i++)
		if (tracer->task[i].thread == thread)
			return &tracer->task[i];
	return NULL;
}

/* A line of /proc/ID/status that begins with `key`, as a number; 0 when there is none. */
static uint64_t status_number(pid_t id, const char *key)
{
	char path[64], line[256];
	uint64_t number = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)id);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, key, strlen(key)) == 0)
			number = strtoull(line + strlen(key), NULL, 10);
	if (file)
		fclose(file);
	return number;
}

static struct tracee *add_task(struct tracer *tracer, pid_t thread, struct err *err)
{
	struct tracee *task = tracer_task(tracer, thread);

	if (task)
		return task;
	if (tracer->tasks == tracer->task_room) {
		struct tracee *grown = realloc(tracer->task, (2 * tracer->task_room + 16) * sizeof(*grown));

		if (!grown) {
			err_memory(err, "the target's threads");
			return NULL;
		}
		tracer->task = grown;
		tracer->task_room = 2 * tracer->task_room + 16;
	}
	task = &tracer->task[tracer->tasks++];
	*task = (struct tracee){.thread = thread, .process = (pid_t)status_number(thread, "Tgid:")};
	return task;
}

static void remove_task(struct tracer *tracer, pid_t thread)
{
	struct tracee *task = tracer_task(tracer, thread);

	if (task)
		*task = tracer->task[--tracer->tasks];
}

static int resume(pid_t thread, enum __ptrace_request how, int signal)
{
	/* A thread that was killed meanwhile is reported by waitpid. */
	return ptrace(how, thread, 0, signal) < 0 && errno != ESRCH ? -1 : 0;
}

/* ---- calls that change the address space: one at a time ---- */

static int begin_call(struct tracer *tracer, struct tracee *task, struct err *err)
{
	bool to_end = false;
	int status;

	tracer->counts.calls++;
	status = calls_begin(tracer, task, &to_end, err);
	if (status < 0)
		return status;
	if (to_end && calls_change_mappings(&task->registers))
		tracer->changing = task->thread;
	return resume(task->thread, to_end ? PTRACE_SYSCALL : PTRACE_CONT, 0);
}

static int queue_call(struct tracer *tracer, pid_t thread, struct err *err)
{
	if (tracer->waiters == tracer->waiter_room) {
		pid_t *grown = realloc(tracer->waiting, (2 * tracer->waiter_room + 16) * sizeof(*grown));

		if (!grown)
			return err_memory(err, "the target's threads");
		tracer->waiting = grown;
		tracer->waiter_room = 2 * tracer->waiter_room + 16;
	}
	tracer->waiting[tracer->waiters++] = thread;
	return 0;
}

/* No call changes the address space: begins those that wait for that, until one does. */
static int begin_waiting_calls(struct tracer *tracer, struct err *err)
{
	int status = 0;

	while (tracer->waiters && !tracer->changing && status == 0) {
		struct tracee *task = tracer_task(tracer, tracer->waiting[0]);

		memmove(tracer->waiting, tracer->waiting + 1, --tracer->waiters * sizeof(*tracer->waiting));
		if (task && ptrace(PTRACE_GETREGS, task->thread, 0, &task->registers) == 0)
			status = begin_call(tracer, task, err);
	}
	return status;
}

static int at_call(struct tracer *tracer, struct tracee *task, struct err *err)
{
	if (!task->managed)
		return resume(task->thread, PTRACE_CONT, 0);
	if (ptrace(PTRACE_GETREGS, task->thread, 0, &task->registers) < 0)
		return 0; /* killed: waitpid reports it */
	if (tracer->changing && calls_change_mappings(&task->registers))
		return queue_call(tracer, task->thread, err);
	return begin_call(tracer, task, err);
}

static int at_call_end(struct tracer *tracer, struct tracee *task, struct err *err)
{
	int status = calls_end(tracer, task, err);

	if (tracer->changing == task->thread)
		tracer->changing = 0;
	if (status == 0)
		status = resume(task->thread, PTRACE_CONT, 0);
	return status < 0 ? status : begin_waiting_calls(tracer, err);
}

/* ---- a program begins ---- */

/* The lowest address of the heap, from /proc/ID/stat (field 47, start_brk). */
static uint64_t heap_start(pid_t process)
{
	char path[64], text[4096], *at;
	uint64_t start = 0;
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)process);
	file = fopen(path, "re");
	length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
	if (file)
		fclose(file);
	text[length] = '\0';
	at = strrchr(text, ')'); /* the end of field 2, the only one that may contain spaces */
	for (int field = 2; at && field < 47; field++)
		at = strchr(at + 1, ' ');
	if (at)
		start = strtoull(at + 1, NULL, 10);
	return start;
}

/* Makes a userfaultfd in the process and takes it out again. Returns the descriptor, or a negative code. */
static int take_uffd(pid_t process, struct err *err)
{
	const unsigned long flags[6] = {O_CLOEXEC | O_NONBLOCK};
	unsigned long number[6] = {0};
	long result = 0;
	int pidfd, fd, status = inject_call(process, SYS_userfaultfd, flags, &result, err);

	if (status < 0)
		return status;
	if (result < 0) {
		errno = (int)-result;
		return err_errno(err, ERR_FAILED, "userfaultfd in the program");
	}
	pidfd = (int)syscall(SYS_pidfd_open, process, 0);
	fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, (int)result, 0);
	if (fd < 0)
		status = err_errno(err, ERR_FAILED, "the program's userfaultfd cannot be taken over");
	if (pidfd >= 0)
		close(pidfd);
	number[0] = (unsigned long)result;
	if (status == 0)
		status = inject_call(process, SYS_close, number, &result, err);
	return status < 0 ? status : fd;
}

static int check_program(pid_t process, struct err *err)
{
	struct user_regs_struct registers;
	char path[64], link[128] = "";
	ssize_t length;

	if (ptrace(PTRACE_GETREGS, process, 0, &registers) < 0)
		return err_errno(err, ERR_FAILED, "process %ld: ptrace", (long)process);
	if (registers.cs != CODE_SEGMENT_64)
		return err_set(err, ERR_FAILED, "process %ld runs a program that is not for x86-64", (long)process);
	snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)process, launch_memory_number());
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0 || !strstr(link, "memfd:"))
		return err_set(
			err, ERR_FAILED,
			"process %ld has set the pager's descriptor %d to be closed when it runs another program",
			(long)process, launch_memory_number());
	return 0;
}

static int end_program(struct tracer *tracer, struct err *err)
{
	if (!tracer->attached)
		return 0;
	tracer->attached = false;
	close(tracer->uffd.fd);
	return pager_detach(tracer->pager, err);
}

/* The managed process runs a program from now on. It is stopped at the end of execve, before its first instruction. */
static int begin_program(struct tracer *tracer, struct tracee *task, struct err *err)
{
	int fd, status = end_program(tracer, err);

	if (status < 0 || (status = inject_leave_call(task->thread, err)) < 0 ||
	    (status = check_program(task->process, err)) < 0)
		return status;
	fd = take_uffd(task->process, err);
	if (fd < 0)
		return fd;
	status = uffd_enable(&tracer->uffd, fd, tracer->guards, err);
	if (status == 0)
		status = pager_attach(tracer->pager, task->process, &tracer->uffd, tracer->memory, err);
	if (status < 0) {
		close(fd);
		return status;
	}
	tracer->attached = true;
	tracer->heap_start = tracer->heap_end = heap_start(task->process);
	tracer->heap = (struct area){0};
	task->managed = true;
	task->call = CALL_NONE;
	return resume(task->thread, PTRACE_CONT, 0);
}

/* Of a process that runs a new program, only the thread with the process's number is left. */
static void forget_threads(struct tracer *tracer, const struct tracee *left)
{
	const pid_t process = left->process, thread = left->thread;

	for (size_t i = 0; i < tracer->tasks;)
		if (tracer->task[i].process == process && tracer->task[i].thread != thread)
			remove_task(tracer, tracer->task[i].thread);
		else
			i++;
	tracer->changing = 0;
}

static int at_exec(struct tracer *tracer, struct tracee *task, struct err *err)
{
	if (task->process == tracer->leader) {
		forget_threads(tracer, task);
		tracer->counts.executions += tracer->attached;
		return begin_program(tracer, tracer_task(tracer, tracer->leader), err);
	}
	tracer->counts.programs += task->managed;
	task->managed = false;
	return resume(task->thread, PTRACE_CONT, 0);
}

/* ---- threads and processes begin ---- */

static bool same_memory(pid_t a, pid_t b, int event)
{
	long compared = syscall(SYS_kcmp, a, b, KCMP_VM, 0, 0);

	return compared < 0 ? event != PTRACE_EVENT_FORK : compared == 0; /* a kernel without kcmp */
}

static void program_name(pid_t process, char *name, size_t size)
{
	char path[64];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)process);
	length = readlink(path, name, size - 1);
	name[length > 0 ? length : 0] = '\0';
}

/* The target has two threads: from now on they run in parallel wherever they may. */
static void unpin(struct tracer *tracer)
{
	if (!tracer->pinned)
		return;
	tracer->pinned = false;
	sched_setaffinity(0, sizeof(tracer->pager_cpus), &tracer->pager_cpus);
	for (size_t i = 0; i < tracer->tasks; i++)
		if (tracer->task[i].managed)
			sched_setaffinity(tracer->task[i].thread, sizeof(tracer->cpus), &tracer->cpus);
	pthread_setaffinity_np(tracer->pager->thread, sizeof(tracer->pager_cpus), &tracer->pager_cpus);
}

static unsigned threads_of_leader(const struct tracer *tracer)
{
	unsigned threads = 0;

	for (size_t i = 0; i < tracer->tasks; i++)
		threads += tracer->task[i].managed && tracer->task[i].process == tracer->leader;
	return threads;
}

static void count_threads(struct tracer *tracer)
{
	const unsigned threads = threads_of_leader(tracer);

	if (threads > tracer->counts.threads)
		tracer->counts.threads = threads;
	if (threads > 1) {
		unpin(tracer);
		pager_set_several(tracer->pager, true);
	}
}

/* The managed process has made a copy of itself. While its memory is copied nothing may change it, so a process of
 * several threads cannot be copied. */
static int at_fork(struct tracer *tracer, struct tracee *copy, struct err *err)
{
	char name[256];
	int status;

	if (threads_of_leader(tracer) > 1) {
		program_name(tracer->leader, name, sizeof(name));
		return err_set(
			err, ERR_FAILED,
			"%s (process %ld) forks while it has several threads, of which no right copy can be made: "
			"run it without the part that forks, or with one thread; starting programs with posix_spawn "
			"or vfork is possible",
			name, (long)tracer->leader);
	}
	if (!copy->stopped && waitpid(copy->thread, &status, __WALL) < 0)
		return err_errno(err, ERR_FAILED, "process %ld", (long)copy->thread);
	copy->stopped = true;
	tracer->counts.copies++;
	if (tracer->pager->borrowed)
		return err_set(
			err, ERR_FAILED,
			"process %ld forks: a copy of a program whose pages are at peers cannot be made; starting "
			"programs with posix_spawn or vfork is possible",
			(long)tracer->leader);
	return fork_make_private(copy->thread, tracer->memory, err);
}

static int at_new_task(struct tracer *tracer, struct tracee *creator, int event, struct err *err)
{
	const pid_t parent = creator->thread;
	const bool managed = creator->managed;
	unsigned long message;
	struct tracee *task;
	int status;

	if (ptrace(PTRACE_GETEVENTMSG, parent, 0, &message) < 0)
		return 0;
	task = add_task(tracer, (pid_t)message, err);
	if (!task)
		return ERR_FAILED;
	task->announced = true;
	task->managed = managed && same_memory(tracer->leader, task->thread, event);
	if (managed && !task->managed && (status = at_fork(tracer, task, err)) < 0)
		return status;
	count_threads(tracer);
	if (task->stopped) {
		task->stopped = false;
		if (resume(task->thread, PTRACE_CONT, 0) < 0)
			return err_errno(err, ERR_FAILED, "ptrace");
	}
	return resume(parent, PTRACE_CONT, 0);
}

/* A thread that was just created, or one that a signal has stopped. */
static int at_stop(struct tracee *task, int signal)
{
	if (signal != SIGTRAP)
		return resume(task->thread, PTRACE_LISTEN, 0);
	if (!task->announced) {
		task->stopped = true; /* until it is known whether it is a copy */
		return 0;
	}
	return resume(task->thread, PTRACE_CONT, 0);
}

/* ---- the loop ---- */

static int at_exit(struct tracer *tracer, struct tracee *task)
{
	if (task->thread == tracer->leader && task->managed) {
		tracer->counts.anonymous_bytes = status_number(task->thread, "RssAnon:") * 1024;
		tracer->counts.file_bytes = status_number(task->thread, "RssFile:") * 1024;
		pager_end(tracer->pager);
		pager_note_written(tracer->pager, 0, UINT64_MAX);
	}
	return resume(task->thread, PTRACE_CONT, 0);
}

static int handle_stop(struct tracer *tracer, struct tracee *task, int status, struct err *err)
{
	const int signal = WSTOPSIG(status);

	switch (status >> 16) {
	case PTRACE_EVENT_SECCOMP: return at_call(tracer, task, err);
	case PTRACE_EVENT_EXEC: return at_exec(tracer, task, err);
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK: return at_new_task(tracer, task, status >> 16, err);
	case PTRACE_EVENT_EXIT: return at_exit(tracer, task);
	case PTRACE_EVENT_STOP: return at_stop(task, signal);
	}
	if (signal == CALL_STOP)
		return at_call_end(tracer, task, err);
	return resume(task->thread, PTRACE_CONT, signal);
}

/* A thread has ended. */
static int at_end(struct tracer *tracer, pid_t thread, struct err *err)
{
	const struct tracee *task = tracer_task(tracer, thread);

	if (!task)
		return 0;
	remove_task(tracer, thread);
	if (tracer->changing != thread)
		return 0;
	tracer->changing = 0;
	return begin_waiting_calls(tracer, err);
}

static int loop(struct tracer *tracer, int *result, struct err *err)
{
	int status = 0;

	while (tracer->tasks && status == 0) {
		struct tracee *task;
		int what;
		pid_t thread = waitpid(-1, &what, __WALL);

		if (thread < 0 && errno == EINTR)
			continue;
		if (thread < 0)
			return errno == ECHILD ? 0 : err_errno(err, ERR_FAILED, "waitpid");
		if (!WIFSTOPPED(what)) {
			if (thread == tracer->leader)
				*result = what;
			status = at_end(tracer, thread, err);
			continue;
		}
		task = add_task(tracer, thread, err);
		status = task ? handle_stop(tracer, task, what, err) : ERR_FAILED;
		if (status == -1 && !err->text[0])
			err_errno(err, ERR_FAILED, "ptrace");
	}
	return status;
}

/* After an error: nothing that was started is left. */
static void kill_all(struct tracer *tracer)
{
	int status;

	for (size_t i = 0; i < tracer->tasks; i++) {
		kill(tracer->task[i].process, SIGKILL);
		ptrace(PTRACE_CONT, tracer->task[i].thread, 0, SIGKILL);
	}
	for (;;) {
		pid_t thread = waitpid(-1, &status, __WALL);

		if (thread < 0 && errno != EINTR)
			return;
		if (thread > 0 && WIFSTOPPED(status)) /* on its way out it stops once more (PTRACE_O_TRACEEXIT) */
			ptrace(PTRACE_CONT, thread, 0, SIGKILL);
	}
}

int tracer_run(struct tracer *tracer, pid_t leader, int *result, struct err *err)
{
	struct tracee *task;
	struct err ended;
	int status;

	*result = 0;
	err->text[0] = '\0';
	tracer->leader = leader;
	tracer->counts.threads = 1;
	task = add_task(tracer, leader, err);
	if (!task)
		return ERR_FAILED;
	task->announced = true;
	status = loop(tracer, result, err);
	if (status < 0)
		kill_all(tracer);
	pager_end(tracer->pager);
	if (end_program(tracer, &ended) < 0) { /* the pager's failure has killed the process */
		*err = ended;
		status = ERR_FAILED;
	}
	free(tracer->task);
	free(tracer->waiting);
	return status;
}
