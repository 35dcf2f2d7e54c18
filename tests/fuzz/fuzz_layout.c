/* SPDX-License-Identifier: MIT */
/*
 * Feeds bytes to the reader of a guest's memory layout, which comes from another process. Regions that are accepted are
 * whole pages, below the end of the address space, and do not overlap, in memory or in the file; a text that is refused
 * leaves none and says why; a whole text is not the beginning of another one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/layout.h"

enum { PAGE_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_area(const struct areas *areas, size_t number)
{
	const struct area *area = &areas->area[number];

	if (area->start >= area->end || area->end > UINT64_C(1) << 47 || area->start % PAGE_BYTES ||
	    area->end % PAGE_BYTES || area->offset % PAGE_BYTES ||
	    area->limit - area->offset != area->end - area->start || area->limit > layout_file_bytes(areas))
		abort();
	for (size_t i = 0; i < number; i++) {
		const struct area *other = &areas->area[i];

		if ((area->start < other->end && other->start < area->end) ||
		    (area->offset < other->limit && other->offset < area->limit))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct areas areas = {0};
	struct err err = {""};
	bool partial = false;
	uint64_t pages = 0;

	if (layout_parse((const char *)data, size, &areas, &partial, &err) < 0) {
		if (areas.count || !err.text[0])
			abort();
		return 0;
	}
	if (partial || areas.count == 0 || areas.count > LAYOUT_REGIONS)
		abort();
	for (size_t i = 0; i < areas.count; i++) {
		check_area(&areas, i);
		pages += (areas.area[i].end - areas.area[i].start) / PAGE_BYTES;
	}
	if (pages != layout_pages(&areas))
		abort();
	areas_free(&areas);
	return 0;
}
