/* SPDX-License-Identifier: MIT */
#include "first_use.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "trace/header.h"

#define PAGE_BYTES (1u << TRACE_PAGE_SHIFT)
#define WORDS      (PAGE_BYTES / 64)
#define PART_NONE  UINT32_MAX

struct first_use_part {
	uint64_t written[WORDS]; /* a bit a byte */
	uint32_t left;           /* bytes that are not written */
	uint32_t next;           /* in the list of parts that no page has */
};

int first_uses_begin(struct first_uses *uses, gfn frames, struct err *err)
{
	*uses = (struct first_uses){.state = calloc(frames + 1, sizeof(*uses->state)),
				    .frames = frames,
				    .unused = PART_NONE};
	return uses->state ? 0 : err_memory(err, "the first uses of pages");
}

void first_uses_free(struct first_uses *uses)
{
	free(uses->state);
	free(uses->part);
	*uses = (struct first_uses){0};
}

static void decide(struct first_uses *uses, gfn frame, enum first_use use)
{
	uint32_t *state = &uses->state[frame];

	if (*state >= FIRST_USE_PARTS) {
		uses->part[*state - FIRST_USE_PARTS].next = uses->unused;
		uses->unused = *state - FIRST_USE_PARTS;
	}
	*state = use;
	uses->overwritten += use == FIRST_USE_OVERWRITES;
}

/* Gives a page that was not used a part. */
static int take_part(struct first_uses *uses, gfn frame, struct err *err)
{
	uint32_t number = uses->unused;

	if (number != PART_NONE) {
		uses->unused = uses->part[number].next;
	} else {
		if (uses->parts == uses->room) {
			uint32_t room = uses->room ? 2 * uses->room : 64;
			struct first_use_part *part = realloc(uses->part, room * sizeof(*part));

			if (!part)
				return err_memory(err, "the first uses of pages");
			uses->part = part;
			uses->room = room;
		}
		number = uses->parts++;
	}
	uses->part[number] = (struct first_use_part){.left = PAGE_BYTES};
	uses->state[frame] = FIRST_USE_PARTS + number;
	return 0;
}

void first_uses_read(struct first_uses *uses, gfn frame)
{
	if (first_uses_watch(uses, frame))
		decide(uses, frame, FIRST_USE_READS);
}

int first_uses_write(struct first_uses *uses, gfn frame, unsigned offset, unsigned bytes, struct err *err)
{
	struct first_use_part *part;

	assert(offset + bytes <= PAGE_BYTES);
	if (!first_uses_watch(uses, frame))
		return 0;
	if (uses->state[frame] == FIRST_USE_NONE && take_part(uses, frame, err) < 0)
		return ERR_FAILED;
	part = &uses->part[uses->state[frame] - FIRST_USE_PARTS];
	while (bytes) {
		unsigned bit = offset % 64, some = 64 - bit < bytes ? 64 - bit : bytes;
		uint64_t mask = (some == 64 ? UINT64_MAX : (UINT64_C(1) << some) - 1) << bit;

		part->left -= (uint32_t)__builtin_popcountll(mask & ~part->written[offset / 64]);
		part->written[offset / 64] |= mask;
		offset += some;
		bytes -= some;
	}
	if (!part->left)
		decide(uses, frame, FIRST_USE_OVERWRITES);
	return 0;
}

int first_uses_end(struct first_uses *uses, gfn **frame, size_t *count, struct err *err)
{
	*frame = malloc(((size_t)uses->overwritten + 1) * sizeof(**frame));
	*count = 0;
	if (!*frame)
		return err_memory(err, "the first uses of pages");
	for (gfn at = 0; at < uses->frames; at++)
		if (uses->state[at] == FIRST_USE_OVERWRITES)
			(*frame)[(*count)++] = at;
	first_uses_free(uses);
	return 0;
}
