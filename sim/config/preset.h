/* SPDX-License-Identifier: MIT */
/*
 * Presets: one YAML file for each interconnect or backing store, with the keys of `fabric` except `preset`, of which
 * bandwidth must be given, and latency unless a table of latencies is, and a line about it under `summary`. A backing
 * store has two more, write_latency and write_bandwidth; where they are not given, it writes as it reads. Those that
 * are known by name lie in one folder: share/megavm/fabrics where the program was installed, otherwise configs/fabrics
 * of the source tree. Those of $MEGAVM_FABRICS come before them.
 */
#ifndef CONFIG_PRESET_H
#define CONFIG_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "config/preset_names.h"
#include "fabric/network.h"

struct preset {
	char *summary;
	struct network network;   /* without a preset of its own */
	bool given[NETWORK_ROWS]; /* which of network_rows the file gives */
	int64_t write_latency_ps; /* of a backing store; the network's where the file does not give them */
	uint64_t write_bandwidth_bps;
};

/* The rows of what a preset gives for a backing store alone, at their places in struct preset. */
enum { STORE_ROWS = 2 };
extern const struct option_row store_rows[STORE_ROWS];

/* Reads a preset's file; ERR_USAGE with file, line, column and key. On success preset_free gives it back. */
int preset_read(const char *path, struct preset *preset, struct err *err);
void preset_free(struct preset *preset);

/* Presets that have been read, by name: the points of a sweep share them, and read each once. */
struct preset_cache {
	struct fault_presets *faults; /* config/fault_preset.c */
	struct preset_cache_entry {
		char *name;
		struct preset preset;
	} * entry;
	size_t count;
};

/* The preset of that name, or NULL; and one more, read from its file. Good until the next is added. */
const struct preset *preset_cache_find(const struct preset_cache *cache, const char *name);
int preset_cache_add(struct preset_cache *cache, const char *name, const char *path, const struct preset **preset,
		     struct err *err);
void preset_cache_free(struct preset_cache *cache);

#endif
