/* SPDX-License-Identifier: MIT */
/*
 * The reader of a configuration's YAML: it walks the document's tree and looks keys up in the tables. It knows no key
 * by name except `sweep`, whose keys are the names of options. YAML's merge key `<<` is not supported.
 */
#include "config/yaml_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int reader_check_scalar(const struct reader *reader, const yaml_node_t *node, const char *key,
			const struct option_row *row, struct err *err)
{
	char expected[32];

	snprintf(expected, sizeof(expected), "a %s", option_type_name(row->type));
	return document_check_scalar(&reader->document, node, key, expected, err);
}

/* A list of words for one option, with commas between them. Returns 0 or a negative code; the caller frees *text. */
static int join(const struct reader *reader, const yaml_node_t *list, const char *key, char **text, struct err *err)
{
	const yaml_node_item_t *item = list->data.sequence.items.start;
	int status = 0;

	*text = strdup("");
	for (; *text && status == 0 && item < list->data.sequence.items.top; item++) {
		const yaml_node_t *word = document_node(&reader->document, *item);
		char *before = *text;

		status = document_check_scalar(&reader->document, word, key, "a word", err);
		if (status < 0)
			break;
		if (asprintf(text, "%s%s%s", before, *before ? "," : "", document_text(word)) < 0)
			*text = NULL;
		free(before);
	}
	if (*text && status == 0)
		return 0;
	free(*text);
	return status < 0 ? status : err_memory(err, key);
}

static int set_list(const struct reader *reader, struct place *place, const struct option_row *row, const char *key,
		    const yaml_node_t *list, struct err *err)
{
	char *text;
	int status = join(reader, list, key, &text, err);

	if (status < 0)
		return status;
	status = place_set(place, row, text, reader_mark(list), err);
	free(text);
	return status < 0 ? config_locate(reader->tables, reader_mark(list), key, status, err) : 0;
}

static int set_value(const struct reader *reader, struct place *place, const struct option_row *row, const char *key,
		     const yaml_node_t *value, struct err *err)
{
	int status;

	if (row->list && value->type == YAML_SEQUENCE_NODE)
		return set_list(reader, place, row, key, value, err);
	status = reader_check_scalar(reader, value, key, row, err);
	if (status < 0)
		return status;
	status = place_set(place, row, document_text(value), reader_mark(value), err);
	return status < 0 ? config_locate(reader->tables, reader_mark(value), key, status, err) : 0;
}

static int walk_list(struct reader *reader, int kind, const yaml_node_t *node, struct err *err)
{
	const yaml_node_item_t *items;
	size_t n;
	int status;

	status = document_check_type(&reader->document, node, config_list_kinds[kind].name, YAML_SEQUENCE_NODE, err);
	if (status < 0)
		return status;
	items = node->data.sequence.items.start;
	n = (size_t)(node->data.sequence.items.top - items);
	status = config_list_init(reader->config, kind, n, reader_mark(node), err);
	for (size_t i = 0; status == 0 && i < n; i++) {
		const yaml_node_t *item = document_node(&reader->document, items[i]);
		struct place *place = &reader->tables->lists[kind].places[i];

		status = config_item_init(reader->config, kind, i, reader_mark(item), err);
		if (status == 0)
			status = reader_walk(reader, item, place->prefix, place, err);
	}
	return status;
}

static int find_list(const char *name)
{
	for (int i = 0; i < CONFIG_LISTS; i++)
		if (strcmp(config_list_kinds[i].name, name) == 0)
			return i;
	return -1;
}

/* One key. Inside `place` it must be a row; elsewhere it may be a row, a list, or a mapping of further keys. */
static int walk_pair(struct reader *reader, const char *path, struct place *place, const yaml_node_pair_t *pair,
		     const char *key, struct err *err)
{
	const yaml_node_t *value = document_node(&reader->document, pair->value);
	char full[CONFIG_PATH], below[CONFIG_PATH];
	const struct option_row *row;
	bool fits = snprintf(full, sizeof(full), "%s%s", path, key) < (int)sizeof(full) - 1 &&
		    (!strchr(key, '.') || config_is_flat(full));
	bool mapping = fits && !place && config_has_below(reader->tables, full);

	row = !fits   ? NULL
	      : place ? option_find(place->section.rows, place->section.count, key)
		      : config_find(reader->tables, full, &place);
	if (row && (value->type == YAML_SCALAR_NODE || !mapping))
		return set_value(reader, place, row, full, value, err);
	if (mapping && find_list(full) >= 0)
		return walk_list(reader, find_list(full), value, err);
	if (mapping) {
		snprintf(below, sizeof(below), "%.*s.", (int)sizeof(below) - 2, full);
		return reader_walk(reader, value, below, NULL, err);
	}
	if (!place && fits && strcmp(full, "sweep") == 0) {
		reader->sweep = value;
		return 0;
	}
	config_unknown(reader->tables, path, place, key, err);
	return document_locate(&reader->document, document_node(&reader->document, pair->key), NULL, ERR_USAGE, err);
}

int reader_expect_mapping(const struct reader *reader, const yaml_node_t *node, const char *path, struct err *err)
{
	char key[CONFIG_PATH];

	snprintf(key, sizeof(key), "%.*s", *path ? (int)strlen(path) - 1 : 0, path);
	return document_check_type(&reader->document, node, *key ? key : NULL, YAML_MAPPING_NODE, err);
}

int reader_walk(struct reader *reader, const yaml_node_t *node, const char *path, struct place *place, struct err *err)
{
	int status = reader_expect_mapping(reader, node, path, err);

	if (status < 0)
		return status;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     status == 0 && pair < node->data.mapping.pairs.top; pair++) {
		const char *key;

		status = document_key(&reader->document, node, pair, &key, err);
		if (status == 0)
			status = walk_pair(reader, path, place, pair, key, err);
	}
	return status;
}
