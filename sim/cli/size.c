/* SPDX-License-Identifier: MIT */
/* megavm size: the smallest local memory that keeps a job under a slowdown, and what follows for a rack. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/size.h"
#include "cli/table_format.h"
#include "report/figure.h"

enum {
	KEY_RATIOS = 256,
	KEY_PREFETCH,
	KEY_PLOT,
	KEY_FABRIC,
	KEY_LATENCY,
	KEY_IPS,
	KEY_JSON,
	KEY_RECOVER,
	KEY_SLOWDOWN,
	KEY_SERVERS,
	KEY_COPIES,
	KEY_EVERY,
	KEY_COST,
	JOBS_MAX = 1024
};

#define SERVERS_MAX 65536 /* that of cluster.hypervisors */

static const struct argp_option options[] = {
	{"slowdown", KEY_SLOWDOWN, "X[,X...]", 0, "the slowdowns that no job may exceed (1.1)", 0},
	{"ratios", KEY_RATIOS, "P%[,P%...]", 0,
	 "local shares of the footprint of which the largest latency is asked (25%,50%,75%)", 0},
	{"servers", KEY_SERVERS, "N", 0,
	 "also say what N servers with a common pool need for all jobs; they take the jobs in turn", 0},
	{"copies", KEY_COPIES, "N", 0, "of each job on the servers (1)", 0},
	{"every", KEY_EVERY, "TIME", 0, "each job on the servers starts this much after the one before it (0)", 0},
	{"cost", KEY_COST, "local=X,pooled=Y", 0, "prices of a GiB, of a server's memory and of the pool's", 0},
	{"policy", 'p', "NAME[,NAME...]", 0, "eviction policies (lru); 'megavm list policies' explains them", 0},
	{"prefetch", KEY_PREFETCH, "NAME", 0, "a prefetcher (none); 'megavm list prefetchers' explains them", 0},
	{"fabric", KEY_FABRIC, "PRESET[,PRESET...]", 0,
	 "interconnects (ib-edr), an answer for each; 'megavm list fabrics' lists them", 0},
	{"latency", KEY_LATENCY, "TIME[,TIME...]", 0, "latencies of the interconnect, an answer for each", 0},
	{"ips", KEY_IPS, "N", 0, "instructions per second of a virtual CPU, the same as --set cpu.ips=N", 0},
	{"set", 's', "KEY=VALUE", 0, "any key of a configuration that a curve takes, for example fault.exit=2us", 0},
	{"csv", 'c', NULL, 0, "print CSV, a line for each answer", 0},
	{"json", KEY_JSON, NULL, 0, "print one JSON object, with what it was made from", 0},
	{"plot", KEY_PLOT, "FILE", 0,
	 "first draw the largest latency against the local share, a line for each slowdown: .svg, .pdf or .png", 0},
	{"jobs", 'j', "N", 0, "cores to use (all)", 0},
	{"recover", KEY_RECOVER, NULL, 0, "read the undamaged blocks of a damaged or truncated trace", 0},
	{0},
};

/* The i-th word of a list, which is split in place; ends the program when there are too many. */
static void parse_targets(const struct argp_state *state, char *list, struct size_arguments *arguments)
{
	char *word;
	struct err err;

	arguments->targets = 0;
	while ((word = strsep(&list, ","))) {
		double value = 0;

		if (real_parse(word, &value, &err) < 0 || !(value >= 1))
			argp_error(state, "--slowdown '%s': must be a number of at least 1, for example 1.1", word);
		if (arguments->targets == SIZE_TARGETS_MAX)
			argp_error(state, "--slowdown: at most %d values", SIZE_TARGETS_MAX);
		arguments->target[arguments->targets++] = value;
	}
}

static void parse_shares(const struct argp_state *state, char *list, struct size_arguments *arguments)
{
	char *word;
	struct err err;

	arguments->shares = 0;
	arguments->shares_named = true;
	while ((word = strsep(&list, ","))) {
		if (arguments->shares == SIZE_SHARES_MAX)
			argp_error(state, "--ratios: at most %d values", SIZE_SHARES_MAX);
		if (percent_parse(word, &arguments->share[arguments->shares++], &err) < 0)
			argp_error(state, "--ratios: %s", err.text);
	}
}

/* "local=10,pooled=4". */
static void parse_cost(const struct argp_state *state, char *text, struct size_arguments *arguments)
{
	bool local = false, pooled = false;
	char *word;

	while ((word = strsep(&text, ","))) {
		char *value = strchr(word, '=');
		double price = 0;
		struct err err;

		if (value)
			*value++ = '\0';
		if (!value || (strcmp(word, "local") != 0 && strcmp(word, "pooled") != 0))
			argp_error(state, "--cost '%s': expected local=PRICE,pooled=PRICE", word);
		if (real_parse(value, &price, &err) < 0 || !(price >= 0))
			argp_error(state, "--cost %s='%s': must be a number of at least 0", word, value);
		*(*word == 'l' ? &local : &pooled) = true;
		*(*word == 'l' ? &arguments->cost_local : &arguments->cost_pooled) = price;
	}
	if (!local || !pooled)
		argp_error(state, "--cost: both prices are needed: local=PRICE,pooled=PRICE");
	arguments->has_cost = true;
}

static int64_t parse_time(const struct argp_state *state, const char *option, const char *text)
{
	int64_t ps = 0;
	struct err err;

	if (duration_parse(text, &ps, &err) < 0)
		argp_error(state, "%s: %s", option, err.text);
	return ps;
}

static void check(const struct argp_state *state, const struct size_arguments *arguments)
{
	if (!arguments->curve.paths)
		argp_error(state, "no trace given");
	if (arguments->curve.csv && arguments->curve.json)
		argp_error(state, "--csv and --json cannot be combined");
	if (!arguments->servers && (arguments->has_cost || arguments->copies != 1 || arguments->every_ps))
		argp_error(state, "--cost, --copies and --every are of a rack: give --servers too");
}

static error_t parse_rack(int key, char *word, struct argp_state *state, struct size_arguments *arguments)
{
	switch (key) {
	case KEY_SERVERS: arguments->servers = words_count(state, "--servers", word, 1, SERVERS_MAX); return 0;
	case KEY_COPIES: arguments->copies = words_count(state, "--copies", word, 1, SERVERS_MAX); return 0;
	case KEY_EVERY: arguments->every_ps = parse_time(state, "--every", word); return 0;
	case KEY_COST: parse_cost(state, word, arguments); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct size_arguments *arguments = state->input;
	struct curve_arguments *curve = &arguments->curve;

	switch (key) {
	case KEY_SLOWDOWN: parse_targets(state, word, arguments); return 0;
	case KEY_RATIOS: parse_shares(state, word, arguments); return 0;
	case 'p': curve->policies = word; return 0;
	case KEY_PREFETCH:
		if (!prefetch_find(word))
			argp_error(state, "--prefetch: unknown prefetcher '%s' ('megavm list prefetchers' lists them)",
				   word);
		words_config_set(state, &curve->config, "prefetch", word);
		return 0;
	case 'c':
		curve->csv = true;
		table_format_instead(state, "--csv");
		return 0;
	case KEY_PLOT: curve->plot = word; return 0;
	case KEY_JSON:
		curve->json = true;
		table_format_instead(state, "--json");
		return 0;
	case KEY_FABRIC: curve->fabrics = word; return 0;
	case KEY_LATENCY: curve->latencies = word; return 0;
	case KEY_IPS: words_config_set(state, &curve->config, "cpu.ips", word); return 0;
	case 's':
		if (curve_take_list(curve, word))
			return 0;
		return words_config_parse(key, word, state, &curve->config);
	case 'j': curve->jobs = (unsigned)words_count(state, "--jobs", word, 1, JOBS_MAX); return 0;
	case KEY_RECOVER: curve->recover = true; return 0;
	case ARGP_KEY_ARGS:
		curve->path = state->argv + state->next;
		curve->paths = state->argc - state->next;
		return 0;
	case ARGP_KEY_SUCCESS: check(state, arguments); return 0;
	default: return parse_rack(key, word, state, arguments);
	}
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "TRACE...",
	.doc = "Reports the smallest local memory that keeps each job under a slowdown, and the largest latency of the "
	       "interconnect that a local share bears. LRU is exact among all sizes, from one pass; other policies, "
	       "prefetchers and several virtual CPUs are replayed at sizes that close in on the answer.\v"
	       "A job has its interconnect to itself, as in 'megavm curve'. Where a slowdown has two bounds (several "
	       "virtual CPUs, recordings with an active set), the upper one is meant. With a policy whose faults may "
	       "rise with the size (FIFO), a size above the answer that was not tried may miss the slowdown. '-': not "
	       "even with all of the footprint local, or without any latency; '?': the trace says nothing of memories "
	       "that small.\n"
	       "With --servers: the pages that all jobs have in use, over time. Each job has its smallest local memory "
	       "on its server and the rest in the pool; a server's local memory is that of the fullest one, the pool "
	       "is as large as the largest sum at one time. 'only local' is what each server needs without a pool. A "
	       "page is in use from its first touch (those of a region's snapshot from the beginning) to the end of "
	       "its job.",
	.children = children,
};

static int report(const struct size_arguments *arguments, const struct curve_settings *settings,
		  const struct size_answers *answers, struct err *err)
{
	int status = arguments->curve.plot ? size_plot(arguments->curve.plot, answers, arguments, err) : 0;

	if (status < 0)
		return status;
	if (arguments->curve.json)
		status = size_print_json(answers, arguments, settings, stdout, err);
	else if (arguments->curve.csv)
		size_print_csv(answers, arguments);
	else
		return size_print_text(answers, arguments, err);
	if (status == 0)
		curve_print_notes(&answers->notes, stderr);
	return status;
}

static int run(const struct size_arguments *arguments, struct err *err)
{
	struct size_answers answers = {0};
	struct curve_settings settings;
	int status = arguments->curve.plot ? figure_check(arguments->curve.plot, err) : 0;

	if (status == 0)
		status = curve_settings_read(&settings, &arguments->curve, err);
	if (status < 0)
		return status;
	status = size_answers_make(&answers, arguments, &settings, err);
	if (status == 0 && arguments->servers)
		status = size_racks_make(&answers, arguments, &settings, err);
	if (status == 0)
		status = report(arguments, &settings, &answers, err);
	size_answers_free(&answers, arguments);
	curve_settings_free(&settings);
	return status;
}

int cli_size(int argc, char **argv, struct err *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct size_arguments arguments = {.curve = {.jobs = cores > 0 ? (unsigned)cores : 1},
					   .target = {1.1},
					   .targets = 1,
					   .share = {0.25, 0.5, 0.75},
					   .shares = 3,
					   .copies = 1};
	int status = words_config_init(&arguments.curve.config, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0)
		status = run(&arguments, err);
	words_config_free(&arguments.curve.config);
	return status;
}
