/* SPDX-License-Identifier: MIT */
/* megavm trace cat: records as text, one a line. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/trace.h"
#include "cli/trace_damage.h"
#include "cli/words.h"
#include "trace/copy.h"

struct arguments {
	const char *path, *marker;
	uint64_t from, from_insn, count;
	bool by_insn, snapshot;
	struct trace_reader_options reader;
};

static const struct argp_option options[] = {
	{"from", 'f', "RECORD", 0, "Begin with this record, counted from 0", 0},
	{"from-insn", 'i', "INSTRUCTION", 0,
	 "Begin with the first record at or after this instruction, counted over all virtual CPUs", 0},
	{"from-marker", 'm', "NAME", 0, "Begin after this marker", 0},
	{"count", 'n', "N", 0, "Print at most N records", 0},
	{"snapshot", 's', NULL, 0,
	 "Print the snapshot at the trace's beginning first, from the least to the most recently used page", 0},
	{"recover", 'r', NULL, 0, "Read the undamaged blocks of a damaged or truncated trace", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'f': arguments->from = words_count(state, "--from", word, 0, UINT64_MAX); return 0;
	case 'i':
		arguments->from_insn = words_count(state, "--from-insn", word, 0, UINT64_MAX);
		arguments->by_insn = true;
		return 0;
	case 'm': arguments->marker = word; return 0;
	case 'n': arguments->count = words_count(state, "--count", word, 0, UINT64_MAX); return 0;
	case 's': arguments->snapshot = true; return 0;
	case 'r': arguments->reader.recover = true; return 0;
	case ARGP_KEY_SUCCESS:
		if ((arguments->from > 0) + arguments->by_insn + (arguments->marker != NULL) > 1)
			argp_error(state, "--from, --from-insn and --from-marker cannot be combined");
		return 0;
	default: return words_operand_parse(key, word, state, &arguments->path, "trace");
	}
}

static void print_snapshot(const struct trace_reader *reader)
{
	uint32_t count;
	const struct trace_snapshot_page *page = trace_reader_snapshot(reader, &count);
	const struct trace_overwritten *overwritten = trace_reader_overwritten(reader);
	uint32_t next = 0;

	printf("# snapshot: page, guest frame, smallest memory in pages in which it is dirty (0: none), whether its "
	       "first use overwrites it whole (0, 1; -: not known)\n");
	for (uint32_t i = 0; i < count; i++) {
		bool whole = overwritten && next < overwritten->count && overwritten->page[next] == i;

		next += whole;
		printf("%" PRIu32 " %#" PRIx64 " %" PRIu32 " %c\n", i, page[i].frame, page[i].dirty_from,
		       !overwritten ? '-'
		       : whole      ? '1'
				    : '0');
	}
}

/* Prints the markers before this record that were not printed yet. */
static void print_markers(const struct trace_reader *reader, uint64_t record, size_t *next)
{
	size_t count;
	const struct trace_marker *marker = trace_reader_markers(reader, &count);

	for (; *next < count && marker[*next].record <= record; ++*next)
		printf("# marker %s\n", marker[*next].name);
}

static int print_records(struct trace_reader *reader, uint64_t left, struct err *err)
{
	struct trace_cursor cursor;
	struct trace_ref ref;
	size_t marker = 0;
	bool begun = false;
	int status;

	printf("# record vcpu instructions idle_ns source type frame page again\n");
	while (left && (status = trace_reader_next(reader, &cursor.batch, err)) != 0) {
		if (status < 0)
			return status;
		trace_cursor_begin(&cursor, trace_reader_frames(reader));
		for (; left && trace_cursor_next(&cursor, &ref); left--) {
			uint64_t record = cursor.batch.first_record + cursor.record - 1;
			size_t count;
			const struct trace_marker *markers = trace_reader_markers(reader, &count);

			while (!begun && marker < count && markers[marker].record < record)
				marker++;
			begun = true;
			print_markers(reader, record, &marker);
			printf("%" PRIu64 " %u %" PRIu64 " %" PRIu64 " %s %c %#" PRIx64 " %" PRIu32 " %u\n", record,
			       TRACE_KIND_VCPU(ref.kind), ref.clock.insn, ref.clock.idle_ns,
			       trace_source_names[TRACE_KIND_SOURCE(ref.kind)], ref.kind & TRACE_WRITE ? 'W' : 'R',
			       ref.frame, cursor.batch.page[cursor.record - 1], TRACE_KIND_AGAIN(ref.kind));
		}
	}
	if (left)
		print_markers(reader, UINT64_MAX, &marker);
	return 0;
}

int cli_trace_cat(int argc, char **argv, struct err *err)
{
	static const struct argp argp = {
		options,
		parse,
		"TRACE",
		"Print records: number, virtual CPU, its instructions and idle time so far, source, R or W, guest "
		"frame, page id, and how many further touches of the page are left out after it (3: 3 or more). Each "
		"marker is on its own line, which begins with #.",
		NULL,
		NULL,
		NULL};
	struct arguments arguments = {.count = UINT64_MAX, .reader = {.clocks = true, .frames = true}};
	struct trace_reader *reader;
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0)
		status = trace_reader_open(&reader, arguments.path, &arguments.reader, err);
	if (status < 0)
		return status;
	cli_trace_damage(arguments.path, reader);
	if (arguments.marker)
		status = trace_reader_seek_marker(reader, arguments.marker, err);
	else if (arguments.by_insn)
		status = trace_reader_seek_insn(reader, arguments.from_insn, err);
	else
		status = trace_reader_seek(reader, arguments.from, err);
	if (status == 0 && arguments.snapshot)
		print_snapshot(reader);
	if (status == 0)
		status = print_records(reader, arguments.count, err);
	trace_reader_close(reader);
	return status;
}
