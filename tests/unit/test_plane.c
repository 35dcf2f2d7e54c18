/* SPDX-License-Identifier: MIT */
/* The page plane: closed forms, the naive plane on random networks, queueing theory, and runs in quanta. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "base/rng.h"
#include "fabric/plane.h"
#include "fabric/transfer.h"
#include "naive_plane.h"
#include "unit.h"

enum { LINKS_MAX = 8, MESSAGES_MAX = 60, TRIALS = 3000 };

/* A plane whose receiver logs the deliveries. */
struct net {
	struct events events;
	struct plane plane;
	struct plane_receiver receiver;
	struct event_handler send, raise;
	struct plane_message message[MESSAGES_MAX];
	uint32_t number[MESSAGES_MAX]; /* the plane's */
	bool in_flight[MESSAGES_MAX];
	struct plane_delivery told[MESSAGES_MAX];
	uint32_t deliveries;
};

static void take(void *context, const struct plane_delivery *delivery)
{
	struct net *net = context;

	CU_ASSERT_EQUAL(delivery->at_ps, net->events.now_ps);
	net->told[delivery->tag] = *delivery;
	net->in_flight[delivery->tag] = false;
	net->deliveries++;
}

static void send(void *context, uint64_t which, int64_t now_ps)
{
	struct net *net = context;

	(void)now_ps;
	net->in_flight[which] = true;
	net->number[which] = plane_send(&net->plane, &net->message[which]);
}

static void raise_class(void *context, uint64_t which, int64_t now_ps)
{
	struct net *net = context;

	(void)now_ps;
	if (net->in_flight[which])
		plane_raise(&net->plane, net->number[which]);
}

static void open_net(struct net *net, const struct plane_link *link, uint32_t links, bool same_priority)
{
	struct err err;

	*net = (struct net){.receiver = {take, net}, .send = {send, net}, .raise = {raise_class, net}};
	CU_ASSERT_EQUAL_FATAL(events_init(&net->events, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plane_init(&net->plane, &net->events, link, links, same_priority, &err), 0);
}

static void close_net(struct net *net)
{
	plane_free(&net->plane);
	events_free(&net->events);
}

static void run(struct events *events, int64_t until_ps)
{
	struct err err;

	CU_ASSERT_EQUAL(events_run(events, until_ps, &err), 0);
}

static void alone(void)
{
	static const struct plane_link link[] = {
		{.bandwidth_bps = 100000000000, .latency_ps = 450000},
		{.bandwidth_bps = 100000000000, .latency_ps = 450000},
		{.bandwidth_bps = 40000000000, .latency_ps = 1000},
		{.bandwidth_bps = 400000000000, .latency_ps = 7},
		{.bandwidth_bps = 7000000000, .latency_ps = 0},
	};
	static const uint32_t route[][5] = {{0, 1}, {2}, {3, 2, 0}, {0, 2, 3, 1}, {3, 4, 0, 1, 2}, {2, 0, 1, 3, 4}};
	static const uint32_t hops[] = {2, 1, 3, 4, 5, 5};
	static const int64_t expected_ps[] = {1227680,         1000 + 819200,    451007 + 819200,
					      901007 + 819200, 901007 + 4681143, 901007 + 4681143};
	struct net net;

	open_net(&net, link, 5, false);
	for (uint32_t i = 0; i < 6; i++) {
		net.message[i] = (struct plane_message){.route = route[i],
							.hops = hops[i],
							.bytes = 4096,
							.class = (enum plane_class)(i % PLANE_CLASSES),
							.receiver = &net.receiver,
							.tag = i};
		events_add(&net.events, i * 10000000, &net.send, i);
	}
	run(&net.events, EVENTS_END);
	for (uint32_t i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(net.told[i].at_ps, i * 10000000 + expected_ps[i]);
		CU_ASSERT_EQUAL(net.told[i].wire_ps, expected_ps[i]);
		CU_ASSERT_EQUAL(net.told[i].queue_ps, 0);
	}
	close_net(&net);
}

/* Jitter, within a host, and what plane_init refuses. */
static void edges(void)
{
	static const struct plane_link link[] = {{.bandwidth_bps = 8000000000, .latency_ps = 500},
						 {.bandwidth_bps = 8000000000, .latency_ps = 300}}; /* 1000 ps a byte */
	static const uint32_t route[] = {0, 1};
	static const int64_t extra_ps[] = {0, 40, -40, -2300, -2301, INT64_MIN / 2},
			     alone_ps[] = {2800, 2840, 2760, 500, 500, 500};
	struct plane_link bad = {.bandwidth_bps = 0, .latency_ps = 5};
	struct plane plane;
	struct net net;
	struct err err;

	open_net(&net, link, 2, false);
	for (uint32_t i = 0; i < 7; i++) {
		net.message[i] = (struct plane_message){.route = route,
							.hops = i < 6 ? 2 : 0,
							.bytes = 2,
							.extra_ps = i < 6 ? extra_ps[i] : 99,
							.receiver = &net.receiver,
							.tag = i};
		events_add(&net.events, i * 1000, &net.send, i); /* 2000 ps each: the i-th waits for i x 1000 */
	}
	run(&net.events, EVENTS_END);
	for (uint32_t i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(net.told[i].wire_ps, alone_ps[i]);
		CU_ASSERT_EQUAL(net.told[i].queue_ps, i * 1000);
		CU_ASSERT_EQUAL(net.told[i].at_ps, i * 2000 + alone_ps[i]);
	}
	CU_ASSERT_EQUAL(net.told[6].at_ps, 6000);
	CU_ASSERT_EQUAL(net.told[6].wire_ps + net.told[6].queue_ps, 0);
	close_net(&net);

	CU_ASSERT_EQUAL(plane_init(&plane, &net.events, &bad, 1, false, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "link 0: 0 bit/s and 5 ps: at least 1 bit/s and 0 ps are needed");
	plane_free(&plane);
}

/* A transfer that is booked in advance counts as busy only once it has happened. */
static void busy_so_far(void)
{
	static const struct plane_link link = {.bandwidth_bps = 8000000000, .latency_ps = 0};
	static const uint32_t route = 0;
	struct net net;

	open_net(&net, &link, 1, false);
	for (uint32_t i = 0; i < 4; i++)
		plane_send(&net.plane,
			   &(struct plane_message){
				   .route = &route, .hops = 1, .bytes = 10, .receiver = &net.receiver, .tag = i});
	run(&net.events, 15000);
	CU_ASSERT_EQUAL(plane_counts(&net.plane, 0).busy_ps, 15000);
	run(&net.events, 50000);
	CU_ASSERT_EQUAL(plane_counts(&net.plane, 0).busy_ps, 40000);
	CU_ASSERT_EQUAL(plane_counts(&net.plane, 0).queue_ps, 60000);
	CU_ASSERT_EQUAL(net.deliveries, 4);
	close_net(&net);
}

/* A random network and its messages. In coarse networks there are many ties, because times, latencies and services are
 * small multiples of one step. */
struct trial {
	struct plane_link link[LINKS_MAX];
	struct naive_link naive_link[LINKS_MAX];
	struct naive_message message[MESSAGES_MAX];
	uint32_t route[MESSAGES_MAX][NAIVE_HOPS];
	uint32_t links, messages;
	bool same_priority;
};

static void invent(struct trial *trial, struct rng *rng, bool coarse)
{
	int64_t span_ps = 1 + (int64_t)rng_below(rng, 20000);

	*trial = (struct trial){.links = 1 + (uint32_t)rng_below(rng, LINKS_MAX),
				.messages = 1 + (uint32_t)rng_below(rng, MESSAGES_MAX),
				.same_priority = rng_below(rng, 4) == 0};
	for (uint32_t i = 0; i < trial->links; i++) {
		struct plane_link *link = &trial->link[i];

		link->bandwidth_bps = coarse ? 80000000000u << rng_below(rng, 3)
					     : 1000000000 + rng_below(rng, 400000000000);
		link->latency_ps = coarse ? 100 * (int64_t)rng_below(rng, 4) : (int64_t)rng_below(rng, 5000);
		trial->naive_link[i].is = *link;
	}
	for (uint32_t i = 0; i < trial->messages; i++) {
		struct naive_message *message = &trial->message[i];

		for (uint32_t hop = 0; hop < NAIVE_HOPS; hop++)
			trial->route[i][hop] = (uint32_t)rng_below(rng, trial->links);
		message->send_ps = coarse ? 100 * (int64_t)rng_below(rng, (uint64_t)span_ps / 100 + 1)
					  : (int64_t)rng_below(rng, (uint64_t)span_ps);
		message->raise_ps = rng_below(rng, 3)
					    ? NAIVE_NEVER
					    : 100 * (1 + message->send_ps / 100 + (int64_t)rng_below(rng, 30));
		message->what = (struct plane_message){
			.route = trial->route[i],
			.hops = (uint32_t)rng_below(rng, NAIVE_HOPS + 1),
			.bytes = coarse ? 1u << rng_below(rng, 4) : 1 + (uint32_t)rng_below(rng, 200),
			.class = (enum plane_class)rng_below(rng, PLANE_CLASSES),
			.extra_ps = rng_below(rng, 3) ? 0 : (int64_t)rng_below(rng, 4000) - 2000,
			.tag = i};
	}
}

static int differs(const struct naive_message *naive, const struct plane_delivery *told)
{
	return naive->delivered_ps != told->at_ps || naive->wire_ps != told->wire_ps ||
	       naive->delivered_ps - naive->send_ps - naive->wire_ps != told->queue_ps;
}

/* Deliveries and links that differ between the plane, run in quanta, and the naive plane. */
static uint32_t differences(struct trial *trial, int64_t quantum_ps)
{
	struct net net;
	uint32_t bad = 0;

	naive_plane(trial->naive_link, trial->links, trial->message, trial->messages, trial->same_priority);
	open_net(&net, trial->link, trial->links, trial->same_priority);
	for (uint32_t i = 0; i < trial->messages; i++) {
		net.message[i] = trial->message[i].what;
		net.message[i].receiver = &net.receiver;
		events_add(&net.events, trial->message[i].send_ps, &net.send, i);
	}
	for (uint32_t i = 0; i < trial->messages; i++)
		if (trial->message[i].raise_ps != NAIVE_NEVER)
			events_add(&net.events, trial->message[i].raise_ps, &net.raise, i);
	while (net.events.count > 0)
		run(&net.events, net.events.now_ps + quantum_ps);
	run(&net.events, net.events.now_ps + 10000000); /* a message may be delivered before its last link is free */
	bad += net.deliveries != trial->messages;
	for (uint32_t i = 0; i < trial->messages; i++)
		bad += differs(&trial->message[i], &net.told[i]) || net.told[i].queue_ps < 0;
	for (uint32_t i = 0; i < trial->links; i++) {
		struct plane_counts counts = plane_counts(&net.plane, i);

		bad += memcmp(&counts, &trial->naive_link[i].counts, sizeof(counts)) != 0;
	}
	close_net(&net);
	return bad;
}

static void random_networks_against_the_naive_plane(void)
{
	static struct trial trial;
	struct rng rng;
	struct err err;
	uint32_t bad = 0, waited = 0;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 2, &err), 0);
	for (int i = 0; i < TRIALS; i++) {
		uint64_t sent = 0, carried = 0;

		invent(&trial, &rng, i % 2);
		bad += differences(&trial, 1 + (int64_t)rng_below(&rng, i % 3 ? 100000 : 300));
		for (uint32_t j = 0; j < trial.messages; j++) {
			sent += (uint64_t)trial.message[j].what.bytes * trial.message[j].what.hops;
			waited += trial.message[j].delivered_ps > trial.message[j].send_ps + trial.message[j].wire_ps;
		}
		for (uint32_t j = 0; j < trial.links; j++)
			carried += trial.naive_link[j].counts.bytes; /* the plane's are the same */
		CU_ASSERT_EQUAL(carried, sent);
	}
	CU_ASSERT_EQUAL(bad, 0);
	CU_ASSERT(waited > 10 * TRIALS);
	rng_free(&rng);
}

/* One link of 100 Gbit/s that Poisson streams of pages share, one stream a class. */
struct poisson {
	struct events events;
	struct plane plane;
	struct event_handler arrive;
	struct plane_receiver receiver;
	struct rng rng;
	double gap_ps[PLANE_CLASSES]; /* mean; 0: no such stream */
	double clock_ps[PLANE_CLASSES];
	double wait_ps[PLANE_CLASSES]; /* sums */
	uint64_t taken[PLANE_CLASSES], left, ignored;
};

static const uint32_t only_link = 0;

static void arrive(void *context, uint64_t class, int64_t now_ps)
{
	struct poisson *poisson = context;

	(void)now_ps;
	if (poisson->left == 0)
		return;
	poisson->left--;
	plane_send(&poisson->plane, &(struct plane_message){.route = &only_link,
							    .hops = 1,
							    .bytes = 4096,
							    .class = (enum plane_class) class,
							    .receiver = &poisson->receiver,
							    .tag = class});
	poisson->clock_ps[class] += gsl_ran_exponential(poisson->rng.gsl, poisson->gap_ps[class]);
	events_add(&poisson->events, (int64_t)poisson->clock_ps[class], &poisson->arrive, class);
}

static void count(void *context, const struct plane_delivery *delivery)
{
	struct poisson *poisson = context;

	if (poisson->ignored > 0) {
		poisson->ignored--;
		return;
	}
	poisson->taken[delivery->tag]++;
	poisson->wait_ps[delivery->tag] += (double)delivery->queue_ps;
}

/* The mean waiting time of each class, in service times, at these loads. */
static void waiting(const double *load, uint64_t messages, uint64_t seed, double *wait)
{
	static const struct plane_link link = {.bandwidth_bps = 100000000000, .latency_ps = 450000};
	const int64_t service_ps = transfer_ps(4096, link.bandwidth_bps);
	struct poisson poisson = {.arrive = {arrive, &poisson},
				  .receiver = {count, &poisson},
				  .left = messages,
				  .ignored = messages / 50};
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&poisson.rng, seed, &err), 0);
	CU_ASSERT_EQUAL_FATAL(events_init(&poisson.events, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plane_init(&poisson.plane, &poisson.events, &link, 1, false, &err), 0);
	for (uint32_t class = 0; class < PLANE_CLASSES; class ++)
		if (load[class] > 0) {
			poisson.gap_ps[class] = (double)service_ps / load[class];
			events_add(&poisson.events, 0, &poisson.arrive, class);
		}
	run(&poisson.events, EVENTS_END);
	for (uint32_t class = 0; class < PLANE_CLASSES; class ++)
		wait[class] = poisson.taken[class]
				      ? poisson.wait_ps[class] / (double)poisson.taken[class] / (double)service_ps
				      : 0;
	plane_free(&poisson.plane);
	events_free(&poisson.events);
	rng_free(&poisson.rng);
}

enum { SEEDS = 10 };

/* The mean of SEEDS runs is within 2 % of the theory, and the theory within the mean's 95 % confidence interval. */
static void agrees(const double *mean_of_run, double theory)
{
	double mean = 0, square = 0, half;

	for (int i = 0; i < SEEDS; i++)
		mean += mean_of_run[i] / SEEDS;
	for (int i = 0; i < SEEDS; i++)
		square += (mean_of_run[i] - mean) * (mean_of_run[i] - mean);
	half = gsl_cdf_tdist_Pinv(0.975, SEEDS - 1) * sqrt(square / (SEEDS - 1) / SEEDS);
	CU_ASSERT_DOUBLE_EQUAL(mean, theory, 0.02 * theory);
	CU_ASSERT_DOUBLE_EQUAL(mean, theory, half);
	CU_ASSERT(half < 0.02 * theory);
}

/* M/D/1: rho S / (2 (1 - rho)), by Pollaczek and Khinchine. */
static void one_class_against_m_d_1(void)
{
	static const double loads[] = {0.3, 0.6, 0.9};
	static const uint64_t messages[] = {100000, 150000, 1000000};

	for (int i = 0; i < 3; i++) {
		double wait[PLANE_CLASSES], run_wait[SEEDS];

		for (uint64_t seed = 0; seed < SEEDS; seed++) {
			waiting((double[PLANE_CLASSES]){loads[i]}, messages[i], 100 + seed, wait);
			run_wait[seed] = wait[PLANE_DEMAND];
		}
		agrees(run_wait, loads[i] / (2 * (1 - loads[i])));
	}
}

/*
 * Non-preemptive priorities: W(k) = W0 / ((1 - sigma(k-1)) (1 - sigma(k))), W0 half the load times S, sigma(k) the load
 * of class k and above. Cobham, 'Priority assignment in waiting line problems', Operations Research 2(1), 1954.
 */
static void three_classes_against_cobham(void)
{
	static const double load[PLANE_CLASSES] = {0.2, 0.3, 0.25};
	double run_wait[PLANE_CLASSES][SEEDS], above = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		double wait[PLANE_CLASSES];

		waiting(load, 400000, 200 + seed, wait);
		for (int class = 0; class < PLANE_CLASSES; class ++)
			run_wait[class][seed] = wait[class];
	}
	for (int class = 0; class < PLANE_CLASSES; class ++) {
		agrees(run_wait[class], 0.75 / 2 / ((1 - above) * (1 - above - load[class])));
		above += load[class];
	}
}

enum { LOOPS = 20, STEPS = 20000 };

/* Messages that answer each other: each receiver sends the next one, whose path, size and class depend on the
 * delivery. */
struct web {
	struct events events;
	struct plane plane;
	struct plane_receiver receiver;
	struct event_handler again;
	uint32_t route[LOOPS][3];
	uint64_t digest, steps;
};

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void again(void *context, uint64_t loop, int64_t now_ps)
{
	struct web *web = context;
	uint64_t z = mix(web->digest + loop);

	(void)now_ps;
	for (int i = 0; i < 3; i++)
		web->route[loop][i] = (uint32_t)(mix(z + (uint64_t)i) % LINKS_MAX);
	plane_send(&web->plane, &(struct plane_message){.route = web->route[loop],
							.hops = (uint32_t)(z % 4),
							.bytes = (uint32_t)(100 + (z >> 8) % 4000),
							.class = (enum plane_class)((z >> 32) % PLANE_CLASSES),
							.receiver = &web->receiver,
							.tag = loop});
}

static void answer(void *context, const struct plane_delivery *delivery)
{
	struct web *web = context;

	web->digest = mix(web->digest ^ mix((uint64_t)delivery->at_ps + delivery->tag) ^ (uint64_t)delivery->queue_ps);
	if (web->steps++ < STEPS)
		events_add(&web->events, delivery->at_ps + (int64_t)(web->digest % 3) * 50000, &web->again,
			   delivery->tag);
}

static uint64_t digest_in_quanta(uint64_t quantum_ps)
{
	struct web web = {.receiver = {answer, &web}, .again = {again, &web}};
	struct plane_link link[LINKS_MAX];
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, quantum_ps, &err), 0);
	for (uint32_t i = 0; i < LINKS_MAX; i++)
		link[i] = (struct plane_link){.bandwidth_bps = 10000000000 * (i + 1), .latency_ps = 50000 * (i % 3)};
	CU_ASSERT_EQUAL_FATAL(events_init(&web.events, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plane_init(&web.plane, &web.events, link, LINKS_MAX, false, &err), 0);
	for (uint64_t i = 0; i < LOOPS; i++)
		events_add(&web.events, 0, &web.again, i);
	while (web.events.count > 0)
		run(&web.events, quantum_ps ? web.events.now_ps + (int64_t)rng_below(&rng, quantum_ps) : EVENTS_END);
	for (uint32_t i = 0; i < LINKS_MAX; i++)
		web.digest = mix(web.digest ^ (uint64_t)plane_counts(&web.plane, i).queue_ps);
	CU_ASSERT_EQUAL(web.steps, STEPS + LOOPS);
	plane_free(&web.plane);
	events_free(&web.events);
	rng_free(&rng);
	return web.digest;
}

static void quanta_do_not_matter(void)
{
	uint64_t digest = digest_in_quanta(0);

	for (uint64_t quantum_ps = 20000; quantum_ps < UINT64_C(10000000000); quantum_ps *= 7)
		CU_ASSERT_EQUAL(digest_in_quanta(quantum_ps), digest);
}

CU_TestInfo plane_tests[] = {
	{"a message alone takes L + S", alone},
	{"jitter, within a host, refused links", edges},
	{"busy so far", busy_so_far},
	{"random networks against the naive plane", random_networks_against_the_naive_plane},
	{"one class against M/D/1", one_class_against_m_d_1},
	{"three classes against Cobham", three_classes_against_cobham},
	{"quanta do not matter", quanta_do_not_matter},
	CU_TEST_INFO_NULL,
};
