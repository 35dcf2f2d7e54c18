/* SPDX-License-Identifier: MIT */
#include "same_lru.h"

#include <string.h>

struct event {
	gfn frame, victim;
	struct trace_clock clock;
	bool write_back;
};

struct lru {
	struct {
		gfn frame;
		bool dirty;
	} page[512]; /* most recent first */
	uint32_t frames, used;
};

/* One reference; true and an event when it faults. */
static bool lru_touch(struct lru *lru, const struct trace_ref *ref, struct event *event)
{
	uint32_t at = 0;
	bool dirty = ref->kind & TRACE_WRITE, fault;

	while (at < lru->used && lru->page[at].frame != ref->frame)
		at++;
	fault = at == lru->used;
	*event = (struct event){ref->frame, GFN_NONE, ref->clock, false};
	if (!fault) {
		dirty |= lru->page[at].dirty;
	} else if (lru->used < lru->frames) {
		lru->used++;
	} else {
		at = lru->used - 1;
		event->victim = lru->page[at].frame;
		event->write_back = lru->page[at].dirty;
	}
	memmove(lru->page + 1, lru->page, at * sizeof(lru->page[0]));
	lru->page[0].frame = ref->frame;
	lru->page[0].dirty = dirty;
	return fault;
}

static bool same_event(const struct event *a, const struct event *b)
{
	return a->frame == b->frame && a->victim == b->victim && a->write_back == b->write_back &&
	       a->clock.insn == b->clock.insn && a->clock.idle_ns == b->clock.idle_ns;
}

bool same_lru(const struct refs *full, const struct refs *kept, uint32_t frames)
{
	struct lru lru[2] = {{.frames = frames}, {.frames = frames}};
	struct event event[2];
	size_t j = 0;

	for (size_t i = 0; i < full->count; i++) {
		if (!lru_touch(&lru[0], &full->ref[i], &event[0]))
			continue;
		while (j < kept->count && !lru_touch(&lru[1], &kept->ref[j], &event[1]))
			j++;
		if (j++ >= kept->count || !same_event(&event[0], &event[1]))
			return false;
	}
	for (; j < kept->count; j++)
		if (lru_touch(&lru[1], &kept->ref[j], &event[1]))
			return false;
	/* the filter was synchronised at the end: the memories hold the same pages in the same order, with the same
	 * dirty bits */
	for (uint32_t at = 0; at < lru[0].used; at++)
		if (lru[0].page[at].frame != lru[1].page[at].frame || lru[0].page[at].dirty != lru[1].page[at].dirty)
			return false;
	return lru[0].used == lru[1].used;
}

uint64_t lru_faults(const struct refs *refs, uint32_t frames)
{
	struct lru lru = {.frames = frames};
	struct event event;
	uint64_t faults = 0;

	for (size_t i = 0; i < refs->count; i++)
		faults += lru_touch(&lru, &refs->ref[i], &event);
	return faults;
}
