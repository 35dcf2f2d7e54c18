/* SPDX-License-Identifier: MIT */
/*
 * Compares the replay with a naive one: an array of structs, the reference string in memory, the future found by
 * searching forward. Both use the real policies and prefetchers, which have their own tests. This tests residency,
 * times, counters, the file, batches and threads.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/curve.h"
#include "policy_trial.h"
#include "replay/replay.h"
#include "trace/writer.h"
#include "traces.h"
#include "unit.h"

enum { PAGES_MAX = 300 };

struct naive_page {
	gfn frame;
	bool known, local, dirty, ahead, displaced, opening; /* opening: remote since the beginning */
	int64_t arrival_ps;
};

struct naive {
	const struct refs *refs;
	const struct replay_point *point;
	const struct fault_cost *cost;
	struct naive_page page[PAGES_MAX];
	gfn frame[PAGES_MAX];         /* by page, for a policy */
	uint32_t pages, used, frames; /* frames in use, and in all */
	page_id *id;                  /* by reference */
	size_t at;
	uint64_t next_use;
	void *policy, *prefetch;
	struct local_counts counts;
	int64_t stall_ps[2], owed_ps[2]; /* owed: completions of prefetches, for the next fault */
	uint64_t first_touches[2];
};

static uint64_t naive_next_use(const struct naive *naive, page_id page, size_t after)
{
	for (size_t i = after; i < naive->refs->count; i++)
		if (naive->id[i] == page)
			return i;
	return UINT64_MAX;
}

/* The remote pages that are used next, found by searching forward. */
static size_t naive_oracle(void *context, gfn *out, size_t n)
{
	struct naive *naive = context;
	size_t given = 0;

	for (size_t i = naive->at + 1; i < naive->refs->count && given < n; i++) {
		const struct naive_page *page = &naive->page[naive->id[i]];
		bool again = false;

		for (size_t j = 0; j < given; j++)
			again |= out[j] == page->frame;
		if (page->known && !page->local && !again)
			out[given++] = page->frame;
	}
	return given;
}

static void outcome(struct naive *naive, page_id page, enum prefetch_outcome what)
{
	if (naive->point->prefetch->on_outcome)
		naive->point->prefetch->on_outcome(naive->prefetch, naive->page[page].frame, what);
}

static void tell_dirty(struct naive *naive, page_id page)
{
	if (naive->point->policy->reclaim && naive->page[page].dirty)
		naive->point->policy->reclaim->dirtied(naive->policy, page);
}

/* The page's content goes to the store, unless it is there. */
static void naive_store(struct naive *naive, page_id page)
{
	naive->counts.write_backs += naive->page[page].dirty;
	if (naive->point->prefetch && naive->point->prefetch->on_stored)
		naive->point->prefetch->on_stored(naive->prefetch, naive->page[page].frame, naive->page[page].dirty);
	naive->page[page].dirty = false;
}

/* A page leaves; false when it is `keep`. */
static bool leaves(struct naive *naive, page_id victim, page_id keep)
{
	if (victim == keep) {
		naive->point->policy->fill(naive->policy, victim, FILL_TOUCH);
		tell_dirty(naive, victim);
		return false;
	}
	naive_store(naive, victim);
	if (naive->page[victim].ahead) {
		naive->counts.prefetch.unused++;
		outcome(naive, victim, PREFETCH_UNUSED);
	}
	naive->page[victim].local = naive->page[victim].dirty = naive->page[victim].ahead = false;
	naive->page[victim].displaced = keep != PAGE_NONE;
	return true;
}

/* Finds a frame for `page`; false when the victim would be `keep`. */
static bool room(struct naive *naive, page_id page, page_id keep)
{
	const struct policy_ops *policy = naive->point->policy;
	page_id victim, clean;
	uint32_t left;

	if (naive->used < naive->frames) {
		naive->used++;
		return true;
	}
	victim = policy->victim(naive->policy, page);
	if (!policy->reclaim)
		return leaves(naive, victim, keep);
	while ((clean = policy->reclaim->written(naive->policy)) != PAGE_NONE) {
		if (naive->page[clean].dirty)
			naive_store(naive, clean);
	}
	left = leaves(naive, victim, keep);
	while (policy->reclaim->more(naive->policy))
		left += leaves(naive, policy->victim(naive->policy, PAGE_NONE), keep);
	naive->used -= left > 0 ? left - 1 : 0;
	return left > 0;
}

static bool charges_late(const struct naive *naive)
{
	return naive->point->policy->reclaim && naive->point->policy->reclaim->charges_late(naive->policy);
}

/* Returns how many pages it has requested. */
static int64_t naive_prefetch(struct naive *naive, page_id page, int64_t now_ps)
{
	gfn wanted[PREFETCH_MAX];
	size_t n = naive->point->prefetch->on_fault(naive->prefetch, naive->page[page].frame, wanted);
	int64_t issued = 0;

	for (size_t i = 0; i < n; i++) {
		page_id ahead = 0;

		while (ahead < naive->pages && naive->page[ahead].frame != wanted[i])
			ahead++;
		if (ahead == naive->pages || !naive->page[ahead].known || naive->page[ahead].local)
			continue;
		if (!charges_late(naive) && !room(naive, ahead, page))
			break;
		now_ps += naive->cost->transfer_ps;
		naive->page[ahead].local = naive->page[ahead].ahead = true;
		naive->page[ahead].displaced = naive->page[ahead].opening = false;
		naive->page[ahead].arrival_ps = now_ps;
		naive->counts.prefetch.issued++;
		issued++;
		if (!charges_late(naive))
			naive->point->policy->fill(naive->policy, ahead, FILL_PREFETCH);
	}
	return issued;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A fetch, with its prefetches. Returns when the guest resumes. */
static int64_t naive_fetch(struct naive *naive, page_id page, int64_t begin_ps, unsigned vcpu)
{
	const struct fault_cost *cost = naive->cost;
	int64_t before_ps = cost->exit_ps + cost->handler_ps + cost->lookup_ps + cost->post_ps,
		after_ps = cost->completion_ps + cost->map_ps, sent_ps = begin_ps + naive->owed_ps[vcpu] + before_ps,
		arrival_ps = sent_ps + cost->demand_ps - before_ps - after_ps, issued = 0;

	naive->owed_ps[vcpu] = 0;
	if (naive->point->prefetch)
		issued = naive_prefetch(naive, page, arrival_ps);
	naive->owed_ps[vcpu] = issued * (cost->completion_ps + (cost->maps_on_arrival ? cost->map_ps : 0));
	return larger(arrival_ps, sent_ps + issued * cost->post_ps) + after_ps;
}

static void naive_touch(struct naive *naive)
{
	const struct trace_ref *ref = &naive->refs->ref[naive->at];
	page_id id = naive->id[naive->at];
	struct naive_page *page = &naive->page[id];
	unsigned vcpu = TRACE_KIND_VCPU(ref->kind);
	int64_t now_ps = fault_clock_ps(ref->clock, naive->cost->ips) + naive->stall_ps[vcpu];
	bool write = ref->kind & TRACE_WRITE;

	if (page->local && page->ahead) {
		bool late = page->arrival_ps > now_ps, traps = true, minor;

		if (charges_late(naive)) {
			room(naive, id, PAGE_NONE);
			naive->point->policy->fill(naive->policy, id, FILL_TOUCH);
		} else {
			traps = naive->point->policy->hit(naive->policy, id);
		}
		minor = !late && (traps || !naive->cost->maps_on_arrival);
		if (late) {
			int64_t ready_ps = now_ps + naive->owed_ps[vcpu] + naive->cost->exit_ps +
					   naive->cost->handler_ps + naive->cost->lookup_ps;

			naive->owed_ps[vcpu] = 0;
			naive->stall_ps[vcpu] += larger(ready_ps, page->arrival_ps) + naive->cost->map_ps - now_ps;
		}
		*(late ? &naive->counts.prefetch.late : &naive->counts.prefetch.used) += 1;
		naive->counts.minor_faults += minor;
		naive->stall_ps[vcpu] += minor ? naive->cost->minor_ps : 0;
		page->ahead = false;
		page->dirty = write;
		tell_dirty(naive, id);
		if (late || !naive->cost->maps_on_arrival)
			outcome(naive, id, late ? PREFETCH_LATE : PREFETCH_USED);
	} else if (page->local) {
		bool minor = naive->point->policy->hit(naive->policy, id);

		minor |= naive->point->policy->reclaim && write && !page->dirty;
		naive->counts.minor_faults += minor;
		naive->stall_ps[vcpu] += minor ? naive->cost->minor_ps : 0;
		page->dirty |= write;
		tell_dirty(naive, id);
	} else {
		room(naive, id, PAGE_NONE);
		naive->point->policy->fill(naive->policy, id, FILL_TOUCH);
		page->local = true;
		page->dirty = write || (naive->point->policy->reclaim && !page->known);
		tell_dirty(naive, id);
		if (!page->known) {
			page->known = true;
			naive->counts.first_touches++;
			naive->first_touches[vcpu]++;
			naive->stall_ps[vcpu] += naive->cost->first_ps;
			return;
		}
		naive->counts.faults++;
		naive->counts.prefetch.polluted += page->displaced;
		naive->counts.compulsory += page->opening;
		page->displaced = page->opening = false;
		naive->stall_ps[vcpu] += naive_fetch(naive, id, now_ps, vcpu) - now_ps;
	}
}

/* Numbers the pages as the writer does: the snapshot's pages first, then in the order of first touch. */
static void naive_number(struct naive *naive, const struct trace_snapshot_page *snapshot, uint32_t snapshot_pages)
{
	for (naive->pages = 0; naive->pages < snapshot_pages; naive->pages++)
		naive->page[naive->pages] = (struct naive_page){.frame = snapshot[naive->pages].frame,
								.known = true,
								.opening = true};
	naive->id = malloc((naive->refs->count + 1) * sizeof(*naive->id));
	for (size_t i = 0; i < naive->refs->count; i++) {
		page_id id = 0;

		while (id < naive->pages && naive->page[id].frame != naive->refs->ref[i].frame)
			id++;
		if (id == naive->pages)
			naive->page[naive->pages++].frame = naive->refs->ref[i].frame;
		naive->id[i] = id;
	}
}

/* What a trace holds. */
struct contents {
	struct refs refs;
	const struct trace_snapshot_page *snapshot;
	uint32_t snapshot_pages;
	struct trace_clock end[2]; /* of the two virtual CPUs */
};

static void naive_run(const struct contents *trace, struct replay_point *point, const struct fault_cost *cost,
		      uint64_t seed)
{
	const struct refs *refs = &trace->refs;
	const struct trace_snapshot_page *snapshot = trace->snapshot;
	uint32_t snapshot_pages = trace->snapshot_pages;
	struct naive *naive = calloc(1, sizeof(*naive));
	struct prefetch_future future = {naive, naive_oracle};
	struct policy_env policy_env = {
		.frames = point->frames, .seed = seed, .params = point->policy_params, .next_use = &naive->next_use};
	struct prefetch_env prefetch_env = {UINT64_C(1) << 22, point->prefetch_params, &future};
	struct err err;

	*naive = (struct naive){.refs = refs, .point = point, .cost = cost};
	naive_number(naive, snapshot, snapshot_pages);
	policy_env.pages = naive->pages;
	policy_env.frame = naive->frame;
	for (page_id page = 0; page < naive->pages; page++)
		naive->frame[page] = naive->page[page].frame;
	naive->policy = calloc(1, point->policy->state_size);
	CU_ASSERT_EQUAL_FATAL(point->policy->init(naive->policy, &policy_env, &err), 0);
	if (point->prefetch) {
		naive->prefetch = calloc(1, point->prefetch->state_size + 1);
		CU_ASSERT_EQUAL_FATAL(point->prefetch->init(naive->prefetch, &prefetch_env, &err), 0);
	}
	naive->frames = point->frames - policy_reserved(point->policy, point->policy_params);
	for (page_id page = 0; page < snapshot_pages; page++) {
		if (snapshot_pages - page > naive->frames) {
			if (naive->prefetch && point->prefetch->on_stored)
				point->prefetch->on_stored(naive->prefetch, naive->page[page].frame, false);
			continue;
		}
		naive->next_use = naive_next_use(naive, page, 0);
		naive->page[page].local = true;
		naive->page[page].opening = false;
		naive->page[page].dirty = snapshot[page].dirty_from && snapshot[page].dirty_from <= point->frames;
		naive->used++;
		point->policy->fill(naive->policy, page, FILL_SNAPSHOT);
		tell_dirty(naive, page);
	}
	for (naive->at = 0; naive->at < refs->count; naive->at++) {
		if (point->policy->needs_future)
			naive->next_use = naive_next_use(naive, naive->id[naive->at], naive->at + 1);
		naive_touch(naive);
	}
	point->counts = naive->counts;
	point->completion = (struct completion){0};
	for (int vcpu = 0; vcpu < 2; vcpu++) {
		struct completion *completion = &point->completion;
		int64_t base_ps = fault_clock_ps(trace->end[vcpu], cost->ips),
			time_ps = base_ps + naive->stall_ps[vcpu] + naive->owed_ps[vcpu];

		completion->time_ps = time_ps > completion->time_ps ? time_ps : completion->time_ps;
		completion->time_max_ps = base_ps > completion->time_max_ps ? base_ps : completion->time_max_ps;
		base_ps += cost->base_has_first ? (int64_t)naive->first_touches[vcpu] * cost->first_ps : 0;
		completion->base_ps = base_ps > completion->base_ps ? base_ps : completion->base_ps;
	}
	for (int vcpu = 0; vcpu < 2; vcpu++)
		point->completion.time_max_ps += naive->stall_ps[vcpu] + naive->owed_ps[vcpu];
	point->policy->destroy(naive->policy);
	if (point->prefetch && point->prefetch->destroy)
		point->prefetch->destroy(naive->prefetch);
	free(naive->policy);
	free(naive->prefetch);
	free(naive->id);
	free(naive);
}

static void write_trace(const char *path, const struct refs *refs, uint32_t k,
			const struct trace_snapshot_page *snapshot, uint32_t pages, struct trace_clock *end)
{
	struct trace_writer_options options = {.level = 1};
	struct trace_header header;
	struct trace_writer *writer;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	header.vcpus = 2;
	header.k = k;
	header.guest_bytes = UINT64_C(1) << 34; /* 2^22 frames */
	memset(end, 0, 2 * sizeof(*end));
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	CU_ASSERT_EQUAL(trace_writer_snapshot(writer, snapshot, pages, &err), 0);
	for (size_t i = 0; i < refs->count; i++) {
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &refs->ref[i], &err), 0);
		end[TRACE_KIND_VCPU(refs->ref[i].kind)] = refs->ref[i].clock;
	}
	end[1].idle_ns += 77;
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, end, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

/* The parameters of a policy, drawn from the seed; those of a prefetcher are its defaults. Valid while the test runs.
 */
static const void *policy_params(const struct policy_ops *policy, uint64_t *seed)
{
	static double storage[256][PARAMS_MAX];
	static size_t next;
	double *params = storage[next++ % 256];
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, test_random(seed), &err), 0);
	params_draw(policy, &rng, params);
	rng_free(&rng);
	return policy->option_count ? params : NULL;
}

static const void *prefetch_params(const struct prefetch_ops *prefetch)
{
	static uint64_t storage[256][PARAMS_MAX];
	static size_t next;
	const struct section section = {"", prefetch->options, prefetch->option_count, storage[next++ % 256]};
	struct err err;

	if (!prefetch->option_count)
		return NULL;
	CU_ASSERT_EQUAL_FATAL(option_defaults(&section, &err), 0);
	return section.at;
}

static bool same_answers(const struct replay_point *a, const struct replay_point *b)
{
	return memcmp(&a->counts, &b->counts, sizeof(a->counts)) == 0 &&
	       memcmp(&a->completion, &b->completion, sizeof(a->completion)) == 0;
}

struct range {
	struct replay_point point[256];
	size_t count;
};

/* Every policy without a prefetcher, every prefetcher under three policies, at a few sizes. */
static void every_point(struct range *range, uint64_t *seed, uint32_t footprint)
{
	range->count = 0;
	for (int i = 0; policies[i]; i++) {
		for (int j = -1; j < 0 || prefetchers[j]; j++) {
			struct replay_point *point = &range->point[range->count];

			if (j >= 0 && i % 4 != (int)(footprint % 4))
				break;
			*point = (struct replay_point){.policy = policies[i],
						       .prefetch = j < 0 ? NULL : prefetchers[j],
						       .frames = 1 + (uint32_t)test_below(seed, footprint)};
			point->policy_params = policy_params(policies[i], seed);
			if (j >= 0)
				point->prefetch_params = prefetch_params(prefetchers[j]);
			range->count++;
		}
	}
}

static void equals_the_naive_replay(void)
{
	const struct fault_cost ideal = {.ips = 2000000000,
					 .demand_ps = 1234567,
					 .transfer_ps = 327680,
					 .minor_ps = 5000},
				software = {.ips = 2000000000,
					    .demand_ps = 3064567,
					    .transfer_ps = 327680,
					    .minor_ps = 5000,
					    .first_ps = 7000,
					    .exit_ps = 701000,
					    .handler_ps = 303000,
					    .lookup_ps = 11000,
					    .post_ps = 209000,
					    .completion_ps = 97000,
					    .map_ps = 509000};
	char path[] = "/tmp/megavm-replay-XXXXXX";
	struct range *real = malloc(sizeof(*real)), *naive = malloc(sizeof(*naive));
	uint64_t seed = 11;

	close(mkstemp(path));
	for (int round = 0; round < 60; round++) {
		uint32_t pages = 2 + (uint32_t)test_below(&seed, 100),
			 snapshot_pages = round % 3 ? 0 : (uint32_t)test_below(&seed, 60);
		struct fault_cost cost = round % 4 ? software : ideal;
		struct replay_options options = {.eviction_seed = test_random(&seed),
						 .threads = 1 + round % 3,
						 .recorded_order = true};
		struct refs refs = test_refs(test_random(&seed), 1 + test_below(&seed, 1500), pages);
		struct trace_snapshot_page snapshot[60];
		struct trace_clock end[2];
		struct naive *count = calloc(1, sizeof(*count));
		struct err err = {""};
		bool same = true;

		cost.maps_on_arrival = round & 2;
		cost.base_has_first = round & 1;
		options.cost = cost;
		for (uint32_t i = 0; i < refs.count; i++) /* runs of neighbours, so that prefetchers find something */
			refs.ref[i].frame = refs.ref[i].frame * 3 % 311;
		for (uint32_t i = 0; i < snapshot_pages; i++)
			snapshot[i] = (struct trace_snapshot_page){i * 5, (uint32_t)test_below(&seed, 2 * pages)};
		write_trace(path, &refs, 0, snapshot, snapshot_pages, end);
		count->refs = &refs;
		naive_number(count, NULL, 0);
		every_point(real, &seed, count->pages);
		free(count->id);
		free(count);
		*naive = *real;
		CU_ASSERT_EQUAL_FATAL(replay(path, real->point, real->count, &options, &err), 0);
		for (size_t i = 0; i < real->count; i++) {
			naive_run(&(struct contents){refs, snapshot, snapshot_pages, {end[0], end[1]}},
				  &naive->point[i], &cost, options.eviction_seed);
			if (!same_answers(&real->point[i], &naive->point[i])) {
				same = false;
				printf("round %d: %s with %s at %u frames differs\n", round,
				       real->point[i].policy->name,
				       real->point[i].prefetch ? real->point[i].prefetch->name : "no prefetcher",
				       real->point[i].frames);
			}
		}
		CU_ASSERT_TRUE(same);
		test_refs_free(&refs);
	}
	unlink(path);
	free(real);
	free(naive);
}

/* Every prefetched page is used, late, unused, or still there at the end; the oracle never asks for a page that is not
 * used. */
static void prefetches_are_accounted_for(void)
{
	char path[] = "/tmp/megavm-replay-XXXXXX";
	struct refs refs = {malloc(20000 * sizeof(struct trace_ref)), 20000};
	struct replay_options options = {.cost = {2000000000, 1227680, 327680, 0},
					 .threads = 2,
					 .recorded_order = true};
	struct replay_point point[16] = {{0}};
	struct trace_clock end[2];
	struct err err;
	size_t count = 0;

	for (size_t i = 0; i < refs.count; i++) /* a sweep over 500 pages, 1 us apart */
		refs.ref[i] = (struct trace_ref){i % 500, {2000 * i, 0}, TRACE_KIND(0, TRACE_DATA, 0)};
	close(mkstemp(path));
	write_trace(path, &refs, 0, NULL, 0, end);
	for (; prefetchers[count]; count++)
		point[count] = (struct replay_point){.policy = policy_find("lru"),
						     .prefetch = prefetchers[count],
						     .frames = 100,
						     .prefetch_params = prefetch_params(prefetchers[count])};
	CU_ASSERT_EQUAL_FATAL(replay(path, point, count, &options, &err), 0);
	for (size_t i = 0; i < count; i++) {
		const struct local_counts *counts = &point[i].counts;
		uint64_t ended = counts->prefetch.used + counts->prefetch.late + counts->prefetch.unused;

		CU_ASSERT_TRUE(counts->prefetch.issued >= ended && counts->prefetch.issued - ended <= 100);
		CU_ASSERT_EQUAL(counts->first_touches, 500);
		CU_ASSERT_EQUAL(counts->faults + counts->prefetch.used + counts->prefetch.late,
				19500); /* LRU keeps no page of a longer sweep until its next use */
		if (strcmp(point[i].prefetch->name, "none") == 0) {
			CU_ASSERT_EQUAL(counts->faults, 19500);
			CU_ASSERT_EQUAL(point[i].completion.time_ps - point[i].completion.base_ps,
					19500 * options.cost.demand_ps);
		} else if (strcmp(point[i].prefetch->name, "oracle") == 0) {
			CU_ASSERT_EQUAL(counts->prefetch.unused, 0);
			CU_ASSERT_TRUE(counts->faults < 19500 / 8 + 10);
		} else if (strcmp(point[i].prefetch->name, "next-n") == 0) {
			CU_ASSERT_TRUE(counts->faults < 19500 / 8 + 200);
		}
	}
	unlink(path);
	test_refs_free(&refs);
}

/* A replay of LRU at a size gives the same as the one-pass curve at that size: the counts, and the completion time of
 * two virtual CPUs to the picosecond. */
static void lru_equals_the_curve_at_every_size(void)
{
	const struct trace_reader_options reading = {0};
	char path[] = "/tmp/megavm-replay-XXXXXX";
	uint64_t seed = 31;

	close(mkstemp(path));
	for (int round = 0; round < 40; round++) {
		struct replay_options options = {.cost = {1900000000, 1227680, 327680, 0},
						 .threads = 2,
						 .recorded_order = true};
		struct refs refs = test_refs(test_random(&seed), 1 + test_below(&seed, 3000),
					     1 + (uint32_t)test_below(&seed, 150));
		struct trace_snapshot_page snapshot[40];
		uint32_t snapshot_pages = round % 2 ? 40 : 0, footprint, k = round % 3 ? 0 : 7;
		struct replay_point *point;
		struct trace_reader *reader;
		struct trace_clock end[2];
		struct curve_counts counts;
		struct curve curve;
		struct err err = {""};

		for (uint32_t i = 0; i < snapshot_pages;
		     i++) /* dirty only in memories from which no touch has evicted the page */
			snapshot[i] = (struct trace_snapshot_page){
				i * 977, test_below(&seed, 2) ? 40 - i + (uint32_t)test_below(&seed, 30) : 0};
		write_trace(path, &refs, k, snapshot, snapshot_pages, end);
		CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, path, &reading, &err), 0);
		footprint = (uint32_t)trace_reader_totals(reader)->footprint;
		CU_ASSERT_EQUAL_FATAL(curve_read(&curve, reader, NULL, NULL, &err), 0);
		counts = curve_counts(&curve);
		point = calloc(footprint + 1, sizeof(*point));
		for (uint32_t frames = k ? k : 1; frames <= footprint; frames++)
			point[frames] = (struct replay_point){.policy = policy_find("lru"), .frames = frames};
		if (footprint >= (k ? k : 1))
			CU_ASSERT_EQUAL_FATAL(
				replay(path, point + (k ? k : 1), footprint - (k ? k : 1) + 1, &options, &err), 0);
		for (uint32_t frames = k ? k : 1; frames <= footprint; frames++) {
			int64_t time_ps = 0;

			for (unsigned vcpu = 0; vcpu < 2; vcpu++) {
				int64_t ends = fault_clock_ps(end[vcpu], options.cost.ips) +
					       (int64_t)curve_faults_of(&curve, &counts, vcpu, frames) *
						       options.cost.demand_ps;

				time_ps = ends > time_ps ? ends : time_ps;
			}
			CU_ASSERT_EQUAL(point[frames].counts.faults, curve.faults[frames]);
			CU_ASSERT_EQUAL(point[frames].counts.write_backs, curve.write_backs[frames]);
			CU_ASSERT_EQUAL(point[frames].counts.first_touches, curve.first_touches);
			CU_ASSERT_EQUAL(point[frames].counts.compulsory, curve.compulsory[frames]);
			CU_ASSERT_EQUAL(point[frames].completion.time_ps, time_ps);
		}
		free(point);
		curve_free(&curve);
		trace_reader_close(reader);
		test_refs_free(&refs);
	}
	unlink(path);
}

/* Replays a sweep over 2 pages in 1 frame: every reference but the first two is a fault. */
static int replay_sweep(const char *path, uint64_t faults, const struct replay_options *options,
			struct replay_point *point, struct err *err)
{
	struct refs refs = {calloc(faults + 2, sizeof(*refs.ref)), faults + 2};
	struct trace_clock end[2];

	for (size_t i = 0; i < refs.count; i++)
		refs.ref[i] = (struct trace_ref){i % 2, {i, 0}, TRACE_KIND(0, TRACE_DATA, 0)};
	write_trace(path, &refs, 0, NULL, 0, end);
	test_refs_free(&refs);
	point->frames = 1;
	return replay(path, point, 1, options, err);
}

/* 9158 fetches of 1000 s take 106.0 days, to the day that still fits; one more is refused, with and without a
 * prefetcher. Sums in 64 bits alone would begin again at 9224. */
static void long_runs_are_refused(void)
{
	static const struct {
		uint64_t faults;
		bool fits;
	} cases[] = {{9158, true}, {9159, false}, {9300, false}, {20000, false}};
	const struct replay_options options = {.cost = {2000000000, INT64_C(1000000000000000), 1, 1}, .threads = 1};
	char path[] = "/tmp/megavm-replay-XXXXXX";
	char text[300];

	close(mkstemp(path));
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t faults = cases[i / 2].faults;
		struct replay_point point = {.policy = policy_find("lru"),
					     .prefetch = i % 2 ? prefetch_find("none") : NULL};
		struct err err = {""};
		int status = replay_sweep(path, faults, &options, &point, &err);

		if (cases[i / 2].fits) {
			CU_ASSERT_EQUAL(status, 0);
			CU_ASSERT_EQUAL(point.completion.time_ps - point.completion.base_ps,
					(int64_t)faults * options.cost.demand_ps);
			continue;
		}
		snprintf(text, sizeof(text), "%s: lru with 1 pages local: the job takes more than 106 days", path);
		CU_ASSERT_EQUAL(status, ERR_FAILED);
		CU_ASSERT_EQUAL(strncmp(err.text, text, strlen(text)), 0);
	}
	unlink(path);
}

/* No policy has fewer faults than OPT in a replay of an unfiltered trace. */
static void opt_is_the_bound(void)
{
	char path[] = "/tmp/megavm-replay-XXXXXX";
	uint64_t seed = 77;

	close(mkstemp(path));
	for (int round = 0; round < 30; round++) {
		struct replay_options options = {
			.cost = {2000000000, 1, 1, 1}, .eviction_seed = 5, .threads = 2, .recorded_order = true};
		struct refs refs = test_refs(test_random(&seed), 4000, 50);
		struct replay_point point[32] = {{0}};
		uint32_t frames = 1 + (uint32_t)test_below(&seed, 30);
		struct trace_clock end[2];
		uint64_t opt = 0;
		struct err err = {""};
		size_t count = 0;

		for (size_t i = 0; i < refs.count; i++)
			refs.ref[i].frame = i < 50 ? i : refs.ref[i].frame % 50;
		write_trace(path, &refs, 0, NULL, 0, end);
		for (; policies[count]; count++)
			point[count] = (struct replay_point){.policy = policies[count],
							     .frames = frames,
							     .policy_params = policy_params(policies[count], &seed)};
		CU_ASSERT_EQUAL_FATAL(replay(path, point, count, &options, &err), 0);
		for (size_t i = 0; i < count; i++)
			opt = strcmp(policies[i]->name, "opt") == 0 ? point[i].counts.faults : opt;
		for (size_t i = 0; i < count; i++)
			CU_ASSERT_TRUE(point[i].counts.faults >= opt);
		test_refs_free(&refs);
	}
	unlink(path);
}

static void mistakes_in_use(void)
{
	char path[] = "/tmp/megavm-replay-XXXXXX", text[300];
	struct refs refs = test_refs(5, 2000, 200);
	struct replay_options options = {.cost = {2000000000, 1, 1, 1}, .threads = 1};
	struct replay_point point = {.policy = policy_find("lru"), .frames = 63};
	struct trace_clock end[2];
	struct err err;

	close(mkstemp(path));
	for (size_t i = 0; i < refs.count; i++)
		refs.ref[i].frame = i % 200;
	write_trace(path, &refs, 64, NULL, 0, end);
	CU_ASSERT_EQUAL(replay(path, &point, 1, &options, &err), ERR_USAGE);
	snprintf(text, sizeof(text),
		 "%s: a local size of 63 pages: allowed are 64 (K, to which the trace is filtered) to 200, the "
		 "footprint",
		 path);
	CU_ASSERT_STRING_EQUAL(err.text, text);
	point.frames = 201;
	CU_ASSERT_EQUAL(replay(path, &point, 1, &options, &err), ERR_USAGE);
	point.frames = 0;
	CU_ASSERT_EQUAL(replay(path, &point, 1, &options, &err), ERR_USAGE);
	refs.count = 0;
	write_trace(path, &refs, 0, NULL, 0, end);
	CU_ASSERT_EQUAL(replay(path, &point, 1, &options, &err), ERR_FAILED);
	snprintf(text, sizeof(text), "%s: an empty trace: it has no records", path);
	CU_ASSERT_STRING_EQUAL(err.text, text);
	unlink(path);
	test_refs_free(&refs);
}

CU_TestInfo replay_tests[] = {
	{"equals the naive replay, every policy and prefetcher", equals_the_naive_replay},
	{"prefetches are accounted for", prefetches_are_accounted_for},
	{"LRU equals the curve at every size", lru_equals_the_curve_at_every_size},
	{"runs of more than 106 days are refused", long_runs_are_refused},
	{"OPT is the bound", opt_is_the_bound},
	{"mistakes in use", mistakes_in_use},
	CU_TEST_INFO_NULL,
};
