/* SPDX-License-Identifier: MIT */
/* megavm compare: the results of several engines at the same points. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/table_format.h"
#include "cli/words.h"
#include "report/compare.h"

struct arguments {
	const char **folder, *out;
	size_t folders;
};

static const struct argp_option rows[] = {
	{"out", 'o', "DIR", 0,
	 "write compare.csv and results.csv into this folder; results.csv holds all engines, with 'engine' and 'scope' "
	 "as swept "
	 "keys",
	 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'o': arguments->out = word; return 0;
	case ARGP_KEY_ARG: arguments->folder[arguments->folders++] = word; return 0;
	case ARGP_KEY_END:
		if (!arguments->folders)
			argp_error(
				state,
				"no folder given: expected folders of sweeps, or folders that 'megavm compare' wrote");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.args_doc = "DIR...",
	.doc = "Shows the results of two or more sweeps over the same grid side by side, point by point: the faults "
	       "and the slowdown of each engine, and how far each is from the first.\v"
	       "DIR is the folder of a sweep, or a folder that --out wrote, which holds several engines. Points are "
	       "compared when they have the same workload and the same value of every key that all sweeps vary. With "
	       "several repeats the means are compared; the number after ± is half of the 95 % confidence interval, "
	       "over "
	       "what the model draws at random. The added time is slowdown less 1, in per cent of the first engine's; "
	       "undecided: its interval is wider than the difference; within: between the first engine's two bounds. "
	       "A guest's footprint is not that of a program in it: results of each scope have a table of their own, "
	       "and are "
	       "compared only with each other. 'megavm plot DIR --lines engine,scope' draws all.",
	.children = children,
};

static int write_file(const struct compare *compare, const struct staging *staging, const char *name,
		      int (*write)(const struct compare *compare, FILE *to, struct err *err), struct err *err)
{
	FILE *file = staging_create(staging, name, err);
	int status;

	if (!file)
		return ERR_FAILED;
	status = write(compare, file, err);
	return staging_close(staging, file, name, err) < 0 ? ERR_FAILED : status;
}

static int write_out(const struct compare *compare, const char *folder, struct err *err)
{
	struct staging staging = {0};
	int status = staging_open(&staging, folder, err);

	if (status == 0)
		status = write_file(compare, &staging, "compare.csv", compare_csv, err);
	if (status == 0)
		status = write_file(compare, &staging, "results.csv", compare_results, err);
	if (status == 0)
		status = staging_commit(&staging, err);
	staging_drop(&staging);
	return status;
}

int cli_compare(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.folder = calloc((size_t)argc, sizeof(*arguments.folder))};
	struct compare compare;
	int status = arguments.folder ? cli_parse(&argp, argc, argv, &arguments, err) : err_memory(err, "the folders");

	if (status == 0)
		status = compare_read(&compare, arguments.folder, arguments.folders, err);
	free(arguments.folder);
	if (status != 0)
		return status;
	status = compare_print(&compare, stdout, err);
	if (status == 0 && arguments.out)
		status = write_out(&compare, arguments.out, err);
	compare_free(&compare);
	return status;
}
