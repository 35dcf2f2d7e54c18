/* SPDX-License-Identifier: MIT */
/* megavm report: experiments as one HTML page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/words.h"
#include "report/page.h"

enum { KEY_BAND = 256, KEY_SIZE };

struct arguments {
	char **path;
	size_t paths;
	const char *out, *band, *size;
};

static const struct argp_option options[] = {
	{"out", 'o', "FILE", 0, "the page (index.html in the folder); required with several folders", 0},
	{"band", KEY_BAND, "FILE", 0, "mark published ranges of slowdown; results/published.csv is an example", 0},
	{"size", KEY_SIZE, "DIR", 0,
	 "begin with the answers of 'megavm size --json', DIR/size.json, and its figure, DIR/size.svg", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'o': arguments->out = word; return 0;
	case KEY_BAND: arguments->band = word; return 0;
	case KEY_SIZE: arguments->size = word; return 0;
	case ARGP_KEY_ARGS:
		arguments->path = state->argv + state->next;
		arguments->paths = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_SUCCESS:
		if (!arguments->paths)
			argp_error(state, "no folder given");
		if (arguments->paths > 1 && !arguments->out)
			argp_error(state, "several folders need -o FILE");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR...",
	.doc = "Writes the results of sweeps as one self-contained HTML page: figures with a sentence about each, "
	       "sortable tables, configurations, and what the results were made from. Several folders become the "
	       "sections of one page.\v"
	       "The heading of a section is the experiment's question: the text after 'Question:' in the comment at "
	       "the top of its configuration.",
};

static int draw_all(struct experiment *experiment, size_t count, const struct staging *staging, struct err *err)
{
	char name[PAGE_FIGURE_NAME];
	int status = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < experiment[i].charts.count && status == 0; j++)
			status = figure_draw(&experiment[i].charts.chart[j].figure, staging,
					     page_figure_name(i, j, name), 1U << GNUPLOT_SVG, err);
	return status;
}

static int write_page(struct experiment *experiment, const struct page *page, const char *path, struct err *err)
{
	static const char name[] = "page.html";
	struct staging staging;
	FILE *to = NULL;
	int status = staging_open_for(&staging, path, err);

	if (status == 0)
		status = draw_all(experiment, page->count, &staging, err);
	if (status == 0) {
		to = staging_create(&staging, name, err);
		status = to ? page_put(to, page, &staging, err) : ERR_FAILED;
	}
	if (to && staging_close(&staging, to, name, err) < 0)
		status = ERR_FAILED;
	if (status == 0)
		status = staging_move(&staging, name, path, err);
	staging_drop(&staging);
	return status;
}

static int read_all(const struct arguments *arguments, const struct bands *bands, struct experiment *experiment,
		    struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < arguments->paths && status == 0; i++) {
		struct chart_input input = {.results = &experiment[i].results,
					    .axes = &experiment[i].axes,
					    .bands = bands};

		status = experiment_read(&experiment[i], arguments->path[i], err);
		if (status == 0)
			status = charts_make(NULL, &input, &experiment[i].charts, err);
	}
	return status;
}

/* index.html beside the results. */
static char *default_out(const struct experiment *experiment)
{
	const char *csv = experiment->results.sheet.name, *slash = strrchr(csv, '/');
	char *out;

	return asprintf(&out, "%.*sindex.html", slash ? (int)(slash + 1 - csv) : 0, csv) < 0 ? NULL : out;
}

static int report(const struct arguments *arguments, struct experiment *experiment, struct err *err)
{
	struct bands bands = {0};
	char *out = NULL;
	int status = gnuplot_check(err);

	if (status == 0 && arguments->band)
		status = bands_read(&bands, arguments->band, err);
	if (status == 0)
		status = read_all(arguments, &bands, experiment, err);
	if (status == 0) {
		out = arguments->out ? strdup(arguments->out) : default_out(experiment);
		status = out ? write_page(experiment,
					  &(struct page){experiment, arguments->paths, &bands, arguments->size}, out,
					  err)
			     : err_memory(err, "a path");
	}
	if (status == 0)
		printf("%s\n", out);
	free(out);
	bands_free(&bands);
	return status;
}

int cli_report(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {0};
	int status = cli_parse(&argp, argc, argv, &arguments, err);
	struct experiment *experiment = calloc(arguments.paths + 1, sizeof(*experiment));

	if (!experiment)
		return err_memory(err, "the experiments");
	if (status == 0)
		status = report(&arguments, experiment, err);
	for (size_t i = 0; i < arguments.paths; i++)
		experiment_free(&experiment[i]);
	free(experiment);
	return status;
}
