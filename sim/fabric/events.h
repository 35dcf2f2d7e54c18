/* SPDX-License-Identifier: MIT */
/*
 * The events of the whole simulation, in integer picoseconds: a heap from which the earliest is taken and run.
 *
 * Events of the same picosecond run by `order`, a 64-bit number that no two pending events of one picosecond may share.
 * events_add gives each event the next number, so that ties go by order of insertion. Who needs another rule passes the
 * number in (events_add_ordered): a number taken once by events_order and used again keeps its owner's place, and one
 * from EVENTS_LATE on runs after all else that its picosecond brings. Time and order alone decide what runs next, never
 * the heap's insides, and neither depends on how far one call of events_run goes.
 *
 * Events cannot be cancelled: put a generation counter into the argument and ignore an event whose generation has
 * passed.
 */
#ifndef FABRIC_EVENTS_H
#define FABRIC_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define EVENTS_END INT64_MAX /* as until_ps: run until nothing is left */
#define EVENTS_LATE                                                                                       \
	(UINT64_C(1) << 63) /* events_order never gives a number from here on: the plane's links use them \
			     */

/* Who runs an event. Owned by the user, and where it was until its last event has run. */
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

/* A handler that cannot go on leaves a negative code in `status` and its text in `err`: events_run then stops and
 * returns them. */
struct events {
	struct event *heap; /* 4 children to a node; behind the last of `count` stand events that never come (see
			       sift_down) */
	uint32_t count, room;
	bool hole;      /* the root is being run: what is added next takes its place */
	int64_t now_ps; /* time of the event that runs; between runs, the time up to which everything has run */
	uint64_t order; /* the next to be given */
	int status;
	struct err err;
};

int events_init(struct events *events, struct err *err);
void events_free(struct events *events);

/* An event at at_ps, not before now_ps. When memory is out, events_run says so. */
void events_add(struct events *events, int64_t at_ps, const struct event_handler *handler, uint64_t argument);
void events_add_ordered(struct events *events, int64_t at_ps, uint64_t order, const struct event_handler *handler,
			uint64_t argument);

/* Takes the next order, for events_add_ordered. */
static inline uint64_t events_order(struct events *events)
{
	return events->order++;
}

/* Time of the earliest event, EVENTS_END when there is none; in a handler, of the earliest after the one that runs. */
int64_t events_next_ps(const struct events *events);

/* Runs every event of time until_ps or before, those that they add too; now_ps is until_ps then (with EVENTS_END: the
 * last event's time). */
int events_run(struct events *events, int64_t until_ps, struct err *err);

#endif
