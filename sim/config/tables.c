/* SPDX-License-Identifier: MIT */
/* Places and lists of places: the structs of a configuration beside their rows. */
#include "config/tables.h"

#include <stdlib.h>
#include <string.h>

int place_list_init(struct place_list *list, size_t places, size_t marks, struct err *err)
{
	list->places = calloc(places + 1, sizeof(*list->places));
	list->marks = calloc(marks + 1, sizeof(*list->marks));
	list->count = places;
	return list->places && list->marks ? 0 : err_memory(err, "the configuration");
}

int place_init(struct place *place, struct section section, struct mark *marks, struct err *err)
{
	place->section = section;
	place->section.prefix = place->prefix;
	place->given = marks;
	return option_defaults(&place->section, err);
}

int config_list_init(struct config *config, int kind, size_t n, struct mark at, struct err *err)
{
	const struct config_list_kind *what = &config_list_kinds[kind];
	struct place_list *list = &config->tables->lists[kind];
	void *items = calloc(n + 1, what->item_size);

	memcpy((char *)config + what->items_at, &items, sizeof(items));
	memcpy((char *)config + what->count_at, &n, sizeof(n));
	list->at = at;
	return items ? place_list_init(list, n, n * what->count, err) : err_memory(err, "a list of the configuration");
}

int config_item_init(struct config *config, int kind, size_t i, struct mark at, struct err *err)
{
	const struct config_list_kind *what = &config_list_kinds[kind];
	struct place_list *list = &config->tables->lists[kind];
	struct place *place = &list->places[i];
	char *items;

	memcpy(&items, (char *)config + what->items_at, sizeof(items));
	snprintf(place->prefix, sizeof(place->prefix), "%s.%zu.", what->name, i);
	place->at = at;
	return place_init(place, (struct section){NULL, what->rows, what->count, items + i * what->item_size},
			  list->marks + i * what->count, err);
}
