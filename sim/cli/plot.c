/* SPDX-License-Identifier: MIT */
/* megavm plot: figures of a sweep's results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/figure_wishes.h"
#include "cli/words.h"
#include "report/experiment.h"

enum { KEY_X = 256, KEY_Y, KEY_LINES, KEY_FACET, KEY_WHERE, KEY_BAND };

struct arguments {
	const char *path, *out, *band;
	struct figure_wishes wishes;
	const struct chart_kind *kind; /* NULL: all kinds that fit the swept keys */
	struct view_request request;
	unsigned formats; /* bits, 1 << GNUPLOT_SVG... */
};

static const struct argp_option options[] = {
	{"out", 'o', "DIR", 0, "the folder of the figures (figures/ beside results.csv)", 0},
	{"figure", 'f', "NAME", 0, "draw only this figure (all that fit the swept keys)", 0},
	{"format", 'F', "NAME[,NAME...]", 0, "one or more of svg, png, pdf (all three)", 0},
	{"x", KEY_X, "KEY", 0, "the key on the x axis", 0},
	{"y", KEY_Y, "KEY", 0, "the key on the y axis (heat)", 0},
	{"lines", KEY_LINES, "KEY[,KEY...]", 0, "the keys that distinguish the lines", 0},
	{"facet", KEY_FACET, "KEY", 0, "the key with a panel for each of its values (of bars and maps, a figure)", 0},
	{"where", KEY_WHERE, "KEY=VALUE", 0, "use only the points where this key has this value", 0},
	{"band", KEY_BAND, "FILE", 0, "mark published ranges of slowdown; results/published.csv is an example", 0},
	{0},
};

static const struct argp_child children[] = {{&figure_wishes_argp, 0, "How the figures look:", 0}, {0}};

static struct words_row figure_row(size_t i)
{
	const struct chart_kind *kind = chart_kinds[i];

	return kind ? (struct words_row){kind->name, kind->summary} : (struct words_row){NULL, NULL};
}

static struct words_row format_row(size_t i)
{
	return (struct words_row){i < GNUPLOT_FORMATS ? gnuplot_format_names[i] : NULL, ""};
}

static unsigned formats(const struct argp_state *state, char *word)
{
	unsigned set = 0;

	for (char *rest = word, *name; (name = strsep(&rest, ","));)
		set |= 1U << words_choose(state, "format", name, format_row);
	return set;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &arguments->wishes; return 0;
	case 'o': arguments->out = word; return 0;
	case 'f': arguments->kind = chart_kinds[words_choose(state, "figure", word, figure_row)]; return 0;
	case 'F': arguments->formats = formats(state, word); return 0;
	case KEY_X: arguments->request.x = word; return 0;
	case KEY_Y: arguments->request.y = word; return 0;
	case KEY_LINES: arguments->request.lines = word; return 0;
	case KEY_FACET: arguments->request.facet = word; return 0;
	case KEY_WHERE:
		if (arguments->request.wheres == VIEW_WHERE_MAX)
			argp_error(state, "--where: may be given at most %d times", VIEW_WHERE_MAX);
		arguments->request.where[arguments->request.wheres++] = word;
		return 0;
	case KEY_BAND: arguments->band = word; return 0;
	default: return words_operand_parse(key, word, state, &arguments->path, "folder or results.csv");
	}
}

static char *help(int key, const char *text, void *input)
{
	(void)input;
	return words_help(key, text, "Figures", figure_row);
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR|CSV",
	.doc = "Draws figures of a sweep's results with gnuplot: those that fit the keys that vary. Prints a sentence "
	       "about each.\v"
	       "Each figure is NAME.svg, NAME.png and NAME.pdf, with the script NAME.gp and the data NAME.dat that "
	       "they are drawn from: edit these, and run 'gnuplot NAME.gp' in their folder. KEY is a swept key, for "
	       "example fabric.latency (or just latency), or workload, local, policy, prefetch, job.",
	.help_filter = help,
	.children = children,
};

/* The folder of the figures without --out: figures/ beside the results. */
static char *default_out(const struct results *results)
{
	const char *slash = strrchr(results->sheet.name, '/');
	char *out;

	return asprintf(&out, "%.*sfigures", slash ? (int)(slash + 1 - results->sheet.name) : 0, results->sheet.name) <
			       0
		       ? NULL
		       : out;
}

static void print_figures(const struct results *results, const struct charts *charts, const char *out, unsigned set)
{
	char *costs = results_fault_costs(results);

	for (size_t i = 0; i < charts->count; i++) {
		const char *gap = "";

		printf("%s/%s.", out, charts->chart[i].name);
		for (int format = 0; format < GNUPLOT_FORMATS; format++) {
			if (!(set & 1U << format))
				continue;
			printf("%s%s", gap, gnuplot_format_names[format]);
			gap = ",";
		}
		printf("\n  %s\n", charts->chart[i].sentence);
	}
	if (charts->dull)
		printf("%s; --figure NAME draws one\n", charts->dull);
	if (costs)
		printf("fault costs: %s\n", costs);
	free(costs);
	for (int mark = FILTERED_MISLEADING; mark < FILTERED_EXACT; mark++)
		if (results_have_counts(results, (enum policy_filtered)mark))
			printf("%s\n", policy_filtered_remedy((enum policy_filtered)mark));
}

static int draw(const struct arguments *arguments, const struct charts *charts, const char *out, struct err *err)
{
	struct staging staging = {0};
	int status = staging_open(&staging, out, err);

	for (size_t i = 0; i < charts->count && status == 0; i++) {
		struct figure figure = charts->chart[i].figure;

		figure_wishes_apply(&arguments->wishes, &figure);
		status = figure_draw(&figure, &staging, charts->chart[i].name, arguments->formats, err);
	}
	if (status == 0)
		status = staging_commit(&staging, err);
	staging_drop(&staging);
	return status;
}

static int plot(const struct arguments *arguments, struct experiment *experiment, const struct bands *bands,
		struct err *err)
{
	const struct chart_input input = {&experiment->results, &experiment->axes, arguments->request, bands,
					  arguments->wishes.title};
	char *out = arguments->out ? strdup(arguments->out) : default_out(&experiment->results);
	int status = out ? view_check(&arguments->request, &experiment->axes, err) : err_memory(err, "a path");

	if (status == 0)
		status = charts_make(arguments->kind, &input, &experiment->charts, err);
	if (status == 0)
		status = draw(arguments, &experiment->charts, out, err);
	if (status == 0)
		print_figures(&experiment->results, &experiment->charts, out, arguments->formats);
	free(out);
	return status;
}

static int read_and_plot(const struct arguments *arguments, struct err *err)
{
	struct experiment experiment = {0};
	struct bands bands = {0};
	int status = gnuplot_check(err);

	if (status == 0)
		status = experiment_read(&experiment, arguments->path, err);
	if (status == 0 && arguments->band)
		status = bands_read(&bands, arguments->band, err);
	if (status == 0)
		status = plot(arguments, &experiment, &bands, err);
	bands_free(&bands);
	experiment_free(&experiment);
	return status;
}

int cli_plot(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.formats = (1U << GNUPLOT_FORMATS) - 1};
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	return status < 0 ? status : read_and_plot(&arguments, err);
}
