/* SPDX-License-Identifier: MIT */
#include "emulator/recorder.h"

#include "base/version.h"

#define BATCH 16 /* pages that leave at once: below 16, unmapping costs about twice as much a page */

static int make_header(struct trace_header *header, const struct recorder_options *options, struct err *err)
{
	char recorder[128];
	int status = trace_header_init(header, err);

	if (status < 0)
		return status;
	snprintf(recorder, sizeof(recorder), "megavm %s, native", megavm_version);
	header->active = options->active;
	if ((status = trace_header_text(&header->workload, options->program, err)) < 0 ||
	    (status = trace_header_text(&header->command, options->command, err)) < 0 ||
	    (status = trace_header_text(&header->recorder, recorder, err)) < 0 ||
	    (status = trace_header_cpu_clock(header, options->ips, err)) < 0)
		trace_header_free(header);
	return status;
}

int recorder_init(struct recorder *recorder, const struct recorder_options *options, uint32_t pages, struct err *err)
{
	const struct trace_writer_options writer = {.level = options->level, .filtered = true};
	const uint32_t batch = options->active < BATCH ? options->active : BATCH;
	struct trace_header header;
	int status = make_header(&header, options, err);

	if (status < 0)
		return status;
	*recorder = (struct recorder){.ips = options->ips};
	status = active_init(&recorder->active, pages, options->active, batch, err);
	if (status == 0) {
		status = trace_writer_create(&recorder->writer, options->path, &header, &writer, err);
		if (status < 0)
			active_free(&recorder->active);
	}
	trace_header_free(&header);
	return status;
}

/* The clock never goes back, although the traps' share of the processor time is an estimate. */
static void advance(struct recorder *recorder, int64_t ran_ps)
{
	uint64_t insn = ran_ps > 0 ? (uint64_t)((unsigned __int128)ran_ps * recorder->ips / 1000000000000u) : 0;

	if (insn > recorder->clock.insn)
		recorder->clock.insn = insn;
}

int recorder_touch(struct recorder *recorder, const struct recorder_touch *touch, const struct active_step **step,
		   struct err *err)
{
	struct trace_ref ref = {.frame = touch->vpn, .kind = TRACE_KIND(touch->write, TRACE_DATA, 0)};

	*step = active_touch(&recorder->active, touch->page, touch->write);
	if ((*step)->answer == ACTIVE_RUNS)
		return 0;
	advance(recorder, touch->ran_ps);
	ref.clock = recorder->clock;
	return trace_writer_add(recorder->writer, &ref, err);
}

int recorder_finish(struct recorder *recorder, int64_t ran_ps, struct trace_totals *totals, struct err *err)
{
	const struct trace_clock outside = {0};
	int status;

	advance(recorder, ran_ps);
	status = trace_writer_finish(recorder->writer, &recorder->clock, outside, totals, err);
	active_free(&recorder->active);
	return status;
}

void recorder_abandon(struct recorder *recorder)
{
	trace_writer_abandon(recorder->writer, true);
	active_free(&recorder->active);
}
