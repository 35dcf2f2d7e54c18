/* SPDX-License-Identifier: MIT */
/*
 * The observer: Bochs's instrumentation hooks report to it what the guest does to its memory. There are many hooks and
 * they are hot. Most calls are answered inline (observer_access, observer_fetch_page) from a window of the last touched
 * frames; the others call observer.c, when a virtual CPU moves to another frame.
 */
#ifndef BOCHS_PLUGIN_OBSERVER_H
#define BOCHS_PLUGIN_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

#define OBSERVER_VCPUS_MAX 32
#define OBSERVER_NO_FRAME  UINT64_MAX

#ifdef __cplusplus
extern "C" {
#endif

/* What an access does is a number, Bochs's: OBSERVER_WRITE if it only writes. If it reads and writes, it has this bit
 * and others. Any other access reads. */
#define OBSERVER_WRITE 1

/* The last frames of a virtual CPU: touching them again is no news. */
struct observer_window {
	uint64_t data;  /* frame of its last data access */
	uint64_t write; /* the same frame if it was written since it entered the window, otherwise OBSERVER_NO_FRAME */
	uint64_t fetch; /* frame that it fetches instructions from */
};

extern struct observer_window observer_window[OBSERVER_VCPUS_MAX];

/* Only the job's own memory is recorded, by virtual page (job.h); set by observer_start. */
extern bool observer_job_only;

/* Then: a load or a store of one page, at `address` of the address space whose page tables `cr3` names, mapped to
 * `physical`. */
void observer_job(unsigned vcpu, uint64_t address, uint64_t physical, uint64_t cr3, unsigned access);

/* Reads the settings (settings.h) and opens the trace. Ends the program with a message if it cannot. */
void observer_start(void);

/* A load or a store outside the window, of `bytes` bytes of one page from `address` on; sets the window. */
void observer_data(unsigned vcpu, uint64_t address, unsigned bytes, unsigned access, uint64_t insn);

/* From now on instructions come from another frame; sets the window. */
void observer_fetch(unsigned vcpu, uint64_t frame);

/* Called instead of observer_fetch before every single instruction, to check what the recorder derives from changes of
 * the code page. */
void observer_instruction(unsigned vcpu, uint64_t frame);

/* The MMU reads a page table entry, or sets its accessed and dirty bits. */
void observer_walk(unsigned vcpu, uint64_t frame, bool write);

/* A device reads or writes guest memory. */
void observer_dma(uint64_t address, unsigned bytes, bool write);

/* The virtual CPU was halted for so many more ticks. */
void observer_idle(unsigned vcpu, uint32_t ticks);

/* With several virtual CPUs: the machine's time is now `ticks`. */
void observer_passed(uint64_t ticks);

/* The next tick at which a waiting virtual CPU may continue; UINT64_MAX if none is known. */
uint64_t observer_next(void);

/* A 32-bit write to GUEST_PORT. */
void observer_port(uint32_t value);

/* An interrupt in real mode, before it is taken: `ax`, `ebx` and the address of ES:DI are the BIOS's arguments. */
void observer_real_mode_interrupt(unsigned vector, uint16_t ax, uint32_t ebx, uint64_t es_di);

/* The emulation ends without a request by the guest (a panic, a power-off): the recorded part stays readable. */
void observer_exit(void);

/* A load or a store of some bytes of one page; `insn`: instructions that the virtual CPU has executed. */
static inline void observer_access(unsigned vcpu, uint64_t address, unsigned bytes, unsigned access, uint64_t insn)
{
	const struct observer_window *window = &observer_window[vcpu];

	if (__builtin_expect(address >> 12 != (access & OBSERVER_WRITE ? window->write : window->data), 0))
		observer_data(vcpu, address, bytes, access, insn);
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
