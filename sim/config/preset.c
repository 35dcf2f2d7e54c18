/* SPDX-License-Identifier: MIT */
#include "config/preset.h"

#include <stdlib.h>
#include <string.h>

#include "base/find.h"
#include "config/fault_preset.h"
#include "config/tables.h"
#include "fabric/latency.h"

enum { PRESET_ROWS = NETWORK_ROWS + STORE_ROWS };

const struct option_row store_rows[STORE_ROWS] = {
	{.name = "write_latency",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct preset, write_latency_ps),
	 .min = "0ns",
	 .max = "1s",
	 .optional = true,
	 .help = "latency of a write"},
	{.name = "write_bandwidth",
	 .type = OPTION_BANDWIDTH,
	 .at = offsetof(struct preset, write_bandwidth_bps),
	 .min = "1Kbps",
	 .max = "100000Gbps",
	 .optional = true,
	 .help = "bandwidth of writes"},
};

/* The rows of a preset's file: those of a network, with the summary in place of the preset's name, and what must be
 * given; then those of a backing store. */
static void preset_rows(struct option_row rows[PRESET_ROWS])
{
	static const struct option_row summary = {
		.name = "summary",
		.type = OPTION_STRING,
		.at = offsetof(struct preset, summary),
		.def = "",
		.help = "a line for 'megavm list fabrics'",
	};

	for (int i = 0; i < NETWORK_ROWS; i++) {
		rows[i] = network_rows[i];
		rows[i].at += offsetof(struct preset, network);
		if (strcmp(rows[i].name, "preset") == 0)
			rows[i] = summary;
	}
	memcpy(rows + NETWORK_ROWS, store_rows, sizeof(store_rows));
}

static int read_place(const char *path, struct place *place, struct err *err)
{
	char *text;
	size_t size;
	int status = config_slurp(path, &text, &size, err);

	if (status == 0)
		status = place_yaml(place, path, text, size, err);
	free(text);
	return status;
}

/* A preset with a curve has the curve's latency and bandwidth, as its own. */
static int take_curve(const char *path, struct preset *preset, struct err *err)
{
	struct network *network = &preset->network;
	const char *const both[] = {"latency", "bandwidth"};
	int status;

	for (size_t i = 0; i < 2; i++)
		if (preset->given[network_row(both[i])])
			return err_set(err, ERR_USAGE, "%s: %s: the curve gives it", path, both[i]);
	status = network_take_curve(network, err);
	if (status < 0)
		err_prefix(err, "%s: curve", path);
	return status;
}

/* What has to be given: a bandwidth. */
static int take_bandwidth(const char *path, const struct preset *preset, struct err *err)
{
	return preset->given[network_row("bandwidth")]
		       ? 0
		       : err_set(err, ERR_USAGE,
				 "%s: bandwidth: missing (bandwidth of one link in one direction; or a curve)", path);
}

/* A preset without a latency has that of its table, as its own. */
static int take_table(const char *path, struct preset *preset, struct err *err)
{
	struct network *network = &preset->network;
	int status;

	if (network_jitter(network) != JITTER_TABLE)
		return err_set(err, ERR_USAGE,
			       "%s: latency: missing (time of a small read, request and response together; or a table "
			       "of latencies under jitter)",
			       path);
	status = latency_table_mean(network->jitter, &network->latency_ps, err);
	if (status < 0)
		err_prefix(err, "%s: jitter", path);
	return status;
}

int preset_read(const char *path, struct preset *preset, struct err *err)
{
	struct option_row rows[PRESET_ROWS];
	struct mark given[PRESET_ROWS] = {0};
	struct place place = {.section = {"", rows, PRESET_ROWS, preset}, .given = given};
	char *folder = find_folder(path);
	int status;

	*preset = (struct preset){0};
	preset_rows(rows);
	status = option_defaults(&place.section, err);
	if (status == 0)
		status = read_place(path, &place, err);
	if (status == 0)
		status = place_find_paths(&place, folder, err);
	for (int i = 0; i < NETWORK_ROWS; i++)
		preset->given[i] = given[i].line != 0 && strcmp(network_rows[i].name, "preset") != 0;
	if (status == 0 && preset->network.curve)
		status = take_curve(path, preset, err);
	else if (status == 0 && (status = take_bandwidth(path, preset, err)) == 0 &&
		 !preset->given[network_row("latency")])
		status = take_table(path, preset, err);
	preset->given[network_row("latency")] = preset->given[network_row("bandwidth")] = true;
	if (given[NETWORK_ROWS].line == 0)
		preset->write_latency_ps = preset->network.latency_ps;
	if (given[NETWORK_ROWS + 1].line == 0)
		preset->write_bandwidth_bps = preset->network.bandwidth_bps;
	free(folder);
	if (status < 0)
		preset_free(preset);
	return status;
}

void preset_free(struct preset *preset)
{
	const struct section section = {"", network_rows, NETWORK_ROWS, &preset->network};

	option_free(&section);
	free(preset->summary);
	*preset = (struct preset){0};
}

const struct preset *preset_cache_find(const struct preset_cache *cache, const char *name)
{
	for (size_t i = 0; i < cache->count; i++)
		if (strcmp(cache->entry[i].name, name) == 0)
			return &cache->entry[i].preset;
	return NULL;
}

int preset_cache_add(struct preset_cache *cache, const char *name, const char *path, const struct preset **preset,
		     struct err *err)
{
	struct preset_cache_entry *all = realloc(cache->entry, (cache->count + 1) * sizeof(*all)), *entry;
	int status;

	if (!all)
		return err_memory(err, "the presets");
	cache->entry = all;
	entry = &all[cache->count];
	status = preset_read(path, &entry->preset, err);
	if (status < 0)
		return status;
	entry->name = strdup(name);
	if (!entry->name) {
		preset_free(&entry->preset);
		return err_memory(err, "the presets");
	}
	cache->count++;
	*preset = &entry->preset;
	return 0;
}

void preset_cache_free(struct preset_cache *cache)
{
	for (size_t i = 0; i < cache->count; i++) {
		free(cache->entry[i].name);
		preset_free(&cache->entry[i].preset);
	}
	free(cache->entry);
	fault_presets_free(cache->faults);
	*cache = (struct preset_cache){0};
}
