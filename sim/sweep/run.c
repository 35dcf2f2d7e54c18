/* SPDX-License-Identifier: MIT */
#include "sweep/run.h"

#include <stdlib.h>

#include "base/units.h"
#include "sweep/state.h"

const char *sweep_run_name(const struct sweep_run *run, char out[RUN_NAME])
{
	snprintf(out, RUN_NAME, "points/%s.json", run->digest);
	return out;
}

int sweep_configure(const struct sweep *sweep, const struct sweep_run *run, struct config *config, struct err *err)
{
	const size_t given = sweep->options->set_count, keys = sweep->grid.keys;
	char **sets = calloc(given + keys + 1, sizeof(*sets)), repeat[UNITS_TEXT];
	int status = sets ? 0 : err_memory(err, "a point");

	for (size_t i = 0; i < given && status == 0; i++)
		sets[i] = (char *)sweep->options->sets[i];
	for (size_t k = 0; k <= keys && status == 0; k++)
		if (asprintf(&sets[given + k], "%s=%s", k < keys ? grid_key(&sweep->grid, k) : "repeat",
			     k < keys ? grid_value(&sweep->grid, run->point, k) : count_text(run->repeat, repeat)) <
		    0) {
			sets[given + k] = NULL;
			status = err_memory(err, "a point");
		}
	if (status == 0)
		status = config_read_point(&(struct config_text){sweep->name, sweep->text, sweep->size},
					   (const char *const *)sets, given + keys + 1, sweep->presets, config, err);
	for (size_t k = 0; sets && k <= keys; k++)
		free(sets[given + k]);
	free(sets);
	return status;
}
