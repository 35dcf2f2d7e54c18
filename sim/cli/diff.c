/* SPDX-License-Identifier: MIT */
/* megavm diff: what changed between two sweeps. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/table_format.h"
#include "report/diff.h"

enum { KEY_ALL = 256, SHOWN = 20 };

struct arguments {
	const char *folder[2];
	int folders;
	bool all, csv;
};

static const struct argp_option options[] = {
	{"all", KEY_ALL, NULL, 0, "print every point that has changed, not only the 20 largest changes", 0},
	{"csv", 'c', NULL, 0, "print CSV, a line for every point", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_ALL: arguments->all = true; return 0;
	case 'c':
		arguments->csv = true;
		table_format_instead(state, "--csv");
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->folders == 2)
			argp_error(state, "'%s' is one folder too many: two sweeps are compared", word);
		arguments->folder[arguments->folders++] = word;
		return 0;
	case ARGP_KEY_END:
		if (arguments->folders < 2)
			argp_error(state, "two folders of sweeps are needed, or their results.csv");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "BEFORE NOW",
	.doc = "Shows what changed between two sweeps over the same grid, point by point: slowdowns and faults, the "
	       "largest change of a slowdown first.\v"
	       "Points are the same when they have the same job and the same value of every key that both sweep. "
	       "Values are compared as they are written. 'megavm compare' sets several engines side by side.",
	.children = children,
};

static int print(const struct arguments *arguments, const struct results *before, const struct results *now,
		 struct err *err)
{
	struct diff diff;
	int status = diff_make(&diff, before, now, err);

	if (status < 0)
		return status;
	if (arguments->csv)
		diff_print_csv(&diff, stdout);
	else
		status = diff_print(&diff, arguments->all ? SIZE_MAX : SHOWN, stdout, err);
	diff_free(&diff);
	return status;
}

int cli_diff(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.folders = 0};
	struct results before = {0}, now = {0};
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0)
		status = results_read(&before, arguments.folder[0], err);
	if (status != 0)
		return status;
	status = results_read(&now, arguments.folder[1], err);
	if (status == 0) {
		status = print(&arguments, &before, &now, err);
		results_free(&now);
	}
	results_free(&before);
	return status;
}
