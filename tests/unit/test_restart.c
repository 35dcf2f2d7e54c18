/* SPDX-License-Identifier: MIT */
/*
 * Joins, leaves and failures, in numbers worked out by hand: when jobs stop and restart, how many pages are lost and
 * moved, how long that takes, and what waits for it. Each run is in a child, because events need SimGrid.
 */
#include <inttypes.h>
#include <string.h>

#include "child.h"
#include "files.h"
#include "small_cluster.h"
#include "unit.h"

enum { TOUCHES = 300, TEXT = 1000 };

#define US INT64_C(1000000)

/* A guest that touches a new page every microsecond, and is all local: its base is 300 us. */
#define ALL_LOCAL                                                                                           \
	"cpu: {ips: 1e9}\ncluster: {hypervisors: 3, memory: 4MiB}\ndonors: {detect: 50us, backing: none}\n" \
	"vms: [{trace: %s, on_failure: %s, on_leave: %s, restart_after: 7us, start: 20us}]\nevents: [%s]\n"

struct outcome {
	const char *on_failure, *on_leave, *events;
	int64_t time_ps, lost_ps;
	uint64_t restarts, first_touches;
	const char *stopped_by;
};

static void check_outcome(const void *given)
{
	const struct outcome *want = given;
	struct run_result result = {0};
	const struct job_result *job;
	char yaml[TEXT];

	snprintf(yaml, sizeof(yaml), ALL_LOCAL, test_path("new"), want->on_failure, want->on_leave, want->events);
	CHECK(small_cluster_try(yaml, false, &result) == 0);
	if (!result.jobs)
		return;
	job = &result.job[0];
	CHECK(job->time_ps == want->time_ps && job->lost_ps == want->lost_ps && job->restarts == want->restarts);
	CHECK(job->base_ps == TOUCHES * US || job->stopped);
	CHECK(job->faults.first_touch == want->first_touches && job->faults.demand == 0);
	CHECK(job->stopped == (want->stopped_by != NULL));
	CHECK(!job->stopped || strcmp(job->stopped_by, want->stopped_by) == 0);
	CHECK(small_cluster_adds_up(&result));
	run_result_free(&result);
}

/* It begins at 20 us and needs 300 us. A failure at 120.5 us is known 50 us later, and a restart takes 7 us. */
static void jobs_stop_and_restart(void)
{
	static const struct outcome outcomes[] = {
		{"stop", "stay", "{at: 120500ns, fail: 0}", 100 * US + US / 2, 0, 0, 100, "its hypervisor failed"},
		{"restart", "stay", "{at: 120500ns, fail: 0}", 157 * US + US / 2 + 300 * US, 157 * US + US / 2, 1, 300,
		 NULL},
		{"stop", "stay", "{at: 120500ns, leave: 0}", 300 * US, 0, 0, 300, NULL},
		{"restart", "stop", "{at: 120500ns, leave: 0}", 100 * US + US / 2, 0, 0, 100, "its hypervisor left"},
		{"stop", "restart", "{at: 120500ns, leave: 0}", 107 * US + US / 2 + 300 * US, 107 * US + US / 2, 1, 300,
		 NULL},
		/* before it begins: it loses what is left of the wait */
		{"restart", "stay", "{at: 1us, fail: 0}", 338 * US, 38 * US, 1, 300, NULL},
		/* after its end: nothing happens to it */
		{"restart", "stay", "{at: 400us, fail: 0}", 300 * US, 0, 0, 300, NULL},
		/* the first restart is on hypervisor 1, which fails too: known at 250 us, begins at 257 us */
		{"restart", "stay", "{at: 100us, fail: 0}, {at: 200us, fail: 1}", 237 * US + 300 * US, 237 * US, 2, 300,
		 NULL},
		/* a failure that is known early, because its hypervisor joins again; two are free then */
		{"restart", "stay", "{at: 100us, fail: 0}, {at: 110us, join: 0}", 97 * US + 300 * US, 97 * US, 1, 300,
		 NULL},
		/* no hypervisor is left */
		{"restart", "stay", "{at: 90us, leave: 1}, {at: 95us, leave: 2}, {at: 100us, fail: 0}", 130 * US, 0, 0,
		 79, "no hypervisor has room to restart it"},
	};
	uint32_t touch[TOUCHES];

	for (uint32_t i = 0; i < TOUCHES; i++)
		touch[i] = i;
	test_write_touches(test_path("new"), 0, touch, TOUCHES);
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++) {
		CU_ASSERT_EQUAL(in_child(check_outcome, &outcomes[i]), 0);
	}
}

/* ---- pages ---- */

/* A guest that keeps 10 of the 30 pages of its snapshot local and touches those alone. Its host lends nothing, the
 * others lend 10 frames each. */
#define PAGES_AWAY                                                                                                    \
	"cpu: {ips: 1e9}\ncluster: {hypervisors: %d, memory: 40KiB}\ndonors: {placement: round-robin, detect: 50us, " \
	"backing: %s, replicas: %d, rebuild: false}\nvms: [{name: a, trace: %s, local: 40KiB}]\nevents: [%s]\n"

struct pages {
	int hypervisors, replicas;
	const char *backing, *events;
	struct change_pages want; /* of the first change that held pages */
	int64_t done_ps;
};

static void check_pages(const void *given)
{
	const struct pages *pages = given;
	struct run_result result = {0};
	char yaml[TEXT];
	size_t i = 0;

	snprintf(yaml, sizeof(yaml), PAGES_AWAY, pages->hypervisors, pages->backing, pages->replicas, test_path("away"),
		 pages->events);
	CHECK(small_cluster_try(yaml, false, &result) == 0);
	while (i < result.changes && !result.change[i].all.copies)
		i++;
	CHECK(i < result.changes);
	if (i == result.changes)
		return;
	CHECK(memcmp(&result.change[i].all, &pages->want, sizeof(pages->want)) == 0);
	CHECK(result.change[i].done_ps == pages->done_ps);
	CHECK(small_cluster_adds_up(&result) && !result.job[0].stopped);
	run_result_free(&result);
}

/* The way between two hypervisors takes 450 ns, and a page takes 327.68 ns on the leaving one's link. */
#define MOVED_PS(pages) (50 * US + 450000 + (pages)*INT64_C(327680))

static void pages_are_lost_and_moved(void)
{
	static const struct pages cases[] = {
		{4, 1, "none", "{at: 50us, leave: 1}", {7, {[CHANGE_MOVED] = 7}}, MOVED_PS(7)},
		{3, 1, "none", "{at: 50us, leave: 1}", {10, {[CHANGE_STAYED] = 10}}, 50 * US},
		{3, 1, "nvme", "{at: 50us, leave: 1}", {10, {[CHANGE_STORED] = 10}}, 50 * US},
		/* 3 of 10 frames are free elsewhere */
		{3, 1, "none", "{at: 40us, join: 3}, {at: 50us, leave: 1}", {10, {[CHANGE_MOVED] = 10}}, MOVED_PS(10)},
		{4, 1, "none", "{at: 50us, fail: 1}", {7, {[CHANGE_LOST] = 7}}, 50 * US},
		{4, 1, "nvme", "{at: 50us, fail: 1}", {7, {[CHANGE_STORED] = 7}}, 50 * US},
		{5, 2, "none", "{at: 50us, fail: 1}", {10, {[CHANGE_REPLICA] = 10}}, 50 * US},
		/* it fails while its pages move: 1 us is enough for one of them, and the failure is known later */
		{4,
		 1,
		 "none",
		 "{at: 50us, leave: 1}, {at: 51us, fail: 1}",
		 {7, {[CHANGE_MOVED] = 1, [CHANGE_STAYED] = 6}},
		 MOVED_PS(1)},
	};
	uint32_t touch[TOUCHES];

	for (uint32_t i = 0; i < TOUCHES; i++)
		touch[i] = 20 + i % 10;
	test_write_touches(test_path("away"), 30, touch, TOUCHES);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CU_ASSERT_EQUAL(in_child(check_pages, &cases[i]), 0);
	}
}

/* One fetch, of a page whose first copy is on hypervisor 1, which fails 100 ns after the fetch began: it waits until
 * that is known. */
static void check_wait(const void *given)
{
	struct run_result result = {0};
	char yaml[TEXT];

	(void)given;
	snprintf(yaml, sizeof(yaml), PAGES_AWAY, 6, "none", 2, test_path("one"), "{at: 290100ns, fail: 1}");
	CHECK(small_cluster_try(yaml, false, &result) == 0);
	CHECK(result.changes == 1 && result.change[0].waits == 1 && result.change[0].wait_ps == 50 * US + US / 10);
	CHECK(result.change[0].known_ps == 340 * US + US / 10);
	CHECK(result.jobs == 1 && result.job[0].time_ps == result.job[0].base_ps + 50 * US + US / 10 + 1227680);
	CHECK(small_cluster_adds_up(&result));
	run_result_free(&result);
}

static void fetches_wait_for_a_failure(void)
{
	uint32_t touch[TOUCHES];

	for (uint32_t i = 0; i < TOUCHES; i++)
		touch[i] = 20 + i % 10;
	touch[289] = 19; /* the youngest of the pages that are remote, and so the first that is placed */
	test_write_touches(test_path("one"), 30, touch, 290);
	CU_ASSERT_EQUAL(in_child(check_wait, NULL), 0);
}

CU_TestInfo restart_tests[] = {
	{"jobs stop and restart when they should", jobs_stop_and_restart},
	{"pages are lost and moved as counted by hand", pages_are_lost_and_moved},
	{"a fetch waits for a failure until it is known", fetches_wait_for_a_failure},
	CU_TEST_INFO_NULL,
};
