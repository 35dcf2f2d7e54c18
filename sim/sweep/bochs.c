/* SPDX-License-Identifier: MIT */
/*
 * The engines that emulate: a point is a guest that boots in Bochs, and waits for its pages (record/emulate.h) or swaps
 * itself (record/swap.h). Each worker is a process that waits for one emulator. A killed sweep leaves no partial
 * results, since only runs that have ended deliver theirs.
 */
#include <stdlib.h>
#include <string.h>

#include "record/emulate.h"
#include "record/swap.h"
#include "report/manifest.h"
#include "sweep/deliver.h"
#include "sweep/outcome.h"
#include "sweep/run.h"
#include "sweep/state.h"

/* Builds each image once, before the workers are started. */
static int prepare_image(const struct config_vm *vm, struct err *err)
{
	struct workload workload;
	struct guest guest;
	int status = workload_read(&workload, vm->workload, err);

	if (status < 0)
		return status;
	status = guest_init(&guest, &workload, vm->size, NULL, 0, err);
	if (status == 0)
		guest_free(&guest);
	workload_free(&workload);
	return status;
}

static int prepare(struct sweep *sweep, struct err *err)
{
	char *last = NULL;
	int status = 0;

	for (size_t i = 0; i < sweep->todos && status == 0; i++) {
		struct config config;
		char *name;

		status = sweep_configure(sweep, &sweep->run[sweep->todo[i]], &config, err);
		if (status < 0)
			break;
		if (asprintf(&name, "%s %s", config.vms[0].workload, config.vms[0].size) < 0) {
			config_free(&config);
			free(last);
			return err_memory(err, "a name");
		}
		if (!last || strcmp(name, last) != 0) /* neighbours in the grid mostly share an image, and one that is
							 built is found at once */
			status = prepare_image(&config.vms[0], err);
		free(last);
		last = name;
		config_free(&config);
	}
	free(last);
	return status;
}

static int emulate_one(const struct config *config, struct run_result *result, struct err *err)
{
	const struct emulate_options options = {.command = "", .vcpus = 1, .quiet = true};
	json_t *none = json_array(), *manifest = NULL, *configuration;
	int status = manifest_make(config, none, &manifest, err);

	configuration = json_object_get(manifest, "configuration");
	if (status == 0)
		status = engine_of(config)->guest_pages ? swap_emulate(config, configuration, NULL, result, err)
							: emulate(config, configuration, &options, result, err);
	json_decref(manifest);
	json_decref(none);
	return status;
}

static bool answer(const struct sweep *sweep, const size_t *runs, size_t count)
{
	sweep_answer_each(sweep, runs, count, emulate_one);
	return true;
}

const struct sweep_engine engine_bochs = {.prepare = prepare, .answer = answer};
const struct sweep_engine engine_linux_swap = {.prepare = prepare, .answer = answer};
