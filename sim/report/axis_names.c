/* SPDX-License-Identifier: MIT */
/* Finds axes by the names that a user gives. */
#include <stdlib.h>
#include <string.h>

#include "report/axis.h"

size_t axis_find_value(const struct axis *axis, const char *text)
{
	size_t i = 0;

	while (i < axis->values && strcmp(axis->value[i].text, text) != 0)
		i++;
	for (size_t named = 0; i == axis->values && named < axis->values; named++)
		if (strcmp(axis->value[named].name, text) == 0)
			return named;
	return i;
}

static bool ends_with(const char *key, const char *name)
{
	size_t length = strlen(key), tail = strlen(name);

	return length > tail && key[length - tail - 1] == '.' && strcmp(key + length - tail, name) == 0;
}

/* Whether each value of `leader` has one value of `axis` only. */
static bool leads(const struct axis *leader, const struct axis *axis, size_t rows)
{
	uint32_t *of_value = malloc((leader->values + 1) * sizeof(*of_value));
	bool does = of_value != NULL;

	for (size_t i = 0; does && i < leader->values; i++)
		of_value[i] = UINT32_MAX;
	for (size_t row = 0; does && row < rows; row++) {
		uint32_t *value = &of_value[leader->of_row[row]];

		does = *value == UINT32_MAX || *value == axis->of_row[row];
		*value = axis->of_row[row];
	}
	free(of_value);
	return does;
}

const struct axis *axes_leader(const struct axes *axes, const struct axis *axis, size_t rows)
{
	for (size_t i = 0; i < axes->count; i++)
		if (leads(&axes->axis[i], axis, rows))
			return &axes->axis[i];
	return NULL;
}

/* `local` is also the share of the jobs. */
static bool is_share_of_jobs(const struct axis *axis, const char *name)
{
	return strcmp(name, "local") == 0 && strcmp(axis->key, "local_ratio") == 0;
}

static bool has_name(const struct axis *axis, const char *name)
{
	return ends_with(axis->key, name) || is_share_of_jobs(axis, name);
}

const struct axis *axes_named(const struct axes *axes, const char *name)
{
	const struct axis *found = NULL;

	for (size_t i = 0; i < axes->count; i++)
		if (strcmp(axes->axis[i].key, name) == 0 ||
		    (is_share_of_jobs(&axes->axis[i], name) && !axes_named(axes, "vms.local")))
			return &axes->axis[i];
	for (size_t i = 0; i < axes->count; i++) {
		if (!has_name(&axes->axis[i], name))
			continue;
		if (found)
			return NULL;
		found = &axes->axis[i];
	}
	return found;
}

static const struct axis *follower_named(const struct axes *axes, const char *name)
{
	for (size_t i = 0; i < axes->followers; i++)
		if (strcmp(axes->follower[i].key, name) == 0 || has_name(&axes->follower[i], name))
			return &axes->follower[i];
	return NULL;
}

const struct axis *axes_wished(const struct axes *axes, const char *name)
{
	const struct axis *axis = axes_named(axes, name), *follower = axis ? NULL : follower_named(axes, name);

	return follower ? follower->leader : axis;
}

size_t axes_value_named(const struct axes *axes, const char *name, const char *text, const char **several)
{
	const struct axis *axis = axes_named(axes, name), *follower = axis ? NULL : follower_named(axes, name);
	size_t value, found;

	*several = NULL;
	if (axis)
		return axis_find_value(axis, text);
	value = axis_find_value(follower, text);
	found = follower->leader->values;
	for (size_t row = 0; value < follower->values && row < follower->rows; row++) {
		if (follower->of_row[row] != value || follower->leader->of_row[row] == found)
			continue;
		if (found < follower->leader->values)
			*several = follower->leader->key;
		found = follower->leader->of_row[row];
	}
	return found;
}
