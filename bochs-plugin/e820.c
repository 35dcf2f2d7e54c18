/* SPDX-License-Identifier: MIT */
#include "e820.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"

#define BIOS_SYSTEM 0x15
#define QUERY       0xE820
#define RANGE_BYTES 20

static void read_pending(struct e820 *e820)
{
	uint8_t raw[RANGE_BYTES];
	uint64_t base, bytes;
	uint32_t type;

	machine_read(e820->pending, raw, sizeof(raw));
	e820->pending = E820_NONE;
	memcpy(&base, raw, 8);
	memcpy(&bytes, raw + 8, 8);
	memcpy(&type, raw + 16, 4);
	if (e820->ranges < E820_RANGES_MAX)
		e820->range[e820->ranges++] = (struct e820_range){le64toh(base), le64toh(bytes), le32toh(type)};
}

void e820_interrupt(struct e820 *e820, unsigned vector, uint16_t ax, uint32_t ebx, uint64_t es_di)
{
	if (vector != BIOS_SYSTEM) /* a device's interrupt can come while the BIOS is still handling the call */
		return;
	if (e820->pending != E820_NONE)
		read_pending(e820);
	if (ax != QUERY)
		return;
	if (ebx == 0)
		e820->ranges = 0;
	e820->pending = es_di;
}

static const char *type_name(uint32_t type)
{
	static const char *const names[] = {"unknown", "usable", "reserved", "ACPI data", "ACPI NVS", "bad"};

	return names[type < sizeof(names) / sizeof(names[0]) ? type : 0];
}

void e820_text(const struct e820 *e820, char *out, uint64_t size)
{
	uint64_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < e820->ranges && at < size; i++) {
		const struct e820_range *range = &e820->range[i];

		at += (uint64_t)snprintf(out + at, size - at, "%s%#" PRIx64 "-%#" PRIx64 " %s", i ? ", " : "",
					 range->base, range->base + range->bytes, type_name(range->type));
	}
}

uint64_t e820_usable(const struct e820 *e820)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < e820->ranges; i++)
		bytes += e820->range[i].type == 1 ? e820->range[i].bytes : 0;
	return bytes;
}
