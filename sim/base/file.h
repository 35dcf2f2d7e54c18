/* SPDX-License-Identifier: MIT */
/* Reading whole files, and creating folders. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/err.h"

/* Reads a file, which may be a pipe. Returns its bytes followed by a NUL, to be freed by the caller, and their number
 * in `size`; NULL on an error, which names the path. */
char *file_read(const char *path, size_t *size, struct err *err);

/* Creates a folder and its missing parents. Returns 0, or ERR_FAILED with the name of the folder that could not be
 * created. */
int folder_make(const char *path, struct err *err);

#endif
