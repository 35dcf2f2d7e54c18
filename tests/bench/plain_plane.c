/* SPDX-License-Identifier: MIT */
#include "plain_plane.h"

#include <stdbool.h>
#include <stdlib.h>

#include "closed_loop.h"

struct message {
	uint32_t link[2], hop, host;
	int64_t sent_ps, tail_ps; /* the tail reaches the link at `hop`, in the end the receiver */
	uint64_t order;
};

struct event {
	int64_t at_ps;
	uint64_t order;
	uint32_t host;
	struct message *message; /* NULL: the machine faults */
};

struct plain_plane {
	struct event **heap;
	uint32_t count, room, hosts;
	uint64_t order;
	int64_t *free_ps; /* of each link */
	uint32_t *seed;
	struct plain_plane_result result;
};

static void *need_memory(void *memory)
{
	if (!memory)
		exit(1);
	return memory;
}

static bool is_before(const struct event *a, const struct event *b)
{
	return a->at_ps < b->at_ps || (a->at_ps == b->at_ps && a->order < b->order);
}

static void swap(struct event **a, struct event **b)
{
	struct event *other = *a;

	*a = *b;
	*b = other;
}

static void push(struct plain_plane *plane, struct event add)
{
	struct event *event = need_memory(malloc(sizeof(*event)));
	uint32_t at = plane->count++;

	*event = add;
	if (at == plane->room) {
		plane->room = plane->room ? 2 * plane->room : 64;
		plane->heap = need_memory(realloc(plane->heap, plane->room * sizeof(*plane->heap)));
	}
	plane->heap[at] = event;
	for (; at > 0 && is_before(plane->heap[at], plane->heap[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&plane->heap[at], &plane->heap[(at - 1) / 2]);
}

static struct event *pop(struct plain_plane *plane)
{
	struct event *first = plane->heap[0];
	uint32_t at = 0, child;

	plane->heap[0] = plane->heap[--plane->count];
	while ((child = 2 * at + 1) < plane->count) {
		if (child + 1 < plane->count && is_before(plane->heap[child + 1], plane->heap[child]))
			child++;
		if (!is_before(plane->heap[child], plane->heap[at]))
			break;
		swap(&plane->heap[child], &plane->heap[at]);
		at = child;
	}
	return first;
}

/* The message reaches its next link, which it enters as soon as the link is free. */
static void reach(struct plain_plane *plane, struct message *message, int64_t now_ps)
{
	int64_t *free_ps = &plane->free_ps[message->link[message->hop]];
	int64_t start_ps = *free_ps > now_ps ? *free_ps : now_ps, end_ps = start_ps + LOOP_SERVICE_PS;

	*free_ps = end_ps > message->tail_ps ? end_ps : message->tail_ps;
	message->tail_ps = *free_ps + LOOP_LATENCY_PS;
	message->hop++;
	push(plane, (struct event){message->hop < 2 ? start_ps + LOOP_LATENCY_PS : message->tail_ps, message->order,
				   message->host, message});
}

static void fault(struct plain_plane *plane, uint32_t host, int64_t now_ps)
{
	struct message *message = need_memory(malloc(sizeof(*message)));
	uint32_t peer = loop_peer(&plane->seed[host], host, plane->hosts);

	*message = (struct message){{2 * peer, 2 * host + 1}, 0, host, now_ps, 0, plane->order++};
	reach(plane, message, now_ps);
}

static void deliver(struct plain_plane *plane, struct message *message, int64_t now_ps)
{
	plane->result.faults++;
	plane->result.queue_ps += now_ps - message->sent_ps - 2 * LOOP_LATENCY_PS - LOOP_SERVICE_PS;
	push(plane, (struct event){now_ps + loop_think_ps(message->host), plane->order++, message->host, NULL});
	free(message);
}

struct plain_plane *plain_plane_create(uint32_t hosts)
{
	struct plain_plane *plane = need_memory(calloc(1, sizeof(*plane)));

	plane->hosts = hosts;
	plane->free_ps = need_memory(calloc(2 * (size_t)hosts, sizeof(*plane->free_ps)));
	plane->seed = need_memory(calloc(hosts, sizeof(*plane->seed)));
	for (uint32_t host = 0; host < hosts; host++) {
		plane->seed[host] = loop_seed(host);
		push(plane, (struct event){host * 1009, plane->order++, host, NULL});
	}
	return plane;
}

struct plain_plane_result plain_plane_run(struct plain_plane *plane, int64_t until_ps)
{
	plane->result = (struct plain_plane_result){0};
	while (plane->heap[0]->at_ps <= until_ps) {
		struct event *event = pop(plane);

		if (!event->message)
			fault(plane, event->host, event->at_ps);
		else if (event->message->hop < 2)
			reach(plane, event->message, event->at_ps);
		else
			deliver(plane, event->message, event->at_ps);
		free(event);
	}
	return plane->result;
}

void plain_plane_destroy(struct plain_plane *plane)
{
	for (uint32_t i = 0; i < plane->count; i++) {
		free(plane->heap[i]->message);
		free(plane->heap[i]);
	}
	free(plane->heap);
	free(plane->free_ps);
	free(plane->seed);
	free(plane);
}
