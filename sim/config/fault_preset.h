/* SPDX-License-Identifier: MIT */
/*
 * Presets of fault costs: one YAML file for each thing that handles faults, with the keys of `fault` that are costs
 * (all but preset, base and buffer), and a line about it under `summary`. A cost that the file does not give is 0,
 * `minor` the sum of exit, handler and map. The files lie in configs/faults, those of $MEGAVM_FAULTS before them.
 */
#ifndef CONFIG_FAULT_PRESET_H
#define CONFIG_FAULT_PRESET_H

#include <stdbool.h>

#include "config/config.h"
#include "config/preset_names.h"

struct fault_preset {
	char *summary;
	struct config_fault fault; /* the costs */
};

/* Reads a preset's file; ERR_USAGE with file, line, column and key. On success fault_preset_free gives it back. */
int fault_preset_read(const char *path, struct fault_preset *preset, struct err *err);
void fault_preset_free(struct fault_preset *preset);

struct place;
struct preset_cache;
struct fault_presets;

/* Sets every cost of `fault`, which `place` fills, that was not given to that of its preset, and writes to `words`
 * which costs these are: "none (ideal)", "fastswap", "fastswap with map 1us". Returns 0 or a negative code. */
int fault_preset_apply(struct preset_cache *cache, struct place *place, const struct config_fault *fault,
		       char words[CONFIG_FAULT_COSTS], struct err *err);

void fault_presets_free(struct fault_presets *presets); /* NULL: nothing */

#endif
