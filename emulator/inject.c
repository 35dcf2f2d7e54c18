/* SPDX-License-Identifier: MIT */
#include "emulator/inject.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYSCALL_INSTRUCTION 0x050f /* x86-64: the bytes 0f 05 */

static int stopped(pid_t thread, struct err *err)
{
	return err_errno(err, ERR_FAILED, "process %ld: ptrace", (long)thread);
}

/* Whether the thread, stopped at a system call, is at its beginning or (PTRACE_SYSCALL_INFO_EXIT) at its end. */
static bool is_at(pid_t thread, int which)
{
	struct __ptrace_syscall_info info = {0};

	return ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(info), &info) > 0 && info.op == which;
}

/* Runs the thread to its next stop of this kind at a system call. A signal that arrives meanwhile is sent again. */
static int run_to_call(pid_t thread, int which, struct err *err)
{
	int status, signal = 0;

	for (;;) {
		pid_t waited;

		if (ptrace(PTRACE_SYSCALL, thread, 0, 0) < 0)
			return stopped(thread, err);
		do
			waited = waitpid(thread, &status, __WALL);
		while (waited < 0 && errno == EINTR);
		if (waited < 0)
			return stopped(thread, err);
		if (!WIFSTOPPED(status))
			return err_set(err, ERR_FAILED, "process %ld ended while it was prepared", (long)thread);
		if (WSTOPSIG(status) == (SIGTRAP | 0x80) && is_at(thread, which))
			break;
		if (status >> 16 == 0)
			signal = WSTOPSIG(status);
	}
	if (signal)
		syscall(SYS_tgkill, thread, thread, signal);
	return 0;
}

int inject_leave_call(pid_t thread, struct err *err)
{
	return run_to_call(thread, PTRACE_SYSCALL_INFO_EXIT, err);
}

static void set_call(struct user_regs_struct *registers, long number, const unsigned long argument[6])
{
	registers->rax = (unsigned long)number;
	registers->orig_rax = (unsigned long)-1; /* no system call is to be restarted */
	registers->rdi = argument[0];
	registers->rsi = argument[1];
	registers->rdx = argument[2];
	registers->r10 = argument[3];
	registers->r8 = argument[4];
	registers->r9 = argument[5];
}

static int call(pid_t thread, struct user_regs_struct *registers, long *result, struct err *err)
{
	int status;

	if (ptrace(PTRACE_SETREGS, thread, 0, registers) < 0)
		return stopped(thread, err);
	if ((status = run_to_call(thread, PTRACE_SYSCALL_INFO_ENTRY, err)) < 0 ||
	    (status = run_to_call(thread, PTRACE_SYSCALL_INFO_EXIT, err)) < 0)
		return status;
	if (ptrace(PTRACE_GETREGS, thread, 0, registers) < 0)
		return stopped(thread, err);
	*result = (long)registers->rax;
	return 0;
}

int inject_call(pid_t thread, long number, const unsigned long argument[6], long *result, struct err *err)
{
	struct user_regs_struct before, during;
	long code;
	int status;

	if (ptrace(PTRACE_GETREGS, thread, 0, &before) < 0)
		return stopped(thread, err);
	errno = 0;
	code = ptrace(PTRACE_PEEKTEXT, thread, before.rip, 0);
	if (errno || ptrace(PTRACE_POKETEXT, thread, before.rip, (code & ~0xffffL) | SYSCALL_INSTRUCTION) < 0)
		return stopped(thread, err);
	during = before;
	set_call(&during, number, argument);
	status = call(thread, &during, result, err);
	if (status == 0 &&
	    (ptrace(PTRACE_POKETEXT, thread, before.rip, code) < 0 || ptrace(PTRACE_SETREGS, thread, 0, &before) < 0))
		status = stopped(thread, err);
	return status;
}
