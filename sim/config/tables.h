/* SPDX-License-Identifier: MIT */
/*
 * Private to config/: the tables that make up the configuration, and what the reader knows of each value.
 *
 *   parts      one struct each in struct config: "fault.", "fabric."...
 *   families   the registries: a part for every entry that has parameters: "policies.arc."
 *   lists      a part for every item: "vms.0."
 */
#ifndef CONFIG_TABLES_H
#define CONFIG_TABLES_H

#include <stdbool.h>

#include "config/config.h"
#include "config/preset.h"

enum { CONFIG_PATH = 96 }; /* room for the longest key: "prefetchers.NAME.PARAMETER" */

struct config_part {
	const char *prefix;
	const struct option_row *rows;
	size_t count;
	size_t at; /* offset of the struct in struct config */
};

enum { LIST_VMS, LIST_TRAFFIC, LIST_EVENTS, CONFIG_LISTS };

struct config_list_kind {
	const char *name;
	const struct option_row *rows;
	size_t count;
	size_t item_size;
	size_t items_at, count_at; /* offsets of the array's pointer and its length in struct config */
};

/* The parameters of one entry of a registry. */
struct config_params {
	const struct option_row *rows; /* NULL: it has none */
	size_t count, size;            /* rows, and bytes of the struct that they fill */
};

/* What a registry adds to the configuration. */
struct config_family {
	const char *key;            /* the mapping at the top of the YAML */
	size_t params_at;           /* offset in struct config of the array of pointers to parameter structs */
	const char *(*name)(int i); /* the i-th entry, NULL beyond the last */
	struct config_params (*params)(int i);
};

extern const struct config_part config_parts[];    /* ended by a NULL prefix */
extern const struct config_part config_range_part; /* a range in `sweep`; at: in struct config_sweep */
extern const struct config_list_kind config_list_kinds[CONFIG_LISTS];
extern const struct config_family config_families[]; /* ended by a NULL key */

/* Where something was written. */
struct mark {
	int line, column; /* from 1; line 0: nowhere */
};
enum { MARK_SET = -1, MARK_DERIVED = -2 }; /* in place of a line: by --set; from a preset or another key */

/* One struct, its rows, and where each row's value was written. */
struct place {
	char prefix[CONFIG_PATH];
	struct section section;
	struct mark at;     /* of the mapping, for what is missing in it */
	struct mark *given; /* one per row */
};

struct place_list {
	struct place *places;
	size_t count;
	struct mark *marks; /* those of all places */
	struct mark at;
};

struct config_tables {
	char *file; /* its name in messages */
	const struct config_family *families;
	struct preset_cache own_presets, *presets; /* its own, or those that it was given */
	struct place_list parts;                   /* parts and families */
	struct place_list lists[CONFIG_LISTS];
};

/* Lays out the tables and sets every default. On an error there is nothing to free. */
int config_init(struct config *config, const char *file, const struct config_family *families, struct err *err);

/* Makes room for so many places, with so many marks in all. On an error the caller frees what the list holds. */
int place_list_init(struct place_list *list, size_t places, size_t marks, struct err *err);

/* A place that fills `section`, each row at its default; `marks`: one for each row. */
int place_init(struct place *place, struct section section, struct mark *marks, struct err *err);

/* Makes room for the `n` items of a list, once; then lays out each. */
int config_list_init(struct config *config, int kind, size_t n, struct mark at, struct err *err);
int config_item_init(struct config *config, int kind, size_t i, struct mark at, struct err *err);

/* Reads YAML into an initialised configuration, `sweep` only if it is wanted. */
int config_yaml(struct config *config, const char *text, size_t size, bool sweep, struct err *err);

/* Takes the comment that the text opens with. */
int config_comment(struct config *config, const char *text, size_t size, struct err *err);

/* Replaces each path that was given by where its file is: all of a configuration, and those of one place. Return 0 or a
 * negative code. */
int config_find_paths(struct config *config, struct err *err);
int place_find_paths(struct place *place, const char *beside, struct err *err);

/* Reads YAML whose keys are the rows of one place, all of those that must be given; `file` stands for it in messages.
 */
int place_yaml(struct place *place, const char *file, const char *text, size_t size, struct err *err);

/* Applies one KEY=VALUE. */
int config_set(struct config *config, const char *assignment, struct err *err);

/* After file and --set: what is missing, what follows from what was given, what contradicts. */
int config_finish(struct config *config, struct err *err);

/* Stores a value and where it was written; the error does not name the key. */
int place_set(struct place *place, const struct option_row *row, const char *text, struct mark mark, struct err *err);

/* Whether this row is fault.preset, which names another kind of preset than those of networks. */
bool config_is_fault_preset(const struct option_row *row);

/* Whether this value of donors.backing names a backing store. */
bool config_backing_given(const char *backing);

/* Whether a row of a place was given another value than its default, which has no effect beside the others. */
bool config_is_idle(const struct config *config, const struct place *place, size_t row, const char *key);

/* ERR_USAGE for the first such key, unless a sweep varies what decides. */
int config_check_effects(const struct config *config, struct err *err);

/* Whether a row of networks has an effect on the service network, which carries traffic and no pages. */
bool config_service_has(const char *row);

/* Where a row's value was written. */
struct mark place_mark(const struct place *place, const char *row);

/* An error for the first row that must be given and was not. */
int place_complete(const struct config_tables *tables, const struct place *place, struct err *err);

/* The row of that name outside the lists and the place that it fills, or NULL. */
const struct option_row *config_find(const struct config_tables *tables, const char *name, struct place **place);

/* What a name in --set or `sweep` stands for: one place, or every item of a list. */
struct config_target {
	const struct option_row *row;
	struct place *places;
	size_t count;
};
int config_resolve(const struct config_tables *tables, const char *name, struct config_target *target, struct err *err);

/* Whether some option's name begins with `path` and a dot. */
bool config_has_below(const struct config_tables *tables, const char *path);

/* "unknown key 'fabric.latncy' (did you mean 'latency'?)"; when none is near, the keys allowed there. `path` ends in a
 * dot or is empty. */
int config_unknown(const struct config_tables *tables, const char *path, const struct place *place, const char *key,
		   struct err *err);

/* Puts "FILE:LINE:COLUMN: KEY: " or "--set KEY: " in front of the text; `key` may be NULL. Returns `code`. */
int config_locate(const struct config_tables *tables, struct mark mark, const char *key, int code, struct err *err);

/* As config_options, for these families. */
void config_each(const struct config_family *families,
		 void (*visit)(void *context, const char *name, const struct option_row *row), void *context);

/* Checks what `sweep` says of one key. */
int sweep_check_value(const struct option_row *row, const char *value, struct err *err);
int sweep_check_range(const struct config_sweep *sweep, struct err *err);
void sweep_free(struct config_sweep *sweep);

#endif
