/*
 * The YAML reader: libyaml makes a tree of nodes, which is walked beside the tables. Nothing here knows a key by name, except
 * `sweep`, whose keys are the names of options. An alias stands for the node that its anchor names; `<<` is not a key here.
 */
#include <stdlib.h>
#include <string.h>

#include "config/yaml_reader.h"

int reader_fail(const struct reader *reader, const yaml_node_t *node, const char *key, struct err *err)
{
	return config_locate(reader->tables, reader_mark(node), key, ERR_USAGE, err);
}

struct err_quoted reader_describe(const yaml_node_t *node)
{
	if (node->type == YAML_MAPPING_NODE)
		return (struct err_quoted){"a mapping"};
	if (node->type == YAML_SEQUENCE_NODE)
		return (struct err_quoted){"a list"};
	if (*reader_text(node) == '\0')
		return (struct err_quoted){"nothing"};
	return err_quote(reader_text(node));
}

/* YAML's ways to write nothing. Taken for a value they would surprise: a file named '~'. */
static bool is_null(const yaml_node_t *node)
{
	const char *text = reader_text(node);

	return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 || strcmp(text, "Null") == 0 || strcmp(text, "NULL") == 0);
}

int reader_check_scalar(const struct reader *reader, const yaml_node_t *node, const char *key, const struct option_row *row, struct err *err)
{
	if (node->type != YAML_SCALAR_NODE || is_null(node))
		err_set(err, ERR_USAGE, "expected a %s, found %s", option_type_name(row->type), reader_describe(node).text);
	else if (strlen(reader_text(node)) != node->data.scalar.length)
		err_set(err, ERR_USAGE, "%s has a zero byte behind it", err_quote(reader_text(node)).text);
	else
		return 0;
	return reader_fail(reader, node, key, err);
}

int reader_key(const struct reader *reader, const yaml_node_t *mapping, const yaml_node_pair_t *pair, const char **text, struct err *err)
{
	const yaml_node_t *key = reader_node(reader, pair->key);

	if (key->type != YAML_SCALAR_NODE || strlen(reader_text(key)) != key->data.scalar.length) {
		err_set(err, ERR_USAGE, "a key must be a word, found %s", reader_describe(key).text);
		return reader_fail(reader, key, NULL, err);
	}
	for (const yaml_node_pair_t *before = mapping->data.mapping.pairs.start; before < pair; before++) {
		const yaml_node_t *other = reader_node(reader, before->key);

		if (strcmp(reader_text(other), reader_text(key)) != 0)
			continue;
		err_set(err, ERR_USAGE, "duplicate key %s (first at %d:%d)", err_quote(reader_text(key)).text, reader_mark(other).line, reader_mark(other).column);
		return reader_fail(reader, key, NULL, err);
	}
	*text = reader_text(key);
	return 0;
}

static int set_value(const struct reader *reader, struct place *place, const struct option_row *row, const char *key,
                     const yaml_node_t *value, struct err *err)
{
	int status = reader_check_scalar(reader, value, key, row, err);

	if (status < 0)
		return status;
	status = place_set(place, row, reader_text(value), reader_mark(value), err);
	return status < 0 ? config_locate(reader->tables, reader_mark(value), key, status, err) : 0;
}

static int walk_list(struct reader *reader, int kind, const yaml_node_t *node, struct err *err)
{
	const yaml_node_item_t *items;
	size_t n;
	int status;

	if (node->type != YAML_SEQUENCE_NODE) {
		err_set(err, ERR_USAGE, "expected a list, found %s", reader_describe(node).text);
		return reader_fail(reader, node, config_list_kinds[kind].name, err);
	}
	items = node->data.sequence.items.start;
	n = (size_t)(node->data.sequence.items.top - items);
	status = config_list_init(reader->config, kind, n, reader_mark(node), err);
	for (size_t i = 0; status == 0 && i < n; i++) {
		const yaml_node_t *item = reader_node(reader, items[i]);
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
static int walk_pair(struct reader *reader, const char *path, struct place *place, const yaml_node_pair_t *pair, const char *key, struct err *err)
{
	yaml_node_t *value = reader_node(reader, pair->value);
	char full[CONFIG_PATH], below[CONFIG_PATH];
	const struct option_row *row;
	bool fits = snprintf(full, sizeof(full), "%s%s", path, key) < (int)sizeof(full) - 1 && !strchr(key, '.');
	bool mapping = fits && !place && config_has_below(reader->tables, full);

	row = !fits ? NULL : place ? option_find(place->section.rows, place->section.count, key) : config_find(reader->tables, full, &place);
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
	return reader_fail(reader, reader_node(reader, pair->key), NULL, err);
}

int reader_expect_mapping(const struct reader *reader, const yaml_node_t *node, const char *path, struct err *err)
{
	char key[CONFIG_PATH];

	if (node->type == YAML_MAPPING_NODE)
		return 0;
	snprintf(key, sizeof(key), "%.*s", *path ? (int)strlen(path) - 1 : 0, path);
	err_set(err, ERR_USAGE, "expected a mapping, found %s", reader_describe(node).text);
	return reader_fail(reader, node, *key ? key : NULL, err);
}

int reader_walk(struct reader *reader, const yaml_node_t *node, const char *path, struct place *place, struct err *err)
{
	int status = reader_expect_mapping(reader, node, path, err);

	if (status < 0)
		return status;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; status == 0 && pair < node->data.mapping.pairs.top; pair++) {
		const char *key;

		status = reader_key(reader, node, pair, &key, err);
		if (status == 0)
			status = walk_pair(reader, path, place, pair, key, err);
	}
	return status;
}

/* libyaml tells the place of an unreadable byte as an offset only. */
static struct mark offset_mark(const char *text, size_t size, size_t offset)
{
	struct mark mark = {1, 1};

	for (size_t i = 0; i < offset && i < size; i++) {
		mark.column = text[i] == '\n' ? 1 : mark.column + 1;
		mark.line += text[i] == '\n';
	}
	return mark;
}

static int syntax_error(const struct config_tables *tables, const yaml_parser_t *parser, const char *text, size_t size, struct err *err)
{
	struct mark mark = {(int)parser->problem_mark.line + 1, (int)parser->problem_mark.column + 1};

	if (parser->error == YAML_MEMORY_ERROR)
		return err_memory(err, "the configuration");
	if (parser->error == YAML_READER_ERROR)
		mark = offset_mark(text, size, parser->problem_offset);
	err_set(err, ERR_USAGE, "not YAML: %s%s%s", parser->problem ? parser->problem : "unreadable",
	        parser->context ? ", " : "", parser->context ? parser->context : "");
	return config_locate(tables, mark, NULL, ERR_USAGE, err);
}

static int read_document(struct reader *reader, struct err *err)
{
	yaml_node_t *root = yaml_document_get_root_node(reader->document);
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

/* What follows the first document must be the end. */
static int expect_end(const struct reader *reader, yaml_parser_t *parser, const char *text, size_t size, struct err *err)
{
	const struct config_tables *tables = reader->tables;
	yaml_document_t second;
	yaml_node_t *root;
	struct mark mark;

	if (!yaml_parser_load(parser, &second))
		return syntax_error(tables, parser, text, size, err);
	root = yaml_document_get_root_node(&second);
	mark = root ? reader_mark(root) : (struct mark){0, 0};
	yaml_document_delete(&second);
	if (!root)
		return 0;
	err_set(err, ERR_USAGE, "a second document: a configuration is one");
	return config_locate(tables, mark, NULL, ERR_USAGE, err);
}

static int read_yaml(struct reader *reader, const char *text, size_t size, struct err *err)
{
	yaml_document_t document;
	yaml_parser_t parser;
	int status;

	reader->document = &document;
	if (!yaml_parser_initialize(&parser))
		return err_memory(err, "the YAML reader");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	if (!yaml_parser_load(&parser, &document)) {
		status = syntax_error(reader->tables, &parser, text, size, err);
	} else {
		status = read_document(reader, err);
		if (status == 0)
			status = expect_end(reader, &parser, text, size, err);
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
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
