/* SPDX-License-Identifier: MIT */
/* A machine for the plug-in's C, without Bochs: the test steps its counters, and what it reads from memory lies in
 * `fake_memory`. */
#ifndef TESTS_FAKE_MACHINE_H
#define TESTS_FAKE_MACHINE_H

#include "machine.h"

extern uint64_t fake_insn[MACHINE_VCPUS_MAX];
extern uint8_t fake_memory[4096]; /* guest-physical, from 0 */

#endif
