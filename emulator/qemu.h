/* SPDX-License-Identifier: MIT */
/* Which memory of a QEMU is its guest's. */
#ifndef EMULATOR_QEMU_H
#define EMULATOR_QEMU_H

#include <stdint.h>

#include "base/err.h"

/*
 * *bytes: the size of the guest's memory when the program's name begins with qemu-system-, from its argument -m (128
 * MiB without one); 0 for every other program. QEMU makes the guest's memory as one private anonymous mapping of
 * exactly this size. Returns 0, or ERR_USAGE for a size that is not understood and for a guest whose memory is a file,
 * which cannot be managed.
 *
 * Source: the manual of QEMU 7.2 (qemu-system-x86_64(1), option -m) and its hw/core/machine.c (sizes are rounded up to
 * 8 KiB).
 */
int qemu_guest_bytes(char *const *argv, uint64_t *bytes, struct err *err);

#endif
