/* SPDX-License-Identifier: MIT */
/*
 * A bulk flow over the page plane, sent in chunks of class PLANE_BULK.
 *
 * With a rate, bursts are sent by the clock, even if earlier ones have not arrived. All chunks of a burst are sent at
 * once, so that they leave back to back. Paced, the k-th burst is sent at start + k x burst / rate, rounded once, so
 * that the flow does not drift. With random numbers the gaps between bursts are exponentially distributed, with burst /
 * rate as their mean (Poisson arrivals), each rounded to a picosecond. Without a rate they are sent back to back: as
 * many chunks are in flight as fill an idle route, and each delivery sends the next chunk, so that the flow takes only
 * the bandwidth that other traffic leaves.
 */
#ifndef CLUSTER_FLOW_H
#define CLUSTER_FLOW_H

#include "base/rng.h"
#include "fabric/plane.h"

#define FLOW_ENDLESS UINT64_MAX
#define FLOW_NO_STOP INT64_MAX

/* The caller fills in the fields up to `context`. The struct must not move until `done` has been called. */
struct flow {
	struct plane *plane;
	const uint32_t *route;
	uint32_t hops;                                                              /* at least 1 */
	uint32_t chunk_bytes;                                                       /* at least 1 */
	uint64_t bytes;                                                             /* in total, or FLOW_ENDLESS */
	uint64_t rate_bps;                                                          /* 0: back to back */
	uint64_t burst_bytes;                                                       /* with a rate; 0: one chunk */
	struct rng *rng;                                                            /* with a rate; NULL: paced */
	void (*send)(const struct flow *flow, const struct plane_message *message); /* NULL: through the plane */
	int64_t start_ps;                                                           /* not before now */
	int64_t stop_ps;                             /* nothing is sent from then on; or FLOW_NO_STOP */
	void (*done)(void *context, int64_t now_ps); /* called when everything sent has been delivered; may be NULL */
	void *context;

	uint64_t sent, delivered; /* bytes */
	bool finished;
	struct event_handler timer;
	struct plane_receiver receiver;
};

/* Schedules the flow's first chunk. */
void flow_start(struct flow *flow);

#endif
