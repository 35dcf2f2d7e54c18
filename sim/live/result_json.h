/* SPDX-License-Identifier: MIT */
/* The result of an emulation as JSON, which the emulator's process passes to the command that started it. All numbers
 * are integers, so that none is rounded. */
#ifndef LIVE_RESULT_JSON_H
#define LIVE_RESULT_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "fault/result.h"

/* Returns a new object, or NULL when memory runs out. It has no names, start or base: the command knows them. */
json_t *result_to_json(const struct job_result *job);

/* Fills in the fields that result_to_json writes, and leaves the others alone. Returns 0 or a negative code; the error
 * names the key. */
int result_from_json(const json_t *json, struct job_result *job, struct err *err);

#endif
