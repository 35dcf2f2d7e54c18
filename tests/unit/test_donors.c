/* SPDX-License-Identifier: MIT */
/* What donors and the backing store hold: at the beginning, under pressure, and in either kind of pool. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cluster/cluster.h"
#include "files.h"
#include "placement/placement.h"
#include "trace/writer.h"
#include "unit.h"

#define STORE 65535 /* the backing store, as the events' donor */

enum { VMS = 4, PAGES = 220, TEXT = 1400 };

/* A trace that begins with a snapshot of `count` pages, the oldest first, and then touches `touches` of them. Page i is
 * guest frame i * 3. */
static void write_touches(const char *path, uint32_t count, const uint32_t *touch, size_t touches)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_snapshot_page page[PAGES];
	struct trace_header header;
	struct trace_writer *writer;
	struct trace_clock end = {0, 0};
	struct err err = {""};

	unlink(path);
	for (uint32_t i = 0; i < count; i++)
		page[i] = (struct trace_snapshot_page){i * 3, i % 2 ? count : 0};
	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_snapshot(writer, page, count, &err), 0);
	for (size_t i = 0; i < touches; i++) {
		end.insn += 1000;
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer,
						       &(struct trace_ref){.frame = touch[i] * 3,
									   .clock = end,
									   .kind = TRACE_KIND(0, TRACE_DATA, 0)},
						       &err),
				      0);
	}
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &end, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

/* Runs a configuration, with the events in the file "events" if asked for. Returns 0, and the caller frees the result;
 * or a negative code. */
static int try_run(const char *yaml, bool events, struct run_result *result)
{
	const struct cluster_options options = {.check = true, .events_path = events ? test_path("events") : NULL};
	static struct config config;
	struct err err = {""};
	int status = config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err);

	if (status == 0) {
		status = cluster_run(&config, &options, result, &err);
		config_free(&config);
	}
	if (status < 0)
		fprintf(stderr, "%s\n%s\n", err.text, yaml);
	return status;
}

static void run(const char *yaml, bool events, struct run_result *result)
{
	CU_ASSERT_EQUAL_FATAL(try_run(yaml, events, result), 0);
}

/* The donor of a VM's first fetch, by the events; STORE is the backing store. */
static uint32_t donor_of_fetch(const char *events, uint32_t vm)
{
	char name[16];
	const char *line;
	uint32_t donor = UINT32_MAX;

	snprintf(name, sizeof(name), ",vm%" PRIu32 ",", vm);
	line = strstr(events, name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL_FATAL(sscanf(line + strlen(name), "%*x,%" SCNu32, &donor), 1);
	return donor;
}

/* ---- the beginning ---- */

/* VMs with a snapshot each, and the remote page that each of them touches first. */
struct opening {
	uint32_t vms, local, room; /* local: pages of each VM; room: frames of all donors */
	uint32_t count[VMS], touch[VMS];
};

static uint32_t age_of(const struct opening *opening, uint32_t vm, uint32_t page)
{
	return opening->count[vm] - 1 - page;
}

/* How many remote pages of all VMs are younger than this one: the donors hold the first `room` of that order. */
static uint32_t younger(const struct opening *opening, uint32_t vm, uint32_t page)
{
	uint32_t younger = 0, age = age_of(opening, vm, page);

	for (uint32_t other = 0; other < opening->vms; other++)
		for (uint32_t i = 0; i + opening->local < opening->count[other]; i++) {
			uint32_t its = age_of(opening, other, i);

			younger += its < age || (its == age && other < vm);
		}
	return younger;
}

static void draw_opening(struct opening *opening, uint64_t *seed)
{
	uint32_t touch[PAGES];

	opening->vms = 1 + (uint32_t)test_below(seed, VMS);
	opening->local = 5 + (uint32_t)test_below(seed, 20);
	for (uint32_t vm = 0; vm < opening->vms; vm++) {
		opening->count[vm] = opening->local + 1 + (uint32_t)test_below(seed, PAGES - 30);
		opening->touch[vm] = (uint32_t)test_below(seed, opening->count[vm] - opening->local);
		touch[0] = opening->touch[vm];
		for (uint32_t i = 1; i < opening->local;
		     i++) /* so that the footprint is as large as the local memory */
			touch[i] = opening->count[vm] - i;
		write_touches(test_path((char[]){'v', 'm', (char)('0' + vm), '\0'}), opening->count[vm], touch,
			      opening->local);
	}
}

/* Every hypervisor has as much memory as a VM keeps local, so that those with a VM lend nothing. */
static void describe(const struct opening *opening, uint32_t donors, const char *placement, char yaml[TEXT])
{
	size_t used = (size_t)snprintf(yaml, TEXT,
				       "cluster: {hypervisors: %" PRIu32 ", memory: %" PRIu32 "KiB}\n"
				       "donors: {placement: %s, backing: nvme}\nfault: {buffer: 1000}\nvms:\n",
				       opening->vms + donors, 4 * opening->local, placement);

	for (uint32_t vm = 0; vm < opening->vms; vm++)
		used += (size_t)snprintf(yaml + used, TEXT - used,
					 "  - {name: vm%" PRIu32 ", trace: %s, host: %" PRIu32 ", local: %" PRIu32
					 "KiB}\n",
					 vm, test_path((char[]){'v', 'm', (char)('0' + vm), '\0'}), vm,
					 4 * opening->local);
}

/*
 * Under every placement, donors begin with the most recently used remote pages of all VMs, and the store with the
 * others. Each VM's fetch drives one page out of its local memory, which may take the frame of the oldest page: pages
 * so near to the border are not looked at.
 */
static void the_youngest_begin_in_donors(void)
{
	uint64_t seed = 17;
	uint32_t in_donors = 0, stored = 0;

	for (int round = 0; round < 300; round++) {
		const struct placement_ops *placement = placements[round % 6];
		uint32_t donors = placement->evicts ? 1 : 1 + (uint32_t)test_below(&seed, 5);
		struct opening opening;
		struct run_result result;
		char yaml[TEXT], *events;
		size_t n;

		draw_opening(&opening, &seed);
		opening.room = donors * opening.local;
		describe(&opening, donors, placement->name, yaml);
		run(yaml, true, &result);
		run_result_free(&result);
		events = test_read_file(test_path("events"), &n);
		for (uint32_t vm = 0; vm < opening.vms; vm++) {
			uint32_t place = younger(&opening, vm, opening.touch[vm]);
			bool is_stored = donor_of_fetch(events, vm) == STORE;

			if (place + opening.vms >= opening.room && place < opening.room)
				continue;
			CU_ASSERT_EQUAL(is_stored, place >= opening.room);
			in_donors += !is_stored;
			stored += is_stored;
		}
		free(events);
	}
	CU_ASSERT(in_donors > 100 && stored > 100);
}

/* Three equal guests whose donors are hardly large enough get nearly equal results, under every placement. */
static void equal_guests_fare_alike(void)
{
	for (int i = 0; placements[i]; i++) {
		struct run_result result;
		int64_t least = INT64_MAX, most = 0;
		char yaml[TEXT];

		snprintf(yaml, sizeof(yaml),
			 "cluster: {hypervisors: 4, memory: 1600KiB}\n"
			 "donors: {placement: %s, epoch: 1ms, backing: nvme, write_bandwidth: 100Gbps}\n"
			 "vms: [{trace: workloads/traces/sort-user.mvt, local: 25%%, count: 3}]\n",
			 placements[i]->name);
		run(yaml, false, &result);
		for (size_t job = 0; job < result.jobs; job++) {
			least = result.job[job].time_ps < least ? result.job[job].time_ps : least;
			most = result.job[job].time_ps > most ? result.job[job].time_ps : most;
		}
		CU_ASSERT(result.pages_stored > 0);
		CU_ASSERT(most - least < most / 50);
		run_result_free(&result);
	}
}

/* ---- inclusive and exclusive pools ---- */

/* A guest whose local memory is `frames` pages: a table, which every touch scans. */
struct naive_guest {
	bool exclusive;
	uint32_t frames, pages, local;
	uint64_t writebacks, faults, compulsory, first_touches;
	struct {
		gfn frame;
		uint64_t used;
		bool known, opening; /* opening: remote at the beginning, and not touched since */
		bool local, send;    /* send: a donor does not have its content */
		bool placed;         /* it has a frame at a donor */
	} page[PAGES];
};

static void naive_evict(struct naive_guest *guest)
{
	uint32_t victim = PAGES;

	for (uint32_t i = 0; i < guest->pages; i++)
		if (guest->page[i].local && (victim == PAGES || guest->page[i].used < guest->page[victim].used))
			victim = i;
	guest->writebacks += guest->page[victim].send;
	guest->page[victim].placed = true;
	guest->page[victim].local = guest->page[victim].send = false;
	guest->local--;
}

/* The page's place in the table; a new one if it is not there. */
static uint32_t naive_find(struct naive_guest *guest, gfn frame)
{
	uint32_t i = 0;

	while (i < guest->pages && guest->page[i].frame != frame)
		i++;
	if (i == guest->pages)
		guest->page[guest->pages++].frame = frame;
	return i;
}

static void naive_touch(struct naive_guest *guest, const struct trace_ref *ref, uint64_t now)
{
	uint32_t i = naive_find(guest, ref->frame);

	guest->first_touches += !guest->page[i].known;
	guest->faults += guest->page[i].known && !guest->page[i].local;
	guest->compulsory += guest->page[i].opening;
	guest->page[i].known = true;
	guest->page[i].opening = false;
	if (!guest->page[i].local && guest->local == guest->frames)
		naive_evict(guest);
	if (!guest->page[i].local && guest->page[i].placed && guest->exclusive) {
		guest->page[i].placed = false;
		guest->page[i].send = true;
	}
	guest->local += !guest->page[i].local;
	guest->page[i].local = true;
	guest->page[i].used = now;
	guest->page[i].send |= (ref->kind & TRACE_WRITE) != 0;
}

/* Inclusive: a donor keeps the copy of a page that is fetched, and a page that was not written since is not sent again.
 * Exclusive: the page leaves its frame, and is always sent again. */
static void pools_keep_or_give_up(void)
{
	uint64_t seed = 5, more = 0;

	for (int round = 0; round < 60; round++) {
		struct naive_guest guest = {.exclusive = round % 2};
		uint32_t pages = 20 + (uint32_t)test_below(&seed, 150), hosted = 0;
		struct run_result result;
		struct refs refs;
		char yaml[TEXT];

		if (!guest.exclusive)
			test_write_vm_trace(test_path("pool"), test_random(&seed), 2000, pages, 1, false);
		snprintf(yaml, sizeof(yaml),
			 "donors: {pool: %s, backing: none}\nvms: [{trace: %s, local: 30%%, prefetch: none}]\n",
			 guest.exclusive ? "exclusive" : "inclusive", test_path("pool"));
		run(yaml, false, &result);
		guest.frames = (uint32_t)result.job[0].local_pages;
		refs = test_read_trace(test_path("pool"));
		for (size_t i = 0; i < refs.count; i++)
			naive_touch(&guest, &refs.ref[i], i);
		for (uint32_t i = 0; i < guest.pages; i++)
			hosted += guest.page[i].placed;
		for (size_t i = 0; i < result.hypervisors; i++)
			hosted -= (uint32_t)result.hypervisor[i].frames_hosted;
		CU_ASSERT_EQUAL(hosted, 0);
		CU_ASSERT_EQUAL(result.job[0].writebacks, guest.writebacks);
		more += guest.exclusive && guest.writebacks > 0;
		test_refs_free(&refs);
		run_result_free(&result);
	}
	CU_ASSERT(more > 20);
}

/* ---- what is local at the beginning ---- */

enum { SNAPSHOT = 30 }; /* pages of test_write_vm_trace's snapshot: frames 0, 977... */

static void naive_restore(struct naive_guest *guest, uint32_t page, bool local)
{
	guest->page[page].known = true;
	guest->page[page].local = local;
	guest->page[page].opening = !local;
	guest->page[page].used = guest->local; /* before every touch, in the order in which they are restored */
	guest->local += local;
}

static bool naive_is_touched(const struct refs *refs, gfn frame)
{
	for (size_t i = 0; i < refs->count; i++)
		if (refs->ref[i].frame == frame)
			return true;
	return false;
}

/* Restores a kind of the snapshot's pages: touched in the region, not touched, or either. The last `frames` of them are
 * local. */
static void naive_restore_kind(struct naive_guest *guest, const struct refs *refs, const char *kind, uint32_t frames)
{
	uint32_t left = 0;

	for (int count = 1; count >= 0; count--)
		for (uint32_t page = 0; page < SNAPSHOT; page++) {
			bool touched = naive_is_touched(refs, page * 977);

			if (strcmp(kind, "either") != 0 && touched != (strcmp(kind, "touched") == 0))
				continue;
			if (count)
				left++;
			else
				naive_restore(guest, page, left-- <= frames);
		}
}

static void naive_open(struct naive_guest *guest, const struct refs *refs, const char *warm)
{
	uint32_t resident = 0, others, footprint = 0;

	for (uint32_t page = 0; page < SNAPSHOT; page++) {
		naive_find(guest, page * 977);
		resident += naive_is_touched(refs, page * 977);
	}
	others = guest->frames > resident ? guest->frames - resident : 0;
	if (strcmp(warm, "snapshot") == 0) {
		naive_restore_kind(guest, refs, "either", guest->frames);
		return;
	}
	for (size_t i = 0; i < refs->count; i++)
		naive_find(guest, refs->ref[i].frame);
	footprint = guest->pages - SNAPSHOT + resident;
	naive_restore_kind(guest, refs, "untouched", strcmp(warm, "all") == 0 ? 0 : others);
	for (uint32_t page = SNAPSHOT; page < guest->pages && strcmp(warm, "all") == 0 && footprint <= guest->frames;
	     page++)
		naive_restore(guest, page, true);
	naive_restore_kind(guest, refs, "touched", guest->frames);
}

/* Faults, compulsory ones and first touches are those of a guest that begins with the pages that it should. */
static void guests_begin_warm(void)
{
	static const char *const warm[] = {"snapshot", "resident-first", "all"};
	uint64_t seed = 9, compulsory = 0, all_local = 0;

	for (int round = 0; round < 120; round++) {
		struct naive_guest guest = {0};
		struct run_result result;
		const struct job_result *job;
		struct refs refs;
		char yaml[TEXT];

		test_write_vm_trace(test_path("warm"), test_random(&seed), 1000, 10 + (uint32_t)test_below(&seed, 90),
				    1, true);
		snprintf(yaml, sizeof(yaml), "vms: [{trace: %s, local: %d%%, warm: %s}]\n", test_path("warm"),
			 10 * (1 + (int)test_below(&seed, 10)), warm[round % 3]);
		run(yaml, false, &result);
		job = &result.job[0];
		guest.frames = (uint32_t)job->local_pages;
		refs = test_read_trace(test_path("warm"));
		naive_open(&guest, &refs, warm[round % 3]);
		for (size_t i = 0; i < refs.count; i++)
			naive_touch(&guest, &refs.ref[i], SNAPSHOT + PAGES + i);
		CU_ASSERT_EQUAL(job->faults.demand, guest.faults);
		CU_ASSERT_EQUAL(job->faults.compulsory, guest.compulsory);
		CU_ASSERT_EQUAL(job->faults.first_touch, guest.first_touches);
		compulsory += guest.compulsory;
		if (round % 3 == 2 && job->local_pages == job->footprint_pages) {
			CU_ASSERT_EQUAL(job->time_ps, job->base_ps);
			all_local++;
		}
		test_refs_free(&refs);
		run_result_free(&result);
	}
	CU_ASSERT(compulsory > 100 && all_local > 2);
}

/* ---- the backing store ---- */

enum { WRITTEN = 2000, LOCAL = 100, STEP_PS = 1000000 };

/* New pages, one each microsecond (at 1e9 instructions a second), all of them written. */
static void write_new_pages(const char *path)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_header header;
	struct trace_writer *writer;
	struct trace_ref ref = {.kind = TRACE_KIND(1, TRACE_DATA, 0)};
	struct err err = {""};

	unlink(path);
	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	for (ref.frame = 0; ref.frame < WRITTEN; ref.frame++) {
		ref.clock.insn += 1000;
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &ref, &err), 0);
	}
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &ref.clock, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

/*
 * How many writes are in the store's queue at a time: begun, and not completed. The i-th page to be evicted leaves when
 * page LOCAL + i is touched; the queue has `places`, and a write takes service_ps on the drive's link, then latency_ps.
 */
static uint64_t unwritten(int64_t at_ps, uint32_t places, int64_t service_ps, int64_t latency_ps)
{
	static int64_t done_ps[WRITTEN];
	int64_t free_ps = 0;
	uint64_t count = 0;

	for (uint32_t i = 0; i < WRITTEN - LOCAL; i++) {
		int64_t begin_ps = (int64_t)(LOCAL + i + 1) * STEP_PS;

		if (i >= places && done_ps[i - places] > begin_ps)
			begin_ps = done_ps[i - places];
		free_ps = (begin_ps > free_ps ? begin_ps : free_ps) + service_ps;
		done_ps[i] = free_ps + latency_ps;
		count += begin_ps < at_ps && at_ps < done_ps[i];
	}
	return count;
}

struct failure {
	int64_t gbps, at_us;
	uint32_t places;
};

/* In a child, because events need SimGrid. */
static void check_failure(const void *given)
{
	const struct failure *failure = given;
	int64_t service_ps = (4096 * 8 * 2000 / failure->gbps + 1) / 2;
	struct run_result result = {0};
	char yaml[TEXT];

	snprintf(yaml, sizeof(yaml),
		 "cpu: {ips: 1e9}\ncluster: {hypervisors: 2}\nfault: {buffer: 1000000}\n"
		 "donors: {backing: nvme, detect: 0s, write_latency: 16us, write_bandwidth: %" PRId64
		 "Gbps, store_queue: %" PRIu32 "}\nvms: [{trace: %s, local: %dKiB}]\nevents: [{at: %" PRId64
		 "ns, fail: 1}]\n",
		 failure->gbps, failure->places, test_path("new"), 4 * LOCAL, failure->at_us * 1000 + 500);
	CHECK(try_run(yaml, false, &result) == 0);
	CHECK(result.pages_lost ==
	      unwritten(failure->at_us * STEP_PS + STEP_PS / 2, failure->places, service_ps, 16000000));
	CHECK(result.jobs == 1 && !result.job[0].stopped);
}

/* A failing donor loses exactly the pages whose writes to the store have begun and not completed: those before are
 * read from there, and those that are still held at the host are written there alone. */
static void a_failure_loses_what_is_not_written(void)
{
	static const uint32_t places[] = {1, 7, 60, 1024};

	write_new_pages(test_path("new"));
	CU_ASSERT(unwritten(1000 * STEP_PS, 1024, 32768000, 16000000) > 800);
	for (size_t i = 0; i < 4; i++)
		for (int64_t gbps = 1; gbps <= 30; gbps += 7)
			for (int64_t at_us = 150; at_us < WRITTEN; at_us += 370) {
				const struct failure failure = {gbps, at_us, places[i]};

				CU_ASSERT_EQUAL(in_child(check_failure, &failure), 0);
			}
}

/* A job takes at least the time in which the store writes what its queue and the write-back buffer do not hold, and at
 * most that and all that it takes without a store. */
static void the_store_pushes_back(void)
{
	int64_t without_ps = 0;

	for (int64_t gbps = 0; gbps <= 6; gbps++) {
		char yaml[TEXT], store[80] = "none";
		struct run_result result;
		const struct job_result *job;
		int64_t written_ps = 0;

		if (gbps)
			snprintf(store, sizeof(store), "nvme, write_bandwidth: %" PRId64 "Gbps, store_queue: 16", gbps);
		snprintf(yaml, sizeof(yaml),
			 "fault: {buffer: 4}\ndonors: {backing: %s}\n"
			 "vms: [{trace: workloads/traces/sort-user.mvt, local: 15%%}]\n",
			 store);
		run(yaml, false, &result);
		job = &result.job[0];
		if (gbps)
			written_ps = ((int64_t)job->writebacks - 16 - 5) * (4096 * 8 * 1000 / gbps);
		else
			without_ps = job->time_ps;
		CU_ASSERT(job->time_ps >= written_ps);
		CU_ASSERT(job->time_ps <= written_ps + without_ps);
		CU_ASSERT(gbps != 1 || written_ps > 5 * without_ps); /* the store decides */
		run_result_free(&result);
	}
}

/* ---- until all have ended ---- */

/*
 * Two jobs over a slow link, the second much shorter. With `until: all` the first has the result that it has beside as
 * many runs of the second as it takes, and the second that of its first run.
 */
static void contention_lasts(void)
{
	static const char *const until[] = {"own", "all", "own"};
	static const int repeats[] = {1, 1, 60};
	struct run_result result[3];

	test_write_vm_trace(test_path("long"), 3, 6000, 150, 1, true);
	test_write_vm_trace(test_path("short"), 4, 300, 100, 1, false);
	for (int i = 0; i < 3; i++) {
		char yaml[TEXT];

		snprintf(yaml, sizeof(yaml),
			 "until: %s\ncluster: {hypervisors: 3}\nfabric: {bandwidth: 1Gbps}\n"
			 "donors: {placement: nearest}\nfault: {buffer: 2}\n"
			 "vms: [{name: a, trace: %s, local: 20%%}, {name: b, trace: %s, host: 1, local: 20%%, repeats: "
			 "%d}]\n",
			 until[i], test_path("long"), test_path("short"), repeats[i]);
		run(yaml, false, &result[i]);
	}
	CU_ASSERT(result[2].job[1].time_ps > result[2].job[0].time_ps); /* the second always runs beside the first */
	CU_ASSERT_EQUAL(result[1].job[0].time_ps, result[2].job[0].time_ps);
	CU_ASSERT_EQUAL(result[1].job[0].stall_ps[STALL_QUEUE], result[2].job[0].stall_ps[STALL_QUEUE]);
	CU_ASSERT(result[1].job[0].stall_ps[STALL_QUEUE] > 2 * result[0].job[0].stall_ps[STALL_QUEUE]);
	CU_ASSERT_EQUAL(result[1].job[1].time_ps, result[0].job[1].time_ps);
	CU_ASSERT_EQUAL(result[1].job[1].base_ps, result[0].job[1].base_ps);
	CU_ASSERT_EQUAL(result[1].job[1].faults.demand, result[0].job[1].faults.demand);
	CU_ASSERT_EQUAL(result[1].end_ps, result[1].job[0].time_ps);
	for (int i = 0; i < 3; i++)
		run_result_free(&result[i]);
}

CU_TestInfo donors_tests[] = {
	{"the youngest remote pages of all VMs begin in donors", the_youngest_begin_in_donors},
	{"an inclusive pool keeps what is fetched, an exclusive one does not", pools_keep_or_give_up},
	{"a failure loses what the store has not written", a_failure_loses_what_is_not_written},
	{"the store pushes back", the_store_pushes_back},
	{"jobs repeat until all have ended", contention_lasts},
	{"guests begin with the pages that vms.warm names", guests_begin_warm},
	{"equal guests fare alike", equal_guests_fare_alike},
	CU_TEST_INFO_NULL,
};
