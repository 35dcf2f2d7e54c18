/* SPDX-License-Identifier: MIT */
#include "emulator/recorder.h"

#include <stdlib.h>

#include "base/version.h"

static int make_header(struct trace_header *header, const struct recorder_options *options, struct err *err)
{
	char recorder[128];
	int status = trace_header_init(header, err);

	if (status < 0)
		return status;
	snprintf(recorder, sizeof(recorder), "megavm %s, native", megavm_version);
	header->active = options->active;
	header->together = true;
	if ((status = trace_header_text(&header->workload, options->program, err)) < 0 ||
	    (status = trace_header_text(&header->command, options->command, err)) < 0 ||
	    (status = trace_header_text(&header->recorder, recorder, err)) < 0 ||
	    (status = trace_header_cpu_clock(header, options->ips, err)) < 0)
		trace_header_free(header);
	return status;
}

static int make_stays(struct recorder *recorder, uint32_t pages, struct err *err)
{
	recorder->stay_of = calloc(pages, sizeof(*recorder->stay_of));
	return recorder->stay_of ? 0 : err_memory(err, "a recording");
}

static void free_all(struct recorder *recorder)
{
	active_free(&recorder->active);
	free(recorder->stay_of);
	free(recorder->stay);
}

int recorder_init(struct recorder *recorder, const struct recorder_options *options, uint32_t pages, struct err *err)
{
	const struct trace_writer_options writer = {.level = options->level, .filtered = true};
	struct trace_header header;
	int status = make_header(&header, options, err);

	if (status < 0)
		return status;
	*recorder = (struct recorder){.ips = options->ips};
	if ((status = active_init(&recorder->active, pages, active_rule(options->active, true), err)) == 0 &&
	    (status = make_stays(recorder, pages, err)) == 0)
		status = trace_writer_create(&recorder->writer, options->path, &header, &writer, err);
	if (status < 0)
		free_all(recorder);
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

/* Pages that the program gave back and touched again have several stays, so that there can be more of them than pages.
 */
static bool is_full(const struct recorder *recorder)
{
	return recorder->stays >= 2 * (size_t)recorder->active.rule.keep;
}

const struct active_step *recorder_step(struct recorder *recorder, page_id page)
{
	const bool alone = is_full(recorder);
	const struct active_step *step = alone ? active_touch_alone(&recorder->active, page, true)
					       : active_touch(&recorder->active, page, true);

	recorder->all_left = alone || step->leaving;
	return step;
}

void recorder_written(struct recorder *recorder, page_id page)
{
	const uint32_t at = recorder->stay_of[page];

	if (at)
		recorder->stay[at - 1].ref.kind |= TRACE_WRITE;
}

/* Writes the records whose pages have left. */
static int write_stays(struct recorder *recorder, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < recorder->stays && status == 0; i++) {
		recorder->stay_of[recorder->stay[i].page] = 0;
		status = trace_writer_add(recorder->writer, &recorder->stay[i].ref, err);
	}
	recorder->stays = 0;
	return status;
}

static int add_stay(struct recorder *recorder, const struct recorder_touch *touch, struct err *err)
{
	if (recorder->stays == recorder->room) {
		const size_t room = 2 * recorder->room + 64;
		struct recorder_stay *grown = realloc(recorder->stay, room * sizeof(*grown));

		if (!grown)
			return err_memory(err, "a recording");
		recorder->stay = grown;
		recorder->room = room;
	}
	recorder->stay[recorder->stays++] = (struct recorder_stay){
		{touch->vpn, recorder->clock, TRACE_KIND(touch->write, TRACE_DATA, 0)}, touch->page};
	recorder->stay_of[touch->page] = (uint32_t)recorder->stays;
	return 0;
}

int recorder_touch(struct recorder *recorder, const struct recorder_touch *touch, struct err *err)
{
	int status = recorder->all_left ? write_stays(recorder, err) : 0;

	if (status < 0)
		return status;
	advance(recorder, touch->ran_ps);
	return add_stay(recorder, touch, err);
}

int recorder_finish(struct recorder *recorder, int64_t ran_ps, struct trace_totals *totals, struct err *err)
{
	const struct trace_clock outside = {0};
	int status = write_stays(recorder, err);

	advance(recorder, ran_ps);
	if (status == 0)
		status = trace_writer_finish(recorder->writer, &recorder->clock, outside, totals, err);
	else
		trace_writer_abandon(recorder->writer, true);
	free_all(recorder);
	return status;
}

void recorder_abandon(struct recorder *recorder)
{
	struct err err;

	(void)write_stays(recorder, &err);
	trace_writer_abandon(recorder->writer, true);
	free_all(recorder);
}
