/* SPDX-License-Identifier: MIT */
/*
 * The page plane: messages over routes of directed links, hop by hop, in integer picoseconds.
 *
 * A link is a server with a bandwidth and a latency. It carries one message at a time, without interruption. Each link
 * has one queue per class, first come first served; a class waits while a higher one has messages. Messages are
 * forwarded cut-through. With s(i) the start and f(i) the end of service at the i-th link of a route:
 *
 *     the head arrives at the next link at   s(i) + latency(i)
 *     the tail cannot leave before it came:  f(i) = max(s(i) + bytes / bandwidth(i), f(i-1) + latency(i-1))
 *     delivery                               f(n) + latency(n) + extra, but not before s(n)
 *
 *     head  s(1)----latency(1)--->s(2)----latency(2)--->
 *     tail      f(1)----latency(1)--->f(2)----latency(2)---> delivered
 *
 * So an uncontended message takes exactly the sum of the latencies, plus its bytes over the smallest bandwidth.
 *
 * Source: Kermani & Kleinrock, 'Virtual cut-through: a new computer communication switching technique', Computer
 * Networks 3(4), 1979. Departs from it: links may differ in speed, buffers are never full, and headers take no time of
 * their own.
 *
 * Ties: a message gets its order number when it is sent and keeps it at every hop. So of two that arrive at a link in
 * the same picosecond, the one sent first goes first. When a link becomes free, a message below PLANE_DEMAND starts
 * only after all other events of that picosecond, so that a demand fetch that arrives in it goes first.
 *
 * A link may have a measured curve of its load against the latency (fabric/loaded.h). It is a server with the curve's
 * bandwidth, as any other, but the waiting up to the curve's whole rise, from the idle to the saturated latency, is in
 * the curve already and does not count. So over a route with such links a message is delivered
 *
 *     max(rise, waiting - whole rise) later than without contention
 *
 * where `rise` is the largest of the links', each at the bandwidth that it carries when the message starts there, an
 * exponential mean over window_ps.
 *
 * A message of a lower class may be raised to PLANE_DEMAND on its way: it goes behind the demand fetches that wait.
 *
 * A message cannot be cancelled. If a link or page no longer exists, its owner recognises late messages by their tags
 * and ignores them.
 */
#ifndef FABRIC_PLANE_H
#define FABRIC_PLANE_H

#include "base/time.h"
#include "fabric/events.h"
#include "fabric/loaded.h"

enum plane_class {
	PLANE_DEMAND,   /* a virtual CPU waits for it */
	PLANE_PREFETCH, /* prefetched */
	PLANE_BULK,     /* write-backs and background traffic */
	PLANE_CLASSES,
};

struct plane_link {
	uint64_t bandwidth_bps;      /* at least 1 */
	int64_t latency_ps;          /* at least 0 */
	const struct loaded *loaded; /* NULL: none; the caller keeps it alive */
	int64_t window_ps;
	bool never_waits; /* it carries any number of messages at the same time, each at its bandwidth (SimGrid's
			     FATPIPE) */
};

/* A delivery: wire_ps is what the message takes without contention, queue_ps the rest; their sum is the time since it
 * was sent. */
struct plane_delivery {
	uint64_t tag;
	int64_t at_ps, queue_ps, wire_ps;
};

/* Called at each delivery. Owned by the caller; must stay at its address until the last delivery. */
struct plane_receiver {
	void (*take)(void *context, const struct plane_delivery *delivery);
	void *context;
};

#define PLANE_ROUTE_COPIED 3 /* links: a route that is no longer is copied when it is sent */

struct plane_message {
	const uint32_t *route; /* `hops` links, in order from the sender; one of more than PLANE_ROUTE_COPIED links is
				  owned by the caller until the delivery, and may be shared */
	uint32_t hops;         /* 0: within one host, delivered in the same picosecond */
	uint32_t bytes;        /* the owner of a larger flow divides it: a message occupies each link until its end */
	int64_t extra_ps;      /* added at the end; when negative, the delivery is not before the start on the last link
				*/
	enum plane_class class;
	const struct plane_receiver *receiver;
	uint64_t tag;
};

/* Counts of one link. A message is counted once its start is known. */
struct plane_counts {
	uint64_t messages, bytes;
	int64_t busy_ps;   /* sum of service times; divided by the elapsed time, the link's utilisation */
	time_sum queue_ps; /* sum of the waits from the head's arrival to the start; divided by messages, the mean time
			     in the queue */
};

struct plane {
	struct events *events;
	struct link *link;
	struct flight *flight; /* messages in flight, and free entries */
	uint32_t links, flights, first_free;
	bool same_priority;
	struct event_handler head_arrived, deliver, link_freed;
};

/* Sets up a plane with `links` links. Must stay at its address until plane_free. same_priority: one queue for all
 * classes. Returns 0, or a negative code with the reason in `err`: a wrong link, or out of memory. */
int plane_init(struct plane *plane, struct events *events, const struct plane_link *link, uint32_t links,
	       bool same_priority, struct err *err);
void plane_free(struct plane *plane);

/* Sends a message at events->now_ps; its head arrives at the first link at once. If memory runs out, events_run returns
 * the error. Returns the message's number, which is its own until it is delivered. */
uint32_t plane_send(struct plane *plane, const struct plane_message *message);

/* Gives a message in flight the class PLANE_DEMAND, on the link that it waits for and on those after it. */
void plane_raise(struct plane *plane, uint32_t message);

/* The time, in ps, of a message of `bytes` bytes over the route without contention and jitter. */
int64_t plane_wire_ps(const struct plane *plane, const uint32_t *route, uint32_t hops, uint32_t bytes);

/* The counts of a link, with busy_ps up to events->now_ps. */
struct plane_counts plane_counts(const struct plane *plane, uint32_t link);

#endif
