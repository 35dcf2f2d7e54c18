/* The engine that simulates: one process a point, because SimGrid can begin only once in each. Traces are decoded once for all. */
#include <stdlib.h>

#include "cluster/cluster.h"
#include "sweep/state.h"

static int prepare(struct sweep *sweep, struct err *err)
{
	struct tapes *tapes = calloc(1, sizeof(*tapes));
	json_t *trace;
	size_t i;
	int status = 0;

	if (!tapes)
		return err_memory(err, "the traces");
	sweep->engine_state = tapes;
	json_array_foreach(sweep->traces, i, trace)
		if (status == 0)
			status = tapes_add(tapes, json_string_value(json_object_get(trace, "path")), err);
	return status;
}

static void answer(const struct sweep *sweep, const size_t *runs, size_t count)
{
	const struct cluster_options options = {.tapes = sweep->engine_state};
	struct run_result result;
	struct config config;
	struct err err;

	(void)count;
	if (sweep_configure(sweep, &sweep->run[*runs], &config, &err) < 0) {
		sweep_fail(sweep, *runs, &err);
		return;
	}
	if (cluster_run(&config, &options, &result, &err) < 0) {
		sweep_fail(sweep, *runs, &err);
	} else {
		sweep_deliver(sweep, *runs, &config, &result);
		run_result_free(&result);
	}
	config_free(&config);
}

static void release(struct sweep *sweep)
{
	if (sweep->engine_state)
		tapes_free(sweep->engine_state);
	free(sweep->engine_state);
}

const struct sweep_engine engine_simulate = {
	.prepare = prepare, .answer = answer, .release = release,
};
