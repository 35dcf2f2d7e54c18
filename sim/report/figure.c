#include "report/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure_script.h"

static int write_file(const struct figure *figure, const struct staging *staging, const char *name, unsigned formats, bool script, struct err *err)
{
	char *file;
	FILE *to;
	int status;

	if (asprintf(&file, script ? "%s.gp" : "%s.dat", name) < 0)
		return err_memory(err, "a path");
	to = staging_create(staging, file, err);
	if (to && script)
		figure_put_script(to, figure, name, formats);
	else if (to)
		figure_put_data(to, figure);
	status = to ? staging_close(staging, to, file, err) : ERR_FAILED;
	free(file);
	return status;
}

int figure_draw(const struct figure *figure, const struct staging *staging, const char *name, unsigned formats, struct err *err)
{
	int status = write_file(figure, staging, name, formats, true, err);

	if (status == 0)
		status = write_file(figure, staging, name, formats, false, err);
	return status < 0 ? status : gnuplot_run(staging, name, err);
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
