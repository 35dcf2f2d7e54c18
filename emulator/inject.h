/* SPDX-License-Identifier: MIT */
/* Lets a stopped thread of the target make one system call on behalf of the tracer. */
#ifndef EMULATOR_INJECT_H
#define EMULATOR_INJECT_H

#include <sys/types.h>
#include <sys/user.h>

#include "base/err.h"

/*
 * The thread is in a ptrace stop outside of any system call. Makes it call `number` with up to six arguments; its
 * instructions and registers are as before afterwards. *result: what the call returned, a negative errno for a failure.
 * Returns 0 or a negative code (the thread has ended, or stopped for another reason).
 */
int inject_call(pid_t thread, long number, const unsigned long argument[6], long *result, struct err *err);

/* The thread is in a stop inside a system call: runs it to the call's end. Returns 0 or a negative code. */
int inject_leave_call(pid_t thread, struct err *err);

#endif
