/* SPDX-License-Identifier: MIT */
/* The machine that Bochs emulates, as a bochsrc file. */
#ifndef RECORD_HARDWARE_H
#define RECORD_HARDWARE_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "config/engine.h"

#define HARDWARE_MEMORY_MIN (UINT64_C(64) << 20)
#define HARDWARE_MEMORY_MAX (UINT64_C(1) << 40)
#define HARDWARE_BLOCK \
	(UINT64_C(2) << 20) /* Bochs's unit of allocation: it fails when the end is in the middle of one */
#define HARDWARE_IPS_MAX ENGINE_BOCHS_IPS_MAX

struct hardware {
	uint64_t memory_bytes; /* that the guest can use, a multiple of 1 MiB */
	uint64_t ips;          /* instructions, and ticks of its clock, in a second of the guest's time */
	unsigned vcpus;
	const char *iso;  /* what it boots from */
	const char *disk; /* a raw disk image, or NULL; the guest's writes to it are dropped at the end */
	const char *told; /* text for the guest, on a second disk (workloads/guest/init), or NULL; hardware_tell writes
			     it */
	const char *console; /* the file that its serial line is written to */
	const char *log;     /* Bochs's own */
	const char *folder;  /* where Bochs keeps the guest's writes to its disk */
};

/* The memory size to configure in Bochs: above 3 GiB, the gigabyte below 4 GiB belongs to devices and is not
 * available. */
uint64_t hardware_machine_bytes(uint64_t memory_bytes);

/* Writes the image of the second disk into the folder, with the text that it holds. Returns 0 or a negative code. */
int hardware_tell(const struct hardware *hardware, struct err *err);

int hardware_write(const struct hardware *hardware, FILE *to, struct err *err);

#endif
