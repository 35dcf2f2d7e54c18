/* SPDX-License-Identifier: MIT */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/tables.h"
#include "trace/format.h"

static void place_list_free(struct place_list *list)
{
	for (size_t i = 0; list->places && i < list->count; i++)
		option_free(&list->places[i].section);
	free(list->places);
	free(list->marks);
}

static int family_length(const struct config_family *family)
{
	int n = 0;

	while (family->name(n))
		n++;
	return n;
}

static int parts_allocate(struct config_tables *tables, struct err *err)
{
	size_t places = 0, marks = 0;

	for (const struct config_part *part = config_parts; part->prefix; part++)
		places++, marks += part->count;
	for (const struct config_family *family = tables->families; family->key; family++)
		for (int i = 0; family->name(i); i++)
			places++, marks += family->params(i).count;
	return place_list_init(&tables->parts, places, marks, err);
}

/* The parameter structs of one registry, and a place for each. */
static int family_init(struct config *config, const struct config_family *family, struct place **place,
		       struct mark **marks, struct err *err)
{
	int n = family_length(family), status = 0;
	void **structs = calloc((size_t)n + 1, sizeof(*structs));

	if (!structs)
		return err_memory(err, "the configuration");
	memcpy((char *)config + family->params_at, &structs, sizeof(structs));
	for (int i = 0; status == 0 && i < n; i++) {
		struct config_params params = family->params(i);
		struct section section = {.rows = params.rows, .count = params.count};

		if (params.count == 0)
			continue;
		section.at = structs[i] = calloc(1, params.size);
		if (!section.at)
			return err_memory(err, "the parameters of a policy");
		snprintf((*place)->prefix, sizeof((*place)->prefix), "%s.%s.", family->key, family->name(i));
		status = place_init((*place)++, section, *marks, err);
		*marks += params.count;
	}
	return status;
}

static int parts_init(struct config *config, struct err *err)
{
	struct place *place = config->tables->parts.places;
	struct mark *marks = config->tables->parts.marks;
	int status = 0;

	for (const struct config_part *part = config_parts; status == 0 && part->prefix; part++) {
		snprintf(place->prefix, sizeof(place->prefix), "%s", part->prefix);
		status = place_init(place++, (struct section){NULL, part->rows, part->count, (char *)config + part->at},
				    marks, err);
		marks += part->count;
	}
	for (const struct config_family *family = config->tables->families; status == 0 && family->key; family++)
		status = family_init(config, family, &place, &marks, err);
	return status;
}

int config_init(struct config *config, const char *file, const struct config_family *families, struct err *err)
{
	int status;

	*config = (struct config){0};
	config->tables = calloc(1, sizeof(*config->tables));
	if (!config->tables)
		return err_memory(err, "the configuration");
	config->tables->families = families;
	config->tables->presets = &config->tables->own_presets;
	config->tables->file = strdup(file);
	status = config->tables->file ? parts_allocate(config->tables, err) : err_memory(err, "a file's name");
	if (status == 0)
		status = parts_init(config, err);
	if (status < 0)
		config_free(config);
	return status;
}

static void families_free(struct config *config)
{
	for (const struct config_family *family = config->tables->families; family->key; family++) {
		void **structs;

		memcpy(&structs, (char *)config + family->params_at, sizeof(structs));
		for (int i = 0; structs && family->name(i); i++)
			free(structs[i]);
		free(structs);
	}
}

void config_free(struct config *config)
{
	if (!config->tables)
		return;
	place_list_free(&config->tables->parts);
	for (int i = 0; i < CONFIG_LISTS; i++)
		place_list_free(&config->tables->lists[i]);
	families_free(config);
	option_free(&(struct section){"", network_rows, NETWORK_ROWS, &config->donors.store});
	free(config->vms);
	free(config->traffic);
	free(config->events);
	for (size_t i = 0; i < config->sweep_count; i++)
		sweep_free(&config->sweep[i]);
	free(config->sweep);
	preset_cache_free(&config->tables->own_presets);
	free(config->comment);
	free(config->tables->file);
	free(config->tables);
	*config = (struct config){0};
}

static int read_text(const struct config_text *text, const char *const *sets, size_t n, struct preset_cache *presets,
		     struct config *config, struct err *err)
{
	int status = config_init(config, text->name, config_families, err);

	if (status < 0)
		return status;
	if (presets)
		config->tables->presets = presets;
	status = config_yaml(config, text->text, text->size, !presets, err);
	if (status == 0)
		status = config_comment(config, text->text, text->size, err);
	for (size_t i = 0; status == 0 && i < n; i++)
		status = config_set(config, sets[i], err);
	if (status == 0)
		status = config_find_paths(config, err);
	if (status == 0)
		status = config_finish(config, err);
	if (status < 0)
		config_free(config);
	return status;
}

int config_read_text(const struct config_text *text, const char *const *sets, size_t n, struct config *config,
		     struct err *err)
{
	return read_text(text, sets, n, NULL, config, err);
}

int config_read_point(const struct config_text *text, const char *const *sets, size_t n, struct preset_cache *presets,
		      struct config *config, struct err *err)
{
	return read_text(text, sets, n, presets, config, err);
}

int config_read(const char *path, const char *const *sets, size_t n, struct config *config, struct err *err)
{
	size_t size;
	char *text;
	int status = config_slurp(path, &text, &size, err);

	*config = (struct config){0};
	if (status == 0 && size >= TRACE_MAGIC_BYTES && trace_version(text))
		status = err_set(err, ERR_USAGE,
				 "%s: a trace, not a configuration: a configuration names it (vms: [{trace: %s}]), and "
				 "'megavm curve' takes it as it is",
				 config_file_name(path), config_file_name(path));
	if (status == 0)
		status = config_read_text(&(struct config_text){config_file_name(path), text, size}, sets, n, config,
					  err);
	free(text);
	return status;
}

bool config_vm_ends(const struct config_vm *vm, enum config_action action)
{
	return action == ACTION_FAIL || (action == ACTION_LEAVE && vm->on_leave != ON_LEAVE_STAY);
}

bool config_vm_restarts(const struct config_vm *vm, enum config_action action)
{
	return (action == ACTION_FAIL && vm->on_failure == ON_FAILURE_RESTART) ||
	       (action == ACTION_LEAVE && vm->on_leave == ON_LEAVE_RESTART);
}

uint64_t config_restarts(const struct config *config)
{
	uint64_t most = 0;

	for (size_t i = 0; i < config->event_count; i++)
		for (size_t j = 0; j < config->vm_count; j++)
			most += config_vm_restarts(&config->vms[j], config->events[i].action) ? config->vms[j].count
											      : 0;
	return most;
}
