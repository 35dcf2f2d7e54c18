/* SPDX-License-Identifier: MIT */
/* Starts a program under the tracer, with a filter that stops it at the system calls that change its memory. */
#ifndef EMULATOR_LAUNCH_H
#define EMULATOR_LAUNCH_H

#include <sys/types.h>

#include "base/err.h"

struct launch {
	char *const *argv;
	int memory; /* the memory file; the program gets it as descriptor number launch_memory_number() */
	int output; /* a descriptor for its standard output; -1: this process's own */
};

/* The number of the memory file's descriptor in the program: the highest that its limit allows, up to 1023, so that it
 * is out of the way. */
int launch_memory_number(void);

/* Starts the program, seized by the calling thread (PTRACE_SEIZE) before it runs. *report: for launch_failure; the
 * caller closes it. Returns 0 or a negative code. */
int launch(const struct launch *launch, pid_t *pid, int *report, struct err *err);

/* After the process has ended: the errno with which the program could not be started; 0 when it was. */
int launch_failure(int report);

#endif
