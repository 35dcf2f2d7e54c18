/* SPDX-License-Identifier: MIT */
/* Lists the runs that are still to be done, and divides them into tasks: each group is divided among all workers; every
 * other run is a task of its own. */
#include <stdlib.h>

#include "sweep/run.h"
#include "sweep/state.h"

enum { FEW = 8 }; /* runs in a task of a group that is not `whole` */

static int by_group(const void *a, const void *b, void *context)
{
	const struct sweep *sweep = context;
	const size_t one = *(const size_t *)a, other = *(const size_t *)b;
	const uint64_t first = sweep->run[one].group.number, second = sweep->run[other].group.number;

	if (first != second)
		return first == 0 || (second != 0 && first > second) ? 1 : -1;
	return (one > other) - (one < other);
}

/* Divides the runs of one group into tasks. */
static void add_tasks(struct sweep *sweep, size_t first, size_t count)
{
	const struct group *group = &sweep->run[sweep->todo[first]].group;
	size_t most = group->number == 0 ? 1 : group->whole ? count : FEW, parts = (count + most - 1) / most;

	if (parts < sweep->options->jobs)
		parts = sweep->options->jobs < count ? sweep->options->jobs : count;
	for (size_t i = 0; i < parts; i++) {
		size_t begin = count * i / parts, end = count * (i + 1) / parts;

		sweep->task[sweep->tasks++] = (struct task){first + begin, end - begin};
	}
}

/* Lists all missing runs, or those of the options' part. The parts are of all runs, missing or not, so that every task
 * of an array divides them alike. */
static void list_part(struct sweep *sweep)
{
	const size_t part = sweep->options->part, parts = sweep->options->parts ? sweep->options->parts : 1;
	const size_t first = sweep->runs * part / parts, end = sweep->runs * (part + 1) / parts;

	for (size_t i = 0; i < sweep->runs; i++)
		sweep->todo[i] = i;
	qsort_r(sweep->todo, sweep->runs, sizeof(*sweep->todo), by_group, sweep);
	for (size_t i = first; i < end; i++) {
		char name[RUN_NAME], *text;
		bool damaged;

		if (folder_has_result(&sweep->folder, sweep_run_name(&sweep->run[sweep->todo[i]], name), &damaged))
			continue;
		if (damaged &&
		    asprintf(&text, "%s/%s: damaged: its run is made again", sweep->folder.path, name) >= 0) {
			sweep->options->failed(text);
			free(text);
		}
		sweep->todo[sweep->todos++] = sweep->todo[i];
	}
}

static bool same_group(const struct sweep *sweep, size_t i, size_t j)
{
	return sweep->run[sweep->todo[i]].group.number == sweep->run[sweep->todo[j]].group.number;
}

int sweep_plan(struct sweep *sweep, struct err *err)
{
	sweep->todo = calloc(sweep->runs + 1, sizeof(*sweep->todo));
	sweep->task = calloc(sweep->runs + 1, sizeof(*sweep->task));
	if (!sweep->todo || !sweep->task)
		return err_memory(err, "a sweep");
	list_part(sweep);
	for (size_t first = 0, end; first < sweep->todos; first = end) {
		for (end = first + 1; end < sweep->todos && same_group(sweep, end, first);)
			end++;
		add_tasks(sweep, first, end - first);
	}
	return 0;
}
