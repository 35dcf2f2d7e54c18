/* SPDX-License-Identifier: MIT */
/* megavm trace: adding a sub-command takes its own file and one line here. */
#include "cli/trace.h"

#include <inttypes.h>
#include <stdio.h>

const struct command trace_commands[] = {
	{"info", "describe a trace: workload, footprint, sources, markers, size", cli_trace_info, NULL},
	{"check", "verify every block and every total", cli_trace_check, NULL},
	{"cat", "print records as text", cli_trace_cat, NULL},
	{"filter", "drop the records that cannot change an LRU memory of K pages or more", cli_trace_filter, NULL},
	{"import", "convert a trace of another tool", cli_trace_import, NULL},
	{"export", "write a trace for another tool", cli_trace_export, NULL},
	{0},
};

void cli_trace_damage(const char *path, const struct trace_reader *reader)
{
	const struct trace_damage *damage = trace_reader_damage(reader);

	if (!damage->stretches)
		return;
	fprintf(stderr, "%s: %" PRIu64 " damaged %s, %" PRIu64 " bytes in all, left out; the first: %s\n", path,
		damage->stretches, damage->stretches == 1 ? "stretch" : "stretches", damage->bytes, damage->first);
	if (damage->records)
		fprintf(stderr, "%s: %" PRIu64 " records are missing between whole blocks\n", path, damage->records);
	if (damage->lost_frames)
		fprintf(stderr, "%s: %" PRIu64 " pages have lost their guest frame number\n", path,
			damage->lost_frames);
}
