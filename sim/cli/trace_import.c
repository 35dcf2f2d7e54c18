/* SPDX-License-Identifier: MIT */
/* megavm trace import: converts another tool's trace. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/trace.h"
#include "cli/words.h"
#include "trace/filter.h"
#include "trace/import.h"
#include "trace/writer.h"

enum { KEY_K = 256, KEY_LEVEL, KEY_INSN_PER_REF, KEY_VCPUS, KEY_WORKLOAD };

static const struct argp_option options[] = {
	{"format", 'f', "FORMAT", 0, "the format of IN, one of the list below", 0},
	{"output", 'o', "OUT", 0, "the trace to write (.mvt)", 0},
	{"k", KEY_K, "N", 0,
	 "leave out references that cannot change an LRU memory of N pages or more (64); 0 keeps every reference", 0},
	{"level", KEY_LEVEL, "N", 0, "zstd compression level, 1 to 19 (3)", 0},
	{"insn-per-ref", KEY_INSN_PER_REF, "N", 0,
	 "instructions per reference where IN does not count instructions (1, an assumption)", 0},
	{"vcpus", KEY_VCPUS, "N", 0, "virtual CPUs, for csv with a column vcpu (1)", 0},
	{"workload", KEY_WORKLOAD, "NAME", 0, "the workload's name in the trace (IN's name)", 0},
	{0},
};

static struct words_row format_row(size_t i)
{
	const struct trace_import_format *format = trace_import_formats[i];

	return format ? (struct words_row){format->name, format->summary} : (struct words_row){NULL, NULL};
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct trace_import_job *job = state->input;

	switch (key) {
	case 'f': job->format = trace_import_formats[words_choose(state, "format", text, format_row)]; return 0;
	case 'o': job->out = text; return 0;
	case KEY_K: job->k = (uint32_t)words_count(state, "--k", text, 0, TRACE_FILTER_MAX); return 0;
	case KEY_LEVEL: job->level = (int)words_count(state, "--level", text, 1, 19); return 0;
	case KEY_INSN_PER_REF:
		job->insn_per_ref = words_count(state, "--insn-per-ref", text, 1, TRACE_IMPORT_INSN_PER_REF_MAX);
		return 0;
	case KEY_VCPUS: job->vcpus = (unsigned)words_count(state, "--vcpus", text, 1, TRACE_VCPUS_MAX); return 0;
	case KEY_WORKLOAD: job->workload = text; return 0;
	case ARGP_KEY_ARG: words_operand(state, &job->in, "input", text); return 0;
	case ARGP_KEY_END:
		words_in_and_out(state, job->in, job->out);
		if (!job->format)
			argp_error(state, "no format given (--format FORMAT)");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static char *help_filter(int key, const char *text, void *input)
{
	(void)input;
	return words_help(key, text, "Formats", format_row);
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "IN",
	.doc = "Converts a trace of another tool.\v"
	       "IN may be compressed (gzip, bzip2, xz, zstd); - is standard input.\n\n"
	       "Columns of csv, in any order: either address (of a byte) or page (number); type (R, W, or I for an "
	       "instruction fetch; R when absent); instructions (executed by the virtual CPU since its previous row); "
	       "source (data, fetch, walk, dma); vcpu; idle_ns (idle time of the virtual CPU since its previous row). "
	       "Numbers are decimal or 0x hexadecimal.",
	.help_filter = help_filter,
};

int cli_trace_import(int argc, char **argv, struct err *err)
{
	struct trace_import_job job = {.k = 64, .level = TRACE_LEVEL_DEFAULT, .insn_per_ref = 1, .vcpus = 1};
	struct trace_totals totals;
	uint64_t refs;
	int status = cli_parse(&argp, argc, argv, &job, err);

	if (status != 0)
		return status;
	status = trace_import_file(&job, &refs, &totals, err);
	if (status < 0)
		return status;
	printf("%s: %" PRIu64 " records, %" PRIu64 " pages, %" PRIu64 " references read, reduction %.1f\n", job.out,
	       totals.records, totals.pages, refs, totals.records ? (double)refs / (double)totals.records : 1);
	return 0;
}
