/* SPDX-License-Identifier: MIT */
/*
 * The outcome of an emulation, for the command that started it: one JSON object in a file, written at the end and
 * renamed into place.
 *
 *   {"ended": "guest" | "interrupted" | "failed" | "left", "status": 0, "error": "...",
 *    "instructions": N, "idle_ns": N, "references": N, "records": N, "footprint": N,
 *    "markers": ["roi-begin", ...], "reports": {"mem_total_kb": "..."}}
 *
 * "guest": the guest ended it, with `status`. "left": it powered off, reset or panicked instead.
 */
#ifndef BOCHS_PLUGIN_OUTCOME_H
#define BOCHS_PLUGIN_OUTCOME_H

#include <jansson.h>

#include "base/err.h"

int outcome_write(const char *path, json_t *outcome, struct err *err);

#endif
