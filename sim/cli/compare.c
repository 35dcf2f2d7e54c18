/* SPDX-License-Identifier: MIT */
/* megavm compare: what two engines say of the same points. */
#include <stdio.h>

#include "cli/words.h"
#include "report/compare.h"

struct arguments {
	const char *folder[2], *out;
};

static const struct argp_option rows[] = {
	{"out", 'o', "DIR", 0,
	 "write compare.csv and results.csv (both engines together, 'engine' a swept key) into this folder", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'o': arguments->out = word; return 0;
	case ARGP_KEY_ARG:
		if (arguments->folder[1])
			argp_error(state, "a third folder, '%s': two are compared", word);
		arguments->folder[arguments->folder[0] != NULL] = word;
		return 0;
	case ARGP_KEY_END:
		if (!arguments->folder[1])
			argp_error(
				state,
				"two folders are compared: a sweep with engine: simulate, and one with engine: bochs");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.args_doc = "DIR DIR",
	.doc = "Sets the results of two sweeps over the same grid side by side, point by point: faults and slowdown by "
	       "each engine, and how far apart they are.\v"
	       "Points belong together when the workload and every key that both sweep are the same. Of several seeds "
	       "(repeats) the means are compared, and behind "
	       "± is the slowdown's 95 % confidence interval. 'megavm plot DIR --lines engine' draws both.",
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
	struct arguments arguments = {0};
	struct compare compare;
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0)
		status = compare_read(&compare, arguments.folder, err);
	if (status < 0)
		return status;
	status = compare_print(&compare, stdout, err);
	if (status == 0 && arguments.out)
		status = write_out(&compare, arguments.out, err);
	compare_free(&compare);
	return status;
}
