/*
 * The engine that simulates: one process a point, because SimGrid can begin only once in each. Traces are decoded once for all. Points whose
 * results follow without being simulated (cluster/alone.h) are answered many at a time, by one pass over their trace.
 */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "cluster/alone.h"
#include "cluster/cluster.h"
#include "sweep/state.h"

struct simulate {
	struct tapes totals; /* of every trace, as far as they were asked for */
	struct tapes whole;  /* with their records: for the workers */
};

static struct simulate *state(struct sweep *sweep, struct err *err)
{
	if (!sweep->engine_state)
		sweep->engine_state = calloc(1, sizeof(struct simulate));
	if (!sweep->engine_state)
		err_memory(err, "the traces");
	return sweep->engine_state;
}

static int group(struct sweep *sweep, const struct config *config, uint64_t *group, struct err *err)
{
	struct simulate *simulate = state(sweep, err);
	const char *path = config->vms[0].trace;
	int status = simulate ? 0 : ERR_FAILED;

	for (size_t i = 0; i < config->vm_count && status == 0; i++)
		status = tapes_add(&simulate->totals, config->vms[i].trace, false, err);
	if (status == 0 && alone_holds(config, tapes_find(&simulate->totals, path)))
		*group = XXH3_64bits_withSeed(path, strlen(path), alone_platform(config)) | 1; /* 0 is no group */
	return status;
}

static int prepare(struct sweep *sweep, struct err *err)
{
	struct simulate *simulate = state(sweep, err);
	json_t *trace;
	size_t i;
	int status = simulate ? 0 : ERR_FAILED;

	json_array_foreach(sweep->traces, i, trace)
		if (status == 0)
			status = tapes_add(&simulate->whole, json_string_value(json_object_get(trace, "path")), true, err);
	return status;
}

static void simulate_one(const struct sweep *sweep, size_t run, const struct config *config, const struct tapes *tapes)
{
	const struct cluster_options options = {.tapes = tapes};
	struct run_result result;
	struct err err;

	if (cluster_run(config, &options, &result, &err) < 0) {
		sweep_fail(sweep, run, &err);
		return;
	}
	sweep_deliver(sweep, run, config, &result);
	run_result_free(&result);
}

static void answer_together(const struct sweep *sweep, const size_t *runs, size_t count, const struct config *config, const struct tapes *tapes)
{
	struct run_result *result = calloc(count, sizeof(*result));
	struct platform *platform = NULL;
	struct err err;
	int status = result ? platform_load(&platform, &config[0], &err) : err_memory(&err, "results");

	if (status == 0)
		status = alone_run(config, count, tapes_find(tapes, config[0].vms[0].trace), platform, result, &err);
	for (size_t i = 0; i < count; i++) {
		if (status < 0) {
			sweep_fail(sweep, runs[i], &err);
			continue;
		}
		sweep_deliver(sweep, runs[i], &config[i], &result[i]);
		run_result_free(&result[i]);
	}
	platform_free(platform);
	free(result);
}

static void answer(const struct sweep *sweep, const size_t *runs, size_t count)
{
	const struct simulate *simulate = sweep->engine_state;
	struct config *config = calloc(count, sizeof(*config));
	size_t read = 0;
	struct err err;
	int status = config ? 0 : err_memory(&err, "the points");

	while (read < count && status == 0)
		if ((status = sweep_configure(sweep, &sweep->run[runs[read]], &config[read], &err)) == 0)
			read++;
	if (status == 0 && sweep->run[*runs].group)
		answer_together(sweep, runs, count, config, &simulate->whole);
	else if (status == 0)
		simulate_one(sweep, *runs, config, &simulate->whole);
	for (size_t i = 0; i < count && status < 0; i++)
		sweep_fail(sweep, runs[i], &err);
	while (read)
		config_free(&config[--read]);
	free(config);
}

static void release(struct sweep *sweep)
{
	struct simulate *simulate = sweep->engine_state;

	if (!simulate)
		return;
	tapes_free(&simulate->totals);
	tapes_free(&simulate->whole);
	free(simulate);
}

const struct sweep_engine engine_simulate = {
	.group = group, .prepare = prepare, .answer = answer, .release = release,
};
