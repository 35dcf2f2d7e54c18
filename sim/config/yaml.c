/* SPDX-License-Identifier: MIT */
/* Reads a configuration's YAML, and that of a preset. */
#include <stdlib.h>
#include <string.h>

#include "config/yaml_sweep.h"

static int read_document(struct reader *reader, struct err *err)
{
	const yaml_node_t *root = document_root(&reader->document);
	int status;

	if (!root && reader->place)
		return 0;
	if (!root) {
		err_set(err, ERR_USAGE, "empty: a configuration names at least one VM under 'vms'");
		return config_locate(reader->tables, (struct mark){1, 1}, NULL, ERR_USAGE, err);
	}
	status = reader_walk(reader, root, "", reader->place, err);
	if (status == 0 && reader->sweep && reader->wants_sweep)
		status = reader_sweep(reader, err);
	return status;
}

static int read_yaml(struct reader *reader, const char *text, size_t size, struct err *err)
{
	int status = document_parse(&reader->document, reader->tables->file, text, size, err);

	if (status < 0)
		return status;
	status = read_document(reader, err);
	document_free(&reader->document);
	return status;
}

int config_yaml(struct config *config, const char *text, size_t size, bool sweep, struct err *err)
{
	struct reader reader = {.config = config, .tables = config->tables, .wants_sweep = sweep};

	return read_yaml(&reader, text, size, err);
}

int place_yaml(struct place *place, const char *file, const char *text, size_t size, struct err *err)
{
	struct config_tables tables = {.file = strdup(file)};
	struct reader reader = {.tables = &tables, .place = place};
	int status = tables.file ? read_yaml(&reader, text, size, err) : err_memory(err, "a file's name");

	if (status == 0)
		status = place_complete(&tables, place, err);
	free(tables.file);
	return status;
}
