/* SPDX-License-Identifier: MIT */
/* Reading `sweep`: a mapping from keys, or several keys with commas between them, to lists of values or to a range. */
#include <stdlib.h>
#include <string.h>

#include "config/yaml_sweep.h"

static int add_value(const struct reader *reader, struct config_sweep *sweep, size_t at, const yaml_node_t *node,
		     struct err *err)
{
	size_t k = at % sweep->key_count;
	int status = reader_check_scalar(reader, node, sweep->keys[k], sweep->rows[k], err);

	if (status < 0)
		return status;
	status = sweep_check_value(sweep->rows[k], document_text(node), err);
	if (status < 0)
		return config_locate(reader->tables, reader_mark(node), sweep->keys[k], status, err);
	sweep->values[at] = strdup(document_text(node));
	return sweep->values[at] ? 0 : err_memory(err, "a sweep");
}

/* One position of an axis: a value, or a list of one for each key. */
static int add_position(const struct reader *reader, struct config_sweep *sweep, size_t position,
			const yaml_node_t *node, struct err *err)
{
	const yaml_node_item_t *items = node->data.sequence.items.start;
	size_t n;
	int status = 0;

	if (sweep->key_count == 1)
		return add_value(reader, sweep, position, node, err);
	n = node->type == YAML_SEQUENCE_NODE ? (size_t)(node->data.sequence.items.top - items) : 0;
	if (node->type != YAML_SEQUENCE_NODE)
		err_set(err, ERR_USAGE, "expected a list of %zu values, one for each key, found %s", sweep->key_count,
			document_describe(node).text);
	else if (n != sweep->key_count)
		err_set(err, ERR_USAGE, "expected %zu values, one for each key, found %zu", sweep->key_count, n);
	if (n != sweep->key_count) {
		char name[CONFIG_KEYS];

		return document_locate(&reader->document, node, config_sweep_name(sweep, name), ERR_USAGE, err);
	}
	for (size_t k = 0; status == 0 && k < n; k++)
		status = add_value(reader, sweep, position * n + k, document_node(&reader->document, items[k]), err);
	return status;
}

static int read_values(const struct reader *reader, struct config_sweep *sweep, const char *name,
		       const yaml_node_t *node, struct err *err)
{
	const yaml_node_item_t *items = node->data.sequence.items.start;
	size_t n = (size_t)(node->data.sequence.items.top - items);
	int status = 0;

	if (n == 0) {
		err_set(err, ERR_USAGE, "an empty list");
		return document_locate(&reader->document, node, name, ERR_USAGE, err);
	}
	sweep->values = calloc(n * sweep->key_count, sizeof(*sweep->values));
	if (!sweep->values)
		return err_memory(err, "a sweep");
	sweep->value_count = n;
	for (size_t i = 0; status == 0 && i < n; i++)
		status = add_position(reader, sweep, i, document_node(&reader->document, items[i]), err);
	return status;
}

static int read_range(struct reader *reader, struct config_sweep *sweep, const char *name, const yaml_node_t *node,
		      struct err *err)
{
	struct mark given[8] = {0};
	struct place place = {.at = reader_mark(node), .given = given};
	int status;

	if (sweep->key_count > 1) {
		err_set(err, ERR_USAGE, "keys that change together have no ranges: list their values");
		return document_locate(&reader->document, node, name, ERR_USAGE, err);
	}
	if (snprintf(place.prefix, sizeof(place.prefix), "sweep.%s.", name) >= (int)sizeof(place.prefix))
		return err_set(err, ERR_FAILED, "%s: too long a name to sweep", name);
	place.section = (struct section){place.prefix, config_range_part.rows, config_range_part.count, sweep};
	status = option_defaults(&place.section, err);
	if (status == 0)
		status = reader_walk(reader, node, place.prefix, &place, err);
	if (status == 0)
		status = place_complete(reader->tables, &place, err);
	if (status < 0)
		return status;
	status = sweep_check_range(sweep, err);
	return status < 0 ? config_locate(reader->tables, reader_mark(node), name, status, err) : 0;
}

/* Whether an axis, this one or one before it, has the key already. */
static bool is_swept(const struct config *config, const char *key)
{
	for (size_t i = 0; i < config->sweep_count; i++)
		for (size_t k = 0; k < config->sweep[i].key_count; k++)
			if (strcmp(config->sweep[i].keys[k], key) == 0)
				return true;
	return false;
}

static int add_key(struct reader *reader, struct config_sweep *sweep, const char *key, struct err *err)
{
	struct config_target target;
	int status;

	if (is_swept(reader->config, key))
		return err_set(err, ERR_USAGE, "%s is swept twice", err_quote(key).text);
	if (strcmp(key, "seed") == 0 || strcmp(key, "repeat") == 0 || strcmp(key, "repeats") == 0 ||
	    strcmp(key, "engine") == 0)
		return err_set(err, ERR_USAGE, "%s cannot be swept ('repeats: N' runs each point N times)",
			       err_quote(key).text);
	status = config_resolve(reader->tables, key, &target, err);
	if (status < 0)
		return status;
	sweep->keys[sweep->key_count] = strdup(key);
	if (!sweep->keys[sweep->key_count])
		return err_memory(err, "a sweep");
	sweep->rows[sweep->key_count++] = target.row;
	return 0;
}

/* "fabric.preset, fault.exit" */
static int split_keys(struct reader *reader, struct config_sweep *sweep, const yaml_node_t *node, struct err *err)
{
	char text[CONFIG_KEYS], *rest = text, *word;
	size_t words = 1;
	int status = 0;

	if (snprintf(text, sizeof(text), "%s", document_text(node)) >= (int)sizeof(text))
		return err_set(err, ERR_USAGE, "%s: more keys than can change together",
			       err_quote(document_text(node)).text);
	for (const char *at = text; *at; at++)
		words += *at == ',';
	sweep->keys = calloc(words, sizeof(*sweep->keys));
	sweep->rows = calloc(words, sizeof(*sweep->rows));
	if (!sweep->keys || !sweep->rows)
		return err_memory(err, "a sweep");
	while (status == 0 && (word = strsep(&rest, ","))) {
		word += strspn(word, " \t");
		word[strcspn(word, " \t")] = '\0';
		status = add_key(reader, sweep, word, err);
	}
	return status;
}

static int read_axis(struct reader *reader, struct config_sweep *sweep, const yaml_node_pair_t *pair, struct err *err)
{
	const yaml_node_t *key = document_node(&reader->document, pair->key),
			  *value = document_node(&reader->document, pair->value);
	char name[CONFIG_KEYS];
	int status = split_keys(reader, sweep, key, err);

	if (status < 0)
		return config_locate(reader->tables, reader_mark(key), "sweep", status, err);
	config_sweep_name(sweep, name);
	if (value->type == YAML_SEQUENCE_NODE)
		return read_values(reader, sweep, name, value, err);
	if (value->type == YAML_MAPPING_NODE)
		return read_range(reader, sweep, name, value, err);
	err_set(err, ERR_USAGE, "expected a list of values or {from, to, steps, scale}, found %s",
		document_describe(value).text);
	return document_locate(&reader->document, value, name, ERR_USAGE, err);
}

int reader_sweep(struct reader *reader, struct err *err)
{
	const yaml_node_t *node = reader->sweep;
	struct config *config = reader->config;
	int status = reader_expect_mapping(reader, node, "sweep.", err);

	if (status < 0)
		return status;
	config->sweep = calloc((size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start) + 1,
			       sizeof(*config->sweep));
	if (!config->sweep)
		return err_memory(err, "a sweep");
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     status == 0 && pair < node->data.mapping.pairs.top; pair++) {
		const char *key;

		status = document_key(&reader->document, node, pair, &key, err);
		if (status == 0)
			status = read_axis(reader, &config->sweep[config->sweep_count++], pair, err);
	}
	return status;
}
