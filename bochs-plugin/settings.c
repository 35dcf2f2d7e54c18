/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <stdlib.h>
#include <string.h>

static int text(const json_t *json, const char *key, char **value, struct err *err)
{
	const char *found = json_string_value(json_object_get(json, key));

	if (!found)
		return err_set(err, ERR_FAILED, "'%s' is missing or not a text", key);
	*value = strdup(found);
	return *value ? 0 : err_memory(err, "the settings");
}

static int header(const json_t *json, struct trace_header *header, struct err *err)
{
	char *dumped = json_dumps(json_object_get(json, "header"), JSON_COMPACT);
	int status;

	if (!dumped)
		return err_set(err, ERR_FAILED, "'header' is missing or not an object");
	status = trace_header_parse(header, dumped, strlen(dumped), err);
	free(dumped);
	return status;
}

static int number(const json_t *json, const char *key, uint64_t *value, struct err *err)
{
	const json_t *found = json_object_get(json, key);

	if (!json_is_integer(found) || json_integer_value(found) < 1)
		return err_set(err, ERR_FAILED, "'%s' is missing or not a positive number", key);
	*value = (uint64_t)json_integer_value(found);
	return 0;
}

static int read_all(const json_t *json, struct settings *settings, struct err *err)
{
	uint64_t level = 0;
	int status;

	if ((status = header(json, &settings->header, err)) < 0 ||
	    (json_object_get(json, "trace") && (status = text(json, "trace", &settings->trace, err)) < 0) ||
	    (status = text(json, "outcome", &settings->outcome, err)) < 0 ||
	    (status = text(json, "label", &settings->label, err)) < 0 ||
	    (status = number(json, "ips", &settings->ips, err)) < 0 ||
	    (status = number(json, "level", &level, err)) < 0 ||
	    (status = number(json, "machine_bytes", &settings->machine_bytes, err)) < 0)
		return status;
	settings->emulation = json_incref(json_object_get(json, "emulation"));
	settings->level = (int)level;
	settings->instructions = (uint64_t)json_integer_value(json_object_get(json, "instructions"));
	settings->quiet = json_is_true(json_object_get(json, "quiet"));
	settings->job = json_is_true(json_object_get(json, "job"));
	settings->region_from_start = json_is_true(json_object_get(json, "region_from_start"));
	return 0;
}

int settings_read(const char *path, struct settings *settings, struct err *err)
{
	json_error_t where;
	json_t *json = json_load_file(path, 0, &where);
	int status;

	*settings = (struct settings){0};
	if (!json)
		return err_set(err, ERR_FAILED, "%s:%d: %s", path, where.line, where.text);
	status = read_all(json, settings, err);
	json_decref(json);
	if (status < 0) {
		err_prefix(err, "%s", path);
		settings_free(settings);
	}
	return status;
}

void settings_free(struct settings *settings)
{
	free(settings->trace);
	free(settings->outcome);
	free(settings->label);
	json_decref(settings->emulation);
	trace_header_free(&settings->header);
	*settings = (struct settings){0};
}
