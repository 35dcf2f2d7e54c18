/* SPDX-License-Identifier: MIT */
#include "sweep/deliver.h"

#include "report/manifest.h"
#include "report/run_json.h"
#include "sweep/outcome.h"
#include "sweep/run.h"
#include "sweep/state.h"

/* Adds the fields that describe the point to a run's result. */
static int add_point(const struct sweep *sweep, const struct sweep_run *run, json_t *json, struct err *err)
{
	json_t *swept = json_object();
	int failed = json_object_set_new(json, "point", json_string(run->digest));

	for (size_t k = 0; k < sweep->grid.keys; k++)
		failed |= json_object_set_new(swept, grid_key(&sweep->grid, k),
					      json_string(grid_value(&sweep->grid, run->point, k)));
	failed |= json_object_set_new(json, "swept", swept);
	return failed ? err_memory(err, "a result") : 0;
}

static int write_run(const struct sweep *sweep, size_t number, const struct config *config,
		     const struct run_result *result, struct err *err)
{
	const struct sweep_run *run = &sweep->run[number];
	json_t *traces = NULL, *manifest = NULL, *json = NULL;
	char name[RUN_NAME];
	int status = manifest_traces(config, sweep->traces, &traces, err);

	if (status == 0)
		status = manifest_make(config, traces, &manifest, err);
	if (status == 0)
		status = run_json_make(result, manifest, &json, err);
	if (status == 0)
		status = add_point(sweep, run, json, err);
	if (status == 0)
		status = folder_put_json(&sweep->folder, sweep_run_name(run, name), json, JSON_COMPACT, err);
	if (status == 0)
		sweep_lines_put(sweep, number, json);
	json_decref(json);
	json_decref(manifest);
	json_decref(traces);
	return status;
}

void sweep_deliver(const struct sweep *sweep, size_t run, const struct config *config, const struct run_result *result)
{
	struct err err;

	if (write_run(sweep, run, config, result, &err) < 0)
		sweep_fail(sweep, run, &err);
	else
		sweep_done(sweep, run);
}

static void answer_one(const struct sweep *sweep, size_t run, sweep_run_one *run_one)
{
	struct run_result result;
	struct config config;
	struct err err;
	int status;

	sweep_begin(sweep, run);
	status = sweep_configure(sweep, &sweep->run[run], &config, &err);
	if (status == 0 && (status = run_one(&config, &result, &err)) < 0)
		config_free(&config);
	if (status < 0) {
		sweep_fail(sweep, run, &err);
		return;
	}
	sweep_deliver(sweep, run, &config, &result);
	run_result_free(&result);
	config_free(&config);
}

void sweep_answer_each(const struct sweep *sweep, const size_t *runs, size_t count, sweep_run_one *run_one)
{
	for (size_t i = 0; i < count; i++)
		answer_one(sweep, runs[i], run_one);
}
