/* SPDX-License-Identifier: MIT */
/* A fake machine for the plug-in's C code, without Bochs: the test advances its counters, and `fake_memory` is its
 * memory. */
#ifndef TESTS_FAKE_MACHINE_H
#define TESTS_FAKE_MACHINE_H

#include "machine.h"

extern uint64_t fake_insn[MACHINE_VCPUS_MAX];
extern uint8_t fake_memory[4096]; /* guest-physical, from 0 */

#endif
