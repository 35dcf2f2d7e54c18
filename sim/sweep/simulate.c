/* SPDX-License-Identifier: MIT */
/*
 * The engine that simulates. Traces are decoded once for all workers. A worker simulates one point after another. Since
 * SimGrid can be started only once in a process, points that need it run in processes forked from a worker that has
 * loaded their platform. Points that need no simulation (cluster/closed_form.h) are computed many at a time, by one
 * pass over their trace.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/time.h"
#include "cluster/closed_form.h"
#include "cluster/cluster.h"
#include "report/manifest.h"
#include "sweep/deliver.h"
#include "sweep/outcome.h"
#include "sweep/run.h"
#include "sweep/state.h"
#include "sweep/worker_pool.h"

struct simulate {
	struct decoded_traces totals; /* the totals of the traces that were needed so far */
	struct decoded_traces whole;  /* with their records, for the workers */
};

static struct simulate *state(struct sweep *sweep, struct err *err)
{
	if (!sweep->engine_state)
		sweep->engine_state = calloc(1, sizeof(struct simulate));
	if (!sweep->engine_state)
		err_memory(err, "the traces");
	return sweep->engine_state;
}

/* Writes what a platform depends on: the generated XML; or the user's file and the hypervisors that are used. */
static int put_platform(const struct sweep *sweep, const struct config *config, FILE *to)
{
	const char *file = config->cluster.platform;
	struct err err;

	if (!*file)
		return platform_write(config, to, &err);
	fprintf(to, "%s %s %d\n", file, manifest_digest(sweep->files, file), config->service_mode);
	for (size_t i = 0; i < config->vm_count; i++)
		fprintf(to, "%" PRIu64 "\n", config->vms[i].host);
	for (size_t i = 0; i < config->traffic_count; i++)
		fprintf(to, "%" PRIu64 " %" PRIu64 "\n", config->traffic[i].from, config->traffic[i].to);
	for (size_t i = 0; i < config->event_count; i++)
		fprintf(to, "%" PRIu64 "\n", config->events[i].hypervisor);
	return 0;
}

/* Groups the runs that SimGrid simulates on the same platform. A run with an invalid platform gets no group, and
 * reports the error when it runs. */
static int platform_group(const struct sweep *sweep, const struct config *config, struct group *group, struct err *err)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int written;

	if (!to)
		return err_memory(err, "a group");
	written = put_platform(sweep, config, to);
	if (fclose(to) == 0 && written == 0)
		group->number = XXH3_64bits(text, size) << 1; /* even */
	free(text);
	return 0;
}

static int group(struct sweep *sweep, const struct config *config, struct group *group, struct err *err)
{
	struct simulate *simulate = state(sweep, err);
	const char *path = config->vms[0].trace;
	int status = simulate ? 0 : ERR_FAILED;

	for (size_t i = 0; i < config->vm_count && status == 0; i++)
		status = decoded_traces_add(&simulate->totals, config->vms[i].trace, config_hinted(config), false, err);
	if (status < 0)
		return status;
	if (!closed_form_holds(config, decoded_traces_find(&simulate->totals, path, config_hinted(config))))
		return platform_needs_simgrid(config) ? platform_group(sweep, config, group, err) : 0;
	*group = (struct group){XXH3_64bits_withSeed(path, strlen(path), closed_form_platform(config)) | 1,
				true}; /* odd */
	return 0;
}

static int prepare(struct sweep *sweep, struct err *err)
{
	struct simulate *simulate = state(sweep, err);
	int status = simulate ? 0 : ERR_FAILED;

	for (size_t i = 0; status == 0 && i < simulate->totals.count; i++)
		status = decoded_traces_add(&simulate->whole, simulate->totals.trace[i].path,
					    simulate->totals.trace[i].hinted, true, err);
	return status;
}

/* ---- in a worker ---- */

/* The runs on one platform. */
struct simulation {
	const struct sweep *sweep;
	const size_t *runs;
	size_t count;
	const struct config *config;
	struct cluster_options options;
};

static bool simulate_one(void *context, size_t i)
{
	const struct simulation *simulation = context;
	struct run_result result;
	struct err err;

	sweep_begin(simulation->sweep, simulation->runs[i]);
	if (cluster_run(&simulation->config[i], &simulation->options, &result, &err) < 0) {
		sweep_fail(simulation->sweep, simulation->runs[i], &err);
		return true;
	}
	sweep_deliver(simulation->sweep, simulation->runs[i], &simulation->config[i], &result);
	run_result_free(&result);
	return true;
}

/* Simulates one run with SimGrid's clock, after which the process cannot do another: returns false. */
static bool simulate_once(void *context, size_t i)
{
	simulate_one(context, i);
	return false;
}

static bool one_died(void *context, size_t i, int status)
{
	const struct simulation *simulation = context;

	return sweep_died(simulation->sweep, &simulation->runs[i], 1, status);
}

static bool any_needs_clock(const struct simulation *simulation)
{
	bool any = false;

	for (size_t i = 0; i < simulation->count; i++)
		any |= platform_needs_clock(&simulation->config[i]);
	return any;
}

/* Has SimGrid load the platform once. Runs that need its clock are forked afterwards, unless there is only one run. */
static int simulate_in_simgrid(struct simulation *simulation, struct err *err)
{
	const struct worker_pool pool = {
		.jobs = 1, .tasks = simulation->count, .work = simulate_once, .died = one_died, .context = simulation};
	int status = 0;

	if (simulation->count > 1)
		status = platform_load(&simulation->options.platform, &simulation->config[0], err);
	if (status == 0 && simulation->count > 1 && any_needs_clock(simulation))
		return worker_pool_run(&pool, err);
	for (size_t i = 0; i < simulation->count && status == 0; i++)
		simulate_one(simulation, i);
	return status;
}

/* Returns false when this process can do no other run. */
static bool simulate_each(struct simulation *simulation)
{
	struct err err;
	int status = 0;

	if (platform_needs_simgrid(&simulation->config[0])) {
		status = simulate_in_simgrid(simulation, &err);
		if (status < 0)
			sweep_fail_rest(simulation->sweep, simulation->runs, simulation->count, &err);
		return false;
	}
	for (size_t i = 0; i < simulation->count; i++)
		simulate_one(simulation, i);
	return true;
}

static void answer_together(const struct sweep *sweep, const size_t *runs, size_t count, const struct config *config,
			    const struct decoded_traces *traces)
{
	struct run_result *result = calloc(count, sizeof(*result));
	struct platform *platform = NULL;
	struct err err;
	int status = result ? platform_load(&platform, &config[0], &err) : err_memory(&err, "results");

	for (size_t i = 0; i < count; i++)
		sweep_begin(sweep, runs[i]);
	if (status == 0)
		status = closed_form_run(config, count,
					 decoded_traces_find(traces, config[0].vms[0].trace, config_hinted(&config[0])),
					 platform, result, &err);
	for (size_t i = 0; i < count; i++) {
		if (status == 0 && result[i].jobs == 0)
			time_error("the run", "cpu.ips, fabric and fault", &err);
		if (status < 0 || result[i].jobs == 0) {
			sweep_fail(sweep, runs[i], &err);
			continue;
		}
		sweep_deliver(sweep, runs[i], &config[i], &result[i]);
		run_result_free(&result[i]);
	}
	platform_free(platform);
	free(result);
}

static bool answer(const struct sweep *sweep, const size_t *runs, size_t count)
{
	const struct simulate *simulate = sweep->engine_state;
	struct config *config = calloc(count, sizeof(*config));
	size_t read = 0;
	bool more = true;
	struct err err;
	int status = config ? 0 : err_memory(&err, "the points");

	while (read < count && status == 0)
		if ((status = sweep_configure(sweep, &sweep->run[runs[read]], &config[read], &err)) == 0)
			read++;
	if (status == 0 && sweep->run[*runs].group.whole)
		answer_together(sweep, runs, count, config, &simulate->whole);
	else if (status == 0)
		more = simulate_each(&(struct simulation){sweep, runs, count, config, {.traces = &simulate->whole}});
	if (status < 0)
		sweep_fail_rest(sweep, runs, count, &err);
	while (read)
		config_free(&config[--read]);
	free(config);
	return more;
}

static void release(struct sweep *sweep)
{
	struct simulate *simulate = sweep->engine_state;

	if (!simulate)
		return;
	decoded_traces_free(&simulate->totals);
	decoded_traces_free(&simulate->whole);
	free(simulate);
}

const struct sweep_engine engine_simulate = {
	.group = group,
	.prepare = prepare,
	.answer = answer,
	.release = release,
};
