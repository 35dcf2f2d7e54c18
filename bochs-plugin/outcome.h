/* SPDX-License-Identifier: MIT */
/*
 * What became of an emulation: one JSON object in a file, written when it ends and renamed into place, for the command
 * that started it.
 *
 *   {"ended": "guest" | "interrupted" | "failed" | "left", "status": 0, "error": "...", "instructions": N, "idle_ns":
 * N, "references": N, "records": N, "footprint": N, "markers": ["roi-begin", ...], "reports": {"mem_total_kb": "..."}}
 *
 * "guest": it asked for the end, with `status`. "left": it powered off, reset or panicked without asking.
 */
#ifndef BOCHS_PLUGIN_OUTCOME_H
#define BOCHS_PLUGIN_OUTCOME_H

#include <jansson.h>

#include "base/err.h"

int outcome_write(const char *path, json_t *outcome, struct err *err);

#endif
