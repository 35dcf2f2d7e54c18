/* SPDX-License-Identifier: MIT */
#include "report/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure_script.h"

static int write_data(const struct figure *figure, const struct staging *staging, const char *name, struct err *err)
{
	FILE *to = staging_create(staging, name, err);

	if (!to)
		return ERR_FAILED;
	figure_put_data(to, figure);
	return staging_close(staging, to, name, err);
}

static int write_script(const struct figure *figure, const struct staging *staging, const char *name,
			const char *figure_name, unsigned formats, struct err *err)
{
	FILE *to = staging_create(staging, name, err);
	int status = to ? figure_put_script(to, figure, figure_name, formats, err) : ERR_FAILED;

	if (to && staging_close(staging, to, name, err) < 0)
		status = ERR_FAILED;
	return status;
}

int figure_draw(const struct figure *figure, const struct staging *staging, const char *name, unsigned formats,
		struct err *err)
{
	char *script = NULL, *data = NULL;
	int status = 0;

	if (asprintf(&script, "%s.gp", name) < 0)
		script = NULL;
	if (asprintf(&data, "%s.dat", name) < 0)
		data = NULL;
	if (!script || !data)
		status = err_memory(err, "a figure");
	if (status == 0)
		status = write_script(figure, staging, script, name, formats, err);
	if (status == 0)
		status = write_data(figure, staging, data, err);
	if (status == 0)
		status = gnuplot_run(staging, name, err);
	free(script);
	free(data);
	return status;
}

/* The format of a path's ending, or -1. */
static int format_of(const char *path)
{
	const char *ending = strrchr(path, '.');

	return ending ? gnuplot_format_find(ending + 1) : -1;
}

int figure_check(const char *path, struct err *err)
{
	if (format_of(path) < 0)
		return err_set(err, ERR_USAGE, "%s: a figure's name ends with .svg, .pdf or .png", path);
	return gnuplot_check(err);
}

int figure_draw_file(const struct figure *figure, const char *path, struct err *err)
{
	int status = figure_check(path, err), format = format_of(path);
	struct staging staging;
	char name[16];

	if (status < 0)
		return status;
	snprintf(name, sizeof(name), "figure.%s", gnuplot_format_names[format]);
	status = staging_open_for(&staging, path, err);
	if (status == 0)
		status = figure_draw(figure, &staging, "figure", 1U << format, err);
	if (status == 0)
		status = staging_move(&staging, name, path, err);
	staging_drop(&staging);
	return status;
}
