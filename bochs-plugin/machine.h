/*
 * What the emulated machine offers the plug-in's C. Bochs's side of it is instrument.cc; nothing else of Bochs is seen from C.
 */
#ifndef BOCHS_PLUGIN_MACHINE_H
#define BOCHS_PLUGIN_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Instructions that a virtual CPU has executed since power-on. */
uint64_t machine_insn(unsigned vcpu);

/* The machine's clock since power-on, in ticks of one over `ips` of a second: instructions and idle ticks. */
uint64_t machine_ticks(void);

/* Copies guest-physical memory out; bytes beyond RAM read as 0xFF. */
void machine_read(uint64_t address, void *to, size_t bytes);

/* Ends the emulation in good order with this exit status; does not return. */
void machine_end(int status) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif
#endif
