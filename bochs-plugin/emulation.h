/* SPDX-License-Identifier: MIT */
/*
 * The latency emulator: the guest runs with only its local share resident, and its own clock stands still for as long
 * as each fetch takes.
 *
 * At every reference that the recorder sees, sim/live says for how long the guest has to wait; the machine's clock then
 * goes on by that many ticks without an instruction, so that all of the guest's clocks and timers show it. What a
 * device's DMA has to wait for cannot be let pass inside the device's own handler: it is added to the processor's next
 * wait.
 *
 * With several virtual CPUs each has its own clock (instrument.cc), and only the one that waits stands still; the
 * others run on. A virtual CPU stops behind the stretch of instructions that it is in, a few dozen at most; what these
 * touch waits behind the first.
 */
#ifndef BOCHS_PLUGIN_EMULATION_H
#define BOCHS_PLUGIN_EMULATION_H

#include "live/live.h"
#include "recorder.h"
#include "settings.h"

#define EMULATION_BEHIND_MAX 256 /* touches of one stretch of instructions behind one that waits */

/* With several virtual CPUs: one that waits has done more than the touch it waits for, since it stops only behind a
 * stretch of instructions. */
struct emulation_behind {
	gfn frame[EMULATION_BEHIND_MAX];
	bool write[EMULATION_BEHIND_MAX];
	unsigned first, count;
	bool blocked;
};

struct emulation {
	struct config config;
	struct live live;
	uint64_t ips;
	unsigned vcpus;
	uint64_t begin_ticks;          /* of the region of interest */
	unsigned __int128 waited_ps;   /* all waits so far; one virtual CPU */
	uint64_t waited_ticks;         /* that have passed for them */
	uint64_t end_ticks;            /* of the region; 0 before it has ended */
	struct trace_clock begin, end; /* the processors' together, at both */
	bool in_region;
	bool late;    /* not all that was waited for has passed */
	bool waiting; /* it is passing now */
	struct emulation_behind behind[OBSERVER_VCPUS_MAX];
};

/* Takes the configuration out of the settings. On success emulation_free gives all back. */
int emulation_init(struct emulation *emulation, const struct settings *settings, struct err *err);
void emulation_free(struct emulation *emulation);

/* What the recorder's watch calls. */
int emulation_touch(void *emulation, unsigned vcpu, gfn frame, trace_kind kind, struct err *err);

/* With several virtual CPUs: the machine's time is `ticks`; who has waited long enough goes on. */
int emulation_passed(struct emulation *emulation, uint64_t ticks, struct err *err);
uint64_t emulation_next(const struct emulation *emulation);

/* Markers: the region begins and ends. */
int emulation_begin(struct emulation *emulation, struct trace_clock clock, struct err *err);
void emulation_end(struct emulation *emulation, struct trace_clock clock);

/* What the region of interest came to, as live/result_json.h has it. NULL when there was no region, or memory is out.
 */
json_t *emulation_result(const struct emulation *emulation);

#endif
