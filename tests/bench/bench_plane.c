/* SPDX-License-Identifier: MIT */
/*
 * The page plane: virtual machines that think, then fetch a page from a peer, behind one switch. Each writes the route
 * of its fetch beside its own state: a table of all pairs' routes would be 8 MiB at 1024 hypervisors, and reading it
 * would cost more than the plane does.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "bench.h"
#include "fabric/plane.h"

enum { PAGE_BYTES = 4096, THINK_PS = 1000000, HOSTS_MAX = 1024 };

struct machine {
	uint32_t route[2]; /* from the peer up to the switch, and down to this one: links 2 x host and 2 x host + 1 */
	uint32_t seed;
};

struct closed_loop {
	struct events events;
	struct plane plane;
	struct event_handler fault;
	struct plane_receiver receiver;
	struct machine machine[HOSTS_MAX];
	uint32_t hosts;
	uint64_t faults;
	int64_t queue_ps;
};

static uint32_t draw(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void fault(void *context, uint64_t host, int64_t now_ps)
{
	struct closed_loop *loop = context;
	struct machine *machine = &loop->machine[host];
	uint32_t peer = (uint32_t)((uint64_t)draw(&machine->seed) * (loop->hosts - 1) >> 32);

	(void)now_ps;
	peer += peer >= host;
	machine->route[0] = 2 * peer;
	plane_send(&loop->plane, &(struct plane_message){.route = machine->route,
							 .hops = 2,
							 .bytes = PAGE_BYTES,
							 .class = PLANE_DEMAND,
							 .receiver = &loop->receiver,
							 .tag = host});
}

static void fetched(void *context, const struct plane_delivery *delivery)
{
	struct closed_loop *loop = context;

	loop->faults++;
	loop->queue_ps += delivery->queue_ps;
	events_add(&loop->events, delivery->at_ps + THINK_PS + (int64_t)delivery->tag * 997, &loop->fault,
		   delivery->tag);
}

/* CPU time of a fault in ns; the mean time in queues is left in queue_ns. */
static double closed_loop(uint32_t hosts, double *queue_ns)
{
	static struct closed_loop loop;
	struct plane_link link[2 * HOSTS_MAX];
	struct err err;
	double start, spent;

	loop = (struct closed_loop){.hosts = hosts, .fault = {fault, &loop}, .receiver = {fetched, &loop}};
	for (uint32_t i = 0; i < 2 * hosts; i++)
		link[i] = (struct plane_link){100000000000, 450000, false};
	bench_need(events_init(&loop.events, &err), &err);
	bench_need(plane_init(&loop.plane, &loop.events, link, 2 * hosts, false, &err), &err);
	for (uint32_t i = 0; i < hosts; i++) {
		loop.machine[i] = (struct machine){.route = {0, 2 * i + 1}, .seed = 2463534242u + i * 2654435761u};
		events_add(&loop.events, i * 1009, &loop.fault, i);
	}
	bench_need(events_run(&loop.events, INT64_C(100000000000) / hosts, &err), &err); /* warm up */
	loop.faults = 0;
	loop.queue_ps = 0;
	start = bench_cpu();
	bench_need(events_run(&loop.events, INT64_C(1600000000000) / hosts, &err), &err);
	spent = bench_cpu() - start;
	*queue_ns = (double)loop.queue_ps / (double)loop.faults / 1000;
	plane_free(&loop.plane);
	events_free(&loop.events);
	return spent / (double)loop.faults * 1e9;
}

void bench_plane(void)
{
	double queue_ns[2], few = closed_loop(16, &queue_ns[0]), many = closed_loop(HOSTS_MAX, &queue_ns[1]);

	printf("plane: a page of 4096 bytes from a random peer behind one switch, after 1 us\n");
	bench_row("faults, 16 hypervisors", 1e3 / few, "M/s", -3);
	bench_row("faults, 1024 hypervisors", 1e3 / many, "M/s", 0);
	bench_row("a fault at 1024 over one at 16", many / few, "times", 2.5);
	bench_row("mean queueing, 16 hypervisors", queue_ns[0], "ns", 0);
	bench_row("mean queueing, 1024 hypervisors", queue_ns[1], "ns", 0);
}
