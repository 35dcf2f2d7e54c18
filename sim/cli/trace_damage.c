/* SPDX-License-Identifier: MIT */
#include "cli/trace_damage.h"

#include <inttypes.h>
#include <stdio.h>

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
