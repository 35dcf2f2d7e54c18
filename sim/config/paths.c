/* SPDX-License-Identifier: MIT */
/* Paths in a configuration and in presets: each is replaced by where its file is. */
#include <stdlib.h>
#include <string.h>

#include "base/find.h"
#include "config/tables.h"

int place_find_paths(struct place *place, const char *beside, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < place->section.count && status == 0; i++) {
		const struct option_row *row = &place->section.rows[i];
		char room[OPTION_TEXT], *path;
		const char *text;

		if (!row->is_path || place->given[i].line == 0)
			continue;
		text = option_text(row, place->section.at, room);
		if (!row->is_path(text))
			continue;
		status = find_file(text, beside, &path, err);
		if (status < 0)
			return status;
		if (strcmp(path, text) != 0)
			status = place_set(place, row, path, place->given[i], err);
		free(path);
	}
	return status;
}

int config_find_paths(struct config *config, struct err *err)
{
	struct config_tables *tables = config->tables;
	char *own = find_folder(tables->file);
	int status = 0;

	for (size_t i = 0; i < tables->parts.count && status == 0; i++)
		status = place_find_paths(&tables->parts.places[i], own, err);
	for (int kind = 0; kind < CONFIG_LISTS; kind++)
		for (size_t i = 0; i < tables->lists[kind].count && status == 0; i++)
			status = place_find_paths(&tables->lists[kind].places[i], own, err);
	free(own);
	return status;
}
