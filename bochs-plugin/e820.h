/* SPDX-License-Identifier: MIT */
/*
 * The memory that the BIOS reports: INT 15h, AX = E820h (ACPI specification 6.5, section 15.1). Each call gives one
 * range at ES:DI; EBX is 0 at the first and tells the BIOS where to go on. A range stands in memory only after its
 * call, so it is read when the next call of INT 15h comes (Linux asks for E801h afterwards). Boot loader and kernel
 * both ask: the last listing stands.
 */
#ifndef BOCHS_PLUGIN_E820_H
#define BOCHS_PLUGIN_E820_H

#include <stdint.h>

#define E820_RANGES_MAX 32

struct e820_range {
	uint64_t base, bytes;
	uint32_t type; /* 1 usable, 2 reserved, 3 ACPI data, 4 ACPI NVS, 5 bad */
};

struct e820 {
	struct e820_range range[E820_RANGES_MAX];
	unsigned ranges;
	uint64_t pending; /* where the range of the last call will be, or E820_NONE */
};

#define E820_NONE UINT64_MAX

/* Sees every interrupt of real mode. */
void e820_interrupt(struct e820 *e820, unsigned vector, uint16_t ax, uint32_t ebx, uint64_t es_di);

/* "0x0-0x9fc00 usable, 0x9fc00-0xa0000 reserved, ...", cut at `size`. */
void e820_text(const struct e820 *e820, char *out, uint64_t size);

/* Bytes of usable memory. */
uint64_t e820_usable(const struct e820 *e820);

#endif
