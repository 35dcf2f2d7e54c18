/* SPDX-License-Identifier: MIT */
/* megavm curve: faults, write-backs and slowdown against local size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/curve.h"
#include "cli/table_format.h"
#include "cli/words.h"
#include "fault/local_memory.h"
#include "report/figure.h"

enum {
	KEY_RATIOS = 256,
	KEY_PREFETCH,
	KEY_PLOT,
	KEY_SAMPLE,
	KEY_FABRIC,
	KEY_LATENCY,
	KEY_IPS,
	KEY_JSON,
	KEY_RECOVER,
	JOBS_MAX = 1024
};

static const struct argp_option options[] = {
	{"policy", 'p', "NAME[,NAME...]", 0, "eviction policies (lru); 'megavm list policies' explains them", 0},
	{"prefetch", KEY_PREFETCH, "NAME", 0, "a prefetcher (none); 'megavm list prefetchers' explains them", 0},
	{"frames", 'f', "N[,N...]", 0, "local sizes in pages; more than the footprint is all of it", 0},
	{"ratios", KEY_RATIOS, "P%[,P%...]", 0, "local sizes as percentages of the footprint", 0},
	{"csv", 'c', NULL, 0, "print CSV; with LRU and without --frames or --ratios, one line for every local size", 0},
	{"json", KEY_JSON, NULL, 0, "print one JSON object, with what it was made from; sizes as for --csv", 0},
	{"plot", KEY_PLOT, "FILE", 0, "first draw slowdown against local ratio: .svg, .pdf or .png", 0},
	{"sample", KEY_SAMPLE, "RATE", 0,
	 "estimate LRU from a sample of the pages (SHARDS), with the standard error; RATE 0.01 is one page in 100", 0},
	{"fabric", KEY_FABRIC, "PRESET[,PRESET...]", 0,
	 "interconnects (ib-edr), a curve for each; one is the same as --set fabric.preset=PRESET; 'megavm list "
	 "fabrics' lists them",
	 0},
	{"latency", KEY_LATENCY, "TIME[,TIME...]", 0,
	 "latencies of the interconnect, for example 900ns,3us, a curve for each; one is the same as --set "
	 "fabric.latency=TIME",
	 0},
	{"ips", KEY_IPS, "N", 0, "instructions per second of a virtual CPU, the same as --set cpu.ips=N", 0},
	{"set", 's', "KEY=VALUE", 0,
	 "any key of a configuration, for example fault.exit=2us or policies.2q.in=30%; fabric.latency, fabric.preset "
	 "and policy take lists, for example fabric.latency=1us,3us, with a curve for each value",
	 0},
	{"jobs", 'j', "N", 0, "cores to use (all)", 0},
	{"recover", KEY_RECOVER, NULL, 0, "read the undamaged blocks of a damaged or truncated trace", 0},
	{0},
};

static double rate(const struct argp_state *state, const char *word)
{
	double value = 0;
	struct err err;

	if (real_parse(word, &value, &err) < 0 || !(value > 0 && value <= 1))
		argp_error(state, "--sample '%s': must be more than 0 and at most 1", word);
	return value;
}

static void check(const struct argp_state *state, const struct curve_arguments *arguments)
{
	if (!arguments->paths)
		argp_error(state, "no trace given");
	if (arguments->frames && arguments->ratios)
		argp_error(state, "--frames and --ratios cannot be combined");
	if (arguments->csv && arguments->json)
		argp_error(state, "--csv and --json cannot be combined");
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct curve_arguments *arguments = state->input;

	switch (key) {
	case 'p': arguments->policies = word; return 0;
	case KEY_PREFETCH:
		if (!prefetch_find(word))
			argp_error(state, "--prefetch: unknown prefetcher '%s' ('megavm list prefetchers' lists them)",
				   word);
		words_config_set(state, &arguments->config, "prefetch", word);
		return 0;
	case 'f': arguments->frames = word; return 0;
	case KEY_RATIOS: arguments->ratios = word; return 0;
	case 'c':
		arguments->csv = true;
		table_format_instead(state, "--csv");
		return 0;
	case KEY_PLOT: arguments->plot = word; return 0;
	case KEY_SAMPLE: arguments->sample = rate(state, word); return 0;
	case KEY_JSON:
		arguments->json = true;
		table_format_instead(state, "--json");
		return 0;
	case KEY_FABRIC: arguments->fabrics = word; return 0;
	case KEY_LATENCY: arguments->latencies = word; return 0;
	case KEY_IPS: words_config_set(state, &arguments->config, "cpu.ips", word); return 0;
	case 's':
		if (curve_take_list(arguments, word))
			return 0;
		return words_config_parse(key, word, state, &arguments->config);
	case 'j': arguments->jobs = (unsigned)words_count(state, "--jobs", word, 1, JOBS_MAX); return 0;
	case KEY_RECOVER: arguments->recover = true; return 0;
	case ARGP_KEY_ARGS:
		arguments->path = state->argv + state->next;
		arguments->paths = state->argc - state->next;
		return 0;
	case ARGP_KEY_SUCCESS: check(state, arguments); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "TRACE...",
	.doc = "Reports how many demand fetches and write-backs each local size causes, and how much later the job "
	       "completes when nothing else uses the interconnect. LRU is exact at every size in one pass; other "
	       "policies and prefetchers are replayed at the requested sizes, on all cores.\v"
	       "Slowdown is (base + faults x fetch + first touches x software) / base, where base is instructions / "
	       "ips plus idle time, and the software is fault.exit + handler + map. Nothing waits for links or for "
	       "write-backs. With several virtual CPUs each size is replayed, in the order of time, and the slowdown "
	       "has "
	       "two bounds: at least, if no virtual CPU waits for another one's fetch, and at most, if each waits for "
	       "all. The defaults are those of 'megavm list options'. Where a "
	       "fabric's latency follows a distribution, its mean is used.",
	.children = children,
};

struct computing {
	const struct curve_arguments *arguments;
	const struct curve_settings *settings;
	struct curve_rows *rows;
};

/* Calls curve_rows_of for every trace under one policy. */
static int compute_policy(void *context, int policy, struct err *err)
{
	const struct computing *computing = context;
	const struct curve_arguments *arguments = computing->arguments;
	const struct prefetch_ops *prefetch = prefetchers[computing->settings->config[0].prefetch];
	int status = 0;

	if (arguments->sample != 0 && !curve_points_one_pass(policies[policy], prefetch))
		return err_set(err, ERR_USAGE, "--sample works only for LRU without a prefetcher");
	for (int i = 0; status == 0 && i < arguments->paths; i++)
		status = curve_rows_of(computing->rows, arguments, computing->settings, arguments->path[i], policy,
				       err);
	return status;
}

/* Computes the rows of every trace under every policy of the list. */
static int compute_rows(const struct curve_arguments *arguments, const struct curve_settings *settings,
			struct curve_rows *rows, struct err *err)
{
	struct computing computing = {arguments, settings, rows};

	*rows = (struct curve_rows){.sampled = arguments->sample != 0,
				    .several_fabrics = settings->count > 1,
				    .fault_costs = settings->config[0].fault_costs};
	return curve_each_policy(arguments, settings, compute_policy, &computing, err);
}

/* Draws the figure first: a reader that ends before the table does costs no figure. */
static int report(const struct curve_arguments *arguments, const struct curve_settings *settings,
		  const struct curve_rows *rows, struct err *err)
{
	int status = arguments->plot ? curve_plot(arguments->plot, rows, err) : 0;

	if (status < 0)
		return status;
	if (arguments->json)
		return curve_print_json(settings, rows, err);
	if (!arguments->csv)
		return curve_print_text(rows, err);
	curve_print_csv(rows);
	return 0;
}

static int run(const struct curve_arguments *arguments, struct err *err)
{
	struct curve_rows rows = {0};
	struct curve_settings settings;
	int status = arguments->plot ? figure_check(arguments->plot, err) : 0;

	if (status == 0)
		status = curve_settings_read(&settings, arguments, err);
	if (status < 0)
		return status;
	status = compute_rows(arguments, &settings, &rows, err);
	if (status == 0)
		status = report(arguments, &settings, &rows, err);
	free(rows.row);
	curve_settings_free(&settings);
	return status;
}

int cli_curve(int argc, char **argv, struct err *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct curve_arguments arguments = {.jobs = cores > 0 ? (unsigned)cores : 1};
	int status = words_config_init(&arguments.config, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0)
		status = run(&arguments, err);
	words_config_free(&arguments.config);
	return status;
}
