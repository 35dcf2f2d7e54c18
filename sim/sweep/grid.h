/* SPDX-License-Identifier: MIT */
/* The grid under `sweep`: every combination of its axes' positions, where the first axis changes slowest. Keys that
 * change together share an axis. */
#ifndef SWEEP_GRID_H
#define SWEEP_GRID_H

#include "config/config.h"

struct grid_axis {
	const struct config_sweep *sweep;
	char **texts; /* of key k at position p: texts[p * sweep->key_count + k] */
	size_t positions;
	size_t stride; /* points from one position to the next */
};

struct grid {
	struct grid_axis *axis;
	size_t axes, keys, points;
};

/* Sets up the grid; the caller keeps `config` alive. Returns 0, and grid_free frees the grid; or a negative code,
 * ERR_USAGE when there is nothing to sweep. */
int grid_init(struct grid *grid, const struct config *config, struct err *err);
void grid_free(struct grid *grid);

/* The k-th key of all axes, and its value at a point. */
const char *grid_key(const struct grid *grid, size_t k);
const char *grid_value(const struct grid *grid, size_t point, size_t k);

/* "fabric.latency=1us vms.local=25%", which the caller frees; NULL when memory runs out. */
char *grid_describe(const struct grid *grid, size_t point);

#endif
