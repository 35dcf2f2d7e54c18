/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <sys/wait.h>
#include <unistd.h>

int child_wrong;

int in_child(void (*test)(const void *given), const void *given)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		child_wrong = 0;
		test(given);
		_exit(child_wrong > 100 ? 100 : child_wrong);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
