/* SPDX-License-Identifier: MIT */
/* Bulk flows: when chunks are sent, how much bandwidth a flow leaves to others, when it is done. */
#include <math.h>

#include "cluster/flow.h"
#include "unit.h"

enum { MESSAGES = 3 };

/* Two links of 8 Gbit/s (1000 ps a byte) and 2 Gbit/s, 500 and 700 ps. */
struct net {
	struct events events;
	struct plane plane;
	struct plane_receiver receiver;
	int64_t queue_ps, done_ps[MESSAGES];
	uint32_t done;
};

static const uint32_t route[] = {0, 1};

static void take(void *context, const struct plane_delivery *delivery)
{
	((struct net *)context)->queue_ps = delivery->queue_ps;
}

static void done(void *context, int64_t now_ps)
{
	struct net *net = context;

	net->done_ps[net->done++] = now_ps;
}

static void open_net(struct net *net)
{
	static const struct plane_link link[] = {{.bandwidth_bps = 8000000000, .latency_ps = 500},
						 {.bandwidth_bps = 2000000000, .latency_ps = 700}};
	struct err err;

	*net = (struct net){.receiver = {take, net}};
	CU_ASSERT_EQUAL_FATAL(events_init(&net->events, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plane_init(&net->plane, &net->events, link, 2, false, &err), 0);
}

static void run_until(struct net *net, int64_t until_ps)
{
	struct err err;

	CU_ASSERT_EQUAL(events_run(&net->events, until_ps, &err), 0);
}

static void close_net(struct net *net)
{
	plane_free(&net->plane);
	events_free(&net->events);
}

static void by_the_clock(void)
{
	struct net net;
	struct flow flow = {.plane = &net.plane,
			    .route = route,
			    .hops = 1,
			    .chunk_bytes = 3,
			    .bytes = 10,
			    .rate_bps = 7000000000,
			    .start_ps = 1000,
			    .stop_ps = FLOW_NO_STOP,
			    .done = done,
			    .context = &net};
	const int64_t sent_ps[] = {1000, 1000 + 3429, 1000 + 6857,
				   1000 + 10286}; /* 3, 6 and 9 x 8 / 7 ns, to the nearest ps */

	open_net(&net);
	flow_start(&flow);
	for (uint64_t i = 0; i < 4; i++) {
		run_until(&net, sent_ps[i] - 1);
		CU_ASSERT_EQUAL(flow.sent, 3 * i);
		run_until(&net, sent_ps[i]);
		CU_ASSERT_EQUAL(flow.sent, i < 3 ? 3 * i + 3 : 10);
	}
	run_until(&net, EVENTS_END);
	CU_ASSERT_EQUAL(net.done, 1);
	CU_ASSERT_EQUAL(net.done_ps[0], sent_ps[3] + 1000 + 500);
	CU_ASSERT_EQUAL(flow.delivered, 10);
	close_net(&net);
}

/* Bursts of 7 bytes in chunks of 3, 3 and 1: sent at once, back to back on the link. */
static void in_bursts(void)
{
	struct net net;
	struct flow flow = {.plane = &net.plane,
			    .route = route,
			    .hops = 1,
			    .chunk_bytes = 3,
			    .bytes = 16,
			    .rate_bps = 800000000,
			    .burst_bytes = 7,
			    .stop_ps = FLOW_NO_STOP,
			    .done = done,
			    .context = &net};
	static const int64_t sent_ps[] = {0, 70000, 140000};

	open_net(&net);
	flow_start(&flow);
	for (uint64_t i = 0; i < 3; i++) {
		run_until(&net, sent_ps[i] - 1);
		CU_ASSERT_EQUAL(flow.sent, 7 * i);
		run_until(&net, sent_ps[i]);
		CU_ASSERT_EQUAL(flow.sent, i < 2 ? 7 * i + 7 : 16);
	}
	run_until(&net, EVENTS_END);
	CU_ASSERT_EQUAL(net.done_ps[0], 140000 + 2000 + 500);
	CU_ASSERT_EQUAL(plane_counts(&net.plane, 0).messages, 7);
	CU_ASSERT_EQUAL(plane_counts(&net.plane, 0).queue_ps, 2 * (3000 + 6000));
	close_net(&net);
}

/* M/D/1: at a load of 0.6 a message of service time S waits 0.6 S / (2 (1 - 0.6)) = 0.75 S in the mean (Pollaczek and
 * Khinchine). */
static void at_random(void)
{
	enum { BURSTS = 300000 };
	struct net net;
	struct plane_counts counts;
	struct rng rng;
	struct flow flow = {.plane = &net.plane,
			    .route = route,
			    .hops = 1,
			    .chunk_bytes = 1000,
			    .bytes = 1000 * BURSTS,
			    .rate_bps = 4800000000,
			    .rng = &rng,
			    .stop_ps = FLOW_NO_STOP,
			    .done = done,
			    .context = &net};
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 5, &err), 0);
	open_net(&net);
	flow_start(&flow);
	run_until(&net, EVENTS_END);
	counts = plane_counts(&net.plane, 0);
	CU_ASSERT_EQUAL(counts.messages, BURSTS);
	CU_ASSERT_TRUE(fabs((double)counts.queue_ps / BURSTS / 1e6 / 0.75 - 1) < 0.03);
	CU_ASSERT_TRUE(fabs((double)net.done_ps[0] / (BURSTS * 1e6 / 0.6) - 1) < 0.01);
	close_net(&net);
	rng_free(&rng);
}

/* A link of 10 Gbit/s and 20 us, and flows with a window over it. */
struct shared {
	struct events events;
	struct plane plane;
	struct flow flow[2];
};

static void open_shared(struct shared *shared, size_t flows)
{
	static const struct plane_link link = {.bandwidth_bps = 10000000000, .latency_ps = 20000000};
	struct err err;

	*shared = (struct shared){.flow = {{.chunk_bytes = 4096}}};
	CU_ASSERT_EQUAL_FATAL(events_init(&shared->events, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plane_init(&shared->plane, &shared->events, &link, 1, true, &err), 0);
	for (size_t i = 0; i < flows; i++) {
		shared->flow[i] = (struct flow){.plane = &shared->plane,
						.route = route,
						.hops = 1,
						.chunk_bytes = 4096,
						.bytes = FLOW_ENDLESS,
						.most_bytes = 1 << 24,
						.start_ps = (int64_t)i * 5000000000,
						.stop_ps = FLOW_NO_STOP};
		flow_start(&shared->flow[i]);
	}
}

static void close_shared(struct shared *shared)
{
	plane_free(&shared->plane);
	events_free(&shared->events);
}

static double gbps(uint64_t bytes, int64_t ps)
{
	return (double)bytes * 8000 / (double)ps;
}

/* One flow alone fills the link: half of its largest window, the mark's 97500 bytes and the 50000 of the link's two
 * ways, still is more than the link's ways hold. Its queue is bounded by the mark and what a round trip adds. */
static void a_window_alone(void)
{
	struct shared shared;
	uint64_t before;
	struct err err;

	open_shared(&shared, 1);
	CU_ASSERT_EQUAL(events_run(&shared.events, 20000000000, &err), 0);
	before = shared.flow[0].delivered;
	for (int64_t at_ps = 20000000000; at_ps <= 120000000000; at_ps += 100000000) {
		CU_ASSERT_EQUAL(events_run(&shared.events, at_ps, &err), 0);
		CU_ASSERT_TRUE(shared.flow[0].sent - shared.flow[0].delivered <= 50000 + 97500 + 3 * 4096);
	}
	CU_ASSERT_TRUE(gbps(shared.flow[0].delivered - before, 100000000000) > 9.9);
	close_shared(&shared);
}

/* Two flows, of which one begins later, come to equal shares (Chiu and Jain, Computer Networks and ISDN Systems 17(1),
 * 1989) and fill the link together. */
static void two_windows(void)
{
	struct shared shared;
	uint64_t before[2];
	double rate[2];
	struct err err;

	open_shared(&shared, 2);
	CU_ASSERT_EQUAL(events_run(&shared.events, 200000000000, &err), 0);
	for (int i = 0; i < 2; i++)
		before[i] = shared.flow[i].delivered;
	CU_ASSERT_EQUAL(events_run(&shared.events, 1200000000000, &err), 0);
	for (int i = 0; i < 2; i++)
		rate[i] = gbps(shared.flow[i].delivered - before[i], 1000000000000);
	CU_ASSERT_TRUE(rate[0] + rate[1] > 9.8);
	CU_ASSERT_TRUE(fabs(rate[0] / rate[1] - 1) < 0.2);
	close_shared(&shared);
}

/* Beside 6 Gbit/s that do not react, a window takes the other 4. */
static void a_window_beside_a_rate(void)
{
	struct shared shared;
	struct flow rate;
	uint64_t before;
	struct err err;

	open_shared(&shared, 1);
	rate = (struct flow){.plane = &shared.plane,
			     .route = route,
			     .hops = 1,
			     .chunk_bytes = 4096,
			     .bytes = FLOW_ENDLESS,
			     .rate_bps = 6000000000,
			     .stop_ps = FLOW_NO_STOP};
	flow_start(&rate);
	CU_ASSERT_EQUAL(events_run(&shared.events, 100000000000, &err), 0);
	before = shared.flow[0].delivered;
	CU_ASSERT_EQUAL(events_run(&shared.events, 600000000000, &err), 0);
	CU_ASSERT_TRUE(fabs(gbps(shared.flow[0].delivered - before, 500000000000) / 4 - 1) < 0.03);
	close_shared(&shared);
}

/* The flow is stopped before its next chunk, with nothing in flight; between two deliveries; at the start; at a
 * delivery. */
static void stopped(void)
{
	static const int64_t stop_ps[] = {20000, 13000, 0,
					  13200}; /* back to back, the first of 12 ns is delivered at 13.2 */
	static const uint64_t rate_bps[] = {80000000, 0, 80000000, 80000000}, sent[] = {3, 6, 0, 3};
	static const int64_t done_ps[] = {20000, 1200 + 24000, 0, 1200 + 12000};

	for (int i = 0; i < 4; i++) {
		struct net net;
		struct flow flow = {.plane = &net.plane,
				    .route = route,
				    .hops = 2,
				    .chunk_bytes = 3,
				    .bytes = FLOW_ENDLESS,
				    .rate_bps = rate_bps[i],
				    .stop_ps = stop_ps[i],
				    .done = done,
				    .context = &net};

		open_net(&net);
		flow_start(&flow);
		run_until(&net, EVENTS_END);
		CU_ASSERT_EQUAL(flow.delivered, sent[i]);
		CU_ASSERT_EQUAL(net.done, 1);
		CU_ASSERT_EQUAL(net.done_ps[0], done_ps[i]);
		close_net(&net);
	}
}

/* A flow without other traffic takes L + S for any size of chunks, with the narrow link first or last. */
static void back_to_back(void)
{
	static const uint32_t other_way[] = {1, 0};

	for (uint32_t chunk = 1; chunk <= 1000; chunk *= 10)
		for (int way = 0; way < 2; way++) {
			struct net net;
			struct flow flow = {.plane = &net.plane,
					    .route = way ? other_way : route,
					    .hops = 2,
					    .chunk_bytes = chunk,
					    .bytes = 3000,
					    .stop_ps = FLOW_NO_STOP,
					    .done = done,
					    .context = &net};

			open_net(&net);
			flow_start(&flow);
			run_until(&net, EVENTS_END);
			CU_ASSERT_EQUAL(net.done, 1);
			CU_ASSERT_EQUAL(net.done_ps[0], 1200 + 3000 * 4000);
			CU_ASSERT_EQUAL(plane_counts(&net.plane, way ? 0 : 1).messages, 3000 / chunk);
			close_net(&net);
		}
}

/* Two flows share a link equally; a page overtakes both, except for the chunk in service. */
static void together(void)
{
	struct net net;
	struct flow flow[2];

	open_net(&net);
	for (int i = 0; i < 2; i++) {
		flow[i] = (struct flow){.plane = &net.plane,
					.route = route,
					.hops = 1,
					.chunk_bytes = 10,
					.bytes = 10000,
					.stop_ps = FLOW_NO_STOP,
					.done = done,
					.context = &net};
		flow_start(&flow[i]);
	}
	run_until(&net, 1004000);
	plane_send(&net.plane,
		   &(struct plane_message){
			   .route = route, .hops = 1, .bytes = 5, .class = PLANE_DEMAND, .receiver = &net.receiver});
	run_until(&net, EVENTS_END);
	CU_ASSERT_EQUAL(net.queue_ps, 6000);
	CU_ASSERT_EQUAL(net.done, 2);
	CU_ASSERT_EQUAL(net.done_ps[1], 20000000 + 5000 + 500);
	CU_ASSERT(net.done_ps[0] >= net.done_ps[1] - 20000); /* two chunks */
	close_net(&net);
}

CU_TestInfo flow_tests[] = {
	{"by the clock", by_the_clock},
	{"stopped", stopped},
	{"back to back", back_to_back},
	{"together", together},
	{"in bursts", in_bursts},
	{"at random", at_random},
	{"a window alone", a_window_alone},
	{"two windows", two_windows},
	{"a window beside a rate", a_window_beside_a_rate},
	CU_TEST_INFO_NULL,
};
