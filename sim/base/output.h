/* SPDX-License-Identifier: MIT */
/*
 * Where an output file is written. A regular file is written beside its place and put there when it is complete, so
 * that a failure leaves an earlier file as it was. A symbolic link is followed: its target is replaced. A device or a
 * pipe is written into as it is. Every file that the program leaves goes this way; those that appear together go
 * through a folder of their own first (report/staging.h).
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

enum output_part {
	OUTPUT_KEPT,   /* PATH.part: a run that is killed leaves what may be worth keeping, and it is in the next one's
			  way */
	OUTPUT_HIDDEN, /* .NAME.PID in the same folder: nobody misses it */
};

struct output {
	char *path;  /* where the file will stand: links are followed */
	char *part;  /* where it is written; of a device or a pipe, its path */
	bool direct; /* a device or a pipe */
	bool kept;   /* OUTPUT_KEPT */
};

/*
 * Opens the output, OUTPUT_KEPT, with these flags of open(2) besides O_CREAT. Returns the descriptor, which the caller
 * closes, or a negative code: ERR_FAILED when PATH.part is there already, since a run that did not end has left it or
 * one is writing it. output_free releases the struct after success.
 */
int output_open(struct output *output, const char *path, int flags, struct err *err);

/* The file is complete and closed: puts it in place. Returns 0 or a negative code. */
int output_commit(const struct output *output, struct err *err);

/* Removes what has been written; nothing of a device or a pipe. */
void output_discard(const struct output *output);
void output_free(struct output *output);

/* An output as a stream. */
struct output_file {
	FILE *stream;
	FILE *below; /* where it is compressed into, otherwise NULL */
	struct output output;
};

/* Opens a stream into the output. `-` is standard output. What goes to a name that ends in .zst is compressed with
 * zstd. Returns 0, and output_finish must be called; or a negative code. */
int output_create(struct output_file *file, const char *path, enum output_part part, struct err *err);

/* Why what is written to this path cannot be read back and overwritten: "standard output", "a device or a pipe", "a
 * compressed file". NULL when it can. */
const char *output_only_forward(const char *path);

/* Closes the stream, and puts the file in place if `status` is 0 and all of it was written; otherwise it is removed.
 * Returns `status`, or a negative code. */
int output_finish(struct output_file *file, int status, struct err *err);

/* Moves a complete file to an output's place, across file systems if need be. Returns 0 or a negative code. */
int output_move(const char *from, const char *path, struct err *err);

#endif
