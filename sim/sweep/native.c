/* SPDX-License-Identifier: MIT */
/* The engine that runs a program at native speed (emulator/native.h): a point is one run of it. */
#include "emulator/native.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "sweep/deliver.h"
#include "sweep/run.h"
#include "sweep/state.h"
#include "workload/workload.h"

static int run_one(const struct config *config, struct run_result *result, struct err *err)
{
	struct native_options options = {.quiet = true, .output = open("/dev/null", O_WRONLY | O_CLOEXEC)};
	struct native_result native;
	char cache[PATH_MAX];
	int status = workload_cache_folder(cache, err), input = open("/dev/null", O_RDONLY | O_CLOEXEC);

	dup2(input, STDIN_FILENO); /* the program may run several times */
	close(input);
	options.cache = cache;
	if (status == 0)
		status = native_run(config, &options, result, &native, err);
	if (options.output >= 0)
		close(options.output);
	return status;
}

static bool answer(const struct sweep *sweep, const size_t *runs, size_t count)
{
	sweep_answer_each(sweep, runs, count, run_one);
	return true;
}

const struct sweep_engine engine_native = {.answer = answer};
