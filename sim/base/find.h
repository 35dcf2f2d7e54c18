/* SPDX-License-Identifier: MIT */
/*
 * Where a file is that a configuration names. A relative path is looked for, in this order:
 *
 *   beside the file that names it
 *   in the working folder
 *   where the program's own examples and recordings are: share/megavm of an installed program, or its source tree
 *
 * One that is nowhere stays as it was written, so that whoever opens it says what is missing.
 */
#ifndef BASE_FIND_H
#define BASE_FIND_H

#include <stdbool.h>

#include "base/err.h"

/* Finds the path of `name`, which the caller frees. `beside`: the folder of the file that names it, or NULL. Returns 0,
 * or a negative code when out of memory. */
int find_file(const char *name, const char *beside, char **path, struct err *err);

/* The folder of a file: "configs" of configs/a.yaml. NULL when the path has none, or is empty, and when out of memory.
 * The caller frees it. */
char *find_folder(const char *path);

/* Whether a value that is a name or a file's path is a path: it has a '/' in it, or .yaml at its end. */
bool find_is_path(const char *value);

#endif
