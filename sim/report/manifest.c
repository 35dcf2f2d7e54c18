/* SPDX-License-Identifier: MIT */
#include "report/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/command_line.h"
#include "base/units.h"
#include "base/version.h"
#include "trace/digest.h"

static json_t *find(const json_t *files, const char *path)
{
	json_t *file;
	size_t i;

	json_array_foreach(files, i,
			   file) if (strcmp(json_string_value(json_object_get(file, "path")), path) == 0) return file;
	return NULL;
}

const char *manifest_digest(const json_t *files, const char *path)
{
	return json_string_value(json_object_get(find(files, path), "digest"));
}

int manifest_add_file(json_t *files, const char *path, struct err *err)
{
	char digest[TRACE_DIGEST_TEXT];
	int status = find(files, path) ? 1 : trace_digest(path, digest, err);

	if (status == 0 && json_array_append_new(files, json_pack("{s:s, s:s}", "path", path, "digest", digest)) < 0)
		status = err_set(err, ERR_FAILED, "%s: out of memory, or the name is not UTF-8, which JSON requires",
				 path);
	return status < 0 ? status : 0;
}

int manifest_traces(const struct config *config, const json_t *known, json_t **traces, struct err *err)
{
	int status = 0;

	*traces = json_array();
	if (!*traces)
		return err_memory(err, "a manifest");
	for (size_t i = 0; i < config->vm_count && engine_of(config)->replays && status == 0; i++) {
		const char *path = config->vms[i].trace;
		json_t *file = find(known, path);

		if (!file)
			status = manifest_add_file(*traces, path, err);
		else if (!find(*traces, path) && json_array_append(*traces, file) < 0)
			status = err_memory(err, "a manifest");
	}
	if (status < 0)
		json_decref(*traces);
	return status;
}

struct tree {
	json_t *root;
	bool failed; /* memory is out, or a text is not UTF-8 */
};

static bool is_index(const char *word)
{
	return *word >= '0' && *word <= '9';
}

/* The child of that name, or NULL. */
static json_t *child(json_t *parent, const char *word)
{
	return json_is_array(parent) ? json_array_get(parent, (size_t)atol(word)) : json_object_get(parent, word);
}

static void add_child(struct tree *tree, json_t *parent, const char *word, json_t *json)
{
	if ((json_is_array(parent) ? json_array_append_new(parent, json) : json_object_set_new(parent, word, json)) < 0)
		tree->failed = true;
}

/* Stores one value under its dotted name. List indices are part of the name and arrive in order. */
static void put_value(void *context, const char *name, const char *text)
{
	struct tree *tree = context;
	json_t *at = tree->root;
	char path[CONFIG_KEYS], *rest = path, *word;

	if (config_is_flat(name)) {
		add_child(tree, at, name, json_string(text));
		return;
	}
	*stpncpy(path, name, sizeof(path) - 1) = '\0';
	while ((word = strsep(&rest, ".")) && rest && !tree->failed) {
		if (!child(at, word))
			add_child(tree, at, word, is_index(rest) ? json_array() : json_object());
		at = child(at, word);
	}
	if (!tree->failed)
		add_child(tree, at, word, json_string(text));
}

/* The values of one axis; for keys that change together, a list for each position. */
static json_t *axis_json(const struct config_sweep *sweep)
{
	char from[OPTION_TEXT];
	json_t *json;
	int failed = 0;

	if (!sweep->value_count)
		return json_pack("{s:s, s:s, s:s, s:s}", "from", sweep->from, "to", sweep->to, "steps",
				 count_text(sweep->steps, from), "scale", sweep->scale == SCALE_LOG ? "log" : "linear");
	json = json_array();
	for (size_t i = 0; i < sweep->value_count; i++) {
		json_t *position = sweep->key_count > 1 ? json_array() : json;

		for (size_t k = 0; k < sweep->key_count; k++)
			failed |= json_array_append_new(position, json_string(sweep->values[i * sweep->key_count + k]));
		if (position != json)
			failed |= json_array_append_new(json, position);
	}
	if (!failed)
		return json;
	json_decref(json);
	return NULL;
}

static void put_sweep(struct tree *tree, const struct config *config)
{
	json_t *json = json_object();
	char name[CONFIG_KEYS];

	for (size_t i = 0; i < config->sweep_count; i++)
		add_child(tree, json, config_sweep_name(&config->sweep[i], name), axis_json(&config->sweep[i]));
	add_child(tree, tree->root, "sweep", json);
}

static int config_json(const struct config *config, json_t **json, struct err *err)
{
	struct tree tree = {.root = json_object()};

	config_values(config, put_value, &tree);
	if (config->sweep_count)
		put_sweep(&tree, config);
	*json = tree.root;
	if (!tree.failed)
		return 0;
	json_decref(tree.root);
	return err_set(err, ERR_FAILED,
		       "the configuration cannot be written as JSON: out of memory, or a text in it is not UTF-8");
}

/* JSON readers take integers up to 2^63 - 1; a larger seed is written as text. */
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
	*manifest = json_pack("{s:s, s:s, s:o, s:s, s:o, s:O}", "version", megavm_version, "comment", config->comment,
			      "seed", seed_json(config->seed), "fault_costs", config->fault_costs, "configuration",
			      configuration, "traces", traces);
	return *manifest ? 0 : err_memory(err, "a manifest");
}

const char *manifest_fault_costs(const json_t *manifest)
{
	return json_string_value(json_object_get(manifest, "fault_costs"));
}

int manifest_sign(json_t *manifest, struct err *err)
{
	const char *command = command_line_text();
	char date[COMMAND_LINE_DATE];
	int status = command_line_date(date, err);

	if (status < 0)
		return status;
	if ((command && json_object_set_new(manifest, "command", json_string(command)) < 0) ||
	    json_object_set_new(manifest, "date", json_string(date)) < 0)
		return err_set(err, ERR_FAILED,
			       "the command cannot be written as JSON: out of memory, or a word of it is not UTF-8");
	return 0;
}

int manifest_of_command(const struct config *config, json_t **manifest, struct err *err)
{
	json_t *traces = NULL;
	int status = manifest_traces(config, NULL, &traces, err);

	*manifest = NULL;
	if (status == 0)
		status = manifest_make(config, traces, manifest, err);
	json_decref(traces);
	if (status == 0 && (status = manifest_sign(*manifest, err)) < 0) {
		json_decref(*manifest);
		*manifest = NULL;
	}
	return status;
}
