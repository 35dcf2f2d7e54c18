/* SPDX-License-Identifier: MIT */
#include "config/fault_preset.h"

#include <stdlib.h>
#include <string.h>

#include "config/tables.h"

/* The costs, by the names of their rows under `fault`. */
static const char *const costs[] = {"exit", "handler", "lookup", "map", "minor", "handlers", "capacity"};
enum { COSTS = sizeof(costs) / sizeof(*costs), MINOR = 4, ROWS = COSTS + 1 };

/* Presets that have been read, by name. */
struct fault_presets {
	struct fault_presets *next;
	char *name;
	struct fault_preset preset;
};

static const struct config_part *fault_part(void)
{
	const struct config_part *part = config_parts;

	while (strcmp(part->prefix, "fault.") != 0)
		part++;
	return part;
}

static const struct option_row *row_of(const char *name)
{
	const struct config_part *part = fault_part();

	return option_find(part->rows, part->count, name);
}

static void preset_rows(struct option_row rows[ROWS])
{
	rows[0] = (struct option_row){.name = "summary",
				      .type = OPTION_STRING,
				      .at = offsetof(struct fault_preset, summary),
				      .def = "",
				      .help = "a line for 'megavm list faults'"};
	for (int i = 0; i < COSTS; i++) {
		rows[1 + i] = *row_of(costs[i]);
		rows[1 + i].at += offsetof(struct fault_preset, fault);
	}
}

int fault_preset_read(const char *path, struct fault_preset *preset, struct err *err)
{
	struct option_row rows[ROWS];
	struct mark given[ROWS] = {0};
	struct place place = {.section = {"", rows, ROWS, preset}, .given = given};
	char *text;
	size_t size;
	int status;

	*preset = (struct fault_preset){0};
	preset_rows(rows);
	status = option_defaults(&place.section, err);
	if (status == 0 && (status = config_slurp(path, &text, &size, err)) == 0) {
		status = place_yaml(&place, path, text, size, err);
		free(text);
	}
	if (status < 0) {
		fault_preset_free(preset);
		return status;
	}
	if (given[1 + MINOR].line == 0)
		preset->fault.minor_ps = preset->fault.exit_ps + preset->fault.handler_ps + preset->fault.map_ps;
	return 0;
}

void fault_preset_free(struct fault_preset *preset)
{
	free(preset->summary);
	*preset = (struct fault_preset){0};
}

void fault_presets_free(struct fault_presets *presets)
{
	while (presets) {
		struct fault_presets *next = presets->next;

		fault_preset_free(&presets->preset);
		free(presets->name);
		free(presets);
		presets = next;
	}
}

static int find(struct preset_cache *cache, const char *name, const struct fault_preset **preset, struct err *err)
{
	struct fault_presets *entry = cache->faults;
	char *path;
	int status;

	while (entry && strcmp(entry->name, name) != 0)
		entry = entry->next;
	if (entry) {
		*preset = &entry->preset;
		return 0;
	}
	status = preset_find(PRESET_FAULT, name, &path, err);
	if (status < 0)
		return status;
	entry = calloc(1, sizeof(*entry));
	if (!entry || !(entry->name = strdup(name)))
		status = err_memory(err, "the presets");
	else
		status = fault_preset_read(path, &entry->preset, err);
	free(path);
	if (status < 0) {
		free(entry ? entry->name : NULL);
		free(entry);
		return status;
	}
	entry->next = cache->faults;
	cache->faults = entry;
	*preset = &entry->preset;
	return 0;
}

/* Adds a cost that is not the preset's to the words; only those that were given are. */
static void add_words(char words[CONFIG_FAULT_COSTS], const char *name, const char *text, bool first)
{
	size_t used = strlen(words);

	snprintf(words + used, CONFIG_FAULT_COSTS - used, "%s%s %s", first ? (*words ? " with " : "") : ", ", name,
		 text);
}

int fault_preset_apply(struct preset_cache *cache, struct place *place, const struct config_fault *fault,
		       char words[CONFIG_FAULT_COSTS], struct err *err)
{
	static const struct mark derived = {MARK_DERIVED, 0};
	const struct fault_preset *preset;
	struct config_fault of_preset;
	bool ideal, first = true;
	int status = find(cache, fault->preset, &preset, err);

	if (status < 0)
		return status;
	of_preset = preset->fault;
	ideal = strcmp(fault->preset, "ideal") == 0;
	snprintf(words, CONFIG_FAULT_COSTS, "%s", ideal ? "" : fault->preset);
	for (int i = 0; i < COSTS && status == 0; i++) {
		const struct option_row *row = row_of(costs[i]);
		char own[OPTION_TEXT], text[OPTION_TEXT];

		if (i == MINOR && of_preset.minor_ps == of_preset.exit_ps + of_preset.handler_ps + of_preset.map_ps)
			of_preset.minor_ps = fault->exit_ps + fault->handler_ps + fault->map_ps;
		option_text(row, &of_preset, text);
		if (place_mark(place, costs[i]).line == 0) {
			status = place_set(place, row, text, derived, err);
		} else if (strcmp(option_text(row, fault, own), text) != 0) {
			add_words(words, costs[i], own, first);
			first = false;
		}
	}
	if (ideal && first)
		snprintf(words, CONFIG_FAULT_COSTS, "none (ideal)");
	return status;
}
