/* SPDX-License-Identifier: MIT */
/*
 * What the emulated machine offers the plug-in's C. Bochs's side of it is instrument.cc; nothing else of Bochs is seen
 * from C.
 */
#ifndef BOCHS_PLUGIN_MACHINE_H
#define BOCHS_PLUGIN_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINE_VCPUS_MAX 32

#ifdef __cplusplus
extern "C" {
#endif

/* By virtual CPU: where Bochs counts the instructions that it has executed since power-on. */
extern const uint64_t *machine_insn_count[MACHINE_VCPUS_MAX];

/* Finds these counters. Once, when the processors are there. */
void machine_find_counters(unsigned vcpus);

static inline uint64_t machine_insn(unsigned vcpu)
{
	return *machine_insn_count[vcpu];
}

/*
 * A virtual CPU's clock since power-on, in ticks of one over `ips` of a second: its instructions, the ticks for which
 * it was halted, and those that it waited. With one virtual CPU it is the machine's.
 */
uint64_t machine_now(unsigned vcpu);

/* Makes a virtual CPU wait for so many ticks; devices' timers fire meanwhile, and may move data by DMA. Not from within
 * DMA. */
void machine_wait(unsigned vcpu, uint32_t ticks);

/* With several virtual CPUs: this one stands still behind its current instructions until observer_passed lets it go on.
 */
void machine_block(unsigned vcpu);
void machine_unblock(unsigned vcpu, uint64_t at_ticks);

/* Copies guest-physical memory out; bytes beyond RAM read as 0xFF. */
void machine_read(uint64_t address, void *to, size_t bytes);

/* Ends the emulation in good order with this exit status; does not return. */
void machine_end(int status) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif
#endif
