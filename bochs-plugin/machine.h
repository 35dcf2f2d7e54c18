/* SPDX-License-Identifier: MIT */
/*
 * The functions of the emulated machine for the plug-in's C code. instrument.cc implements them; the C code sees
 * nothing else of Bochs.
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

/* By virtual CPU: the address where Bochs counts the instructions executed since power-on. */
extern const uint64_t *machine_insn_count[MACHINE_VCPUS_MAX];

/* Finds these counters. To be called once, when the processors exist. */
void machine_find_counters(unsigned vcpus);

static inline uint64_t machine_insn(unsigned vcpu)
{
	return *machine_insn_count[vcpu];
}

/*
 * The clock of a virtual CPU since power-on, in ticks of 1/ips second: its instructions, plus the ticks that it was
 * halted or waited. With one virtual CPU it is the machine's clock.
 */
uint64_t machine_now(unsigned vcpu);

/* Makes a virtual CPU wait for so many ticks. Devices' timers fire meanwhile and may move data by DMA. Must not be
 * called during DMA. */
void machine_wait(unsigned vcpu, uint32_t ticks);

/* With several virtual CPUs: this one stops after its current instructions, until observer_passed lets it continue. */
void machine_block(unsigned vcpu);
void machine_unblock(unsigned vcpu, uint64_t at_ticks);

/* Copies guest-physical memory to `to`; bytes outside RAM are 0xFF. */
void machine_read(uint64_t address, void *to, size_t bytes);

/* Ends the emulation cleanly with this exit status; does not return. */
void machine_end(int status) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif
#endif
