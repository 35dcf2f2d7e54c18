/* SPDX-License-Identifier: MIT */
/* The file of a configuration, read whole. */
#ifndef CONFIG_SLURP_H
#define CONFIG_SLURP_H

#include <stddef.h>

#include "base/err.h"

/* Reads a whole file ("-": standard input) into memory that the caller frees, also on an error. Returns 0 or a negative
 * code. */
int config_slurp(const char *path, char **text, size_t *size, struct err *err);

/* The name of a file in messages. */
const char *config_file_name(const char *path);

#endif
