/* SPDX-License-Identifier: MIT */
/* The names of options: what "fabric.latency", "vms.local" and "vms.0.local" refer to, and the error for an unknown
 * name. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "config/tables.h"

static void each_row(const char *prefix, const struct option_row *rows, size_t count,
		     void (*visit)(void *, const char *, const struct option_row *), void *context)
{
	char name[CONFIG_PATH];

	for (size_t i = 0; i < count; i++) {
		if (strcmp(prefix, "service.") == 0 && !config_service_has(rows[i].name))
			continue;
		snprintf(name, sizeof(name), "%s%s", prefix, rows[i].name);
		visit(context, name, &rows[i]);
	}
}

void config_each(const struct config_family *families,
		 void (*visit)(void *context, const char *name, const struct option_row *row), void *context)
{
	char prefix[CONFIG_PATH];

	for (const struct config_part *part = config_parts; part->prefix; part++)
		each_row(part->prefix, part->rows, part->count, visit, context);
	for (const struct config_family *family = families; family->key; family++)
		for (int i = 0; family->name(i); i++) {
			snprintf(prefix, sizeof(prefix), "%s.%s.", family->key, family->name(i));
			each_row(prefix, family->params(i).rows, family->params(i).count, visit, context);
		}
	for (int i = 0; i < CONFIG_LISTS; i++) {
		snprintf(prefix, sizeof(prefix), "%s.", config_list_kinds[i].name);
		each_row(prefix, config_list_kinds[i].rows, config_list_kinds[i].count, visit, context);
	}
}

void config_options(void (*visit)(void *context, const char *name, const struct option_row *row), void *context)
{
	config_each(config_families, visit, context);
}

const struct option_row *config_find(const struct config_tables *tables, const char *name, struct place **place)
{
	const struct place_list *parts = &tables->parts;

	for (size_t i = 0; i < parts->count; i++) {
		const struct section *section = &parts->places[i].section;
		size_t length = section->count ? strlen(section->prefix) : 0;
		const struct option_row *row = NULL;

		if (section->count && strncmp(name, section->prefix, length) == 0)
			row = option_find(section->rows, section->count, name + length);
		if (row) {
			*place = &parts->places[i];
			return row;
		}
	}
	return NULL;
}

bool config_is_flat(const char *name)
{
	return strncmp(name, "prefetch.", 9) == 0;
}

/* Called for every mapping of a file, so it compares prefixes and creates no names. */
bool config_has_below(const struct config_tables *tables, const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < tables->parts.count; i++) {
		const char *prefix = tables->parts.places[i].prefix;

		if (strncmp(prefix, path, length) == 0 && prefix[length] == '.')
			return true;
	}
	for (int i = 0; i < CONFIG_LISTS; i++)
		if (strcmp(config_list_kinds[i].name, path) == 0)
			return true;
	return false;
}

/* The keys of one mapping, or (level false) all names in full. */
struct candidates {
	const char *path;
	bool level;
	struct nearest nearest;
	char allowed[512], last[CONFIG_PATH];
};

static void offer(void *context, const char *name, const struct option_row *row)
{
	struct candidates *candidates = context;
	size_t length = strlen(candidates->path);
	char key[CONFIG_PATH];

	(void)row;
	if (strncmp(name, candidates->path, length) != 0)
		return;
	snprintf(key, sizeof(key), "%s", name);
	if (candidates->level)
		key[length + strcspn(name + length, ".")] = '\0';
	nearest_offer(&candidates->nearest, candidates->level ? key + length : key);
	if (strcmp(key, candidates->last) != 0) {
		size_t used = strlen(candidates->allowed);

		snprintf(candidates->allowed + used, sizeof(candidates->allowed) - used, "%s%s", used ? ", " : "",
			 key + length);
		memcpy(candidates->last, key, sizeof(key));
	}
}

int config_unknown(const struct config_tables *tables, const char *path, const struct place *place, const char *key,
		   struct err *err)
{
	struct candidates candidates = {.path = path, .level = true};
	char full[2 * CONFIG_PATH];

	snprintf(full, sizeof(full), "%s%s", path, key);
	nearest_init(&candidates.nearest, key);
	if (place)
		each_row(path, place->section.rows, place->section.count, offer, &candidates);
	else
		config_each(tables->families, offer, &candidates);
	if (!*path && !place)
		offer(&candidates, "sweep", NULL);
	if (candidates.nearest.best[0])
		return err_set(err, ERR_USAGE, "unknown key %s%s", err_quote(full).text,
			       nearest_hint(&candidates.nearest).text);
	return err_set(err, ERR_USAGE, "unknown key %s (allowed: %s)", err_quote(full).text, candidates.allowed);
}

static int unknown_name(const struct config_tables *tables, const char *name, struct err *err)
{
	struct candidates candidates = {.path = "", .level = false};

	nearest_init(&candidates.nearest, name);
	config_each(tables->families, offer, &candidates);
	if (candidates.nearest.best[0])
		return err_set(err, ERR_USAGE, "unknown key %s%s", err_quote(name).text,
			       nearest_hint(&candidates.nearest).text);
	return err_set(err, ERR_USAGE, "unknown key %s ('megavm list options' lists them)", err_quote(name).text);
}

/* Resolves a name of a list: "vms.local" means every item, "vms.0.local" one. */
static int resolve_item(const struct config_tables *tables, int kind, const char *name, struct config_target *target,
			struct err *err)
{
	const struct config_list_kind *what = &config_list_kinds[kind];
	const struct place_list *list = &tables->lists[kind];
	const char *rest = name + strlen(what->name) + 1;
	bool one = isdigit((unsigned char)*rest);
	unsigned long long i = 0;
	char *end;

	if (one) {
		i = strtoull(
			rest, &end,
			10); /* what is too large for it becomes its largest value, which is out of range as well */
		rest = *end == '.' ? end + 1 : "";
	}
	target->row = option_find(what->rows, what->count, rest);
	if (!target->row)
		return unknown_name(tables, name, err);
	if (list->count == 0)
		return err_set(err, ERR_USAGE, "the configuration has no %s", what->name);
	if (i >= list->count)
		return err_set(err, ERR_USAGE, "there is no %s.%llu (0 to %zu)", what->name, i, list->count - 1);
	target->places = &list->places[i];
	target->count = one ? 1 : list->count;
	return 0;
}

int config_resolve(const struct config_tables *tables, const char *name, struct config_target *target, struct err *err)
{
	target->row = config_find(tables, name, &target->places);
	target->count = 1;
	if (target->row)
		return 0;
	for (int i = 0; i < CONFIG_LISTS; i++) {
		size_t length = strlen(config_list_kinds[i].name);

		if (strncmp(name, config_list_kinds[i].name, length) == 0 && name[length] == '.')
			return resolve_item(tables, i, name, target, err);
	}
	return unknown_name(tables, name, err);
}
