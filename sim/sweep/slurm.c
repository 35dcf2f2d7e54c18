/* SPDX-License-Identifier: MIT */
/*
 * A sweep as a Slurm job array. Every task of the array runs this program on a machine that shares the folder: it reads
 * the configuration, makes the same list of runs, does its part of the missing ones, and writes the same files as a
 * local worker. The error of a failed run goes to points/DIGEST.error, which is reported and removed when all runs have
 * ended. sbatch takes its partition, account and time limit from its own variables (SBATCH_PARTITION, ...).
 *
 *   slurm/sweep.yaml     the configuration, as it was when the array was submitted
 *   slurm/task.sh        what each task runs
 *   slurm/NUMBER.log     what it printed
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sweep/outcome.h"
#include "sweep/run.h"
#include "sweep/state.h"

enum { LOOK_NS = 500000000, LOOKS_A_QUERY = 20 };

static const char *error_name(const struct sweep_run *run, char out[RUN_NAME])
{
	snprintf(out, RUN_NAME, "points/%s.error", run->digest);
	return out;
}

/* ---- in a task of the array ---- */

int slurm_note_failures(const struct sweep *sweep, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < sweep->todos && status == 0; i++) {
		const struct outcome *outcome = &sweep->outcomes->outcome[sweep->todo[i]];
		char name[RUN_NAME];
		struct output_file to;

		if (atomic_load(&outcome->state) != OUTCOME_FAILED)
			continue;
		error_name(&sweep->run[sweep->todo[i]], name);
		status = folder_begin(&sweep->folder, name, &to, err);
		if (status == 0) {
			fputs(outcome->text, to.stream);
			status = output_finish(&to, 0, err);
		}
	}
	return status;
}

/* ---- the array ---- */

/* "OPTION=AB", or "AB", as one word for the shell. */
static void put_word(const char *option, const char *a, const char *b, FILE *to)
{
	fprintf(to, " %s%s'", option ? option : "", option ? "=" : "");
	for (const char *at = a; *at; at++)
		fprintf(to, *at == '\'' ? "'\\''" : "%c", *at);
	fprintf(to, "%s'", b);
}

static int write_script(const struct sweep *sweep, unsigned tasks, struct err *err)
{
	const struct sweep_options *options = sweep->options;
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct output_file file;
	FILE *to;
	int status;

	if (length < 0)
		return err_errno(err, ERR_FAILED, "where is megavm?");
	self[length] = '\0';
	status = folder_begin(&sweep->folder, "slurm/task.sh", &file, err);
	if (status < 0)
		return status;
	to = file.stream;
	fputs("#!/bin/sh\nexec", to);
	put_word(NULL, self, "", to);
	fputs(" sweep", to);
	put_word(NULL, sweep->folder.path, "/slurm/sweep.yaml", to);
	put_word("--out", sweep->folder.path, "", to);
	put_word("--copy-of", sweep->name, "", to);
	for (size_t i = 0; i < options->set_count; i++)
		put_word("--set", options->sets[i], "", to);
	fprintf(to, " --jobs \"${SLURM_CPUS_PER_TASK:-1}\" --part \"$SLURM_ARRAY_TASK_ID/%u\"\n", tasks);
	return output_finish(&file, 0, err);
}

static int write_yaml(const struct sweep *sweep, struct err *err)
{
	struct output_file to;
	int status = folder_make_empty(&sweep->folder, "slurm", err);

	if (status == 0)
		status = folder_begin(&sweep->folder, "slurm/sweep.yaml", &to, err);
	if (status < 0)
		return status;
	fwrite(sweep->text, 1, sweep->size, to.stream);
	return output_finish(&to, 0, err);
}

struct array {
	struct sweep *sweep;
	unsigned tasks;
	char job[64]; /* Slurm's job id */
	bool *ended;  /* by number in `todo` */
	size_t left;
};

/* Runs a command and reads the first line that it prints, without its end. *status is wait's. Returns 0 or a negative
 * code. */
static int first_line(const char *command, char *line, size_t size, int *status, struct err *err)
{
	FILE *from = popen(command, "re");

	if (!from)
		return err_errno(err, ERR_FAILED, "--launcher slurm");
	line[0] = '\0';
	if (fgets(line, (int)size, from))
		line[strcspn(line, "\r\n;")] = '\0'; /* sbatch prints a semicolon and the cluster after the job id */
	while (fgetc(from) != EOF)
		;
	*status = pclose(from);
	return 0;
}

static int submit(struct array *array, struct err *err)
{
	const char *path = array->sweep->folder.path;
	char *command = NULL;
	size_t size;
	FILE *to = open_memstream(&command, &size);
	int status, ended = 0;

	if (!to)
		return err_memory(err, "a job array");
	fprintf(to,
		"command -v sbatch > /dev/null || exit 127; exec sbatch --parsable --job-name=megavm-sweep "
		"--array=0-%u",
		array->tasks - 1);
	put_word("--output", path, "/slurm/%a.log", to);
	put_word(NULL, path, "/slurm/task.sh", to);
	status = fclose(to) == 0 ? first_line(command, array->job, sizeof(array->job), &ended, err)
				 : err_memory(err, "a job array");
	free(command);
	if (status < 0)
		return status;
	if (WIFEXITED(ended) && WEXITSTATUS(ended) == 127)
		return err_set(err, ERR_FAILED, "--launcher slurm: there is no sbatch here");
	if (ended != 0 || !array->job[0])
		return err_set(err, ERR_FAILED, "--launcher slurm: sbatch ended with status %d and submitted nothing",
			       WEXITSTATUS(ended));
	return 0;
}

/* Finds the runs that have ended since the last call. */
static void find_ended(struct array *array)
{
	const struct sweep *sweep = array->sweep;
	char name[RUN_NAME];

	for (size_t i = 0; i < sweep->todos; i++) {
		const struct sweep_run *run = &sweep->run[sweep->todo[i]];
		bool done;

		if (array->ended[i])
			continue;
		done = folder_has(&sweep->folder, sweep_run_name(run, name));
		if (!done && !folder_has(&sweep->folder, error_name(run, name)))
			continue;
		array->ended[i] = true;
		array->left--;
		if (done)
			sweep_done(sweep, sweep->todo[i]);
	}
}

/* Whether a task of the array is still waiting or running. */
static bool is_queued(const struct array *array)
{
	char command[128], line[64];
	struct err err;
	int status;

	snprintf(command, sizeof(command), "squeue --noheader --format=%%i --jobs=%s 2> /dev/null", array->job);
	return first_line(command, line, sizeof(line), &status, &err) == 0 && line[0];
}

/* Waits until all runs or the array have ended, then looks for results a last time. */
static void wait_for(struct array *array, void (*tick)(void *context), void *context)
{
	const struct timespec pause = {0, LOOK_NS};
	bool queued = true;

	for (unsigned looks = 1; array->left && queued; looks++) {
		if (looks % LOOKS_A_QUERY == 0)
			queued = is_queued(array);
		find_ended(array);
		tick(context);
		if (array->left && queued)
			nanosleep(&pause, NULL);
	}
}

/* Records the runs that the array has not done as failed, with their errors. */
static void judge(const struct array *array)
{
	const struct sweep *sweep = array->sweep;

	for (size_t i = 0; i < sweep->todos; i++) {
		char name[RUN_NAME];
		struct err err;

		if (atomic_load(&sweep->outcomes->outcome[sweep->todo[i]].state) == OUTCOME_DONE)
			continue;
		if (folder_take_text(&sweep->folder, error_name(&sweep->run[sweep->todo[i]], name), err.text,
				     sizeof(err.text)) < 0)
			err_set(&err, ERR_FAILED, "its task left no result: %s/slurm/ has what the tasks printed",
				sweep->folder.path);
		sweep_fail(sweep, sweep->todo[i], &err);
	}
}

int slurm_run(struct sweep *sweep, void (*tick)(void *context), void *context, struct err *err)
{
	const unsigned tasks = sweep->options->jobs < sweep->todos ? sweep->options->jobs : (unsigned)sweep->todos;
	struct array array = {.sweep = sweep,
			      .tasks = tasks,
			      .ended = calloc(sweep->todos + 1, sizeof(*array.ended)),
			      .left = sweep->todos};
	int status = array.ended ? write_yaml(sweep, err) : err_memory(err, "a job array");

	if (status == 0)
		status = write_script(sweep, tasks, err);
	if (status == 0)
		status = submit(&array, err);
	if (status == 0) {
		wait_for(&array, tick, context);
		judge(&array);
	}
	free(array.ended);
	return status;
}
