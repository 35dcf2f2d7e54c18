/* SPDX-License-Identifier: MIT */
#include "cli/config_explain.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "config/config.h"

/* The key without the numbers of a list's items: vms.0.local is vms.local. */
static void plain_key(const char *key, char *out, size_t size)
{
	size_t used = 0;

	for (; *key && used + 1 < size; key++) {
		const size_t digits = *key == '.' ? strspn(key + 1, "0123456789") : 0;

		if (digits && (key[digits + 1] == '.' || !key[digits + 1]))
			key += digits;
		else
			out[used++] = *key;
	}
	out[used] = '\0';
}

struct search {
	const char *key;
	const struct option_row *row;
	struct nearest nearest;
};

static void look(void *context, const char *name, const struct option_row *row)
{
	struct search *search = context;

	nearest_offer(&search->nearest, name);
	if (strcmp(search->key, name) == 0)
		search->row = row;
}

/* Where a value comes from that a configuration does not set. */
static const char *source_of(const char *key, const struct option_row *row)
{
	if ((strncmp(key, "fabric.", 7) == 0 || strncmp(key, "service.", 8) == 0) && !row->def)
		return "the preset's file, which names its source ('megavm list fabrics')";
	if (strncmp(key, "donors.", 7) == 0 && !row->def)
		return "the preset that donors.backing names";
	return strstr(row->help, "assumption") ? "an assumption" : row->def ? "the program's default" : "none";
}

struct shown {
	const char *key;
	bool any;
};

static void show_value(void *context, const char *name, const char *text)
{
	struct shown *shown = context;
	char plain[256];

	plain_key(name, plain, sizeof(plain));
	if (strcmp(plain, shown->key) != 0)
		return;
	printf("%s %s: %s\n", shown->any ? "      " : "here:  ", name, text);
	shown->any = true;
}

int config_explain(const char *key, const struct config *config, struct err *err)
{
	char plain[256], range[512];
	struct search search = {.key = plain};
	struct shown shown = {.key = plain};

	plain_key(key, plain, sizeof(plain));
	nearest_init(&search.nearest, plain);
	config_options(look, &search);
	if (!search.row)
		return err_set(err, ERR_USAGE, "--explain: unknown key %s%s ('megavm list options' lists them)",
			       err_quote(key).text, nearest_hint(&search.nearest).text);
	option_range(search.row, range, sizeof(range));
	printf("%s: %s\n", plain, search.row->help);
	printf("type:    %s\n", option_type_name(search.row->type));
	printf("default: %s\n", search.row->def && *search.row->def       ? search.row->def
				: search.row->def || search.row->optional ? "none"
									  : "required");
	if (*range)
		printf("allowed: %s\n", range);
	printf("source:  %s\n", source_of(plain, search.row));
	if (config)
		config_values(config, show_value, &shown);
	return 0;
}
