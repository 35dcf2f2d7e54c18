/* SPDX-License-Identifier: MIT */
#include "emulator/areas.h"

#include <stdlib.h>
#include <string.h>

void areas_free(struct areas *areas)
{
	free(areas->area);
	*areas = (struct areas){0};
}

/* The index of the first area that ends beyond the address. */
static size_t first_beyond(const struct areas *areas, uint64_t address)
{
	size_t low = 0, high = areas->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (areas->area[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct area *areas_find(const struct areas *areas, uint64_t address)
{
	size_t i = first_beyond(areas, address);

	return i < areas->count && areas->area[i].start <= address ? &areas->area[i] : NULL;
}

/* Makes room for one more. */
static int reserve(struct areas *areas, struct err *err)
{
	struct area *grown;

	if (areas->count < areas->room)
		return 0;
	grown = realloc(areas->area, (2 * areas->room + 64) * sizeof(*grown));
	if (!grown)
		return err_memory(err, "the target's mappings");
	areas->area = grown;
	areas->room = 2 * areas->room + 64;
	return 0;
}

static void insert(struct areas *areas, size_t at, const struct area *area)
{
	memmove(&areas->area[at + 1], &areas->area[at], (areas->count - at) * sizeof(*area));
	areas->area[at] = *area;
	areas->count++;
}

static void erase(struct areas *areas, size_t from, size_t to)
{
	memmove(&areas->area[from], &areas->area[to], (areas->count - to) * sizeof(*areas->area));
	areas->count -= to - from;
}

static int follows(const struct area *low, const struct area *high)
{
	return low->end == high->start && low->limit == high->limit &&
	       low->offset + (low->end - low->start) == high->offset;
}

int areas_add(struct areas *areas, const struct area *area, struct err *err)
{
	size_t at = first_beyond(areas, area->start);
	int status = reserve(areas, err);

	if (status < 0)
		return status;
	insert(areas, at, area);
	if (at + 1 < areas->count && follows(&areas->area[at], &areas->area[at + 1])) {
		areas->area[at].end = areas->area[at + 1].end;
		erase(areas, at + 1, at + 2);
	}
	if (at > 0 && follows(&areas->area[at - 1], &areas->area[at])) {
		areas->area[at - 1].end = areas->area[at].end;
		erase(areas, at, at + 1);
	}
	return 0;
}

static struct area part(const struct area *area, uint64_t start, uint64_t end)
{
	struct area cut = *area;

	if (start > cut.start) {
		cut.offset += start - cut.start;
		cut.start = start;
	}
	if (end < cut.end)
		cut.end = end;
	return cut;
}

void areas_visit(const struct areas *areas, uint64_t start, uint64_t end,
		 void (*visit)(void *context, const struct area *), void *context)
{
	for (size_t i = first_beyond(areas, start); i < areas->count && areas->area[i].start < end; i++) {
		struct area cut = part(&areas->area[i], start, end);

		visit(context, &cut);
	}
}

int areas_remove(struct areas *areas, uint64_t start, uint64_t end, void (*removed)(void *context, const struct area *),
		 void *context, struct err *err)
{
	size_t at = first_beyond(areas, start), to;
	int status = reserve(areas, err);

	if (status < 0)
		return status;
	if (removed)
		areas_visit(areas, start, end, removed, context);
	if (at < areas->count && areas->area[at].start < start) {
		struct area high = areas->area[at];

		areas->area[at].end = start;
		at++;
		if (high.end > end) {
			high = part(&high, end, high.end);
			insert(areas, at, &high);
			return 0;
		}
	}
	for (to = at; to < areas->count && areas->area[to].end <= end; to++)
		;
	erase(areas, at, to);
	if (at < areas->count && areas->area[at].start < end)
		areas->area[at] = part(&areas->area[at], end, areas->area[at].end);
	return 0;
}
