/* SPDX-License-Identifier: MIT */
#include "sweep/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "report/machine.h"
#include "report/manifest.h"
#include "sweep/outcome.h"
#include "sweep/run.h"
#include "sweep/state.h"
#include "sweep/worker_pool.h"

/* How each engine of config/engine.h does runs. */
static const struct sweep_engine *const runners[] = {
	[ENGINE_SIMULATE] = &engine_simulate,
	[ENGINE_BOCHS] = &engine_bochs,
	[ENGINE_NATIVE] = &engine_native,
	[ENGINE_LINUX_SWAP] = &engine_linux_swap,
};
_Static_assert(sizeof(runners) / sizeof(runners[0]) == ENGINES, "every engine runs points");

/* ---- runs ---- */

static int add_run(struct sweep *sweep, size_t point, uint64_t repeat, struct err *err)
{
	struct sweep_run *run = &sweep->run[sweep->runs++];
	struct config config;
	int status;

	*run = (struct sweep_run){.point = point, .repeat = repeat};
	status = sweep_configure(sweep, run, &config, err);
	if (status < 0)
		return status;
	status = engine_check(engine_of(&config), &config, err);
	if (status == 0)
		status = sweep_digest(sweep, &config, run->digest, err);
	if (status == 0 && sweep->engine->group)
		status = sweep->engine->group(sweep, &config, &run->group, err);
	config_free(&config);
	return status;
}

/* Reads every run's configuration, so that any mistake is reported before the first run begins. */
static int list_runs(struct sweep *sweep, struct err *err)
{
	const uint64_t repeats = sweep->base.repeats;
	int status = 0;

	sweep->run = calloc(sweep->grid.points * repeats, sizeof(*sweep->run));
	if (!sweep->run)
		return err_memory(err, "a sweep");
	for (size_t point = 0; point < sweep->grid.points && status == 0; point++) {
		for (uint64_t i = 0; i < repeats && status == 0; i++)
			status = add_run(sweep, point, sweep->base.repeat + i, err);
		if (status < 0) {
			char *text = grid_describe(&sweep->grid, point);

			err_prefix(err, "%s", text ? text : "a point");
			free(text);
		}
	}
	return status;
}

static int by_digest(const void *a, const void *b)
{
	const struct sweep_run *const *one = a, *const *other = b;
	int order = strcmp((*one)->digest, (*other)->digest);

	return order ? order : ((*one)->point > (*other)->point) - ((*one)->point < (*other)->point);
}

/* Rejects two points with the same configuration: they would be counted twice. */
static int check_distinct(const struct sweep *sweep, struct err *err)
{
	const struct sweep_run **order = calloc(sweep->runs, sizeof(*order)), *first = NULL, *again = NULL;
	char *text;

	if (!order)
		return err_memory(err, "a sweep");
	for (size_t i = 0; i < sweep->runs; i++)
		order[i] = &sweep->run[i];
	qsort(order, sweep->runs, sizeof(*order), by_digest);
	for (size_t i = 1; i < sweep->runs; i++)
		if (strcmp(order[i - 1]->digest, order[i]->digest) == 0 && (!again || order[i]->point < again->point)) {
			first = order[i - 1];
			again = order[i];
		}
	free(order);
	if (!again)
		return 0;
	text = grid_describe(&sweep->grid, again->point);
	err_set(err, ERR_USAGE, "sweep: points %zu and %zu are the same configuration: %s", first->point + 1,
		again->point + 1, text ? text : "");
	free(text);
	return ERR_USAGE;
}

/* ---- options and points ---- */

/* Rejects a key that is both swept and given by --set: one of the two would be ignored. */
static int check_sets(const struct sweep *sweep, struct err *err)
{
	for (size_t i = 0; i < sweep->options->set_count; i++)
		for (size_t k = 0; k < sweep->grid.keys; k++) {
			const char *key = grid_key(&sweep->grid, k), *set = sweep->options->sets[i];

			if (strncmp(set, key, strlen(key)) == 0 && set[strlen(key)] == '=')
				return err_set(err, ERR_USAGE, "--set %s: the configuration sweeps that key",
					       err_quote(set).text);
		}
	return 0;
}

static int read_sweep(struct sweep *sweep, struct err *err)
{
	const struct sweep_options *options = sweep->options;
	int status = config_slurp(options->config, &sweep->text, &sweep->size, err);

	sweep->name = options->copy_of ? options->copy_of : config_file_name(options->config);
	sweep->folder.lock = -1;
	sweep->presets = calloc(1, sizeof(*sweep->presets));
	if (!sweep->presets)
		return err_memory(err, "the presets");
	sweep->traces = json_array();
	sweep->files = json_array();
	if (status == 0)
		status = config_read_text(&(struct config_text){sweep->name, sweep->text, sweep->size}, options->sets,
					  options->set_count, &sweep->base, err);
	if (status == 0)
		status = grid_init(&sweep->grid, &sweep->base, err);
	if (status < 0)
		return status;
	sweep->engine = runners[sweep->base.engine];
	status = check_sets(sweep, err);
	if (status == 0)
		status = list_runs(sweep, err);
	return status < 0 ? status : check_distinct(sweep, err);
}

static int make_manifest(const struct sweep *sweep, json_t **manifest, struct err *err)
{
	json_t *repeats;
	int status = manifest_make(&sweep->base, sweep->traces, manifest, err);

	if (status < 0)
		return status;
	repeats = json_array();
	for (uint64_t i = 0; i < sweep->base.repeats; i++)
		json_array_append_new(repeats, json_integer((json_int_t)(sweep->base.repeat + i)));
	json_object_set_new(*manifest, "repeats", repeats);
	json_object_set_new(*manifest, "machine", machine_json());
	status = manifest_sign(*manifest, err);
	if (status < 0)
		json_decref(*manifest);
	return status;
}

static int open_folder(struct sweep *sweep, struct err *err)
{
	json_t *manifest;
	int status;

	if (sweep->options->parts)
		return folder_share(&sweep->folder, sweep->options->out, err);
	status = make_manifest(sweep, &manifest, err);

	if (status < 0)
		return status;
	status = folder_open(&sweep->folder, sweep->options->out, manifest, err);
	json_decref(manifest);
	return status;
}

/* ---- running ---- */

struct doing {
	struct sweep *sweep;
	struct progress progress;
};

/* In a worker: does the runs of a task that have no outcome yet. These are all, unless a worker died during the task.
 */
static bool work(void *context, size_t task)
{
	const struct doing *doing = context;
	const struct sweep *sweep = doing->sweep;
	size_t *runs = sweep->todo + sweep->task[task].first, count = sweep->task[task].count;

	while (count && atomic_load(&sweep->outcomes->outcome[*runs].state) != OUTCOME_NONE)
		runs++, count--;
	return sweep->engine->answer(sweep, runs, count);
}

static bool died(void *context, size_t task, int status)
{
	const struct doing *doing = context;
	const struct sweep *sweep = doing->sweep;

	return sweep_died(sweep, sweep->todo + sweep->task[task].first, sweep->task[task].count, status);
}

static void show(void *context)
{
	struct doing *doing = context;
	uint64_t done = atomic_load(&doing->sweep->outcomes->ended);

	progress_step(&doing->progress, done, done);
}

static int do_here(struct doing *doing, struct err *err)
{
	struct sweep *sweep = doing->sweep;
	const struct worker_pool pool = {.jobs = sweep->options->jobs,
					 .tasks = sweep->tasks,
					 .work = work,
					 .died = died,
					 .tick = show,
					 .context = doing};
	int status = sweep->engine->prepare ? sweep->engine->prepare(sweep, err) : 0;

	return status < 0 ? status : worker_pool_run(&pool, err);
}

static int do_tasks(struct sweep *sweep, struct err *err)
{
	struct doing doing = {.sweep = sweep};
	int status;

	if (sweep->options->progress)
		progress_begin_logged(&doing.progress, sweep->name, "points", sweep->todos);
	status = sweep->options->launcher == LAUNCHER_SLURM ? slurm_run(sweep, show, &doing, err)
							    : do_here(&doing, err);
	if (sweep->options->progress)
		progress_end(&doing.progress);
	return status;
}

static void close_sweep(struct sweep *sweep)
{
	if (sweep->engine && sweep->engine->release)
		sweep->engine->release(sweep);
	sweep_lines_close(sweep);
	worker_pool_unshare(sweep->outcomes, sweep->outcomes_bytes);
	folder_close(&sweep->folder);
	free(sweep->task);
	free(sweep->todo);
	free(sweep->run);
	json_decref(sweep->files);
	json_decref(sweep->traces);
	grid_free(&sweep->grid);
	if (sweep->presets)
		preset_cache_free(sweep->presets);
	free(sweep->presets);
	config_free(&sweep->base);
	free(sweep->text);
}

static int finish(struct sweep *sweep, struct sweep_summary *summary, struct err *err)
{
	int status;

	if (sweep->options->parts)
		return slurm_note_failures(sweep, err);
	*summary = (struct sweep_summary){.points = sweep->grid.points, .there = sweep->runs - sweep->todos};
	for (size_t i = 0; i < sweep->todos; i++) {
		int state = atomic_load(&sweep->outcomes->outcome[sweep->todo[i]].state);

		summary->done += state == OUTCOME_DONE;
		summary->failed += state == OUTCOME_FAILED;
	}
	status = sweep_results(sweep, err);
	if (status == 0 && summary->failed)
		status = err_set(err, ERR_FAILED, "%zu of %zu points failed", summary->failed, sweep->runs);
	return status;
}

int sweep_run(const struct sweep_options *options, struct sweep_summary *summary, struct err *err)
{
	struct sweep sweep = {.options = options};
	int status = read_sweep(&sweep, err);

	if (status == 0)
		status = open_folder(&sweep, err);
	if (status == 0)
		status = sweep_plan(&sweep, err);
	if (status == 0) {
		sweep.outcomes_bytes = sizeof(*sweep.outcomes) + sweep.runs * sizeof(sweep.outcomes->outcome[0]);
		sweep.outcomes = worker_pool_share(sweep.outcomes_bytes);
		status = sweep.outcomes ? sweep_lines_open(&sweep, err) : err_memory(err, "the outcomes");
	}
	if (status == 0 && sweep.tasks)
		status = do_tasks(&sweep, err);
	if (status == 0)
		status = finish(&sweep, summary, err);
	close_sweep(&sweep);
	return status;
}
