/* SPDX-License-Identifier: MIT */
#include "sweep/preview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cluster/cluster.h"
#include "sweep/grid.h"

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Reads the configuration with the values of one point. */
static int read_point(const struct sweep_options *options, const struct grid *grid, size_t point, struct config *config,
		      struct err *err)
{
	const size_t sets = options->set_count + grid->keys;
	char **set = calloc(sets + 1, sizeof(*set));
	bool whole = set != NULL;
	int status;

	for (size_t i = 0; i < options->set_count && whole; i++)
		whole = asprintf(&set[i], "%s", options->sets[i]) >= 0;
	for (size_t i = 0; i < grid->keys && whole; i++)
		whole = asprintf(&set[options->set_count + i], "%s=%s", grid_key(grid, i),
				 grid_value(grid, point, i)) >= 0;
	status = whole ? config_read(options->config, (const char *const *)set, sets, config, err)
		       : err_memory(err, "a point");
	for (size_t i = 0; set && i < sets; i++)
		free(set[i]);
	free(set);
	return status;
}

/* Runs the first point. Points differ in how long they take, and many are answered by a closed form in far less. */
static int estimate(const struct sweep_options *options, const struct grid *grid, uint64_t repeats, struct err *err)
{
	const struct cluster_options run = {.quantum_ps = 0};
	struct run_result result;
	struct config config;
	int status = read_point(options, grid, 0, &config, err);
	double seconds;

	if (status < 0)
		return status;
	seconds = now_s();
	status = cluster_run(&config, &run, &result, err);
	seconds = (now_s() - seconds) * (double)grid->points * (double)repeats / options->jobs;
	if (status == 0) {
		printf("about %.3g s at most, if all take as long as the first, %u at a time\n", seconds,
		       options->jobs);
		run_result_free(&result);
	}
	config_free(&config);
	return status;
}

int sweep_preview(const struct sweep_options *options, struct err *err)
{
	struct config config;
	struct grid grid;
	int status = config_read(options->config, options->sets, options->set_count, &config, err);

	if (status < 0)
		return status;
	status = grid_init(&grid, &config, err);
	for (size_t point = 0; status == 0 && point < grid.points; point++) {
		char *text = grid_describe(&grid, point);

		if (!text)
			status = err_memory(err, "a point");
		else
			puts(text);
		free(text);
	}
	if (status == 0) {
		printf("%zu point%s", grid.points, grid.points == 1 ? "" : "s");
		printf(config.repeats > 1 ? ", %" PRIu64 " runs of each" : "", config.repeats);
		printf(" into %s\n", options->out);
		if (config.engine == ENGINE_SIMULATE)
			status = estimate(options, &grid, config.repeats, err);
		grid_free(&grid);
	}
	config_free(&config);
	return status;
}
