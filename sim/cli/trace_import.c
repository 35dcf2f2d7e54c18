/* SPDX-License-Identifier: MIT */
/* megavm trace import: converts another tool's trace. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/trace.h"
#include "cli/words.h"
#include "trace/filter.h"
#include "trace/import.h"
#include "trace/writer.h"

enum { KEY_K = 256, KEY_LEVEL, KEY_INSN_PER_REF, KEY_VCPUS, KEY_WORKLOAD, KEY_ID_UNIT, KEY_IGNORE };

#define ID_UNIT_MAX (UINT64_C(1) << 40)

static const struct argp_option options[] = {
	{"format", 'f', "FORMAT", 0, "the format of IN, one of the list below", 0},
	{"output", 'o', "OUT", 0, "the trace to write (.mvt)", 0},
	{"k", KEY_K, "N", 0,
	 "leave out references that cannot change an LRU memory of N pages or more (0: keep every reference). Other "
	 "policies are only approximate on such a trace",
	 0},
	{"level", KEY_LEVEL, "N", 0, "zstd compression level, 1 to 19 (3)", 0},
	{"insn-per-ref", KEY_INSN_PER_REF, "N", 0,
	 "instructions per reference where IN does not count instructions (1, an assumption)", 0},
	{"id-unit", KEY_ID_UNIT, "BYTES", 0,
	 "oracleGeneral: ids are addresses in units of BYTES, and a request touches each page that it covers (if not "
	 "given, ids are names, and a request touches one page)",
	 0},
	{"ignore", KEY_IGNORE, "COLUMN[,COLUMN...]", 0, "csv: columns to pass over", 0},
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
	case KEY_ID_UNIT: job->id_unit = words_count(state, "--id-unit", text, 1, ID_UNIT_MAX); return 0;
	case KEY_IGNORE: job->ignored = text; return 0;
	case KEY_VCPUS: job->vcpus = (unsigned)words_count(state, "--vcpus", text, 1, TRACE_VCPUS_MAX); return 0;
	case KEY_WORKLOAD: job->workload = text; return 0;
	case ARGP_KEY_ARG: words_operand(state, &job->in, "input", text); return 0;
	case ARGP_KEY_END:
		words_in_and_out(state, job->in, job->out);
		if (!job->format)
			argp_error(state, "no format given (--format FORMAT)");
		if (job->id_unit && job->format != &trace_import_oracle_general)
			argp_error(state, "--id-unit: only oracleGeneral has ids");
		if (job->ignored && job->format != &trace_import_csv)
			argp_error(state, "--ignore: only csv has columns");
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
	       "source (data, fetch, walk, dma); vcpu; idle_ns (idle time of the virtual CPU since its previous row); "
	       "again (touches of the page that a filter has left out after this one, 0 to 3). "
	       "Numbers are decimal or 0x hexadecimal. Names and words may be in capitals, fields in double quotes.",
	.help_filter = help_filter,
};

int cli_trace_import(int argc, char **argv, struct err *err)
{
	struct trace_import_job job = {.level = TRACE_LEVEL_DEFAULT, .vcpus = 1};
	struct trace_import_read read;
	struct trace_totals totals;
	int status = cli_parse(&argp, argc, argv, &job, err);

	if (status != 0)
		return status;
	status = trace_import_file(&job, &read, &totals, err);
	if (status < 0)
		return status;
	printf("%s: %" PRIu64 " records, %" PRIu64 " pages, %" PRIu64 " references read, reduction %.1f\n", job.out,
	       totals.records, totals.pages, read.refs,
	       totals.records ? (double)read.refs / (double)totals.records : 1);
	if (read.large)
		printf("%s: %" PRIu64
		       " requests are of more than 4096 bytes and count as one page each, because ids are "
		       "names (--id-unit BYTES if they are addresses)\n",
		       job.out, read.large);
	return 0;
}
