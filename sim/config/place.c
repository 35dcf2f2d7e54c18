/* SPDX-License-Identifier: MIT */
/* One struct of the configuration: stores values and the positions where they were written, applies --set, and adds
 * positions to errors. */
#include <stdlib.h>
#include <string.h>

#include "config/tables.h"

int place_set(struct place *place, const struct option_row *row, const char *text, struct mark mark, struct err *err)
{
	int status = option_set(row, place->section.at, text, err);

	if (status == 0)
		place->given[row - place->section.rows] = mark;
	return status;
}

struct mark place_mark(const struct place *place, const char *row)
{
	return place->given[option_find(place->section.rows, place->section.count, row) - place->section.rows];
}

int place_complete(const struct config_tables *tables, const struct place *place, struct err *err)
{
	char key[2 * CONFIG_PATH], text[OPTION_TEXT];

	for (size_t i = 0; i < place->section.count; i++) {
		const struct option_row *row = &place->section.rows[i];

		if (row->def || row->optional ||
		    (place->given[i].line != 0 && *option_text(row, place->section.at, text)))
			continue;
		snprintf(key, sizeof(key), "%s%s", place->prefix, row->name);
		err_set(err, ERR_USAGE, "missing (%s)", row->help);
		return config_locate(tables, place->at, key, ERR_USAGE, err);
	}
	return 0;
}

int config_locate(const struct config_tables *tables, struct mark mark, const char *key, int code, struct err *err)
{
	if (key)
		err_prefix(err, mark.line == MARK_SET ? "--set %s" : "%s", key);
	if (mark.line > 0)
		err_prefix(err, "%s:%d:%d", tables->file, mark.line, mark.column);
	else if (mark.line != MARK_SET)
		err_prefix(err, "%s", tables->file);
	return code;
}

int config_set(struct config *config, const char *assignment, struct err *err)
{
	const struct mark mark = {MARK_SET, 0};
	const char *equals = strchr(assignment, '=');
	struct config_target target;
	char *name;
	int status;

	if (!equals)
		return err_set(err, ERR_USAGE, "--set %s: expected KEY=VALUE", err_quote(assignment).text);
	name = strndup(assignment, (size_t)(equals - assignment));
	if (!name)
		return err_memory(err, "--set");
	status = config_resolve(config->tables, name, &target, err);
	for (size_t i = 0; status == 0 && i < target.count; i++)
		status = place_set(&target.places[i], target.row, equals + 1, mark, err);
	if (status < 0)
		status = config_locate(config->tables, mark, name, status, err);
	free(name);
	return status;
}
