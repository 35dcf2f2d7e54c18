/* SPDX-License-Identifier: MIT */
/* What an emulation came to, on its way from the emulator's process to the command that started it. All integers, so
 * nothing is lost. */
#ifndef LIVE_RESULT_JSON_H
#define LIVE_RESULT_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "fault/result.h"

/* A new object, or NULL when memory is out. Names, start and base are left out: they are the command's. */
json_t *result_to_json(const struct job_result *job);

/* Fills what result_to_json put in; the rest stays. An error names the key. */
int result_from_json(const json_t *json, struct job_result *job, struct err *err);

#endif
