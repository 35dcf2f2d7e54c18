/* SPDX-License-Identifier: MIT */
/* megavm sweep: every point of a grid. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/words.h"
#include "report/sqlite.h"
#include "sweep/preview.h"

enum { KEY_LAUNCHER = 256, KEY_PART, KEY_COPY, KEY_DRY_RUN, KEY_SQLITE, JOBS_MAX = 1024, ARRAY_TASKS = 100 };

struct arguments {
	struct words_config config;
	struct sweep_options options;
	bool dry_run;
	const char *sqlite;
};

static const struct argp_option options[] = {
	{"jobs", 'j', "N", 0,
	 "points simulated at a time (one for each core); with Slurm: tasks of the job array (100)", 0},
	{"launcher", KEY_LAUNCHER, "NAME", 0,
	 "local, or slurm: a Slurm job array; all its machines must share the folder of the results", 0},
	{"part", KEY_PART, "I/N", OPTION_HIDDEN, "the part of the points that a task of a job array simulates", 0},
	{"copy-of", KEY_COPY, "FILE", OPTION_HIDDEN, "the configuration whose copy a task of a job array has", 0},
	{"out", 'o', "DIR", 0, "the folder of the results (results/NAME for the configuration NAME.yaml)", 0},
	{"set", 's', "KEY=VALUE", 0,
	 "override a key for every point: vms.local=25% sets it for every VM, vms.0.local=25% for the first", 0},
	{"dry-run", KEY_DRY_RUN, NULL, 0,
	 "print the points and an estimate of the time, from one run of the first point, and do nothing", 0},
	{"sqlite", KEY_SQLITE, "FILE", 0, "also write the results as the table 'results' of an SQLite database", 0},
	{0},
};

static struct words_row launcher_row(size_t i)
{
	static const struct words_row rows[] = {
		[LAUNCHER_LOCAL] = {"local", "workers on this machine"},
		[LAUNCHER_SLURM] = {"slurm", "a job array"},
		{NULL, NULL},
	};

	return rows[i];
}

/* "3/100" */
static void parse_part(const struct argp_state *state, struct sweep_options *given, const char *word)
{
	char *end;

	given->part = strtoul(word, &end, 10);
	given->parts = *end == '/' ? strtoul(end + 1, &end, 10) : 0;
	if (*end || given->part >= given->parts)
		argp_error(state, "--part '%s': expected I/N", word);
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'j': arguments->options.jobs = (unsigned)words_count(state, "--jobs", word, 1, JOBS_MAX); return 0;
	case KEY_LAUNCHER:
		arguments->options.launcher = (enum sweep_launcher)words_choose(state, "launcher", word, launcher_row);
		return 0;
	case KEY_PART: parse_part(state, &arguments->options, word); return 0;
	case KEY_COPY: arguments->options.copy_of = word; return 0;
	case 'o': arguments->options.out = word; return 0;
	case KEY_DRY_RUN: arguments->dry_run = true; return 0;
	case KEY_SQLITE: arguments->sqlite = word; return 0;
	default: return words_config_parse(key, word, state, &arguments->config);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "CONFIG",
	.doc = "Simulates every point of the grid under 'sweep' in a configuration, on all cores. Writes the result of "
	       "each point into a file in points/, and all of them into results.csv. A sweep that was interrupted "
	       "continues where it stopped; when the grid has grown, only the missing points are simulated.\v"
	       "CONFIG is a YAML file, or - for standard input. Under 'sweep' a key of the configuration has a list of "
	       "values, or a range {from, to, steps, scale}. Keys that change together share one entry: "
	       "'fabric.preset, fault.exit: [[ib-edr, 1us], [cxl-direct, 0ns]]'. 'repeats: N' runs each point N "
	       "times, with random numbers of its own each time, and results.csv holds means and 95 % confidence "
	       "intervals.",
};

static void tell_failed(const char *text)
{
	fprintf(stderr, "%s\n", text);
}

/* Returns results/NAME for configs/NAME.yaml; the caller frees it. */
static char *default_folder(const char *config)
{
	const char *slash = strrchr(config, '/'),
		   *name = strcmp(config, "-") == 0 ? "sweep"
			   : slash                  ? slash + 1
						    : config,
		   *dot = strrchr(name, '.');
	char *path;

	return asprintf(&path, "results/%.*s", dot && dot > name ? (int)(dot - name) : (int)strlen(name), name) < 0
		       ? NULL
		       : path;
}

static void print_summary(const struct sweep_summary *summary, const char *folder)
{
	printf("%zu point%s: %zu there already, %zu done, %zu failed: %s/results.csv\n", summary->points,
	       summary->points == 1 ? "" : "s", summary->there, summary->done, summary->failed, folder);
	fflush(stdout); /* so that it precedes an error on stderr */
}

static int write_sqlite(const char *folder, const char *path, struct err *err)
{
	char *csv;
	int status;

	if (asprintf(&csv, "%s/results.csv", folder) < 0)
		return err_memory(err, "a path");
	status = sqlite_write(csv, path, err);
	free(csv);
	return status;
}

static int run(struct arguments *arguments, struct err *err)
{
	struct sweep_options *given = &arguments->options;
	char *folder = given->out ? strdup(given->out) : default_folder(arguments->config.path);
	struct sweep_summary summary = {0};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int status;

	if (!folder)
		return err_memory(err, "a path");
	given->out = folder;
	if (!given->jobs)
		given->jobs = given->launcher == LAUNCHER_SLURM ? ARRAY_TASKS : cores > 0 ? (unsigned)cores : 1;
	given->config = arguments->config.path;
	given->sets = arguments->config.sets;
	given->set_count = arguments->config.set_count;
	if (arguments->dry_run) {
		status = sweep_preview(given, err);
		free(folder);
		return status;
	}
	status = sweep_run(given, &summary, err);
	if (summary.points)
		print_summary(&summary, folder);
	if (status == 0 && arguments->sqlite)
		status = write_sqlite(folder, arguments->sqlite, err);
	free(folder);
	return status;
}

int cli_sweep(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.options = {.progress = true, .failed = tell_failed}};
	int status = words_config_init(&arguments.config, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0)
		status = run(&arguments, err);
	words_config_free(&arguments.config);
	return status;
}
