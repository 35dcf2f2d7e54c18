/* SPDX-License-Identifier: MIT */
/*
 * The page plane: messages of some bytes over routes of directed links, hop by hop, in integer picoseconds.
 *
 * A link is a server {bandwidth, latency} that carries one message at a time and never breaks off. Each link has a
 * queue for each class, first come first served; a lower class waits until no higher one does. Cut-through: with s(i)
 * the start of service at the i-th link of a route and f(i) its end,
 *
 *     the head reaches the next link at      s(i) + latency(i)
 *     the tail cannot leave before it came:  f(i) = max(s(i) + bytes / bandwidth(i), f(i-1) + latency(i-1))
 *     delivery                               f(n) + latency(n) + extra
 *
 *     head  s(1)----latency(1)--->s(2)----latency(2)--->
 *     tail      f(1)----latency(1)--->f(2)----latency(2)---> delivered
 *
 * so that an uncontended message takes exactly the sum of the latencies and its bytes over the smallest bandwidth.
 *
 * Source: Kermani & Kleinrock, 'Virtual cut-through: a new computer communication switching technique', Computer
 * Networks 3(4), 1979. Departs from it: links may differ in speed; buffers are never full; headers take no time of
 * their own.
 *
 * Ties: a message takes its place in the order of events when it is sent and keeps it from hop to hop, so that of two
 * that reach a link in the same picosecond the one sent first goes first. When a link comes free, a message below
 * PLANE_DEMAND starts only after all else that the picosecond brings, so that a demand fetch that arrives in it goes
 * first.
 *
 * A message cannot be called back: the owner of a link or page that is gone knows its messages by their tags and
 * ignores them.
 */
#ifndef FABRIC_PLANE_H
#define FABRIC_PLANE_H

#include "fabric/events.h"

enum plane_class {
	PLANE_DEMAND,   /* somebody waits for it */
	PLANE_PREFETCH, /* prefetched */
	PLANE_BULK,     /* write-backs and background traffic */
	PLANE_CLASSES,
};

struct plane_link {
	uint64_t bandwidth_bps; /* at least 1 */
	int64_t latency_ps;     /* at least 0 */
	bool never_waits; /* it carries any number of messages at a time, each at its bandwidth (SimGrid's FATPIPE) */
};

/* wire_ps is what the message takes when it is alone, queue_ps the rest: together they are the time since it was sent.
 */
struct plane_delivery {
	uint64_t tag;
	int64_t at_ps, queue_ps, wire_ps;
};

/* Who is told of a delivery. Owned by the user, and where it was until the last delivery. */
struct plane_receiver {
	void (*take)(void *context, const struct plane_delivery *delivery);
	void *context;
};

struct plane_message {
	const uint32_t
		*route;   /* `hops` links, from the sender on; owned by the caller until the delivery, shared at will */
	uint32_t hops;    /* 0: within a host, delivered in the same picosecond */
	uint32_t bytes;   /* larger flows are cut by their owner: a message holds each link to its end */
	int64_t extra_ps; /* jitter, added to the last link's latency, which it can shorten to 0 but not further */
	enum plane_class class;
	const struct plane_receiver *receiver;
	uint64_t tag;
};

/* Of one link. A message counts from the time when its start is certain. */
struct plane_counts {
	uint64_t messages, bytes;
	int64_t busy_ps;  /* from starts to ends of service: over the time that has passed, the link's utilisation */
	int64_t queue_ps; /* from the heads' arrivals to their starts: over the messages, the mean time in the queue */
};

struct plane {
	struct events *events;
	struct link *link;
	struct flight *flight; /* the messages on their way, and free places */
	uint32_t links, flights, first_free;
	bool same_priority;
	struct event_handler reach, deliver, come_free;
};

/* The plane stays where it is until plane_free. same_priority: one queue for all classes. */
int plane_init(struct plane *plane, struct events *events, const struct plane_link *link, uint32_t links,
	       bool same_priority, struct err *err);
void plane_free(struct plane *plane);

/* Sends a message at events->now_ps; its head enters the first link at once. When memory is out, events_run says so. */
void plane_send(struct plane *plane, const struct plane_message *message);

/* What a message of `bytes` takes over the route when it is alone, without jitter. */
int64_t plane_wire_ps(const struct plane *plane, const uint32_t *route, uint32_t hops, uint32_t bytes);

/* The counts of a link; busy_ps up to events->now_ps. */
struct plane_counts plane_counts(const struct plane *plane, uint32_t link);

#endif
