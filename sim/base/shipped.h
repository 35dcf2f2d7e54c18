/* SPDX-License-Identifier: MIT */
/*
 * Files that ship with the program and are known by name: presets, workloads. Each kind has one folder: the one that
 * its environment variable names; otherwise share/megavm/FOLDER where the program is installed; otherwise the source
 * tree's.
 */
#ifndef BASE_SHIPPED_H
#define BASE_SHIPPED_H

#include <limits.h>
#include <stddef.h>

#include "base/err.h"

struct shipped {
	const char *what;       /* "presets" */
	const char *variable;   /* "MEGAVM_FABRICS" */
	const char *folder;     /* "fabrics" */
	const char *from_build; /* the folder in the source tree, relative to the build folder */
	const char *suffix;     /* the file of NAME is NAME followed by this: ".yaml" */
	const char *or_else;    /* for messages: how to name a file elsewhere */
};

/* Writes the kind's folder to `folder`. Returns 0 or ERR_FAILED. */
int shipped_folder(const struct shipped *shipped, char folder[PATH_MAX], struct err *err);

/* The names in the folder, sorted by strcmp. */
struct shipped_names {
	char **name;
	size_t count;
};
int shipped_names_read(const struct shipped *shipped, struct shipped_names *names, struct err *err);
void shipped_names_free(struct shipped_names *names);

/* Finds the file of that name and sets `path`, which the caller frees. Returns ERR_USAGE if there is none; the text
 * names the most similar name and all names. */
int shipped_find(const struct shipped *shipped, const char *name, char **path, struct err *err);

#endif
