/* SPDX-License-Identifier: MIT */
/* megavm trace check: reads whole traces and reports damage. */
#include <inttypes.h>
#include <stdio.h>

#include "base/progress.h"
#include "cli/trace.h"
#include "cli/trace_damage.h"
#include "trace/verify.h"

struct arguments {
	char **path;
	int paths;
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	(void)word;
	switch (key) {
	case ARGP_KEY_ARGS:
		arguments->path = state->argv + state->next;
		arguments->paths = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS: argp_error(state, "no trace given"); return EINVAL;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Reports what --recover could read of a damaged trace. */
static void report_recoverable(const char *path)
{
	const struct trace_reader_options recovering = {.recover = true, .clocks = true};
	struct trace_reader *reader;
	struct trace_batch batch;
	uint64_t records = 0, blocks = 0;
	struct err err;

	if (trace_reader_open(&reader, path, &recovering, &err) < 0)
		return;
	while (trace_reader_next(reader, &batch, &err) > 0) {
		records += batch.count;
		blocks++;
	}
	cli_trace_damage(path, reader);
	fprintf(stderr, "%s: --recover gives %" PRIu64 " records, %" PRIu64 " whole block%s\n", path, records, blocks,
		blocks == 1 ? "" : "s");
	trace_reader_close(reader);
}

static void show(void *context, uint64_t records)
{
	progress_step(context, records, records);
}

static int check(const char *path, struct err *err)
{
	const struct trace_reader_options whole = {.clocks = true, .frames = true};
	struct trace_reader *reader;
	struct progress progress;
	uint64_t blocks;
	int status = trace_reader_open(&reader, path, &whole, err);

	if (status < 0)
		return status;
	progress_begin(&progress, path, "records", trace_reader_totals(reader)->records);
	status = trace_verify(reader, &blocks, show, &progress, err);
	progress_end(&progress);
	if (status == 0)
		printf("%s: whole: %" PRIu64 " records, %" PRIu64 " block%s, %" PRIu64 " bytes\n", path,
		       trace_reader_totals(reader)->records, blocks, blocks == 1 ? "" : "s",
		       trace_reader_bytes(reader));
	trace_reader_close(reader);
	return status;
}

int cli_trace_check(int argc, char **argv, struct err *err)
{
	static const struct argp argp = {NULL,
					 parse,
					 "TRACE...",
					 "Verify every block and every total of each trace. The exit status is 1 when "
					 "a trace is damaged; stderr then says what --recover could read.",
					 NULL,
					 NULL,
					 NULL};
	struct arguments arguments = {0};
	int status = cli_parse(&argp, argc, argv, &arguments, err), bad = 0;

	for (int i = 0; status == 0 && i < arguments.paths; i++) {
		if (check(arguments.path[i], err) == 0)
			continue;
		bad++;
		fprintf(stderr, "%s\n", err->text);
		report_recoverable(arguments.path[i]);
	}
	if (status == 0 && bad)
		status = err_set(err, ERR_FAILED, "%d of %d traces not whole", bad, arguments.paths);
	return status;
}
