/* SPDX-License-Identifier: MIT */
/* megavm trace generate: makes a trace by rule. */
#include <inttypes.h>
#include <stdio.h>

#include "base/units.h"
#include "cli/trace.h"
#include "cli/words.h"
#include "trace/filter.h"
#include "trace/generate.h"
#include "trace/writer.h"

enum {
	KEY_PASSES = 256,
	KEY_ALIGN,
	KEY_HOT,
	KEY_HOT_TOUCHES,
	KEY_SKEW,
	KEY_WRITES,
	KEY_SEED,
	KEY_INSN_PER_TOUCH,
	KEY_K,
	KEY_LEVEL,
	KEY_WORKLOAD,
};

struct arguments {
	struct trace_generate_job job;
	unsigned given; /* enum trace_pattern_uses */
};

static const struct argp_option options[] = {
	{"pages", 'p', "N", 0, "pages of memory; of a copy, pages of each of its two arrays (needed)", 0},
	{"passes", KEY_PASSES, "N", 0, "passes over all pages, or N times as many random touches as pages (1)", 0},
	{"output", 'o', "OUT", 0, "the trace to write (.mvt)", 0},
	{"align", KEY_ALIGN, "N", 0,
	 "the page of its 2 MiB span at which the memory begins, 0 to 511 (0). Linux reads ahead within such a span",
	 0},
	{"hot", KEY_HOT, "P%", 0, "hot-cold, cyclic-scan: hot pages, as a share of all (20%; 25% for cyclic-scan)", 0},
	{"hot-touches", KEY_HOT_TOUCHES, "P%", 0, "hot-cold: touches of hot pages, as a share of all (80%)", 0},
	{"skew", KEY_SKEW, "S", 0, "zipf: the exponent (0.99, that of the Yahoo Cloud Serving Benchmark)", 0},
	{"writes", KEY_WRITES, "P%", 0, "touches that write, as a share, after the first pass (0%); not of a copy", 0},
	{"seed", KEY_SEED, "N", 0, "seed of the random touches (1)", 0},
	{"insn-per-touch", KEY_INSN_PER_TOUCH, "N", 0, "instructions before each touch (1000, an assumption)", 0},
	{"k", KEY_K, "N", 0, "leave out touches that cannot change an LRU memory of N pages or more (0: keep all)", 0},
	{"level", KEY_LEVEL, "N", 0, "zstd compression level, 1 to 19 (3)", 0},
	{"workload", KEY_WORKLOAD, "NAME", 0, "the workload's name in the trace (the pattern's name)", 0},
	{0},
};

static struct words_row pattern_row(size_t i)
{
	return (struct words_row){trace_patterns[i].name, trace_patterns[i].summary};
}

static double parse_share(const struct argp_state *state, const char *option, const char *text)
{
	double share = 0;
	struct err err;

	if (percent_parse(text, &share, &err) < 0 || !(share >= 0 && share <= 1))
		argp_error(state, "%s '%s': allowed are 0%% to 100%%", option, text);
	return share;
}

static double parse_skew(const struct argp_state *state, const char *text)
{
	double skew = 0;
	struct err err;

	if (real_parse(text, &skew, &err) < 0 || !(skew >= 0 && skew <= 10))
		argp_error(state, "--skew '%s': allowed are 0 to 10", text);
	return skew;
}

/* Options that only some patterns have: which of them was given without need. */
static void check_uses(const struct argp_state *state, const struct arguments *arguments)
{
	static const struct {
		unsigned uses;
		const char *name;
	} rows[] = {{TRACE_PATTERN_HOT, "--hot"},
		    {TRACE_PATTERN_HOT_TOUCHES, "--hot-touches"},
		    {TRACE_PATTERN_SKEW, "--skew"},
		    {TRACE_PATTERN_WRITES, "--writes"},
		    {TRACE_PATTERN_SEED, "--seed"}};
	const struct trace_generate_job *job = &arguments->job;
	unsigned uses = job->pattern->uses;

	if (job->writes > 0 && job->writes < 1)
		uses |= TRACE_PATTERN_SEED;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (arguments->given & rows[i].uses & ~uses)
			argp_error(state, "%s has no effect on %s", rows[i].name, job->pattern->name);
}

static void check(const struct argp_state *state, struct arguments *arguments)
{
	struct trace_generate_job *job = &arguments->job;

	if (!job->pattern)
		argp_error(state, "no pattern given");
	if (!job->pages)
		argp_error(state, "no size given (--pages N)");
	if (!job->out)
		argp_error(state, "no output given (--output OUT)");
	if (job->pattern->arrays * job->pages > TRACE_GENERATE_PAGES_MAX)
		argp_error(state, "--pages: %s has %u arrays of that size: at most %" PRIu64 " pages in all",
			   job->pattern->name, job->pattern->arrays, TRACE_GENERATE_PAGES_MAX);
	check_uses(state, arguments);
	if (!(arguments->given & TRACE_PATTERN_HOT))
		job->hot = job->pattern->uses & TRACE_PATTERN_HOT_TOUCHES ? 0.2 : 0.25;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct trace_generate_job *job = &arguments->job;

	switch (key) {
	case 'p': job->pages = words_count(state, "--pages", text, 1, TRACE_GENERATE_PAGES_MAX); return 0;
	case KEY_PASSES: job->passes = words_count(state, "--passes", text, 0, TRACE_GENERATE_PASSES_MAX); return 0;
	case 'o': job->out = text; return 0;
	case KEY_ALIGN: job->align = words_count(state, "--align", text, 0, TRACE_GENERATE_SPAN - 1); return 0;
	case KEY_HOT:
		job->hot = parse_share(state, "--hot", text);
		arguments->given |= TRACE_PATTERN_HOT;
		return 0;
	case KEY_HOT_TOUCHES:
		job->hot_touches = parse_share(state, "--hot-touches", text);
		arguments->given |= TRACE_PATTERN_HOT_TOUCHES;
		return 0;
	case KEY_SKEW:
		job->skew = parse_skew(state, text);
		arguments->given |= TRACE_PATTERN_SKEW;
		return 0;
	case KEY_WRITES:
		job->writes = parse_share(state, "--writes", text);
		arguments->given |= TRACE_PATTERN_WRITES;
		return 0;
	case KEY_SEED:
		job->seed = words_count(state, "--seed", text, 0, UINT64_MAX);
		arguments->given |= TRACE_PATTERN_SEED;
		return 0;
	case KEY_INSN_PER_TOUCH:
		job->insn_per_touch = words_count(state, "--insn-per-touch", text, 0, TRACE_GENERATE_INSN_MAX);
		return 0;
	case KEY_K: job->k = (uint32_t)words_count(state, "--k", text, 0, TRACE_FILTER_MAX); return 0;
	case KEY_LEVEL: job->level = (int)words_count(state, "--level", text, 1, 19); return 0;
	case KEY_WORKLOAD: job->workload = text; return 0;
	case ARGP_KEY_ARG:
		if (job->pattern)
			argp_error(state, "expected one pattern, found '%s' and '%s'", job->pattern->name, text);
		job->pattern = &trace_patterns[words_choose(state, "pattern", text, pattern_row)];
		return 0;
	case ARGP_KEY_END: check(state, arguments); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static char *help_filter(int key, const char *text, void *input)
{
	(void)input;
	return words_help(key, text, "Patterns", pattern_row);
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "PATTERN",
	.doc = "Makes a trace by rule: the access patterns that paging is studied with.\v"
	       "First each page is written once, in order (a copy's source first); then comes the marker roi-begin, "
	       "then "
	       "the pattern, then roi-end. The destination of a copy lies below its source, one unused page apart. The "
	       "same options give the same trace.",
	.help_filter = help_filter,
};

int trace_generate_quietly(int argc, char **argv, struct trace_generate_job *made, struct trace_totals *totals,
			   struct err *err)
{
	struct arguments arguments = {.job = {.passes = 1,
					      .seed = 1,
					      .hot_touches = 0.8,
					      .skew = 0.99,
					      .insn_per_touch = 1000,
					      .level = TRACE_LEVEL_DEFAULT}};
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	*made = arguments.job;
	return status != 0 ? status : trace_generate(&arguments.job, totals, err);
}

int cli_trace_generate(int argc, char **argv, struct err *err)
{
	struct trace_generate_job job;
	struct trace_totals totals;
	int status = trace_generate_quietly(argc, argv, &job, &totals, err);

	if (status != 0)
		return status;
	printf("%s: %" PRIu64 " records, %" PRIu64 " pages\n", job.out, totals.records, totals.pages);
	return 0;
}
