/*
 * CLOCK: the frames stand in a circle, each page with a reference bit that a touch sets. The hand goes round: a page whose bit is set has
 * it cleared and stays for another turn; the first page whose bit is clear leaves, and its frame takes the page that comes.
 *
 * Source: Corbato, 'A paging experiment with the Multics system', MIT Project MAC, 1968.
 * Departs from it: nowhere. As on hardware, the touch that faults sets the bit too; a page that is prefetched or local from the beginning
 * has not been touched, and its bit is clear. Empty frames are filled in order at first, then the one emptied last comes first.
 */
#include <stdlib.h>

#include "policy/policy.h"

struct clock {
	page_id *circle;  /* the page in each frame, PAGE_NONE in an empty one */
	uint32_t *empty;  /* stack of empty frames */
	uint32_t *frame;  /* by page */
	bool *referenced; /* by page */
	uint32_t frames, empties, hand;
};

static void destroy(void *state)
{
	struct clock *clock = state;

	free(clock->circle);
	free(clock->empty);
	free(clock->frame);
	free(clock->referenced);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct clock *clock = state;

	clock->circle = malloc(env->frames * sizeof(*clock->circle));
	clock->empty = malloc(env->frames * sizeof(*clock->empty));
	clock->frame = malloc(env->pages * sizeof(*clock->frame));
	clock->referenced = calloc(env->pages, sizeof(*clock->referenced));
	if (!clock->circle || !clock->empty || !clock->frame || !clock->referenced) {
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
	clock->frame[page] = frame;
	clock->referenced[page] = why == FILL_TOUCH;
}

static void forget(void *state, page_id page)
{
	struct clock *clock = state;
	uint32_t frame = clock->frame[page];

	clock->circle[frame] = PAGE_NONE;
	clock->empty[clock->empties++] = frame;
}

/* The page under the hand, which moves on. */
static page_id next(struct clock *clock)
{
	page_id page = clock->circle[clock->hand];

	clock->hand = clock->hand + 1 == clock->frames ? 0 : clock->hand + 1;
	return page;
}

static page_id victim(void *state, page_id incoming)
{
	struct clock *clock = state;
	page_id page = next(clock);

	(void)incoming;
	while (page == PAGE_NONE || clock->referenced[page]) {
		if (page != PAGE_NONE)
			clock->referenced[page] = false;
		page = next(clock);
	}
	forget(clock, page);
	return page;
}

const struct policy_ops policy_clock = {
	.name = "clock",
	.summary = "pages in a circle; those touched since the hand last passed stay",
	.source = "Corbato, 'A paging experiment with the Multics system', 1968",
	.state_size = sizeof(struct clock),
	.init = init, .hit = hit, .fill = fill, .victim = victim, .forget = forget, .destroy = destroy,
};
