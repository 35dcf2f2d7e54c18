/* SPDX-License-Identifier: MIT */
/*
 * CLOCK: the frames form a circle, and each page has a reference bit that a touch sets. A hand moves from frame to
 * frame. If the page in the frame has its bit set, the hand clears the bit and the page stays. The first page whose bit
 * is clear is the victim; the incoming page takes its frame.
 *
 * Source: Corbato, 'A paging experiment with the Multics system', MIT Project MAC, 1968. Departs from it: nowhere. As
 * in hardware, the touch that faults also sets the bit. A page that is prefetched, or local from the beginning, has not
 * been touched, so its bit is clear. Empty frames are filled in ascending order at first; later the frame emptied last
 * is filled first.
 *
 * A page's frame is not recorded: only forget needs it, and it searches the circle.
 */
#include <stdlib.h>

#include "base/table.h"
#include "policy/policy.h"

enum { DISTANCE = 16 }; /* how many frames in advance a reference bit is loaded into the cache */

struct clock {
	page_id *circle;  /* the page in each frame, PAGE_NONE in an empty one */
	uint32_t *empty;  /* stack of empty frames */
	bool *referenced; /* by page */
	uint32_t frames, empties, hand;
};

static void destroy(void *state)
{
	struct clock *clock = state;

	free(clock->circle);
	free(clock->empty);
	free(clock->referenced);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct clock *clock = state;

	clock->circle = table_alloc(env->frames, sizeof(*clock->circle));
	clock->empty = table_alloc(env->frames, sizeof(*clock->empty));
	clock->referenced = table_alloc(env->pages, sizeof(*clock->referenced));
	if (!clock->circle || !clock->empty || !clock->referenced) {
		destroy(clock);
		return err_memory(err, "the circle of frames");
	}
	clock->frames = env->frames;
	while (clock->empties < env->frames) {
		clock->circle[clock->empties] = PAGE_NONE;
		clock->empty[clock->empties] = env->frames - 1 - clock->empties;
		clock->empties++;
	}
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct clock *clock = state;

	clock->referenced[page] = true;
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct clock *clock = state;
	uint32_t frame = clock->empty[--clock->empties];

	clock->circle[frame] = page;
	clock->referenced[page] = why == FILL_TOUCH;
}

static void leave(struct clock *clock, uint32_t frame)
{
	clock->circle[frame] = PAGE_NONE;
	clock->empty[clock->empties++] = frame;
}

static void forget(void *state, page_id page)
{
	struct clock *clock = state;
	uint32_t frame = 0;

	while (clock->circle[frame] != page)
		frame++;
	leave(clock, frame);
}

/* Moves the hand to the next frame and returns the one it was at. Loads a reference bit that the hand needs soon. */
static uint32_t advance(struct clock *clock)
{
	uint32_t frame = clock->hand, soon = frame + DISTANCE < clock->frames ? frame + DISTANCE : 0;

	__builtin_prefetch((void *)((uintptr_t)clock->referenced + clock->circle[soon]),
			   1); /* for an empty frame the address is invalid, and the hint has no effect */
	clock->hand = frame + 1 == clock->frames ? 0 : frame + 1;
	return frame;
}

static page_id victim(void *state, page_id incoming)
{
	struct clock *clock = state;
	uint32_t frame = advance(clock);
	page_id page;

	(void)incoming;
	while ((page = clock->circle[frame]) == PAGE_NONE || clock->referenced[page]) {
		if (page != PAGE_NONE)
			clock->referenced[page] = false;
		frame = advance(clock);
	}
	leave(clock, frame);
	return page;
}

const struct policy_ops policy_clock = {
	.name = "clock",
	.summary = "pages in a circle; a moving hand evicts the first one not touched since it last passed",
	.source = "Corbato, 'A paging experiment with the Multics system', 1968",
	.filtered = FILTERED_APPROXIMATE,
	.state_size = sizeof(struct clock),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
