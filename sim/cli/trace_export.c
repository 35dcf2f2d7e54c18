/* SPDX-License-Identifier: MIT */
/* megavm trace export: converts a trace to another tool's format. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/trace.h"
#include "cli/trace_damage.h"
#include "cli/words.h"
#include "trace/export.h"

#define IPS_MAX UINT64_C(1000000000000)

struct arguments {
	const struct trace_export_format *format;
	const char *in, *out;
	uint64_t ips;
	bool recover;
};

enum { KEY_IPS = 256, KEY_RECOVER };

static const struct argp_option options[] = {
	{"format", 'f', "FORMAT", 0, "the format of OUT, one of the list below", 0},
	{"output", 'o', "OUT", 0, "the file to write; - is standard output (csv)", 0},
	{"ips", KEY_IPS, "N", 0, "instructions per second, to compute oracleGeneral's seconds (2e9, an assumption)", 0},
	{"recover", KEY_RECOVER, NULL, 0, "export the undamaged blocks of a damaged trace", 0},
	{0},
};

static struct words_row format_row(size_t i)
{
	const struct trace_export_format *format = trace_export_formats[i];

	return format ? (struct words_row){format->name, format->summary} : (struct words_row){NULL, NULL};
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'f': arguments->format = trace_export_formats[words_choose(state, "format", text, format_row)]; return 0;
	case 'o': arguments->out = text; return 0;
	case KEY_IPS: arguments->ips = words_count(state, "--ips", text, 1, IPS_MAX); return 0;
	case KEY_RECOVER: arguments->recover = true; return 0;
	case ARGP_KEY_ARG: words_operand(state, &arguments->in, "trace", text); return 0;
	case ARGP_KEY_END:
		words_in_and_out(state, arguments->in, arguments->out);
		if (!arguments->format)
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
	.doc = "Writes the records of a trace in another tool's format.\v"
	       "'megavm trace import --k 0' turns csv output into the same records again.",
	.help_filter = help_filter,
};

/* Reports properties of the trace that the exported file does not hold. */
static void explain(const struct trace_reader *reader, const char *in)
{
	const struct trace_header *header = trace_reader_header(reader);
	uint32_t k = header->k, snapshot_pages;

	trace_reader_snapshot(reader, &snapshot_pages);
	if (header->active)
		fprintf(stderr,
			"%s: recorded with an active set of %" PRIu32
			" pages: what LRU does on the exported records is "
			"near to what it did on all touches, within bounds that the exported file does not hold\n",
			in, header->active);
	else if (k)
		fprintf(stderr,
			"%s: filtered with K = %" PRIu32 ": the exported records are exact for LRU memories of %" PRIu32
			" pages or more\n",
			in, k, k);
	if (snapshot_pages)
		fprintf(stderr,
			"%s: a region of interest: only its records are exported, not the %" PRIu32
			" pages that were touched before it\n",
			in, snapshot_pages);
	cli_trace_damage(in, reader);
}

int cli_trace_export(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.ips = 2000000000};
	struct trace_reader_options reading = {.clocks = true, .frames = true};
	struct trace_reader *reader;
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status != 0)
		return status;
	reading.recover = arguments.recover;
	status = trace_reader_open(&reader, arguments.in, &reading, err);
	if (status < 0)
		return status;
	explain(reader, arguments.in);
	status = trace_export_file(arguments.format, reader, arguments.ips, arguments.out, err);
	trace_reader_close(reader);
	return status;
}
