/* SPDX-License-Identifier: MIT */
/*
 * The events of the whole simulation, in integer picoseconds: a heap from which the earliest event is taken and run.
 *
 * Events of the same picosecond run in ascending `order`, a 64-bit number that no two pending events of one picosecond
 * may share. events_add gives each event the next number, so that ties are run in the order of insertion. A caller that
 * needs another rule passes the number itself (events_add_ordered). With a number taken once from events_order and used
 * again, an event keeps its position among the events of its picosecond. With a number from EVENTS_LATE on, an event
 * runs after all others of its picosecond. What runs next depends on time and order only, not on the heap's layout or
 * on how far one call of events_run goes.
 *
 * Events cannot be cancelled. Put a generation counter into the argument, and ignore an event of an old generation.
 */
#ifndef FABRIC_EVENTS_H
#define FABRIC_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define EVENTS_END INT64_MAX /* as until_ps: run until no event is left */
#define EVENTS_LATE \
	(UINT64_C(1) << 63) /* events_order never returns a number from here on; the plane's links use them */

/* Runs an event. Owned by the caller; must stay at its address until its last event has run. */
struct event_handler {
	void (*run)(void *context, uint64_t argument, int64_t now_ps);
	void *context;
};

struct event {
	int64_t at_ps;
	uint64_t order;
	const struct event_handler *handler;
	uint64_t argument;
};

/* A handler that fails sets `status` to a negative code and its reason in `err`. events_run then stops and returns
 * them. */
struct events {
	struct event
		*heap; /* 4 children per node; entries past `count` hold events that are never due (see sift_down) */
	uint32_t count, room;
	bool hole;      /* the root event is running; the next event added takes its place */
	int64_t now_ps; /* time of the event that is running; between runs, the time up to which all events have run */
	uint64_t order; /* the next number to give */
	int status;
	struct err err;
};

/* Sets up an empty heap at time 0. Returns 0, or ERR_FAILED with the reason in `err`. */
int events_init(struct events *events, struct err *err);
void events_free(struct events *events);

/* Adds an event: handler->run(context, argument, at_ps) at time at_ps, which is not before now_ps. If memory runs out,
 * events_run returns the error. */
void events_add(struct events *events, int64_t at_ps, const struct event_handler *handler, uint64_t argument);
void events_add_ordered(struct events *events, int64_t at_ps, uint64_t order, const struct event_handler *handler,
			uint64_t argument);

/* Takes and returns the next order number, for events_add_ordered. */
static inline uint64_t events_order(struct events *events)
{
	return events->order++;
}

/* The time of the earliest event, in ps; EVENTS_END if there is none. In a handler: of the earliest event after the one
 * that is running. */
int64_t events_next_ps(const struct events *events);

/* Runs every event due at until_ps or before, including those added meanwhile. Then now_ps is until_ps; with EVENTS_END
 * it is the time of the last event. Returns 0, or the negative code of the first handler that failed, with the reason
 * in `err`. */
int events_run(struct events *events, int64_t until_ps, struct err *err);

#endif
