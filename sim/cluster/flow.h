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
 *
 * With a window the flow backs off, as TCP does: at most a window of bytes is in flight, and each acknowledgement,
 * which comes back after the route's latency, sends more. The window grows by a chunk for each one that is delivered
 * (slow start) until the first mark, then by a chunk for each window; a mark halves it, once for each round trip. A
 * chunk is marked when more than FLOW_MARK_BYTES waited for it.
 *
 * Source: Jacobson, 'Congestion avoidance and control', SIGCOMM 1988, in the bytes of RFC 5681 (3.1), from the window
 * of RFC 6928 on, with the marks of RFC 3168 (6.1.2) at the queue of DCTCP (Alizadeh et al., SIGCOMM 2010, 65 packets
 * of 1500 bytes). Departs from it: nothing is lost, so that there are no timeouts; a mark is known from the time that a
 * chunk waited on its whole route.
 */
#ifndef CLUSTER_FLOW_H
#define CLUSTER_FLOW_H

#include "base/rng.h"
#include "fabric/plane.h"

#define FLOW_ENDLESS UINT64_MAX
#define FLOW_NO_STOP INT64_MAX

enum { FLOW_MARK_BYTES = 65 * 1500, FLOW_FIRST_CHUNKS = 10 };

/* The caller fills in the fields up to `context`. The struct must not move until `done` has been called. */
struct flow {
	struct plane *plane;
	const uint32_t *route;
	uint32_t hops;        /* at least 1 */
	uint32_t chunk_bytes; /* at least 1 */
	uint64_t bytes;       /* in total, or FLOW_ENDLESS */
	uint64_t rate_bps;    /* 0: back to back */
	uint64_t burst_bytes; /* with a rate; 0: one chunk */
	struct rng *rng;      /* with a rate; NULL: paced */
	uint64_t most_bytes;  /* the largest window; 0: none. Without a rate */
	void (*send)(const struct flow *flow, const struct plane_message *message); /* NULL: through the plane */
	int64_t start_ps;                                                           /* not before now */
	int64_t stop_ps;                             /* nothing is sent from then on; or FLOW_NO_STOP */
	void (*done)(void *context, int64_t now_ps); /* called when everything sent has been delivered; may be NULL */
	void *context;

	uint64_t sent, delivered;           /* bytes */
	uint64_t window_bytes, grown_bytes; /* the window; delivered since it grew */
	uint64_t recover;                   /* no mark counts until so many bytes are delivered */
	bool marked;                        /* once: slow start is over */
	int64_t ack_ps, mark_ps;            /* an acknowledgement's way; the wait from which a chunk is marked */
	bool finished;
	struct event_handler timer;
	struct plane_receiver receiver;
};

/* Schedules the flow's first chunk. */
void flow_start(struct flow *flow);

#endif
