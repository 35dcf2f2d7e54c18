/* SPDX-License-Identifier: MIT */
#include "emulator/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY_NUMBER_MAX = 1023 };

/* The system calls at which the program stops. */
static const int traced[] = {SYS_mmap,
			     SYS_munmap,
			     SYS_mremap,
			     SYS_brk,
			     SYS_madvise,
			     SYS_mlock,
			     SYS_mlock2,
			     SYS_mlockall,
			     SYS_close,
			     SYS_dup2,
			     SYS_dup3,
			     SYS_close_range,
			     SYS_sched_getaffinity,
			     SYS_sched_setaffinity,
			     SYS_execve,
			     SYS_execveat};

enum { TRACED = sizeof(traced) / sizeof(traced[0]) };

/* Of these, only calls on the memory file's descriptor: the filter looks at an argument. */
static int watched_argument(int number)
{
	return number == SYS_close ? 0 : number == SYS_dup2 || number == SYS_dup3 ? 1 : -1;
}

int launch_memory_number(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > MEMORY_NUMBER_MAX)
		return MEMORY_NUMBER_MAX;
	return (int)limit.rlim_cur - 1;
}

/* One test of the filter: for a system call, and perhaps an argument, stop at it. */
static size_t add_test(struct sock_filter *to, int number, int memory)
{
	const uint32_t at_number = offsetof(struct seccomp_data, nr);
	const int argument = watched_argument(number);
	size_t n = 0;

	to[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at_number);
	to[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, argument < 0 ? 1 : 3);
	if (argument >= 0) {
		to[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						       (uint32_t)(offsetof(struct seccomp_data, args) +
								  8 * (size_t)argument));
		to[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)memory, 0, 1);
	}
	to[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	return n;
}

static int set_filter(int memory)
{
	struct sock_filter code[5 * TRACED + 4];
	struct sock_fprog program = {.filter = code};
	size_t n = 0;

	/* A program of another instruction set is refused when it starts, so its calls may pass. */
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	for (size_t i = 0; i < TRACED; i++)
		n += add_test(&code[n], traced[i], memory);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)n;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -1 : prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* In the new process: waits until it is traced, then becomes the program. Writes errno to `report` when it cannot. */
static void become(const struct launch *launch, int go, int report)
{
	const int memory = launch_memory_number();
	char byte;
	int reason;

	if (read(go, &byte, 1) == 1 && dup2(launch->memory, memory) >= 0 && fcntl(memory, F_SETFD, 0) >= 0 &&
	    (launch->output < 0 || dup2(launch->output, STDOUT_FILENO) >= 0) && set_filter(memory) == 0)
		execvp(launch->argv[0], launch->argv);
	reason = errno;
	if (write(report, &reason, sizeof(reason)) != sizeof(reason))
		_exit(126);
	_exit(127);
}

/* The program has replaced the new process when the pipe ends without a report. The tracer has to let it run until
 * then, which the caller's loop does; so the pipe is only checked when the process has ended. */
int launch_failure(int report)
{
	int reason = 0;

	return read(report, &reason, sizeof(reason)) == sizeof(reason) ? reason : 0;
}

int launch(const struct launch *launch, pid_t *pid, int *report, struct err *err)
{
	const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD;
	int go[2], back[2];

	if (pipe2(go, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
		return err_errno(err, ERR_FAILED, "a pipe");
	*pid = fork();
	if (*pid == 0)
		become(launch, go[0], back[1]);
	close(go[0]);
	close(back[1]);
	*report = back[0];
	if (*pid < 0 || ptrace(PTRACE_SEIZE, *pid, 0, options) < 0) {
		int status = err_errno(err, ERR_FAILED, *pid < 0 ? "fork" : "ptrace: the program cannot be traced");

		close(go[1]);
		close(back[0]);
		if (*pid > 0)
			kill(*pid, SIGKILL);
		return status;
	}
	if (write(go[1], "", 1) != 1)
		return err_errno(err, ERR_FAILED, "a pipe");
	close(go[1]);
	return 0;
}
