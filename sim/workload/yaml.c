/* SPDX-License-Identifier: MIT */
/* The reader of workload.yaml. It accepts only values that are safe in a shell without quotes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/document.h"
#include "base/nearest.h"
#include "base/option.h"
#include "workload/yaml.h"

enum { REGION_JOB, REGION_BOOT };
static const char *const regions[] = {[REGION_JOB] = "job", [REGION_BOOT] = "boot", NULL};

/* The keys that have one value. */
struct single {
	char *summary;
	int region;
};

static const struct option_row single_rows[] = {
	{.name = "summary",
	 .type = OPTION_STRING,
	 .at = offsetof(struct single, summary),
	 .help = "a line for 'megavm list workloads'"},
	{.name = "region",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct single, region),
	 .def = "job",
	 .allowed = regions,
	 .help = "what the region of interest is"},
};

static const struct option_row size_rows[] = {
	{.name = "memory",
	 .type = OPTION_SIZE,
	 .at = offsetof(struct workload_size, memory_bytes),
	 .min = "64MiB",
	 .max = "1TiB",
	 .def = "1GiB",
	 .help = "the guest's memory"},
	{.name = "disk_free",
	 .type = OPTION_SIZE,
	 .at = offsetof(struct workload_size, disk_free_bytes),
	 .max = "1TiB",
	 .def = "16MiB",
	 .help = "what to leave free on the guest's disk"},
};

enum {
	SINGLE_ROWS = sizeof(single_rows) / sizeof(single_rows[0]),
	SIZE_ROWS = sizeof(size_rows) / sizeof(size_rows[0])
};

static const struct {
	const char *name;
	size_t at;
	const char *item; /* description of one item */
} lists[] = {
	{"packages", offsetof(struct workload, packages), "a package's name"},
	{"programs", offsetof(struct workload, programs), "a path that begins with '/'"},
	{"environment", offsetof(struct workload, environment), "a variable's name"},
};

enum { LISTS = sizeof(lists) / sizeof(lists[0]) };

/* One workload.yaml while it is read. */
struct reader {
	struct document document;
	struct workload *workload;
	struct single single;
	struct workload_size defaults; /* the workload's values for all sizes */
	const yaml_node_t *sizes;      /* read last, after the defaults */
};

static int fail(const struct reader *reader, const yaml_node_t *node, const char *key, struct err *err)
{
	return document_locate(&reader->document, node, key, ERR_USAGE, err);
}

/* Whether the shell takes the text unchanged without quotes, so that nothing needs quoting on the way into the
 * guest. */
static bool is_plain(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/+=@%*-")] == '\0';
}

static bool is_variable(const char *text)
{
	return strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", *text) && *text &&
	       text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

static bool is_item(int list, const char *text)
{
	switch (list) {
	case 0: return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+.-")] == '\0';
	case 1: return *text == '/' && is_plain(text);
	default: return is_variable(text);
	}
}

/* Appends a word to a text of words, which the caller owns. */
static int append(char **text, const char *separator, const char *word, struct err *err)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s", *text, **text ? separator : "", word) < 0)
		return err_memory(err, "a workload");
	free(*text);
	*text = longer;
	return 0;
}

static int read_list(struct reader *reader, int list, const yaml_node_t *node, struct err *err)
{
	char **text = (char **)((char *)reader->workload + lists[list].at);
	int status = document_check_type(&reader->document, node, lists[list].name, YAML_SEQUENCE_NODE, err);

	if (status < 0)
		return status;
	for (const int *index = node->data.sequence.items.start; status == 0 && index < node->data.sequence.items.top;
	     index++) {
		const yaml_node_t *item = document_node(&reader->document, *index);

		status = document_check_scalar(&reader->document, item, lists[list].name, lists[list].item, err);
		if (status == 0 && !is_item(list, document_text(item))) {
			err_set(err, ERR_USAGE, "expected %s, found %s", lists[list].item,
				err_quote(document_text(item)).text);
			status = fail(reader, item, lists[list].name, err);
		}
		if (status == 0)
			status = append(text, " ", document_text(item), err);
	}
	return status;
}

static int read_row(struct reader *reader, const struct option_row *row, void *at, const yaml_node_t *node,
		    const char *key, struct err *err)
{
	char expected[32];
	int status;

	snprintf(expected, sizeof(expected), "a %s", option_type_name(row->type));
	status = document_check_scalar(&reader->document, node, key, expected, err);
	if (status < 0)
		return status;
	status = option_set(row, at, document_text(node), err);
	if (status == 0 && row->type == OPTION_SIZE && *(uint64_t *)((char *)at + row->at) % (1 << 20))
		status = err_set(err, ERR_USAGE, "%s is not a multiple of 1MiB", err_quote(document_text(node)).text);
	return status < 0 ? document_locate(&reader->document, node, key, status, err) : 0;
}

static int read_variable(struct reader *reader, struct workload_size *size, const char *name, const char *key,
			 const yaml_node_t *node, struct err *err)
{
	char line[256];
	int status = document_check_scalar(&reader->document, node, key, "a value", err);

	if (status < 0)
		return status;
	if (!is_plain(document_text(node)) ||
	    snprintf(line, sizeof(line), "%s=%s", name, document_text(node)) >= (int)sizeof(line)) {
		err_set(err, ERR_USAGE, "%s: a value is a word of letters, digits and _.,:/+=@%%*-",
			err_quote(document_text(node)).text);
		return fail(reader, node, key, err);
	}
	return append(&size->variables, "\n", line, err);
}

static int read_size_key(struct reader *reader, struct workload_size *size, const char *key,
			 const yaml_node_pair_t *pair, struct err *err)
{
	const struct option_row *row = option_find(size_rows, SIZE_ROWS, key);
	const yaml_node_t *value = document_node(&reader->document, pair->value);
	struct nearest nearest;
	char path[160];

	snprintf(path, sizeof(path), "sizes.%s.%s", size->name, key);
	if (row)
		return read_row(reader, row, size, value, path, err);
	if (is_variable(key))
		return read_variable(reader, size, key, path, value, err);
	nearest_init(&nearest, key);
	for (int i = 0; i < SIZE_ROWS; i++)
		nearest_offer(&nearest, size_rows[i].name);
	err_set(err, ERR_USAGE, "unknown key %s%s: a size has memory, disk_free, and variables in capitals",
		err_quote(key).text, nearest_hint(&nearest).text);
	return fail(reader, document_node(&reader->document, pair->key), NULL, err);
}

static int read_size(struct reader *reader, const char *name, const yaml_node_pair_t *pair, struct err *err)
{
	const yaml_node_t *node = document_node(&reader->document, pair->value);
	struct workload_size *size = &reader->workload->size[reader->workload->sizes];
	char path[96];
	int status;

	if (!*name || !is_plain(name) || strpbrk(name, "/*") || strlen(name) > 32) {
		err_set(err, ERR_USAGE, "%s is not a valid name for a size", err_quote(name).text);
		return fail(reader, document_node(&reader->document, pair->key), "sizes", err);
	}
	snprintf(path, sizeof(path), "sizes.%s", name);
	status = document_check_type(&reader->document, node, path, YAML_MAPPING_NODE, err);
	if (status < 0)
		return status;
	*size = reader->defaults;
	size->name = strdup(name);
	size->variables = strdup("");
	reader->workload->sizes++;
	if (!size->name || !size->variables)
		return err_memory(err, "a workload");
	for (const yaml_node_pair_t *below = node->data.mapping.pairs.start;
	     status == 0 && below < node->data.mapping.pairs.top; below++) {
		const char *key;

		status = document_key(&reader->document, node, below, &key, err);
		if (status == 0)
			status = read_size_key(reader, size, key, below, err);
	}
	return status;
}

static int read_sizes(struct reader *reader, struct err *err)
{
	const yaml_node_t *node = reader->sizes;
	int status;

	if (!node || node->type != YAML_MAPPING_NODE ||
	    node->data.mapping.pairs.start == node->data.mapping.pairs.top) {
		err_set(err, ERR_USAGE, "%s (a name for each size, with its variables)",
			node ? "expected a mapping with at least one size" : "missing");
		return fail(reader, node, "sizes", err);
	}
	reader->workload->size = calloc((size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start),
					sizeof(struct workload_size));
	if (!reader->workload->size)
		return err_memory(err, "a workload");
	status = 0;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     status == 0 && pair < node->data.mapping.pairs.top; pair++) {
		const char *name;

		status = document_key(&reader->document, node, pair, &name, err);
		if (status == 0)
			status = read_size(reader, name, pair, err);
	}
	return status;
}

static int unknown_key(struct reader *reader, const char *key, const yaml_node_pair_t *pair, struct err *err)
{
	struct nearest nearest;

	nearest_init(&nearest, key);
	nearest_offer(&nearest, "sizes");
	for (int i = 0; i < SINGLE_ROWS; i++)
		nearest_offer(&nearest, single_rows[i].name);
	for (int i = 0; i < SIZE_ROWS; i++)
		nearest_offer(&nearest, size_rows[i].name);
	for (int i = 0; i < LISTS; i++)
		nearest_offer(&nearest, lists[i].name);
	err_set(err, ERR_USAGE, "unknown key %s%s", err_quote(key).text, nearest_hint(&nearest).text);
	return fail(reader, document_node(&reader->document, pair->key), NULL, err);
}

static int read_key(struct reader *reader, const char *key, const yaml_node_pair_t *pair, struct err *err)
{
	const yaml_node_t *value = document_node(&reader->document, pair->value);
	const struct option_row *row = option_find(single_rows, SINGLE_ROWS, key);

	if (row)
		return read_row(reader, row, &reader->single, value, key, err);
	row = option_find(size_rows, SIZE_ROWS, key);
	if (row)
		return read_row(reader, row, &reader->defaults, value, key, err);
	for (int i = 0; i < LISTS; i++)
		if (strcmp(lists[i].name, key) == 0)
			return read_list(reader, i, value, err);
	if (strcmp(key, "sizes") != 0)
		return unknown_key(reader, key, pair, err);
	reader->sizes = value;
	return 0;
}

static int read_root(struct reader *reader, struct err *err)
{
	const yaml_node_t *root = document_root(&reader->document);
	int status;

	if (!root) {
		err_set(err, ERR_USAGE, "empty: a workload has at least a summary and sizes");
		return fail(reader, NULL, NULL, err);
	}
	status = document_check_type(&reader->document, root, NULL, YAML_MAPPING_NODE, err);
	if (status < 0)
		return status;
	for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
	     status == 0 && pair < root->data.mapping.pairs.top; pair++) {
		const char *key;

		status = document_key(&reader->document, root, pair, &key, err);
		if (status == 0)
			status = read_key(reader, key, pair, err);
	}
	if (status == 0)
		status = read_sizes(reader, err);
	if (status < 0 || reader->single.summary)
		return status;
	err_set(err, ERR_USAGE, "missing (%s)", single_rows[0].help);
	return fail(reader, NULL, single_rows[0].name, err);
}

static int set_defaults(struct reader *reader, struct err *err)
{
	const struct section single = {"", single_rows, SINGLE_ROWS, &reader->single},
			     size = {"", size_rows, SIZE_ROWS, &reader->defaults};
	int status = option_defaults(&single, err);

	for (int i = 0; i < LISTS; i++) {
		char *empty = strdup("");

		if (!empty)
			return err_memory(err, "a workload");
		memcpy((char *)reader->workload + lists[i].at, &empty, sizeof(empty));
	}
	return status == 0 ? option_defaults(&size, err) : status;
}

int workload_yaml(struct workload *workload, const char *file, const char *text, size_t size, struct err *err)
{
	struct reader reader = {.workload = workload};
	int status = set_defaults(&reader, err);

	if (status == 0)
		status = document_parse(&reader.document, file, text, size, err);
	if (status < 0)
		return status;
	status = read_root(&reader, err);
	document_free(&reader.document);
	workload->summary = reader.single.summary;
	workload->region_is_boot = reader.single.region == REGION_BOOT;
	return status;
}
