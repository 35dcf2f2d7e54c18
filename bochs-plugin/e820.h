/* SPDX-License-Identifier: MIT */
/*
 * The memory that the BIOS reports: INT 15h, AX = E820h (ACPI specification 6.5, section 15.1). Each call returns one
 * range at ES:DI; EBX is 0 at the first call and says where to continue. A range is in memory only after its call, so
 * it is read at the next call of INT 15h (Linux calls E801h afterwards). Boot loader and kernel both call it: the last
 * list is kept.
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
	uint64_t pending; /* the address where the last call will store its range, or E820_NONE */
};

#define E820_NONE UINT64_MAX

/* Called for every interrupt in real mode. */
void e820_interrupt(struct e820 *e820, unsigned vector, uint16_t ax, uint32_t ebx, uint64_t es_di);

/* Writes the list to `out`, cut at `size`: "0x0-0x9fc00 usable, 0x9fc00-0xa0000 reserved, ...". */
void e820_text(const struct e820 *e820, char *out, uint64_t size);

/* Returns the bytes of usable memory. */
uint64_t e820_usable(const struct e820 *e820);

#endif
