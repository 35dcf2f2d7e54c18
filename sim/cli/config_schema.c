/* SPDX-License-Identifier: MIT */
/* megavm config --schema: a JSON Schema, so that editors complete and check a configuration as it is written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/config_explain.h"
#include "config/config.h"

/* How the values of a type are written: a pattern of texts, and which bare numbers are values too. */
enum bare { BARE_NONE, BARE_ZERO, BARE_ANY };

static const struct {
	enum option_type type;
	const char *pattern;
	enum bare bare;
} forms[] = {
	{OPTION_COUNT, "^[0-9.]+(e[0-9]+)?$", BARE_ANY},
	{OPTION_REAL, "^[0-9.]+(e-?[0-9]+)?$", BARE_ANY},
	{OPTION_PERCENT, "^[0-9.]+ ?%$", BARE_NONE},
	{OPTION_DURATION, "^(0|[0-9.]+(e[0-9]+)? ?(ns|us|ms|s))$", BARE_ZERO},
	{OPTION_SIZE, "^(0|[0-9.]+(e[0-9]+)? ?(B|KiB|MiB|GiB|TiB))$", BARE_ZERO},
	{OPTION_BANDWIDTH, "^[0-9.]+(e[0-9]+)? ?(bps|Kbps|Mbps|Gbps)$", BARE_NONE},
	{OPTION_SHARE, "^(0|[0-9.]+(e[0-9]+)? ?(%|B|KiB|MiB|GiB|TiB))$", BARE_ZERO},
};

/* A bound of the numbers: the row's, or else `otherwise`. */
static void set_bound(json_t *schema, const char *key, const struct option_row *row, const char *bound,
		      double otherwise)
{
	double number = otherwise;
	struct err ignored;

	if (bound && option_number(row, bound, &number, &ignored) < 0)
		number = otherwise;
	json_object_set_new(schema, key, json_real(number));
}

/* YAML reads a word such as 5.0 without quotes as a number. */
static void add_word(json_t *words, const char *word)
{
	char *end;
	double number = strtod(word, &end);

	json_array_append_new(words, json_string(word));
	if (end != word && *end == '\0')
		json_array_append_new(words, json_real(number));
}

/* Sets "type", and "pattern" or "enum", of one option. */
static void set_form(json_t *schema, const struct option_row *row)
{
	json_t *words = json_array();
	const char *word;

	if (row->type == OPTION_BOOL) {
		json_object_set_new(schema, "type", json_string("boolean"));
	} else if (row->type == OPTION_ENUM) {
		for (int i = 0; (word = option_word(row, i)); i++)
			add_word(words, word);
		json_object_set(schema, "enum", words);
	} else if (row->type == OPTION_STRING) {
		json_object_set_new(schema, "type", json_string("string"));
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (forms[i].type != row->type)
			continue;
		json_object_set_new(schema, "type",
				    forms[i].bare ? json_pack("[s, s]", "string", "number") : json_string("string"));
		json_object_set_new(schema, "pattern", json_string(forms[i].pattern));
		if (forms[i].bare)
			set_bound(schema, "minimum", row, forms[i].bare == BARE_ANY ? row->min : NULL, 0);
		if (forms[i].bare == BARE_ZERO || (forms[i].bare == BARE_ANY && row->max))
			set_bound(schema, "maximum", row, forms[i].bare == BARE_ANY ? row->max : NULL, 0);
	}
	json_decref(words);
}

static json_t *option_schema(const struct option_row *row)
{
	char range[512], *text;
	json_t *schema = json_object();

	option_range(row, range, sizeof(range));
	if (asprintf(&text, "%s%s%s%s", row->help, *range ? " [" : "", range, *range ? "]" : "") < 0) {
		json_decref(schema);
		return NULL;
	}
	json_object_set_new(schema, "description", json_string(text));
	free(text);
	if (row->def && *row->def)
		json_object_set_new(schema, "default", json_string(row->def));
	set_form(schema, row);
	return schema;
}

static bool is_list(const char *name)
{
	return strcmp(name, "vms") == 0 || strcmp(name, "traffic") == 0 || strcmp(name, "events") == 0;
}

/* The properties of the mapping with that name, which is made if it is not there: of a list, those of its items. */
static json_t *properties_below(json_t *properties, const char *name)
{
	json_t *schema = json_object_get(properties, name), *mapping;

	if (schema && json_object_get(schema, "enum")) { /* a word or a mapping: service */
		mapping = json_pack("{s:s, s:{}, s:b}", "type", "object", "properties", "additionalProperties", 0);
		json_object_set_new(properties, name, json_pack("{s:[O, o]}", "anyOf", schema, mapping));
		schema = json_object_get(properties, name);
	}
	if (!schema) {
		schema = json_pack("{s:s, s:{}, s:b}", "type", "object", "properties", "additionalProperties", 0);
		if (is_list(name))
			schema = json_pack("{s:s, s:o}", "type", "array", "items", schema);
		json_object_set_new(properties, name, schema);
	}
	if (json_object_get(schema, "anyOf"))
		schema = json_array_get(json_object_get(schema, "anyOf"), 1);
	else if (json_object_get(schema, "items"))
		schema = json_object_get(schema, "items");
	return json_object_get(schema, "properties");
}

static void add(void *context, const char *name, const struct option_row *row)
{
	json_t *properties = context;
	char word[128];

	while (!config_is_flat(name) && strchr(name, '.')) {
		const size_t length = strcspn(name, ".");

		snprintf(word, sizeof(word), "%.*s", (int)length, name);
		properties = properties_below(properties, word);
		name += length + 1;
	}
	json_object_set_new(properties, name, option_schema(row));
}

int config_schema(struct err *err)
{
	json_t *properties = json_object(), *schema;
	int status = 0;

	config_options(add, properties);
	json_object_set_new(
		properties, "sweep",
		json_pack("{s:s, s:s}", "type", "object", "description",
			  "lists of values, or ranges {from, to, steps, scale}, of any key written in full"));
	schema = json_pack("{s:s, s:s, s:s, s:[s], s:b, s:o}", "$schema",
			   "https://json-schema.org/draft/2020-12/schema", "title", "A configuration of Mega-VM",
			   "type", "object", "required", "vms", "additionalProperties", 0, "properties", properties);
	if (!schema)
		return err_memory(err, "the schema");
	if (json_dumpf(schema, stdout, JSON_INDENT(2)) < 0 || putchar('\n') == EOF)
		status = err_errno(err, ERR_FAILED, "standard output");
	json_decref(schema);
	return status;
}
