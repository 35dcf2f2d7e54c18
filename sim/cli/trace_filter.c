/* megavm trace filter: a smaller trace that is exact for LRU memories of K pages or more; without --k, a whole copy. */
#include <inttypes.h>
#include <stdio.h>

#include "base/progress.h"
#include "cli/trace.h"
#include "cli/words.h"
#include "trace/copy.h"
#include "trace/filter.h"

struct arguments {
	const char *in, *out;
	uint32_t k; /* 0: as it is */
	struct trace_writer_options writer;
	struct trace_reader_options reader;
};

static const struct argp_option options[] = {
	{"k", 'k', "N", 0, "Pages of the filter; without it the records stay as they are", 0},
	{"output", 'o', "FILE", 0, "The trace to write", 0},
	{"level", 'l', "N", 0, "zstd's compression level, 1 to 19 (3)", 0},
	{"recover", 'r', NULL, 0, "Read what is whole of a damaged or cut trace", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'k':
		arguments->k = (uint32_t)words_count(state, "--k", word, 1, TRACE_FILTER_MAX);
		return 0;
	case 'o':
		arguments->out = word;
		return 0;
	case 'l':
		arguments->writer.level = (int)words_count(state, "--level", word, 1, 19);
		return 0;
	case 'r':
		arguments->reader.recover = true;
		return 0;
	case ARGP_KEY_ARG:
		words_operand(state, &arguments->in, "trace", word);
		return 0;
	case ARGP_KEY_END:
		words_in_and_out(state, arguments->in, arguments->out);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int check_k(const struct arguments *arguments, uint32_t was, struct err *err)
{
	if (arguments->k && arguments->k <= was)
		return err_set(err, ERR_USAGE, "%s: --k %" PRIu32 ": it has been filtered with K = %" PRIu32 " before: allowed are %" PRIu32 " to %u",
		               arguments->in, arguments->k, was, was + 1, TRACE_FILTER_MAX);
	return 0;
}

static void show(void *context, uint64_t records)
{
	progress_step(context, records, records);
}

static int filter(const struct arguments *arguments, struct trace_reader *reader, struct err *err)
{
	struct trace_writer_options writing = arguments->writer;
	uint64_t before = trace_reader_totals(reader)->records;
	struct trace_totals totals;
	struct trace_header header;
	struct trace_writer *writer;
	struct progress progress;
	int status = trace_header_copy(&header, trace_reader_header(reader), err);

	if (status < 0)
		return status;
	if (arguments->k)
		header.k = arguments->k;
	else
		writing.filtered = true;
	status = trace_writer_create(&writer, arguments->out, &header, &writing, err);
	trace_header_free(&header);
	if (status == 0) {
		progress_begin(&progress, arguments->in, "records", before);
		status = trace_copy(reader, writer, &totals, show, &progress, err);
		progress_end(&progress);
	}
	if (status == 0)
		printf("%s: %" PRIu64 " of %" PRIu64 " records kept\n", arguments->out, totals.records, before);
	return status;
}

int cli_trace_filter(int argc, char **argv, struct err *err)
{
	static const struct argp argp = {options, parse, "TRACE -o FILE", "Drop the records that cannot change what an LRU memory of K pages or more does: "
	                                 "faults, victims and write-backs stay exactly the same, and so do the clocks.", NULL, NULL, NULL};
	struct arguments arguments = {.writer = {TRACE_LEVEL_DEFAULT, false}, .reader = {false, true, true}};
	struct trace_reader *reader;
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0)
		status = trace_reader_open(&reader, arguments.in, &arguments.reader, err);
	if (status < 0)
		return status;
	cli_trace_damage(arguments.in, reader);
	status = check_k(&arguments, trace_reader_header(reader)->k, err);
	if (status == 0)
		status = filter(&arguments, reader, err);
	trace_reader_close(reader);
	return status;
}
