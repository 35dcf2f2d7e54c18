/* SPDX-License-Identifier: MIT */
/*
 * Files that appear together or not at all: they are written into a hidden folder beside the place they are for and
 * moved there when all are done. What stood there under the same names is replaced; other files are left alone.
 */
#ifndef REPORT_STAGING_H
#define REPORT_STAGING_H

#include <stdio.h>

#include "base/err.h"

struct staging {
	char *folder; /* where the files go to */
	char *path;   /* where they are written until then */
};

/* Makes `folder` (with those above it) when it is not there, and the hidden folder in it. An error when it cannot be
 * written. */
int staging_open(struct staging *staging, const char *folder, struct err *err);

/* The same for one file that goes to `path`. */
int staging_open_for(struct staging *staging, const char *path, struct err *err);

/* A file to write, in the hidden folder. NULL on an error. staging_close reports whether all of it was written. */
FILE *staging_create(const struct staging *staging, const char *name, struct err *err);
int staging_close(const struct staging *staging, FILE *file, const char *name, struct err *err);

/* Moves every file to its place, or one of them to `path`. */
int staging_commit(struct staging *staging, struct err *err);
int staging_move(const struct staging *staging, const char *name, const char *path, struct err *err);

/* Removes the hidden folder with what is left in it. Always the last call, also after an error or a commit. */
void staging_drop(struct staging *staging);

#endif
