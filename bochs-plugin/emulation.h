/*
 * The latency emulator: the guest runs with only its local share resident, and its own clock stands still for as long as each fetch takes.
 *
 * At every reference that the recorder sees, sim/live says for how long the guest has to wait; the machine's clock then goes on by that
 * many ticks without an instruction, so that all of the guest's clocks and timers show it. What a device's DMA has to wait for cannot be
 * let pass inside the device's own handler: it is added to the processor's next wait.
 */
#ifndef BOCHS_PLUGIN_EMULATION_H
#define BOCHS_PLUGIN_EMULATION_H

#include "live/live.h"
#include "recorder.h"
#include "settings.h"

struct emulation {
	struct config config;
	struct live live;
	uint64_t ips;
	uint64_t begin_ticks;        /* of the region of interest */
	unsigned __int128 waited_ps; /* all waits so far */
	uint64_t waited_ticks;       /* that have passed for them */
	uint64_t end_ticks;          /* of the region; 0 before it has ended */
	struct trace_clock begin, end; /* the processor's, at both */
	bool in_region;
	bool behind;                 /* not all that was waited for has passed */
	bool waiting;                /* it is passing now */
};

/* Takes the configuration out of the settings. On success emulation_free gives all back. */
int emulation_init(struct emulation *emulation, const struct settings *settings, struct err *err);
void emulation_free(struct emulation *emulation);

/* What the recorder's watch calls. */
int emulation_touch(void *emulation, unsigned vcpu, gfn frame, trace_kind kind, struct err *err);

/* Markers: the region begins and ends. */
int emulation_begin(struct emulation *emulation, struct trace_clock clock, struct err *err);
void emulation_end(struct emulation *emulation, struct trace_clock clock);

/* What the region of interest came to, as live/result_json.h has it. NULL when there was no region, or memory is out. */
json_t *emulation_result(const struct emulation *emulation);

#endif
