/* SPDX-License-Identifier: MIT */
#include "fabric/plane.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "fabric/transfer.h"

enum { FLIGHTS = 64 };
#define NONE UINT32_MAX

/* Waiting messages, linked by flight.next. */
struct queue {
	uint32_t head, tail;
};

struct link {
	int64_t latency_ps;
	int64_t free_ps; /* when every message whose start is known has ended */
	struct plane_counts counts;
	int64_t service_ps; /* time to send service_bytes, the size of the last message */
	uint32_t service_bytes;
	uint32_t waiting; /* messages in the queues; while there are any, an event for link_freed is pending */
	bool freed_pending;
	uint64_t bandwidth_bps;
	bool never_waits;
	const struct loaded *loaded; /* NULL: none */
	double window_s, carried;    /* bytes of the last window_s seconds, with exponential weights, at carried_ps */
	int64_t carried_ps;
	uint32_t last_bytes;
	struct queue queue[PLANE_CLASSES]; /* the one of PLANE_DEMAND stays empty: see head_arrived */
};

struct flight {
	struct plane_message message;
	uint64_t order;
	int64_t sent_ps;
	int64_t reached_ps;  /* when the head reached the link at `hop` */
	int64_t tail_ps;     /* when the tail reaches that link, or after the last link the receiver */
	int64_t wire_ps;     /* sum of the latencies of the links passed; at delivery, the time that the message takes
				without contention */
	int64_t rise_ps;     /* by the curves of the links passed: the latency above the idle one */
	int64_t forgiven_ps; /* the waiting for them that is not counted */
	bool loaded;         /* it has passed a link with a curve */
	int64_t slowest_ps;  /* the longest service time of the links passed */
	uint32_t hop;
	bool waits;                         /* in a queue of the link at `hop` */
	uint32_t route[PLANE_ROUTE_COPIED]; /* a short one */
	uint32_t next;                      /* the next in a queue, or the next free entry */
};

static const uint32_t *route_of(const struct flight *flight)
{
	return flight->message.hops <= PLANE_ROUTE_COPIED ? flight->route : flight->message.route;
}

static int64_t max_ps(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The time to send `bytes` bytes, in ps. Most messages of a link have one size, so the last result is kept. */
static int64_t service_ps(struct link *link, uint32_t bytes)
{
	if (bytes != link->service_bytes) {
		link->service_bytes = bytes;
		link->service_ps = transfer_ps(bytes, link->bandwidth_bps);
	}
	return link->service_ps;
}

/*
 * The message starts on a link with a curve at start_ps: notes how much the latency is above the idle one at what the
 * link carries, and counts the message as carried. Returns when it would start if the waiting that is in the curve
 * already were not: not before now_ps.
 */
static int64_t load(struct link *link, struct flight *flight, int64_t start_ps, int64_t now_ps)
{
	const struct loaded *loaded = link->loaded;
	const int64_t left_ps = loaded_most_ps(loaded) - loaded_idle_ps(loaded) - flight->forgiven_ps,
		      wait_ps = start_ps - flight->reached_ps;
	int64_t forgiven_ps = wait_ps < left_ps ? wait_ps : left_ps;
	double carried = link->carried * exp(-(double)(start_ps - link->carried_ps) / 1e12 / link->window_s);

	link->carried = carried + flight->message.bytes;
	link->carried_ps = start_ps;
	if (wait_ps > 0) /* it follows the last message at once: half of that gives the mean, not the least */
		carried += link->last_bytes / 2.0;
	link->last_bytes = flight->message.bytes;
	flight->loaded = true;
	flight->rise_ps = max_ps(flight->rise_ps, loaded_ps(loaded, carried / link->window_s) - loaded_idle_ps(loaded));
	forgiven_ps = max_ps(0, forgiven_ps < start_ps - now_ps ? forgiven_ps : start_ps - now_ps);
	flight->forgiven_ps += forgiven_ps;
	return start_ps - forgiven_ps;
}

/* When a message is delivered that comes from its last link at at_ps: later than without contention by its waiting, or
 * by what the curves say. */
static int64_t delivery_ps(const struct flight *flight, int64_t at_ps)
{
	const int64_t without_ps = flight->sent_ps + flight->wire_ps;

	return flight->loaded ? without_ps + max_ps(flight->rise_ps, at_ps - without_ps) : at_ps;
}

/* Starts the message on the link at start_ps: now, or later if all that goes before it is known. */
static void start(struct plane *plane, uint32_t id, struct link *link, int64_t start_ps)
{
	struct flight *flight = &plane->flight[id];
	int64_t service = service_ps(link, flight->message.bytes), end_ps = max_ps(start_ps + service, flight->tail_ps);

	if (!link->never_waits)
		link->free_ps = end_ps;
	link->counts.messages++;
	link->counts.bytes += flight->message.bytes;
	link->counts.busy_ps += end_ps - start_ps;
	if (link->loaded) {
		start_ps = load(link, flight, start_ps, plane->events->now_ps);
		end_ps = max_ps(start_ps + service, flight->tail_ps);
	}
	link->counts.queue_ps += start_ps - flight->reached_ps;
	flight->slowest_ps = max_ps(flight->slowest_ps, service);
	flight->tail_ps = end_ps + link->latency_ps;
	if (++flight->hop < flight->message.hops) {
		flight->wire_ps += link->latency_ps;
		events_add_ordered(plane->events, start_ps + link->latency_ps, flight->order, &plane->head_arrived, id);
	} else {
		int64_t extra_ps = flight->message.extra_ps, rest_ps = link->latency_ps + flight->slowest_ps;

		flight->wire_ps += max_ps(0, rest_ps + extra_ps);
		events_add_ordered(plane->events, delivery_ps(flight, max_ps(start_ps, flight->tail_ps + extra_ps)),
				   flight->order, &plane->deliver, id);
	}
}

/* An event for link_freed when the link is expected to be free, unless there is one. */
static void await_free(struct plane *plane, struct link *link)
{
	uint64_t which = (uint64_t)(link - plane->link);

	if (!link->freed_pending)
		events_add_ordered(plane->events, link->free_ps, EVENTS_LATE | which, &plane->link_freed, which);
	link->freed_pending = true;
}

static void join(struct plane *plane, uint32_t id, struct link *link, enum plane_class class)
{
	struct queue *queue = &link->queue[class];

	plane->flight[id].next = NONE;
	if (queue->head == NONE)
		queue->head = id;
	else
		plane->flight[queue->tail].next = id;
	queue->tail = id;
	plane->flight[id].waits = true;
	link->waiting++;
	await_free(plane, link);
}

/* Takes a message out of its queue. */
static void quit(struct plane *plane, uint32_t id, struct link *link)
{
	struct queue *queue = &link->queue[plane->flight[id].message.class];
	uint32_t before = NONE;

	for (uint32_t at = queue->head; at != id; at = plane->flight[at].next)
		before = at;
	if (before == NONE)
		queue->head = plane->flight[id].next;
	else
		plane->flight[before].next = plane->flight[id].next;
	if (queue->tail == id)
		queue->tail = before;
	plane->flight[id].waits = false;
	link->waiting--;
}

/*
 * An event: the head of a message arrives at a link. Nothing that arrives later can pass a demand fetch, so its start
 * is known here, and it needs neither the queue nor an event at the end of its wait. Other messages wait for
 * link_freed.
 */
static void head_arrived(void *context, uint64_t id, int64_t now_ps)
{
	struct plane *plane = context;
	struct flight *flight = &plane->flight[id];
	struct link *link = &plane->link[route_of(flight)[flight->hop]];
	enum plane_class class = plane->same_priority ? PLANE_DEMAND : flight->message.class;

	flight->reached_ps = now_ps;
	if (class == PLANE_DEMAND)
		start(plane, (uint32_t)id, link, max_ps(now_ps, link->free_ps));
	else if (link->free_ps <= now_ps && link->waiting == 0)
		start(plane, (uint32_t)id, link, now_ps);
	else
		join(plane, (uint32_t)id, link, class);
}

/* An event: a link was expected to be free now. If no demand fetch took it meanwhile, the first message of the highest
 * class starts. */
static void link_freed(void *context, uint64_t which, int64_t now_ps)
{
	struct plane *plane = context;
	struct link *link = &plane->link[which];

	link->freed_pending = false;
	if (link->waiting > 0 && link->free_ps <= now_ps) {
		struct queue *queue = link->queue;
		uint32_t id;

		while (queue->head == NONE)
			queue++;
		id = queue->head;
		queue->head = plane->flight[id].next;
		plane->flight[id].waits = false;
		link->waiting--;
		start(plane, id, link, now_ps);
	}
	if (link->waiting > 0)
		await_free(plane, link);
}

static void deliver(void *context, uint64_t id, int64_t now_ps)
{
	struct plane *plane = context;
	struct flight *flight = &plane->flight[id];
	const struct plane_receiver *receiver = flight->message.receiver;
	const struct plane_delivery delivery = {
		.tag = flight->message.tag,
		.at_ps = now_ps,
		.queue_ps = now_ps - flight->sent_ps - flight->wire_ps,
		.wire_ps = flight->wire_ps,
	};

	flight->next = plane->first_free;
	plane->first_free = (uint32_t)id;
	receiver->take(receiver->context, &delivery);
}

/* Doubles the room for messages. */
static int grow(struct plane *plane, struct err *err)
{
	uint32_t flights = plane->flights ? 2 * plane->flights : FLIGHTS;
	struct flight *flight = table_alloc(flights, sizeof(*flight));

	if (!flight)
		return err_memory(err, "messages");
	if (plane->flights)
		memcpy(flight, plane->flight, plane->flights * sizeof(*flight));
	for (uint32_t i = plane->flights; i < flights; i++)
		flight[i].next = i + 1 < flights ? i + 1 : NONE;
	free(plane->flight);
	plane->flight = flight;
	plane->first_free = plane->flights;
	plane->flights = flights;
	return 0;
}

int plane_init(struct plane *plane, struct events *events, const struct plane_link *link, uint32_t links,
	       bool same_priority, struct err *err)
{
	*plane = (struct plane){
		.events = events,
		.links = links,
		.first_free = NONE,
		.same_priority = same_priority,
		.head_arrived = {head_arrived, plane},
		.deliver = {deliver, plane},
		.link_freed = {link_freed, plane},
	};
	for (uint32_t i = 0; i < links; i++)
		if (link[i].bandwidth_bps == 0 || link[i].latency_ps < 0)
			return err_set(err, ERR_USAGE,
				       "link %" PRIu32 ": %" PRIu64 " bit/s and %" PRId64
				       " ps: at least 1 bit/s and 0 ps are needed",
				       i, link[i].bandwidth_bps, link[i].latency_ps);
	plane->link = table_alloc(links, sizeof(*plane->link));
	if (!plane->link)
		return err_memory(err, "links");
	for (uint32_t i = 0; i < links; i++) {
		struct link *to = &plane->link[i];

		to->latency_ps = link[i].latency_ps;
		to->bandwidth_bps = link[i].bandwidth_bps;
		to->never_waits = link[i].never_waits;
		to->loaded = link[i].loaded;
		to->window_s = (double)link[i].window_ps / 1e12;
		for (int class = 0; class < PLANE_CLASSES; class ++)
			to->queue[class] = (struct queue){NONE, NONE};
	}
	return grow(plane, err);
}

void plane_free(struct plane *plane)
{
	free(plane->link);
	free(plane->flight);
	*plane = (struct plane){0};
}

uint32_t plane_send(struct plane *plane, const struct plane_message *message)
{
	struct events *events = plane->events;
	uint32_t id;

	if (plane->first_free == NONE && grow(plane, &events->err) < 0) {
		events->status = ERR_FAILED;
		return NONE;
	}
	id = plane->first_free;
	plane->first_free = plane->flight[id].next;
	plane->flight[id] = (struct flight){.message = *message,
					    .order = events_order(events),
					    .sent_ps = events->now_ps};
	if (message->hops <= PLANE_ROUTE_COPIED)
		memcpy(plane->flight[id].route, message->route, message->hops * sizeof(*message->route));
	if (message->hops > 0)
		head_arrived(plane, id, events->now_ps);
	else
		events_add_ordered(events, events->now_ps, plane->flight[id].order, &plane->deliver, id);
	return id;
}

void plane_raise(struct plane *plane, uint32_t id)
{
	struct flight *flight = &plane->flight[id];
	int64_t now_ps = plane->events->now_ps;

	if (flight->waits) {
		struct link *link = &plane->link[route_of(flight)[flight->hop]];

		quit(plane, id, link);
		start(plane, id, link, max_ps(now_ps, link->free_ps));
	}
	flight->message.class = PLANE_DEMAND;
}

int64_t plane_wire_ps(const struct plane *plane, const uint32_t *route, uint32_t hops, uint32_t bytes)
{
	int64_t latency_ps = 0, slowest_ps = 0;

	for (uint32_t i = 0; i < hops; i++) {
		const struct link *link = &plane->link[route[i]];

		latency_ps += link->latency_ps;
		slowest_ps = max_ps(slowest_ps, transfer_ps(bytes, link->bandwidth_bps));
	}
	return latency_ps + slowest_ps;
}

struct plane_counts plane_counts(const struct plane *plane, uint32_t link)
{
	struct plane_counts counts = plane->link[link].counts;

	/* A link has no gaps before free_ps: what is left of that time is service that has not happened yet. */
	counts.busy_ps -= max_ps(0, plane->link[link].free_ps - plane->events->now_ps);
	return counts;
}
