/* SPDX-License-Identifier: MIT */
/*
 * The managed ranges of a target's addresses, each a shared mapping of a part of the memory file. They are sorted by
 * address and never overlap; neighbours whose offsets follow each other are one area.
 */
#ifndef EMULATOR_AREAS_H
#define EMULATOR_AREAS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct area {
	uint64_t start, end; /* addresses, multiples of the page size; end is the first beyond */
	uint64_t offset;     /* of `start` in the memory file */
	uint64_t limit;      /* no mapping that begins here may reach this offset of the file */
};

struct areas {
	struct area *area;
	size_t count, room;
};

void areas_free(struct areas *areas);

/* The area that contains the address, or NULL. Valid until the next change. */
const struct area *areas_find(const struct areas *areas, uint64_t address);

/* Adds a range that overlaps no area. Returns 0 or a negative code. */
int areas_add(struct areas *areas, const struct area *area, struct err *err);

/* Removes [start, end). Calls `removed` (may be NULL) for each part that was in an area. Returns 0 or a negative code.
 */
int areas_remove(struct areas *areas, uint64_t start, uint64_t end, void (*removed)(void *context, const struct area *),
		 void *context, struct err *err);

/* Calls `visit` for each part of [start, end) that is in an area; its fields are those of the part. */
void areas_visit(const struct areas *areas, uint64_t start, uint64_t end,
		 void (*visit)(void *context, const struct area *), void *context);

#endif
