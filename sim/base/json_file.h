/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_FILE_H
#define BASE_JSON_FILE_H

#include <jansson.h>

#include "base/err.h"

/* Writes a file that several processes may write: each reader finds a complete one. Returns 0 or a negative code. */
int json_file_write(const char *path, const json_t *json, struct err *err);

#endif
