/* SPDX-License-Identifier: MIT */
/*
 * Where a command's output file is written. A regular file is written beside its place, as PATH.part, and put in place
 * when it is complete, so that a failure leaves an earlier file as it was. A symbolic link is followed: its target is
 * replaced. A device or a pipe is written into as it is.
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdbool.h>

#include "base/err.h"

struct output {
	char *path;  /* where the file will stand: links are followed */
	char *part;  /* where it is written: path.part, or the path of a device or a pipe */
	bool direct; /* a device or a pipe */
};

/*
 * Opens the output with these flags of open(2) besides O_CREAT. Returns the descriptor, which the caller closes, or a
 * negative code: ERR_FAILED when PATH.part is there already, since a run that did not end has left it or one is writing
 * it. output_free releases the struct after success.
 */
int output_open(struct output *output, const char *path, int flags, struct err *err);

/* The file is complete and closed: puts it in place. Returns 0 or a negative code. */
int output_commit(const struct output *output, struct err *err);

/* Removes what has been written; nothing of a device or a pipe. */
void output_discard(const struct output *output);
void output_free(struct output *output);

/* Moves a complete file to an output's place, across file systems if need be. Returns 0 or a negative code. */
int output_move(const char *from, const char *path, struct err *err);

#endif
