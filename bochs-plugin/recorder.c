/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#define PAGES(bytes) ((uint64_t)(bytes) >> TRACE_PAGE_SHIFT)

/*
 * Bochs's RAM: from 0 to the machine's size, with what the PC architecture keeps for other uses left out: video memory,
 * option ROMs and BIOS from 640 KiB to 1 MiB, and devices from 3 GiB to 4 GiB (Bochs's BIOS, rombios32.c, puts no RAM
 * there).
 */
#define LOW_RAM_END PAGES(0xA0000)
#define NOT_RAM     LOW_RAM_END
#define HIGH_RAM    PAGES(0x100000)
#define DEVICES     PAGES(0xC0000000)
#define DEVICES_END PAGES(0x100000000)

static struct trace_hits none; /* an empty table: no hit can be noted */

static int put(void *writer, const struct trace_ref *ref, struct err *err)
{
	return writer ? trace_writer_add(writer, ref, err) : 0;
}

int recorder_init(struct recorder *recorder, struct trace_writer *writer, const struct trace_header *header,
		  uint64_t machine_bytes, uint64_t ips, struct err *err)
{
	*recorder = (struct recorder){
		.writer = writer, .ram_top = PAGES(machine_bytes), .ips = ips, .vcpus = header->vcpus, .hits = &none};
	for (unsigned at = 0; at < TRACE_HITS; at++)
		none.at[at].frame = GFN_NONE;
	recorder->ram_end = recorder->ram_top < DEVICES ? recorder->ram_top : DEVICES;
	for (unsigned vcpu = 0; vcpu < header->vcpus; vcpu++)
		recorder->code[vcpu] = NOT_RAM;
	return header->k ? trace_filter_create(&recorder->filter, header->k, (struct trace_sink){put, writer}, err) : 0;
}

static inline bool is_ram(const struct recorder *recorder, gfn frame)
{
	return (frame >= HIGH_RAM && frame < recorder->ram_end) || frame < LOW_RAM_END ||
	       (frame >= DEVICES_END && frame < recorder->ram_top);
}

static int add(struct recorder *recorder, unsigned vcpu, gfn frame, trace_kind kind, struct err *err)
{
	struct trace_clock clock = recorder_now(recorder, vcpu);
	int status;

	if (recorder->filter) {
		status = trace_filter_touch(recorder->filter, frame, clock, kind, err);
	} else {
		recorder->unfiltered++;
		status = put(recorder->writer, &(struct trace_ref){frame, clock, kind}, err);
	}
	if (status == 0 && recorder->watch.touch)
		status = recorder->watch.touch(recorder->watch.context, vcpu, frame, kind, err);
	return status;
}

static int touch_code(struct recorder *recorder, unsigned vcpu, struct err *err)
{
	gfn code = recorder->code[vcpu];
	trace_kind kind = TRACE_KIND(0, TRACE_FETCH, vcpu);

	return recorder_hit(recorder, vcpu, code, kind) || !is_ram(recorder, code)
		       ? 0
		       : add(recorder, vcpu, code, kind, err);
}

/* A moment in half instructions: within instruction n, or after it and before the next one is fetched; by then the
 * counter has advanced. */
static uint64_t moment(unsigned vcpu, bool behind)
{
	return 2 * machine_insn(vcpu) + 1 - behind;
}

/* Adds a touch of the code page, if instructions have come from it since its last touch. */
static int add_code(struct recorder *recorder, unsigned vcpu, bool behind, struct err *err)
{
	uint64_t now = moment(vcpu, behind);

	if (recorder->code_moment[vcpu] >= now)
		return 0;
	recorder->code_moment[vcpu] = now;
	return touch_code(recorder, vcpu, err);
}

static int add_codes(struct recorder *recorder, bool behind, struct err *err)
{
	int status = 0;

	for (unsigned vcpu = 0; vcpu < recorder->vcpus && status == 0; vcpu++)
		status = add_code(recorder, vcpu, behind, err);
	return status;
}

/* Records whether the filter still holds the code page. */
static void settle(struct recorder *recorder, unsigned vcpu)
{
	gfn code = recorder->code[vcpu];

	recorder->settled = recorder->filter && (!is_ram(recorder, code) || trace_filter_holds(recorder->filter, code));
	recorder->hits = recorder->settled && !recorder->watch.touch ? trace_filter_hits(recorder->filter) : &none;
}

int recorder_add(struct recorder *recorder, unsigned vcpu, gfn frame, trace_kind kind, struct err *err)
{
	int status;

	if (!is_ram(recorder, frame))
		return 0;
	if (recorder->settled && trace_filter_holds(recorder->filter, frame))
		return add(recorder, vcpu, frame, kind, err);
	status = add_codes(recorder, TRACE_KIND_SOURCE(kind) == TRACE_DMA, err);
	if (status == 0)
		status = add(recorder, vcpu, frame, kind, err);
	settle(recorder, vcpu);
	return status;
}

int recorder_fetch(struct recorder *recorder, unsigned vcpu, gfn frame, struct err *err)
{
	int status = touch_code(recorder, vcpu, err);

	if (status == 0)
		status = recorder_touch(recorder, vcpu, frame, false, TRACE_FETCH, err);
	recorder->code[vcpu] = frame; /* the filter holds it now */
	recorder->code_moment[vcpu] = moment(vcpu, false);
	return status;
}

int recorder_dma(struct recorder *recorder, gfn frame, bool write, struct err *err)
{
	int status = add_codes(recorder, true, err);

	return status < 0 ? status : recorder_touch(recorder, 0, frame, write, TRACE_DMA, err);
}

int recorder_idle(struct recorder *recorder, unsigned vcpu, uint32_t ticks, struct err *err)
{
	int status = add_code(recorder, vcpu, true, err);

	recorder->idle_ticks[vcpu] += ticks;
	recorder->clock[vcpu].idle_ns = (uint64_t)((unsigned __int128)recorder->idle_ticks[vcpu] * 1000000000u /
						   recorder->ips);
	if (recorder->filter)
		trace_filter_idle(recorder->filter, vcpu, recorder->clock[vcpu].idle_ns);
	return status;
}

const struct trace_clock *recorder_clock(struct recorder *recorder)
{
	for (unsigned vcpu = 0; vcpu < recorder->vcpus; vcpu++)
		recorder->clock[vcpu].insn = machine_insn(vcpu);
	return recorder->clock;
}

static int sync(struct recorder *recorder, struct err *err)
{
	int status = add_codes(recorder, false, err);

	return status == 0 && recorder->filter ? trace_filter_sync(recorder->filter, err) : status;
}

int recorder_mark(struct recorder *recorder, const char *name, struct err *err)
{
	int status = sync(recorder, err);

	return status < 0 || !recorder->writer
		       ? status
		       : trace_writer_mark(recorder->writer, name, recorder_clock(recorder), err);
}

int recorder_finish(struct recorder *recorder, struct trace_totals *totals, struct err *err)
{
	int status = sync(recorder, err);

	*totals = (struct trace_totals){0};
	if (status < 0)
		trace_writer_abandon(recorder->writer, true);
	else if (recorder->writer)
		status = trace_writer_finish(recorder->writer, recorder_clock(recorder), (struct trace_clock){0, 0},
					     totals, err);
	recorder->writer = NULL;
	return status;
}

int recorder_abandon(struct recorder *recorder, struct err *err)
{
	int status = recorder_mark(recorder, "interrupted",
				   err); /* this also puts out what the filter holds, and the last block */

	trace_writer_abandon(recorder->writer, true);
	recorder->writer = NULL;
	return status;
}
