/* SPDX-License-Identifier: MIT */
/* Small files, read whole, and folders. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/err.h"

/* The file's bytes with a NUL behind them, to be freed; pipes will do. NULL on an error, which names the path. */
char *file_read(const char *path, size_t *size, struct err *err);

/* Makes a folder and those above it, where they are not there yet. ERR_FAILED names the folder that could not be made.
 */
int folder_make(const char *path, struct err *err);

#endif
