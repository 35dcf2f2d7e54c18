/* SPDX-License-Identifier: MIT */
/*
 * The latency emulator: the guest runs with only its local share of memory resident, and its clock advances without
 * instructions for as long as each fetch takes.
 *
 * At every reference that the recorder sees, sim/live returns how long the guest has to wait. The machine's clock then
 * advances by that many ticks without an instruction, so that all clocks and timers of the guest show it. The wait of a
 * device's DMA cannot pass inside the device's own handler; it is added to the processor's next wait.
 *
 * With several virtual CPUs each has its own clock (instrument.cc), and only the one that waits stops; the others
 * continue. A virtual CPU stops after the batch of instructions that it is executing, a few dozen at most. Further
 * touches of that batch are postponed until the first one is served.
 */
#ifndef BOCHS_PLUGIN_EMULATION_H
#define BOCHS_PLUGIN_EMULATION_H

#include "live/live.h"
#include "recorder.h"
#include "settings.h"

#define EMULATION_BEHIND_MAX 256 /* touches of one batch of instructions that can be postponed */

/* Postponed touches, with several virtual CPUs: a waiting one has made further touches, since it stops only after a
 * batch of instructions. */
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
	uint64_t begin_ticks;          /* start of the region of interest */
	unsigned __int128 waited_ps;   /* all waits so far; for one virtual CPU */
	uint64_t waited_ticks;         /* ticks that have passed for these waits */
	uint64_t end_ticks;            /* end of the region; 0 before it has ended */
	struct trace_clock begin, end; /* sum of the processors' clocks at both */
	int64_t owed_ps;               /* what is still to be done for prefetches at the end of the region */
	bool in_region;
	bool late;    /* some waits have not passed yet */
	bool waiting; /* a wait is passing now */
	struct emulation_behind behind[OBSERVER_VCPUS_MAX];
};

/* Sets up the emulation from the settings. Returns 0 or a negative code. After success, emulation_free releases it. */
int emulation_init(struct emulation *emulation, const struct settings *settings, struct err *err);
void emulation_free(struct emulation *emulation);

/* Called by the recorder for every reference. Returns 0 or a negative code. */
int emulation_touch(void *emulation, unsigned vcpu, gfn frame, trace_kind kind, struct err *err);

/* With several virtual CPUs: the machine's time is `ticks`; virtual CPUs whose wait is over continue. Returns 0 or a
 * negative code. */
int emulation_passed(struct emulation *emulation, uint64_t ticks, struct err *err);
uint64_t emulation_next(const struct emulation *emulation);

/* The region begins and ends. */
int emulation_begin(struct emulation *emulation, struct trace_clock clock, struct err *err);
void emulation_end(struct emulation *emulation, struct trace_clock clock);

/* The result of the region of interest (live/result_json.h). NULL if there was no region, or memory runs out. */
json_t *emulation_result(const struct emulation *emulation);

#endif
