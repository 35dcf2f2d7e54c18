/* SPDX-License-Identifier: MIT */
/*
 * A bulk flow over the page plane: chunk after chunk of class PLANE_BULK, so that a page waits for one chunk at most
 * and not for the flow.
 *
 * With a rate, chunks are sent by the clock, whether or not those before have arrived: the k-th at start + k x chunk /
 * rate, rounded once, so that the flow does not drift. Without one they go back to back: as many are on their way as
 * fill the route when nobody else uses it, and each one that is delivered lets the next go, so that the flow takes the
 * bandwidth that others leave and no more.
 */
#ifndef CLUSTER_FLOW_H
#define CLUSTER_FLOW_H

#include "fabric/plane.h"

#define FLOW_ENDLESS UINT64_MAX
#define FLOW_NO_STOP INT64_MAX

/* Filled in by its owner up to `context`; stays where it is until `done` has been called. */
struct flow {
	struct plane *plane;
	const uint32_t *route;
	uint32_t hops;                               /* at least 1 */
	uint32_t chunk_bytes;                        /* at least 1 */
	uint64_t bytes;                              /* in total; FLOW_ENDLESS */
	uint64_t rate_bps;                           /* 0: back to back */
	int64_t start_ps;                            /* not before now */
	int64_t stop_ps;                             /* nothing is sent from then on; FLOW_NO_STOP */
	void (*done)(void *context, int64_t now_ps); /* all that will be sent has been delivered; may be NULL */
	void *context;

	uint64_t sent, delivered; /* bytes */
	bool finished;
	struct event_handler timer;
	struct plane_receiver receiver;
};

void flow_start(struct flow *flow);

#endif
