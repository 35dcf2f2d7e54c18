#include "report/manifest.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/units.h"
#include "base/version.h"
#include "trace/digest.h"

static bool is_listed(const json_t *traces, const char *path)
{
	const json_t *trace;
	size_t i;

	json_array_foreach(traces, i, trace)
		if (strcmp(json_string_value(json_object_get(trace, "path")), path) == 0)
			return true;
	return false;
}

static int list(json_t *traces, const char *path, struct err *err)
{
	char digest[TRACE_DIGEST_TEXT];
	int status = trace_digest(path, digest, err);

	if (status == 0 && json_array_append_new(traces, json_pack("{s:s, s:s}", "path", path, "digest", digest)) < 0)
		status = err_set(err, ERR_FAILED, "%s: memory is out, or the name is not UTF-8, as JSON needs it", path);
	return status;
}

int manifest_traces(const struct config *config, json_t **traces, struct err *err)
{
	int status = 0;

	*traces = json_array();
	if (!*traces)
		return err_memory(err, "a manifest");
	for (size_t i = 0; i < config->vm_count && status == 0; i++)
		if (!is_listed(*traces, config->vms[i].trace))
			status = list(*traces, config->vms[i].trace, err);
	if (status < 0)
		json_decref(*traces);
	return status;
}

/* A node of YAML as JSON: mappings and sequences as they are, every scalar a string. NULL when memory ran out. */
static json_t *node_json(yaml_document_t *document, const yaml_node_t *node)
{
	json_t *json;
	int failed = 0;

	if (node->type == YAML_SCALAR_NODE)
		return json_stringn((const char *)node->data.scalar.value, node->data.scalar.length);
	if (node->type == YAML_SEQUENCE_NODE) {
		json = json_array();
		for (yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
			failed |= json_array_append_new(json, node_json(document, yaml_document_get_node(document, *item)));
	} else {
		json = json_object();
		for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
			const yaml_node_t *key = yaml_document_get_node(document, pair->key);

			failed |= json_object_set_new(json, (const char *)key->data.scalar.value,
			                              node_json(document, yaml_document_get_node(document, pair->value)));
		}
	}
	if (!failed)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *text_json(const char *text, size_t size)
{
	yaml_parser_t parser;
	yaml_document_t document;
	json_t *json = NULL;

	if (!yaml_parser_initialize(&parser))
		return NULL;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	if (yaml_parser_load(&parser, &document)) {
		json = node_json(&document, yaml_document_get_root_node(&document));
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	return json;
}

/* By way of what config_print writes, so that there is one account of what belongs to a configuration. */
static int config_json(const struct config *config, json_t **json, struct err *err)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int status;

	if (!to)
		return err_memory(err, "a manifest");
	status = config_print(config, to, err);
	if (fclose(to) != 0 && status == 0)
		status = err_memory(err, "a manifest");
	if (status == 0) {
		*json = text_json(text, size);
		if (!*json)
			status = err_memory(err, "a manifest");
	}
	free(text);
	return status;
}

/* JSON's readers take integers up to 2^63 - 1; a larger seed is told as text. */
static json_t *seed_json(uint64_t seed)
{
	char text[UNITS_TEXT];

	return seed <= INT64_MAX ? json_integer((json_int_t)seed) : json_string(count_text(seed, text));
}

int manifest_make(const struct config *config, json_t *traces, json_t **manifest, struct err *err)
{
	json_t *configuration = NULL;
	int status = config_json(config, &configuration, err);

	if (status < 0)
		return status;
	*manifest = json_pack("{s:s, s:o, s:o, s:O}", "version", megavm_version, "seed", seed_json(config->seed), "configuration", configuration,
	                      "traces", traces);
	return *manifest ? 0 : err_memory(err, "a manifest");
}
