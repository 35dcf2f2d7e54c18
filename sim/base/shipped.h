/* SPDX-License-Identifier: MIT */
/*
 * What ships with the program in folders and is known by name: presets, workloads. Each kind lies in one folder: the
 * one that its environment variable names, otherwise share/megavm/FOLDER where the program was installed, otherwise the
 * source tree's.
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
	const char *from_build; /* the source tree's, seen from where the program is built */
	const char *suffix;     /* a thing NAME is the file NAME followed by this: ".yaml" */
	const char *or_else;    /* for messages: how to name one that lies elsewhere */
};

/* The folder. */
int shipped_folder(const struct shipped *shipped, char folder[PATH_MAX], struct err *err);

/* The names of all that lies in the folder, in the order of strcmp. */
struct shipped_names {
	char **name;
	size_t count;
};
int shipped_names_read(const struct shipped *shipped, struct shipped_names *names, struct err *err);
void shipped_names_free(struct shipped_names *names);

/* The file of that name, which the caller frees. ERR_USAGE when there is none; the text names the nearest and all that
 * there are. */
int shipped_find(const struct shipped *shipped, const char *name, char **path, struct err *err);

#endif
