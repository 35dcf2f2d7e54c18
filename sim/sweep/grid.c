/* SPDX-License-Identifier: MIT */
#include "sweep/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 10000000 };

/* Makes the texts of a range: both ends as they were written, and the values in between. */
static int expand_range(struct grid_axis *axis, struct err *err)
{
	const struct config_sweep *sweep = axis->sweep;
	const struct option_row *row = sweep->rows[0];
	double from, to, last = (double)(sweep->steps - 1);
	int status = option_number(row, sweep->from, &from, err);

	if (status == 0)
		status = option_number(row, sweep->to, &to, err);
	axis->positions = (size_t)sweep->steps;
	axis->texts = status == 0 ? calloc(axis->positions, sizeof(*axis->texts)) : NULL;
	if (status == 0 && !axis->texts)
		status = err_memory(err, "a grid");
	for (size_t i = 0; i < axis->positions && status == 0; i++) {
		double at = (double)i, number;
		char text[OPTION_TEXT];

		number = sweep->scale == SCALE_LOG ? from * pow(to / from, at / last)
						   : (from * (last - at) + to * at) / last;
		axis->texts[i] = strdup(i == 0 ? sweep->from
					: i + 1 == axis->positions
						? sweep->to
						: option_number_text(row, number, sweep->from, text));
		if (!axis->texts[i])
			status = err_memory(err, "a grid");
	}
	return status;
}

static int copy_values(struct grid_axis *axis, struct err *err)
{
	const struct config_sweep *sweep = axis->sweep;
	size_t count = sweep->value_count * sweep->key_count;

	axis->positions = sweep->value_count;
	axis->texts = calloc(count, sizeof(*axis->texts));
	for (size_t i = 0; axis->texts && i < count; i++) {
		axis->texts[i] = strdup(sweep->values[i]);
		if (!axis->texts[i])
			return err_memory(err, "a grid");
	}
	return axis->texts ? 0 : err_memory(err, "a grid");
}

static int init_axes(struct grid *grid, const struct config *config, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < config->sweep_count && status == 0; i++) {
		struct grid_axis *axis = &grid->axis[grid->axes++];

		axis->sweep = &config->sweep[i];
		status = axis->sweep->value_count ? copy_values(axis, err) : expand_range(axis, err);
		if (status == 0 && axis->positions > POINTS_MAX / grid->points)
			status = err_set(err, ERR_USAGE, "sweep: more than %d points", POINTS_MAX);
		grid->points *= axis->positions;
		grid->keys += axis->sweep->key_count;
	}
	for (size_t i = grid->axes, stride = 1; i-- > 0 && status == 0; stride *= grid->axis[i].positions)
		grid->axis[i].stride = stride;
	return status;
}

int grid_init(struct grid *grid, const struct config *config, struct err *err)
{
	int status;

	*grid = (struct grid){.points = 1};
	if (config->sweep_count == 0)
		return err_set(err, ERR_USAGE,
			       "sweep: missing or empty: it maps keys to their values ('megavm run' simulates one "
			       "configuration)");
	grid->axis = calloc(config->sweep_count, sizeof(*grid->axis));
	status = grid->axis ? init_axes(grid, config, err) : err_memory(err, "a grid");
	if (status < 0)
		grid_free(grid);
	return status;
}

void grid_free(struct grid *grid)
{
	for (size_t i = 0; i < grid->axes; i++) {
		struct grid_axis *axis = &grid->axis[i];

		for (size_t j = 0; axis->texts && j < axis->positions * axis->sweep->key_count; j++)
			free(axis->texts[j]);
		free(axis->texts);
	}
	free(grid->axis);
	*grid = (struct grid){0};
}

/* The axis of the k-th key; *k becomes the key's number on that axis. */
static const struct grid_axis *axis_of(const struct grid *grid, size_t *k)
{
	const struct grid_axis *axis = grid->axis;

	while (*k >= axis->sweep->key_count)
		*k -= axis++->sweep->key_count;
	return axis;
}

const char *grid_key(const struct grid *grid, size_t k)
{
	const struct grid_axis *axis = axis_of(grid, &k);

	return axis->sweep->keys[k];
}

const char *grid_value(const struct grid *grid, size_t point, size_t k)
{
	const struct grid_axis *axis = axis_of(grid, &k);

	return axis->texts[point / axis->stride % axis->positions * axis->sweep->key_count + k];
}

char *grid_describe(const struct grid *grid, size_t point)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	for (size_t k = 0; k < grid->keys; k++)
		fprintf(to, "%s%s=%s", k ? " " : "", grid_key(grid, k), grid_value(grid, point, k));
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}
