/* SPDX-License-Identifier: MIT */
#include "cli/record_native.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command_line.h"
#include "cli/emulate_native.h"
#include "emulator/native.h"

static const char minimal[] = "{engine: native, policy: fifo, vms: [{command: none}]}";

static void print(const struct record_native *arguments, const struct trace_totals *totals,
		  const struct native_result *native, uint32_t active)
{
	const double records = totals->records ? (double)totals->records : 1;
	const struct trace_clock clock = trace_totals_clock(totals);

	fprintf(stderr, "%s\n", arguments->out);
	fprintf(stderr,
		"%-14s %" PRIu64 " instructions at %" PRIu64 " a second: its processor time without its traps\n",
		"recorded", clock.insn, arguments->ips);
	fprintf(stderr, "%-14s %" PRIu64 ", of which %" PRIu64 " write, with an active set of %" PRIu32 " pages\n",
		"records", totals->records, totals->writes, active);
	fprintf(stderr,
		"%-14s %" PRIu64
		" pages, %.6g MiB; not managed at the end: %.6g MiB of stacks and data, %.6g MiB of files\n",
		"footprint", totals->footprint, (double)totals->footprint / 256,
		(double)native->tracer.anonymous_bytes / (1 << 20), (double)native->tracer.file_bytes / (1 << 20));
	fprintf(stderr, "%-14s %.3f s, %.3g us a record beside the program's own time\n", "real time",
		(double)native->real_ps / 1e12, (double)(native->real_ps - native->ran_ps) / 1e6 / records);
	if (native->several)
		fprintf(stderr, "%-14s up to %u, recorded as one virtual CPU in the order of their traps\n", "threads",
			native->tracer.threads);
	if (native->pager.stuck)
		fprintf(stderr,
			"%-14s the kernel did not unmap %" PRIu64
			" pages at once: touches of them may be missing, and the bounds "
			"may be off by as many faults\n",
			"warning", native->pager.stuck);
}

/* The base name of the program. The caller frees it. */
static char *program_name(const char *path)
{
	char *copy = strdup(path), *name = copy ? strdup(basename(copy)) : NULL;

	free(copy);
	return name;
}

static int record(const struct record_native *arguments, const struct config *config, struct err *err)
{
	struct native_options options = {.argv = arguments->argv, .only_bytes = arguments->only_bytes, .output = -1};
	char *program = program_name(arguments->argv[0]),
	     *command = command_line_join(arguments->argv[0], arguments->argv + 1);
	struct recorder_options recording = {.path = arguments->out,
					     .program = program,
					     .command = command,
					     .active = (uint32_t)(arguments->active_bytes >> TRACE_PAGE_SHIFT),
					     .ips = arguments->ips,
					     .level = arguments->level};
	struct native_result native;
	struct trace_totals totals;
	int status = program && command ? 0 : err_memory(err, "a command");

	if (status == 0 && arguments->output) {
		options.output = open(arguments->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		status = options.output < 0 ? err_errno(err, ERR_FAILED, "%s", arguments->output) : 0;
	}
	if (status == 0)
		status = native_record(config, &options, &recording, &totals, &native, err);
	if (status == 0)
		print(arguments, &totals, &native, recording.active);
	if (options.output >= 0)
		close(options.output);
	free(program);
	free(command);
	return status < 0 ? status : emulate_native_pass_on(native.exit_status);
}

int record_native(const struct record_native *arguments, struct err *err)
{
	const struct config_text text = {"record --native", minimal, sizeof(minimal) - 1};
	struct config config;
	int status = config_read_text(&text, NULL, 0, &config, err);

	if (status < 0)
		return status;
	status = record(arguments, &config, err);
	config_free(&config);
	return status;
}
