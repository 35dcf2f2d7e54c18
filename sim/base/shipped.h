/* SPDX-License-Identifier: MIT */
/*
 * Files that ship with the program and are known by name: presets, workloads. They are in share/megavm/FOLDER where the
 * program is installed, which is laid out as the source tree is; otherwise in the source tree. The kind's environment
 * variable names a folder whose names come before them, or one in their place.
 */
#ifndef BASE_SHIPPED_H
#define BASE_SHIPPED_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct shipped {
	const char *what;     /* "presets" */
	const char *variable; /* "MEGAVM_FABRICS" */
	bool adds;            /* the variable's folder comes before the one that ships, and does not replace it */
	const char *folder;   /* "configs/fabrics" */
	const char *suffix;   /* the file of NAME is NAME followed by this: ".yaml" */
	const char *or_else;  /* for messages: how to name a file elsewhere */
};

/* Writes to `root` where what ships is, if `inside` is there: share/megavm of the installed program, or the source
 * tree. Returns whether it is. */
bool shipped_root(const char *inside, char root[PATH_MAX]);

/* Writes the folder that ships, or the one in its place, to `folder`. Returns 0 or ERR_FAILED. */
int shipped_folder(const struct shipped *shipped, char folder[PATH_MAX], struct err *err);

/* The names in the folder, or in both, sorted by strcmp. */
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
