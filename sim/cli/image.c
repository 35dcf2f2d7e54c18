/* SPDX-License-Identifier: MIT */
/* megavm image: builds a workload's guest without recording it. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/words.h"
#include "workload/workload.h"

struct arguments {
	const char *workload, *size, *cache;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 's': arguments->size = text; return 0;
	case 'c': arguments->cache = text; return 0;
	case ARGP_KEY_ARG: words_operand(state, &arguments->workload, "workload", text); return 0;
	case ARGP_KEY_NO_ARGS: argp_error(state, "no workload given ('megavm list workloads' lists them)"); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"size", 's', "SIZE", 0, "tiny, small, paper, or another that the workload has (its only one, otherwise small)",
	 0},
	{"cache", 'c', "FOLDER", 0, "where downloads and images are kept ($MEGAVM_CACHE, otherwise ~/.cache/megavm)",
	 0},
	{0},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "WORKLOAD",
	.doc = "Builds the CD and the disk of a guest that runs a workload, and prints their paths, so that you can "
	       "inspect them or run them in another emulator.\v"
	       "WORKLOAD is one of 'megavm list workloads', or the path of your own folder, which must contain a '/'. "
	       "The same inputs give the same bytes.",
};

int cli_image(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.size = ""};
	struct workload_image image;
	struct workload workload;
	char cache[PATH_MAX];
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0 && !arguments.cache)
		status = workload_cache_folder(cache, err);
	if (status == 0)
		status = workload_read(&workload, arguments.workload, err);
	if (status != 0)
		return status;
	status = workload_prepare(&workload, arguments.size, arguments.cache ? arguments.cache : cache, &image, err);
	if (status == 0) {
		printf("boot      %s\n", image.iso);
		if (image.disk)
			printf("disk      %s\n", image.disk);
		printf("packages  %s\ndigest    %s\n", image.packages_file, image.digest);
		workload_image_free(&image);
	}
	workload_free(&workload);
	return status;
}
