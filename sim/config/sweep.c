/* SPDX-License-Identifier: MIT */
/* Checks the values under `sweep`: each must be allowed for its key, so that no point of the grid can fail on it. */
#include <stdlib.h>
#include <string.h>

#include "config/preset_names.h"
#include "config/tables.h"

/* For the row, a preset's name is any text; checks that it exists. */
static int check_preset(enum preset_kind kind, const char *name, struct err *err)
{
	char *path;
	int status = preset_find(kind, name, &path, err);

	if (status == 0)
		free(path);
	return status;
}

int sweep_check_value(const struct option_row *row, const char *value, struct err *err)
{
	if (config_is_fault_preset(row))
		return check_preset(PRESET_FAULT, value, err);
	if (strcmp(row->name, "preset") == 0 || (strcmp(row->name, "backing") == 0 && config_backing_given(value)))
		return check_preset(PRESET_FABRIC, value, err);
	return option_check(row, value, err);
}

/* Whether a share is a percentage: a range from a percentage to a size has no steps. */
static bool is_percentage(const char *text)
{
	for (; *text; text++)
		if (*text == '%')
			return true;
	return false;
}

int sweep_check_range(const struct config_sweep *sweep, struct err *err)
{
	const struct option_row *row = sweep->rows[0];
	double from, to;
	int status;

	if (row->type == OPTION_STRING || row->type == OPTION_ENUM || row->type == OPTION_BOOL || row->allowed)
		return err_set(err, ERR_USAGE, "has no ranges: list its values");
	status = option_number(row, sweep->from, &from, err);
	if (status < 0)
		return err_prefix(err, "from"), status;
	status = option_number(row, sweep->to, &to, err);
	if (status < 0)
		return err_prefix(err, "to"), status;
	if (row->type == OPTION_SHARE && is_percentage(sweep->from) != is_percentage(sweep->to))
		return err_set(err, ERR_USAGE, "from %s to %s: one is a percentage, the other a size", sweep->from,
			       sweep->to);
	if (sweep->scale == SCALE_LOG && (from <= 0 || to <= 0))
		return err_set(err, ERR_USAGE, "from %s to %s: a logarithmic range cannot hold 0", sweep->from,
			       sweep->to);
	return 0;
}

const char *config_sweep_name(const struct config_sweep *sweep, char out[CONFIG_KEYS])
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t k = 0; k < sweep->key_count; k++)
		used += (size_t)snprintf(out + used, CONFIG_KEYS - used, "%s%s", k ? "," : "", sweep->keys[k]);
	return out;
}

void sweep_free(struct config_sweep *sweep)
{
	for (size_t i = 0; sweep->values && i < sweep->value_count * sweep->key_count; i++)
		free(sweep->values[i]);
	for (size_t i = 0; i < sweep->key_count; i++)
		free(sweep->keys[i]);
	free(sweep->values);
	free(sweep->keys);
	free(sweep->rows);
	free(sweep->from);
	free(sweep->to);
}
