/* SPDX-License-Identifier: MIT */
/* megavm trace filter: writes a smaller trace that is exact for LRU memories of K pages or more, a region of interest,
 * both of these, what a recorder with an active set would have recorded, or a copy. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/progress.h"
#include "base/units.h"
#include "cli/trace.h"
#include "cli/trace_damage.h"
#include "cli/words.h"
#include "memory/active.h"
#include "memory/region.h"
#include "trace/copy.h"
#include "trace/filter.h"

struct arguments {
	const char *in, *out;
	uint32_t k;        /* 0: unchanged */
	const char *size;  /* of the active set, as it was given; NULL: none */
	uint32_t active;   /* in pages of the trace */
	char *begin, *end; /* markers of the region; NULL: the trace's own */
	struct trace_writer_options writer;
	struct trace_reader_options reader;
};

static const struct argp_option options[] = {
	{"k", 'k', "N", 0, "Pages of the filter; without it all records are kept", 0},
	{"active", 'a', "SIZE", 0,
	 "Keep what 'megavm record --native' records with this active set (16MiB): bounds for LRU memories of about "
	 "twice SIZE or more",
	 0},
	{"region", 'R', "BEGIN[,END]", 0,
	 "Keep only the records between these two markers (without END: up to the trace's end), after a snapshot of "
	 "the memory at BEGIN, so that LRU behaves as in the whole trace",
	 0},
	{"output", 'o', "FILE", 0, "The trace to write", 0},
	{"level", 'l', "N", 0, "zstd compression level, 1 to 19 (3)", 0},
	{"recover", 'r', NULL, 0, "Read the undamaged blocks of a damaged or truncated trace", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'k': arguments->k = (uint32_t)words_count(state, "--k", word, 1, TRACE_FILTER_MAX); return 0;
	case 'a': arguments->size = word; return 0;
	case 'R':
		arguments->begin = strsep(&word, ",");
		arguments->end = word;
		if (!*arguments->begin || (word && !*word))
			argp_error(state, "--region: a marker has no name: expected BEGIN or BEGIN,END");
		return 0;
	case 'o': arguments->out = word; return 0;
	case 'l': arguments->writer.level = (int)words_count(state, "--level", word, 1, 19); return 0;
	case 'r': arguments->reader.recover = true; return 0;
	case ARGP_KEY_ARG: words_operand(state, &arguments->in, "trace", word); return 0;
	case ARGP_KEY_END:
		words_in_and_out(state, arguments->in, arguments->out);
		if (arguments->size && (arguments->k || arguments->begin))
			argp_error(state, "--active can be combined with neither --k nor --region: run them one after "
					  "the other, --active last");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int check_k(const struct arguments *arguments, uint32_t was, struct err *err)
{
	if (arguments->k && arguments->k <= was)
		return err_set(err, ERR_USAGE,
			       "%s: --k %" PRIu32 ": the trace is already filtered with K = %" PRIu32
			       ": allowed are %" PRIu32 " to %u",
			       arguments->in, arguments->k, was, was + 1, TRACE_FILTER_MAX);
	return 0;
}

/* A recording with an active set is as small as a filter would make it, and its bounds need every record. */
static int check_recorded(const struct arguments *arguments, uint32_t was, struct err *err)
{
	if (was && (arguments->k || arguments->begin || arguments->size))
		return err_set(err, ERR_USAGE,
			       "%s: recorded with an active set of %" PRIu32
			       " pages: its bounds need every record, so that it cannot be filtered or cut",
			       arguments->in, was);
	return 0;
}

/* Computes the active set's pages. It cannot be smaller than the K to which the trace is filtered: hits within K are
 * missing. */
static int check_active(struct arguments *arguments, const struct trace_header *header, struct err *err)
{
	uint64_t bytes, page = UINT64_C(1) << header->page_shift, least = (header->k ? header->k : 1) * page;

	if (!arguments->size)
		return 0;
	if (size_parse(arguments->size, &bytes, err) < 0) {
		err_prefix(err, "--active");
		return ERR_USAGE;
	}
	if (bytes % page || bytes < least || bytes / page > TRACE_ACTIVE_MAX)
		return err_set(err, ERR_USAGE,
			       "--active %s: allowed are multiples of the trace's page, %" PRIu64
			       " bytes, from %" PRIu64 "KiB%s",
			       arguments->size, page, (least + 1023) / 1024,
			       header->k ? " (K pages, to which the trace is filtered)" : "");
	arguments->active = (uint32_t)(bytes / page);
	return 0;
}

static void show(void *context, uint64_t records)
{
	progress_step(context, records, records);
}

/* Notes in the header which region of the recording this is. For a region of a region, it notes both. */
static int note_region(const struct arguments *arguments, struct trace_header *header, struct err *err)
{
	const char *outer = json_string_value(json_object_get(header->notes, "region"));
	json_t *note = json_sprintf("%s%s%s%s%s", outer ? outer : "", outer ? ": " : "", arguments->begin,
				    arguments->end ? "," : "", arguments->end ? arguments->end : "");

	return note && json_object_set_new(header->notes, "region", note) == 0 ? 0
									       : err_memory(err, "a trace's header");
}

static int create(const struct arguments *arguments, const struct trace_reader *reader, struct trace_writer **writer,
		  struct err *err)
{
	struct trace_writer_options writing = arguments->writer;
	struct trace_header header;
	int status = trace_header_copy(&header, trace_reader_header(reader), err);

	if (status < 0)
		return status;
	if (arguments->k)
		header.again |= header.k == 0, header.k = arguments->k;
	else
		writing.filtered = true;
	if (arguments->active) {
		header.active = arguments->active;
		header.together = true;
		header.again = false;
	}
	if (arguments->begin)
		status = note_region(arguments, &header, err);
	if (status == 0)
		status = trace_writer_create(writer, arguments->out, &header, &writing, err);
	trace_header_free(&header);
	return status;
}

static bool is_record(void *active, page_id page, trace_kind kind)
{
	return active_touch(active, page, kind & TRACE_WRITE)->answer != ACTIVE_RUNS;
}

/* Copies the records, all of them or those of an active set. */
static int copy(const struct arguments *arguments, struct trace_copy *copying, struct trace_totals *totals,
		struct err *err)
{
	uint32_t pages = (uint32_t)trace_reader_totals(copying->reader)->pages;
	struct active active;
	int status;

	if (!arguments->active)
		return trace_copy(copying, totals, err);
	status = active_init(&active, pages, active_rule(arguments->active, true), err);
	if (status < 0) {
		trace_writer_abandon(copying->writer, false);
		return status;
	}
	copying->keeps = is_record;
	copying->chooser = &active;
	status = trace_copy(copying, totals, err);
	active_free(&active);
	return status;
}

static int filter(const struct arguments *arguments, struct trace_reader *reader, struct err *err)
{
	struct trace_totals totals;
	struct trace_writer *writer;
	struct progress progress;
	struct region region;
	int status = 0;

	if (arguments->begin)
		status = region_find(&region, reader, arguments->begin, arguments->end, err);
	if (status == 0)
		status = create(arguments, reader, &writer, err);
	if (status < 0)
		return status;
	progress_begin(&progress, arguments->in, "records", trace_reader_totals(reader)->records);
	status = arguments->begin
			 ? region_copy(&region, &(struct region_copy){reader, writer, show, &progress}, &totals, err)
			 : copy(arguments,
				&(struct trace_copy){
					.reader = reader, .writer = writer, .progress = show, .context = &progress},
				&totals, err);
	progress_end(&progress);
	if (status == 0)
		printf("%s: %" PRIu64 " of %" PRIu64 " records kept\n", arguments->out, totals.records,
		       trace_reader_totals(reader)->records);
	return status;
}

int cli_trace_filter(int argc, char **argv, struct err *err)
{
	static const struct argp argp = {
		options,
		parse,
		"TRACE -o FILE",
		"Drop the records that cannot change what an LRU memory of K pages or more "
		"does: its faults, victims and write-backs stay exactly the same, and so do "
		"the clocks. With --region, keep only a region of interest. With --active, keep "
		"what a recorder at native speed would have recorded.",
		NULL,
		NULL,
		NULL};
	struct arguments arguments = {.writer = {.level = TRACE_LEVEL_DEFAULT},
				      .reader = {.clocks = true, .frames = true}};
	struct trace_reader *reader;
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0)
		status = trace_reader_open(&reader, arguments.in, &arguments.reader, err);
	if (status < 0)
		return status;
	cli_trace_damage(arguments.in, reader);
	status = check_recorded(&arguments, trace_reader_header(reader)->active, err);
	if (status == 0)
		status = check_k(&arguments, trace_reader_header(reader)->k, err);
	if (status == 0)
		status = check_active(&arguments, trace_reader_header(reader), err);
	if (status == 0)
		status = filter(&arguments, reader, err);
	trace_reader_close(reader);
	return status;
}
