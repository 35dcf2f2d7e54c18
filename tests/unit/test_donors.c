/* SPDX-License-Identifier: MIT */
/* What donors and local memories hold at the beginning, and what donors hold in either kind of pool. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "placement/placement.h"
#include "small_cluster.h"
#include "unit.h"

#define STORE UINT32_MAX /* the backing store, which the events call "store" */

enum { VMS = 4, PAGES = 220, TEXT = 1400 };

/* The donor of a VM's first fetch, by the events; STORE is the backing store. */
static uint32_t donor_of_fetch(const char *events, uint32_t vm)
{
	char name[16];
	const char *line;
	uint32_t donor = 0;

	snprintf(name, sizeof(name), ",vm%" PRIu32 ",", vm);
	line = strstr(events, name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	line = strchr(line + strlen(name), ',') + 1;
	if (strncmp(line, "store,", 6) == 0)
		return STORE;
	CU_ASSERT_EQUAL_FATAL(sscanf(line, "%" SCNu32, &donor), 1);
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
		test_write_touches(test_path((char[]){'v', 'm', (char)('0' + vm), '\0'}), opening->count[vm], touch,
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
		small_cluster_run(yaml, true, &result);
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
			 "donors: {placement: %s%s, backing: nvme, write_bandwidth: 100Gbps}\n"
			 "vms: [{trace: workloads/traces/sort-user.mvt, local: 25%%, count: 3}]\n",
			 placements[i]->name, strcmp(placements[i]->name, "multinode-lru") == 0 ? ", epoch: 1ms" : "");
		small_cluster_run(yaml, false, &result);
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
		small_cluster_run(yaml, false, &result);
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
		small_cluster_run(yaml, false, &result);
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

CU_TestInfo donors_tests[] = {
	{"the youngest remote pages of all VMs begin in donors", the_youngest_begin_in_donors},
	{"an inclusive pool keeps what is fetched, an exclusive one does not", pools_keep_or_give_up},
	{"guests begin with the pages that vms.warm names", guests_begin_warm},
	{"equal guests fare alike", equal_guests_fare_alike},
	CU_TEST_INFO_NULL,
};
