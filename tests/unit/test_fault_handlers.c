/* SPDX-License-Identifier: MIT */
/*
 * The handlers of fetches (fault.handlers, fault.capacity) against closed forms: faults at random times wait as in
 * M/D/1; more virtual CPUs than a handler keeps up with get its rate and no more. test_fault.c has the naive reference.
 */
#include <math.h>
#include <stdlib.h>

#include "config/cost.h"
#include "fault/machine.h"
#include "traces.h"
#include "unit.h"

enum { VCPUS_MAX = 64, FETCHES = 400000 };

static int64_t fetch(void *context, page_id page, unsigned vcpu, int64_t now_ps)
{
	(void)page, (void)vcpu;
	return now_ps + *(const int64_t *)context;
}

static int64_t prefetch(void *context, page_id page)
{
	(void)context, (void)page;
	return FAULT_LOST;
}

static const struct fault_ops ops = {.fetch = fetch, .prefetch = prefetch};

/* Two pages in one frame: each touch of the other one is a fetch. */
static void init(struct fault_machine *machine, const struct fault_cost *cost, unsigned vcpus, int64_t *latency_ps)
{
	const struct fault_config config = {.local = {.pages = 2, .frames = 1, .policy = policy_find("fifo")},
					    .cost = cost,
					    .vcpus = vcpus};
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(fault_init(machine, &config, &ops, latency_ps, &err), 0);
	fault_touch(machine, 0, 0, false, 0);
	fault_touch(machine, 0, 1, false, 0);
}

/* The mean wait of a queue M/D/1: rho / (2 (1 - rho)) services (Pollaczek-Khinchine). */
static void waits_as_in_md1(void)
{
	static const double rhos[] = {0.2, 0.5, 0.8};
	uint64_t seed = 23;

	for (size_t i = 0; i < sizeof(rhos) / sizeof(*rhos); i++) {
		const struct fault_cost cost = {.buffer = 64, .handlers = 1, .busy_ps = 5882352};
		const double md1_ps = rhos[i] / (2 * (1 - rhos[i])) * (double)cost.busy_ps;
		int64_t latency_ps = 1227680;
		struct fault_machine machine;
		double now_ps = 1e6, wait_ps;

		init(&machine, &cost, VCPUS_MAX, &latency_ps);
		for (unsigned n = 0; n < FETCHES; n++) {
			const double u = ((double)test_below(&seed, UINT64_C(1) << 32) + 0.5) / 4294967296.0;

			now_ps -= log(u) * (double)cost.busy_ps / rhos[i];
			fault_touch(&machine, n % VCPUS_MAX, n % 2, false, (int64_t)now_ps);
		}
		CU_ASSERT_EQUAL(machine.memory.counts.faults, FETCHES);
		wait_ps = (double)machine.handler_queue_ps / FETCHES;
		CU_ASSERT_TRUE(fabs(wait_ps - md1_ps) < 0.03 * md1_ps);
		fault_free(&machine);
	}
}

/* How long `vcpus` virtual CPUs take for so many fetches, each beginning its next one when it resumes. */
static int64_t closed_loop_ps(const struct fault_cost *cost, unsigned vcpus, unsigned fetches)
{
	int64_t due_ps[VCPUS_MAX] = {0}, latency_ps = 3900000, end_ps = 0;
	struct fault_machine machine;

	init(&machine, cost, vcpus, &latency_ps);
	for (unsigned n = 0; n < fetches; n++) {
		unsigned first = 0;

		for (unsigned v = 1; v < vcpus; v++)
			if (due_ps[v] < due_ps[first])
				first = v;
		due_ps[first] = fault_touch(&machine, first, n % 2, false, due_ps[first]);
		end_ps = due_ps[first] > end_ps ? due_ps[first] : end_ps;
	}
	fault_free(&machine);
	return end_ps;
}

/* A pager's thread: a fault takes 13.0 us, and the thread serves 170 thousand a second, so that the third virtual CPU
 * saturates it: n virtual CPUs get the lesser of n / 13.0 us and 170 thousand. */
static void saturates(void)
{
	const struct fault_cost cost = {
		.buffer = 64, .handler_ps = 7510000, .map_ps = 1590000, .handlers = 1, .busy_ps = 5882352};
	const double alone_ps = 13000000;

	for (unsigned vcpus = 1; vcpus <= VCPUS_MAX; vcpus *= 2) {
		const double rate = fmin(vcpus / alone_ps, 1.0 / (double)cost.busy_ps);
		const double measured = FETCHES / (double)closed_loop_ps(&cost, vcpus, FETCHES);

		CU_ASSERT_TRUE(fabs(measured - rate) < 0.001 * rate);
	}
}

/* Two handlers serve twice as many. */
static void two_serve_twice_as_many(void)
{
	struct fault_cost cost = {.buffer = 64, .handlers = 1, .busy_ps = 5882352};
	const int64_t one_ps = closed_loop_ps(&cost, 16, FETCHES);

	cost.handlers = 2;
	CU_ASSERT_TRUE(llabs(one_ps - 2 * closed_loop_ps(&cost, 16, FETCHES)) < one_ps / 1000);
}

CU_TestInfo fault_handlers_tests[] = {
	{"faults at random times wait as in M/D/1", waits_as_in_md1},
	{"more virtual CPUs than it keeps up with get its rate", saturates},
	{"two handlers serve twice as many", two_serve_twice_as_many},
	CU_TEST_INFO_NULL,
};
