/* SPDX-License-Identifier: MIT */
#include "fabric/events.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"

enum { CHILDREN = 4, ROOM = 64 };

static const struct event never = {.at_ps = INT64_MAX, .order = UINT64_MAX};

/* Time and order as one number, so that two events are compared without a branch, which would be mispredicted. */
static inline unsigned __int128 key(const struct event *event)
{
	return (unsigned __int128)(uint64_t)event->at_ps << 64 | event->order;
}

/* Doubles the room for events. Unused entries, and CHILDREN more after them, hold events that are never due. */
static int grow(struct events *events)
{
	uint32_t room = events->room ? 2 * events->room : ROOM;
	struct event *heap = table_alloc((size_t)room + CHILDREN, sizeof(*heap));

	if (!heap)
		return err_memory(&events->err, "events");
	if (events->count)
		memcpy(heap, events->heap, events->count * sizeof(*heap));
	for (uint32_t i = events->count; i < room + CHILDREN; i++)
		heap[i] = never;
	free(events->heap);
	events->heap = heap;
	events->room = room;
	return 0;
}

int events_init(struct events *events, struct err *err)
{
	*events = (struct events){0};
	if (grow(events) == 0)
		return 0;
	*err = events->err;
	return ERR_FAILED;
}

void events_free(struct events *events)
{
	free(events->heap);
	*events = (struct events){0};
}

/* Puts `event` at the root or below it. All four children of a node are always compared; entries past the last event
 * are never due, so they are never chosen. */
static void sift_down(struct event *heap, uint32_t count, struct event event)
{
	uint32_t at = 0;

	for (uint32_t child = 1; child < count; child = CHILDREN * at + 1) {
		uint32_t least = child;
		unsigned __int128 least_key = key(&heap[child]);

		for (uint32_t i = child + 1; i < child + CHILDREN; i++) {
			unsigned __int128 its_key = key(&heap[i]);

			least = its_key < least_key ? i : least;
			least_key = its_key < least_key ? its_key : least_key;
		}
		if (key(&event) < least_key)
			break;
		heap[at] = heap[least];
		at = least;
	}
	heap[at] = event;
}

/* Puts `event` at the free index `at` or above it. */
static void sift_up(struct event *heap, uint32_t at, struct event event)
{
	while (at > 0 && key(&event) < key(&heap[(at - 1) / CHILDREN])) {
		heap[at] = heap[(at - 1) / CHILDREN];
		at = (at - 1) / CHILDREN;
	}
	heap[at] = event;
}

static void remove_root(struct events *events)
{
	uint32_t last = --events->count;
	struct event event = events->heap[last];

	events->hole = false;
	events->heap[last] = never;
	if (last > 0)
		sift_down(events->heap, last, event);
}

void events_add_ordered(struct events *events, int64_t at_ps, uint64_t order, const struct event_handler *handler,
			uint64_t argument)
{
	const struct event event = {at_ps, order, handler, argument};

	assert(at_ps >= events->now_ps);
	if (events->hole) { /* most handlers add one event: it takes the root, and the heap is sifted once instead of
			       twice */
		events->hole = false;
		sift_down(events->heap, events->count, event);
		return;
	}
	if (events->count == events->room && grow(events) < 0) {
		events->status = ERR_FAILED;
		return;
	}
	sift_up(events->heap, events->count++, event);
}

void events_add(struct events *events, int64_t at_ps, const struct event_handler *handler, uint64_t argument)
{
	events_add_ordered(events, at_ps, events_order(events), handler, argument);
}

int64_t events_next_ps(const struct events *events)
{
	const struct event *heap = events->heap;
	int64_t next_ps = heap[0].at_ps; /* the time of an unused entry, EVENTS_END, if there is none */

	if (events->hole) { /* the root event is running */
		next_ps = heap[1].at_ps;
		for (uint32_t i = 2; i <= CHILDREN; i++)
			next_ps = heap[i].at_ps < next_ps ? heap[i].at_ps : next_ps;
	}
	return next_ps;
}

int events_run(struct events *events, int64_t until_ps, struct err *err)
{
	while (events->count > 0 && events->heap[0].at_ps <= until_ps && events->status == 0) {
		const struct event event = events->heap[0];

		events->now_ps = event.at_ps;
		events->hole = true;
		event.handler->run(event.handler->context, event.argument, event.at_ps);
		if (events->hole)
			remove_root(events);
	}
	if (events->status < 0)
		*err = events->err;
	else if (until_ps != EVENTS_END)
		events->now_ps = until_ps;
	return events->status;
}
