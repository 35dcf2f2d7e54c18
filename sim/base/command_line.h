/* SPDX-License-Identifier: MIT */
/*
 * The command that this process was started with, and when, for what results say about themselves. main sets it once;
 * in a program that does not (tests), there is none.
 */
#ifndef BASE_COMMAND_LINE_H
#define BASE_COMMAND_LINE_H

#include "base/err.h"

/* Words as one text, as a shell takes it, with quotes where it needs them; a NULL ends `rest`. The caller frees it.
 * NULL when memory runs out. */
char *command_line_join(const char *first, char *const *rest);

/* Keeps main's arguments, before anything reorders them. Returns 0 or a negative code. */
int command_line_keep(char *const *argv, struct err *err);
void command_line_free(void);

/* "megavm run one-vm.yaml --set 'vms.local=25%'": as command_line_join gives it. NULL: none. */
const char *command_line_text(void);

/* The time now, or that of $SOURCE_DATE_EPOCH (seconds since 1970), as "2026-11-29T18:30:00Z". Returns 0, or ERR_USAGE
 * when that variable holds no such number. */
enum { COMMAND_LINE_DATE = 32 };
int command_line_date(char out[COMMAND_LINE_DATE], struct err *err);

#endif
