/* SPDX-License-Identifier: MIT */
/*
 * The observer: where Bochs's instrumentation hooks hand over what the guest does to its memory. The hooks are many and
 * hot: most of them are answered inline (observer_access, observer_fetch_page) from a window of the frames touched
 * last; the rest go down to observer.c, when a virtual CPU moves on to another frame.
 */
#ifndef BOCHS_PLUGIN_TAP_H
#define BOCHS_PLUGIN_TAP_H

#include <stdbool.h>
#include <stdint.h>

#define OBSERVER_VCPUS_MAX 32
#define OBSERVER_NO_FRAME  UINT64_MAX

#ifdef __cplusplus
extern "C" {
#endif

/* Where a virtual CPU is: touching these frames again tells nothing new. */
struct observer_window {
	uint64_t data;  /* frame of its last data access */
	uint64_t write; /* the same if that frame has been written since it came into the window, otherwise
			 * OBSERVER_NO_FRAME
			 */
	uint64_t fetch; /* frame that it fetches instructions from */
};

extern struct observer_window observer_window[OBSERVER_VCPUS_MAX];

/* Reads the settings (settings.h) and opens the trace. Ends the program with a message when it cannot. */
void observer_start(void);

/* A load or a store outside the window; sets the window. */
void observer_data(unsigned vcpu, uint64_t frame, bool write, uint64_t insn);

/* Instructions come from another frame from now on; sets the window. */
void observer_fetch(unsigned vcpu, uint64_t frame);

/* In place of observer_fetch, before every single instruction: what the recorder concludes from changes of the code
 * page is held to this. */
void observer_instruction(unsigned vcpu, uint64_t frame);

/* The MMU reads a page table entry, or sets its accessed and dirty bits. */
void observer_walk(unsigned vcpu, uint64_t frame, bool write);

/* A device reads or writes guest memory. */
void observer_dma(uint64_t frame, bool write);

/* The virtual CPU has been halted for so many ticks more. */
void observer_idle(unsigned vcpu, uint32_t ticks);

/* With several virtual CPUs: the machine's time is now `ticks`. */
void observer_passed(uint64_t ticks);

/* The next tick at which a virtual CPU that stands still may go on, UINT64_MAX when none is known. */
uint64_t observer_next(void);

/* A 32-bit write to GUEST_PORT. */
void observer_port(uint32_t value);

/* An interrupt in real mode, before it is taken: `ax`, `ebx` and the address of ES:DI are the BIOS's arguments. */
void observer_real_mode_interrupt(unsigned vector, uint16_t ax, uint32_t ebx, uint64_t es_di);

/* The emulation ends without the guest having asked for it (a panic, a power-off): what was recorded stays readable. */
void observer_exit(void);

/* A load or a store; `insn`: instructions that the virtual CPU has executed. */
static inline void observer_access(unsigned vcpu, uint64_t frame, bool write, uint64_t insn)
{
	const struct observer_window *window = &observer_window[vcpu];

	if (__builtin_expect(frame != (write ? window->write : window->data), 0))
		observer_data(vcpu, frame, write, insn);
}

/* Instructions come from this frame. */
static inline void observer_fetch_page(unsigned vcpu, uint64_t frame)
{
	if (frame != observer_window[vcpu].fetch)
		observer_fetch(vcpu, frame);
}

#ifdef __cplusplus
}
#endif
#endif
