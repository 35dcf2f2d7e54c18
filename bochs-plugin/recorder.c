/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

#define PAGES(bytes)       ((uint64_t)(bytes) >> TRACE_PAGE_SHIFT)
#define PAGE_OF(address)   ((gfn)(address) >> TRACE_PAGE_SHIFT)
#define OFFSET_OF(address) ((uint16_t)((address) & ((1u << TRACE_PAGE_SHIFT) - 1)))

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
	recorder->is_virtual = machine_bytes == 0;
	if (recorder->is_virtual)
		recorder->ram_top = GFN_NONE;
	recorder->ram_end = recorder->is_virtual || recorder->ram_top < DEVICES ? recorder->ram_top : DEVICES;
	for (unsigned vcpu = 0; vcpu < header->vcpus; vcpu++)
		recorder->code[vcpu] = NOT_RAM;
	return header->k ? trace_filter_create(&recorder->filter, header->k, (struct trace_sink){put, writer}, err) : 0;
}

static inline bool is_ram(const struct recorder *recorder, gfn frame)
{
	return (recorder->is_virtual && frame != NOT_RAM) || (frame >= HIGH_RAM && frame < recorder->ram_end) ||
	       frame < LOW_RAM_END || (frame >= DEVICES_END && frame < recorder->ram_top);
}

/* Notes what a touch says of the page's first use. */
static int observe(struct recorder *recorder, const struct recorder_access *access, struct err *err)
{
	int status = 0;

	if (access->overwritten)
		status = first_uses_write(&recorder->uses, access->frame, access->offset, access->overwritten, err);
	else
		first_uses_read(&recorder->uses, access->frame);
	if (recorder->filter && recorder_watches(recorder, access->frame))
		trace_filter_hide(recorder->filter, access->frame);
	return status;
}

static int add(struct recorder *recorder, unsigned vcpu, const struct recorder_access *access, struct err *err)
{
	struct trace_clock clock = recorder_now(recorder, vcpu);
	const gfn frame = access->frame;
	const trace_kind kind = access->kind;
	int status;

	if (recorder->filter) {
		status = trace_filter_touch(recorder->filter, frame, clock, kind, err);
	} else {
		recorder->unfiltered++;
		status = put(recorder->writer, &(struct trace_ref){frame, clock, kind}, err);
	}
	if (status == 0 && recorder_watches(recorder, frame))
		status = observe(recorder, access, err);
	if (status == 0 && recorder->watch.touch)
		status = recorder->watch.touch(recorder->watch.context, vcpu, frame, kind, err);
	return status;
}

static int touch_code(struct recorder *recorder, unsigned vcpu, struct err *err)
{
	gfn code = recorder->code[vcpu];
	const struct recorder_access access = {.frame = code, .kind = TRACE_KIND(0, TRACE_FETCH, vcpu)};

	return recorder_hit(recorder, vcpu, code, access.kind) || !is_ram(recorder, code)
		       ? 0
		       : add(recorder, vcpu, &access, err);
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

int recorder_add(struct recorder *recorder, unsigned vcpu, const struct recorder_access *access, struct err *err)
{
	int status;

	if (!is_ram(recorder, access->frame))
		return 0;
	if (recorder->settled && trace_filter_holds(recorder->filter, access->frame))
		return add(recorder, vcpu, access, err);
	status = add_codes(recorder, TRACE_KIND_SOURCE(access->kind) == TRACE_DMA, err);
	if (status == 0)
		status = add(recorder, vcpu, access, err);
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

int recorder_dma(struct recorder *recorder, uint64_t address, unsigned bytes, bool write, struct err *err)
{
	const struct recorder_access access = {.frame = PAGE_OF(address),
					       .kind = TRACE_KIND(write, TRACE_DMA, 0),
					       .offset = OFFSET_OF(address),
					       .overwritten = write ? (uint16_t)bytes : 0};
	int status = add_codes(recorder, true, err);

	return status < 0 || recorder_hit(recorder, 0, access.frame, access.kind)
		       ? status
		       : recorder_add(recorder, 0, &access, err);
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

/* Begins to observe the first uses of the pages that were touched before. The others have none of a snapshot's
 * contents. The processors go on in their code pages, which are read so. */
static int begin_region(struct recorder *recorder, struct err *err)
{
	int status = first_uses_begin(&recorder->uses, recorder->ram_top, err);

	for (gfn frame = 0; frame < recorder->ram_top && status == 0; frame++)
		if (!trace_writer_knows(recorder->writer, frame))
			first_uses_read(&recorder->uses, frame);
	for (unsigned vcpu = 0; vcpu < recorder->vcpus && status == 0; vcpu++)
		if (is_ram(recorder, recorder->code[vcpu]))
			first_uses_read(&recorder->uses, recorder->code[vcpu]);
	recorder->observed = recorder->observed_to_end = true;
	return status;
}

static int end_region(struct recorder *recorder, struct err *err)
{
	return first_uses_end(&recorder->uses, &recorder->overwritten, &recorder->overwritten_count, err);
}

int recorder_mark(struct recorder *recorder, const char *name, struct err *err)
{
	int status = sync(recorder, err);

	if (status < 0 || !recorder->writer)
		return status;
	status = trace_writer_mark(recorder->writer, name, recorder_clock(recorder), err);
	if (status == 0 && !recorder->is_virtual && !recorder->observed && strcmp(name, REGION_BEGIN) == 0)
		return begin_region(recorder, err);
	if (status == 0 && recorder->uses.state && strcmp(name, REGION_END) == 0) {
		recorder->observed_to_end = false;
		status = end_region(recorder, err);
	}
	return status;
}

/* Adds what was observed of first uses to the trace. */
static int put_overwritten(struct recorder *recorder, struct err *err)
{
	const struct trace_observed observed = {REGION_BEGIN, recorder->observed_to_end ? "" : REGION_END};
	int status = recorder->uses.state ? end_region(recorder, err) : 0;

	if (status == 0 && recorder->observed)
		status = trace_writer_overwritten(recorder->writer, &observed, recorder->overwritten,
						  recorder->overwritten_count, err);
	free(recorder->overwritten);
	recorder->overwritten = NULL;
	return status;
}

int recorder_finish(struct recorder *recorder, struct trace_totals *totals, struct err *err)
{
	int status = sync(recorder, err);

	*totals = (struct trace_totals){0};
	if (status == 0 && recorder->writer)
		status = put_overwritten(recorder, err);
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
