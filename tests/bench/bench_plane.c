/* SPDX-License-Identifier: MIT */
/*
 * The page plane: the closed loop of closed_loop.h behind one switch, against SimGrid's own message a page and against
 * a plain binary heap of events. Each machine writes the route of its fetch beside its own state: a table of all pairs'
 * routes would be 8 MiB at 1024 hypervisors, and reading it would cost more than the plane does.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "closed_loop.h"
#include "fabric/plane.h"
#include "plain_plane.h"

enum { HOSTS_MAX = 1024, FEW = 16, MESSAGES = 100000 };

/* Simulated, over the number of machines: the warm-up, and the end. */
#define WARM_UP_PS INT64_C(100000000000)
#define END_PS     INT64_C(1600000000000)

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
	struct plain_plane_result result;
};

struct task {
	uint32_t hosts;
	struct plain_plane_result ours, reference;
};

static void fault(void *context, uint64_t host, int64_t now_ps)
{
	struct closed_loop *loop = context;
	struct machine *machine = &loop->machine[host];

	(void)now_ps;
	machine->route[0] = 2 * loop_peer(&machine->seed, (uint32_t)host, loop->hosts);
	plane_send(&loop->plane, &(struct plane_message){.route = machine->route,
							 .hops = 2,
							 .bytes = LOOP_PAGE_BYTES,
							 .class = PLANE_DEMAND,
							 .receiver = &loop->receiver,
							 .tag = host});
}

static void fetched(void *context, const struct plane_delivery *delivery)
{
	struct closed_loop *loop = context;

	loop->result.faults++;
	loop->result.queue_ps += delivery->queue_ps;
	events_add(&loop->events, delivery->at_ps + loop_think_ps((uint32_t)delivery->tag), &loop->fault,
		   delivery->tag);
}

/* CPU time of a fault in ns. */
static double ours(void *context)
{
	static struct closed_loop loop;
	struct plane_link link[2 * HOSTS_MAX];
	struct task *task = context;
	uint32_t hosts = task->hosts;
	struct err err;
	double spent;

	loop = (struct closed_loop){.hosts = hosts, .fault = {fault, &loop}, .receiver = {fetched, &loop}};
	for (uint32_t i = 0; i < 2 * hosts; i++)
		link[i] = (struct plane_link){.bandwidth_bps = LOOP_BANDWIDTH_BPS, .latency_ps = LOOP_LATENCY_PS};
	bench_need(events_init(&loop.events, &err), &err);
	bench_need(plane_init(&loop.plane, &loop.events, link, 2 * hosts, false, &err), &err);
	for (uint32_t i = 0; i < hosts; i++) {
		loop.machine[i] = (struct machine){.route = {0, 2 * i + 1}, .seed = loop_seed(i)};
		events_add(&loop.events, i * 1009, &loop.fault, i);
	}
	bench_need(events_run(&loop.events, WARM_UP_PS / hosts, &err), &err);
	loop.result = (struct plain_plane_result){0};
	spent = bench_cpu();
	bench_need(events_run(&loop.events, END_PS / hosts, &err), &err);
	spent = bench_cpu() - spent;
	task->ours = loop.result;
	plane_free(&loop.plane);
	events_free(&loop.events);
	return spent / (double)loop.result.faults * 1e9;
}

static double reference(void *context)
{
	struct task *task = context;
	struct plain_plane *plane = plain_plane_create(task->hosts);
	double spent;

	plain_plane_run(plane, WARM_UP_PS / task->hosts);
	spent = bench_cpu();
	task->reference = plain_plane_run(plane, END_PS / task->hosts);
	spent = bench_cpu() - spent;
	plain_plane_destroy(plane);
	return spent / (double)task->reference.faults * 1e9;
}

static double ours_few(void *context)
{
	(void)context;
	return ours(&(struct task){.hosts = FEW});
}

static void messages(void *context, struct bench_answer *answer)
{
	const struct task *task = context;

	(void)answer;
	bench_simgrid_run(task->hosts, MESSAGES);
}

static double simgrid(void *context)
{
	return bench_in_child(messages, context).seconds / MESSAGES * 1e9;
}

static void rows(uint32_t hosts)
{
	struct task task = {.hosts = hosts};
	char what[64];

	snprintf(what, sizeof(what), "a page, %u hypervisors", hosts);
	bench_row(&(struct bench_row){.what = what,
				      .reference = "SimGrid's own message a page",
				      .cost = bench_lowest(3, ours, simgrid, &task),
				      .unit = "ns",
				      .kind = BENCH_TIMES_AS_FAST,
				      .target = 10});
	bench_row(&(struct bench_row){.what = what,
				      .reference = "a binary heap of events",
				      .cost = bench_lowest(5, ours, reference, &task),
				      .unit = "ns",
				      .kind = BENCH_TIMES_AS_FAST,
				      .target = 1.3});
	bench_same(what, task.ours.faults, task.reference.faults);
	bench_same(what, (uint64_t)task.ours.queue_ps, (uint64_t)task.reference.queue_ps);
}

void bench_plane(void)
{
	struct task task = {.hosts = HOSTS_MAX};

	bench_part("plane", "a page of 4096 bytes from a random peer behind one switch, after 1 us; CPU time, the "
			    "lowest of 3 or 5 rounds in turns");
	rows(FEW);
	rows(HOSTS_MAX);
	bench_row(&(struct bench_row){.what = "a page, 1024 hypervisors",
				      .reference = "a page, 16 hypervisors",
				      .cost = bench_lowest(5, ours, ours_few, &task),
				      .unit = "ns",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 2.5});
	bench_note("mean queueing, 1024 hypervisors", (double)task.ours.queue_ps / (double)task.ours.faults / 1e3,
		   "ns simulated");
}
