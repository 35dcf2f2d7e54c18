/* SPDX-License-Identifier: MIT */
/* megavm record --native: the part of the command that records a program at native speed. */
#ifndef CLI_RECORD_NATIVE_H
#define CLI_RECORD_NATIVE_H

#include <stdint.h>

#include "base/err.h"

struct record_native {
	char *const *argv;  /* the program */
	const char *out;    /* the trace */
	const char *output; /* a file for the program's standard output; NULL */
	uint64_t active_bytes, only_bytes, ips;
	int level;
};

/* Records and prints a summary on standard error. Returns 0, a negative code, or the program's own exit status. */
int record_native(const struct record_native *arguments, struct err *err);

#endif
