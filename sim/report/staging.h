/* SPDX-License-Identifier: MIT */
/*
 * Files that appear together or not at all: they are written into a hidden folder inside their destination and moved
 * when all are complete. Existing files of the same names are replaced; other files stay.
 */
#ifndef REPORT_STAGING_H
#define REPORT_STAGING_H

#include <stdio.h>

#include "base/err.h"

struct staging {
	char *folder; /* where the files go to */
	char *path;   /* where they are written until then */
};

/* Creates `folder` (and its parents) if it does not exist, and the hidden folder in it. Fails when it is not
 * writable. */
int staging_open(struct staging *staging, const char *folder, struct err *err);

/* The same for one file that goes to `path`. */
int staging_open_for(struct staging *staging, const char *path, struct err *err);

/* A file to write, in the hidden folder. NULL on an error. staging_close reports whether all of it was written. */
FILE *staging_create(const struct staging *staging, const char *name, struct err *err);
int staging_close(const struct staging *staging, FILE *file, const char *name, struct err *err);

/* Moves every file to its place, or one of them to `path`. */
int staging_commit(struct staging *staging, struct err *err);
int staging_move(const struct staging *staging, const char *name, const char *path, struct err *err);

/* Removes the hidden folder and its contents. Must be the last call, also after an error or a commit. */
void staging_drop(struct staging *staging);

#endif
