/* SPDX-License-Identifier: MIT */
/*
 * Compares guests of several virtual CPUs, in the cluster and live, with a naive reference that always handles the
 * earliest of a list of events. A virtual CPU that touches a page which another one is fetching waits until that page
 * is mapped, and then touches it again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cluster/cluster.h"
#include "fabric/transfer.h"
#include "files.h"
#include "live/live.h"
#include "trace/writer.h"
#include "unit.h"

enum { FRAMES = 300, VCPUS_MAX = 4, RECORDS_MAX = 4000, TRIALS = 80 };

struct trial {
	const char *trace;
	unsigned vcpus;
	struct refs refs;
	char yaml[700];
	int64_t before_ps, after_ps, latency_ps,
		transfer_ps; /* of a fetch: software before, after; latency; transfer */
	uint64_t ips, buffer;
	uint32_t local;
};

/* What is compared. */
struct outcome {
	int64_t time_ps, stall_ps[STALLS];
	uint64_t faults, first_touches, write_backs, in_flight;
};

/* ---- the naive reference ---- */

enum next_event { NOTHING, TOUCH, SEND, MAP };

struct naive_vcpu {
	enum next_event next; /* NOTHING: it waits for another virtual CPU's event, or has ended */
	int64_t at_ps, fault_ps, stall_ps;
	size_t record; /* of the whole trace */
	bool waits_page, waits_buffer;
};

struct naive {
	const struct trial *trial;
	struct {
		bool known, local, in_flight, dirty;
		uint64_t used; /* when it was touched last */
	} page[FRAMES];
	uint32_t local;
	uint64_t touches;
	struct naive_vcpu vcpu[VCPUS_MAX];
	int64_t link_free_ps, back_free_ps; /* the link to the guest; the link from it */
	int64_t written_ps[RECORDS_MAX];    /* when each write-back in flight arrives */
	size_t written, sent;               /* how many have arrived; how many were sent */
	struct outcome outcome;
};

static const struct trace_ref *current(const struct naive *naive, unsigned v)
{
	return &naive->trial->refs.ref[naive->vcpu[v].record];
}

/* The next record of this virtual CPU from `record` on; refs.count when there is none. */
static size_t find_record(const struct trial *trial, unsigned v, size_t record)
{
	while (record < trial->refs.count && TRACE_KIND_VCPU(trial->refs.ref[record].kind) != v)
		record++;
	return record;
}

static void naive_go_on(struct naive *naive, unsigned v, int64_t now_ps)
{
	const struct trial *trial = naive->trial;
	struct naive_vcpu *vcpu = &naive->vcpu[v];

	vcpu->stall_ps = now_ps - fault_clock_ps(current(naive, v)->clock, trial->ips);
	vcpu->record = find_record(trial, v, vcpu->record + 1);
	if (vcpu->record == trial->refs.count) {
		vcpu->next = NOTHING;
		naive->outcome.time_ps = now_ps > naive->outcome.time_ps ? now_ps : naive->outcome.time_ps;
		return;
	}
	vcpu->next = TOUCH;
	vcpu->at_ps = fault_clock_ps(current(naive, v)->clock, trial->ips) + vcpu->stall_ps;
}

static void naive_evict(struct naive *naive, int64_t now_ps)
{
	gfn victim = FRAMES;

	for (gfn page = 0; page < FRAMES; page++)
		if (naive->page[page].local && (victim == FRAMES || naive->page[page].used < naive->page[victim].used))
			victim = page;
	if (naive->page[victim].dirty) {
		int64_t start_ps = now_ps > naive->back_free_ps ? now_ps : naive->back_free_ps;

		naive->back_free_ps = start_ps + naive->trial->transfer_ps;
		naive->written_ps[naive->sent++] = naive->back_free_ps + naive->trial->latency_ps;
		naive->outcome.write_backs++;
	}
	naive->page[victim].local = naive->page[victim].in_flight = naive->page[victim].dirty = false;
	naive->local--;
}

static void naive_begin_fetch(struct naive *naive, unsigned v, int64_t now_ps)
{
	naive->vcpu[v].next = SEND;
	naive->vcpu[v].at_ps = now_ps + naive->trial->before_ps;
}

static void naive_touch(struct naive *naive, unsigned v, int64_t now_ps)
{
	const struct trace_ref *ref = current(naive, v);
	struct naive_vcpu *vcpu = &naive->vcpu[v];

	vcpu->next = NOTHING;
	vcpu->fault_ps = now_ps;
	vcpu->waits_page = naive->page[ref->frame].in_flight;
	if (vcpu->waits_page)
		return;
	if (!naive->page[ref->frame].local) {
		if (naive->local == naive->trial->local)
			naive_evict(naive, now_ps);
		naive->local++;
		naive->page[ref->frame].local = true;
		naive->page[ref->frame].in_flight = naive->page[ref->frame].known;
	}
	naive->page[ref->frame].used = ++naive->touches;
	naive->page[ref->frame].dirty |= ref->kind & TRACE_WRITE;
	if (naive->page[ref->frame].in_flight) {
		naive->outcome.faults++;
		vcpu->waits_buffer = naive->sent - naive->written > naive->trial->buffer;
		if (!vcpu->waits_buffer)
			naive_begin_fetch(naive, v, now_ps);
		return;
	}
	naive->outcome.first_touches += !naive->page[ref->frame].known;
	naive->page[ref->frame].known = true;
	naive_go_on(naive, v, now_ps);
}

static void naive_map(struct naive *naive, unsigned v, int64_t now_ps)
{
	gfn page = current(naive, v)->frame;

	naive->page[page].in_flight = false;
	naive_go_on(naive, v, now_ps);
	for (unsigned i = 0; i < naive->trial->vcpus; i++) {
		struct naive_vcpu *other = &naive->vcpu[i];

		if (!other->waits_page || current(naive, i)->frame != page)
			continue;
		naive->outcome.in_flight++;
		naive->outcome.stall_ps[STALL_IN_FLIGHT] += now_ps - other->fault_ps;
		other->waits_page = false;
		naive_touch(naive, i, now_ps);
	}
}

static void naive_happen(struct naive *naive, unsigned v)
{
	const struct trial *trial = naive->trial;
	struct naive_vcpu *vcpu = &naive->vcpu[v];
	int64_t now_ps = vcpu->at_ps, start_ps;

	switch (vcpu->next) {
	case TOUCH: naive_touch(naive, v, now_ps); break;
	case SEND:
		start_ps = now_ps > naive->link_free_ps ? now_ps : naive->link_free_ps;
		naive->link_free_ps = start_ps + trial->transfer_ps;
		naive->outcome.stall_ps[STALL_QUEUE] += start_ps - now_ps;
		naive->outcome.stall_ps[STALL_WIRE] += trial->latency_ps + trial->transfer_ps;
		vcpu->next = MAP;
		vcpu->at_ps = naive->link_free_ps + trial->latency_ps + trial->after_ps;
		break;
	case MAP: naive_map(naive, v, now_ps); break;
	case NOTHING: break;
	}
}

static void naive_written(struct naive *naive, int64_t now_ps)
{
	naive->written++;
	for (unsigned i = 0; i < naive->trial->vcpus; i++) {
		struct naive_vcpu *vcpu = &naive->vcpu[i];

		if (!vcpu->waits_buffer || naive->sent - naive->written > naive->trial->buffer)
			continue;
		vcpu->waits_buffer = false;
		naive->outcome.stall_ps[STALL_BUFFER] += now_ps - vcpu->fault_ps;
		naive_begin_fetch(naive, i, now_ps);
	}
}

static struct outcome naive_run(const struct trial *trial)
{
	struct naive *naive = calloc(1, sizeof(*naive));
	struct outcome outcome;

	naive->trial = trial;
	for (unsigned v = 0; v < trial->vcpus; v++) {
		struct naive_vcpu *vcpu = &naive->vcpu[v];

		vcpu->record = find_record(trial, v, 0);
		if (vcpu->record == trial->refs.count)
			continue;
		vcpu->next = TOUCH;
		vcpu->at_ps = fault_clock_ps(current(naive, v)->clock, trial->ips);
	}
	for (;;) {
		unsigned first = VCPUS_MAX;

		for (unsigned v = 0; v < trial->vcpus; v++)
			if (naive->vcpu[v].next != NOTHING &&
			    (first == VCPUS_MAX || naive->vcpu[v].at_ps < naive->vcpu[first].at_ps))
				first = v;
		if (naive->written < naive->sent &&
		    (first == VCPUS_MAX || naive->written_ps[naive->written] < naive->vcpu[first].at_ps))
			naive_written(naive, naive->written_ps[naive->written]);
		else if (first < VCPUS_MAX)
			naive_happen(naive, first);
		else
			break;
	}
	outcome = naive->outcome;
	free(naive);
	return outcome;
}

/* ---- the engines ---- */

static struct outcome outcome_of(const struct job_result *job)
{
	struct outcome outcome = {.time_ps = job->time_ps,
				  .faults = job->faults.demand,
				  .first_touches = job->faults.first_touch,
				  .write_backs = job->writebacks,
				  .in_flight = job->faults.in_flight};

	memcpy(outcome.stall_ps, job->stall_ps, sizeof(outcome.stall_ps));
	return outcome;
}

static struct outcome live_run(const struct trial *trial, const struct config *config)
{
	static struct live live;
	size_t record[VCPUS_MAX];
	int64_t stall_ps[VCPUS_MAX] = {0}, time_ps = 0;
	struct job_result job = {0};
	struct outcome outcome;
	struct err err = {""};

	CHECK(live_init(&live, config, FRAMES, trial->local, trial->vcpus, &err) == 0);
	CHECK(live_begin(&live, &err) == 0);
	for (unsigned v = 0; v < trial->vcpus; v++)
		record[v] = find_record(trial, v, 0);
	for (;;) {
		int64_t due_ps[VCPUS_MAX], first_ps = INT64_MAX, ps;
		unsigned first = VCPUS_MAX;
		bool waits[VCPUS_MAX], wait = false;

		for (unsigned v = 0; v < trial->vcpus; v++) {
			waits[v] = record[v] < trial->refs.count && live_is_waiting(&live, v);
			wait |= waits[v];
			if (waits[v] || record[v] == trial->refs.count)
				continue;
			due_ps[v] = fault_clock_ps(trial->refs.ref[record[v]].clock, trial->ips) + stall_ps[v];
			if (due_ps[v] < first_ps) {
				first = v;
				first_ps = due_ps[v];
			}
		}
		if (wait && live_next_ps(&live) < first_ps) {
			CHECK(live_advance(&live, live_next_ps(&live), &err) == 0);
			for (unsigned v = 0; v < trial->vcpus; v++) {
				if (!waits[v] || live_is_waiting(&live, v))
					continue;
				time_ps = live_resume_ps(&live, v) > time_ps ? live_resume_ps(&live, v) : time_ps;
				stall_ps[v] = live_resume_ps(&live, v) -
					      fault_clock_ps(trial->refs.ref[record[v]].clock, trial->ips);
				record[v] = find_record(trial, v, record[v] + 1);
			}
			continue;
		}
		if (first == VCPUS_MAX)
			break;
		CHECK(live_touch(&live,
				 &(struct live_touch){first, trial->refs.ref[record[first]].frame,
						      trial->refs.ref[record[first]].kind & TRACE_WRITE, first_ps},
				 &ps, &err) == 0);
		if (ps == LIVE_WAITS)
			continue;
		stall_ps[first] += ps;
		time_ps = first_ps + ps > time_ps ? first_ps + ps : time_ps;
		record[first] = find_record(trial, first, record[first] + 1);
	}
	CHECK(live_result(&live, &job, &err) == 0);
	job.time_ps = time_ps;
	outcome = outcome_of(&job);
	free(job.fetch_step);
	live_free(&live);
	return outcome;
}

static void compare(const char *engine, const struct outcome *is, const struct outcome *should)
{
	static const enum stall parts[] = {STALL_QUEUE, STALL_WIRE, STALL_BUFFER, STALL_IN_FLIGHT};

	CHECK(is->faults == should->faults);
	CHECK(is->first_touches == should->first_touches);
	CHECK(is->write_backs == should->write_backs);
	CHECK(is->in_flight == should->in_flight);
	CHECK(is->time_ps == should->time_ps);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		CHECK(is->stall_ps[parts[i]] == should->stall_ps[parts[i]]);
	if (child_wrong)
		fprintf(stderr, "%s: %llu faults, %llu waits in flight, %lld ps; the reference has %llu, %llu, %lld\n",
			engine, (unsigned long long)is->faults, (unsigned long long)is->in_flight,
			(long long)is->time_ps, (unsigned long long)should->faults,
			(unsigned long long)should->in_flight, (long long)should->time_ps);
}

static void try(const void *given)
{
	struct trial trial = *(const struct trial *)given;
	const struct cluster_options options = {.check = true};
	static struct config config;
	struct outcome should, is;
	struct run_result result;
	struct err err = {""};
	int status = config_read_text(&(struct config_text){"test", trial.yaml, strlen(trial.yaml)}, NULL, 0, &config,
				      &err);

	if (status == 0)
		status = cluster_run(&config, &options, &result, &err);
	CHECK(status == 0);
	if (status < 0) {
		fprintf(stderr, "%s\n%s\n", err.text, trial.yaml);
		return;
	}
	trial.local = (uint32_t)result.job[0].local_pages;
	should = naive_run(&trial);
	is = outcome_of(&result.job[0]);
	compare("simulated", &is, &should);
	is = live_run(&trial, &config);
	compare("live", &is, &should);
	if (child_wrong)
		fprintf(stderr, "%s\n", trial.yaml);
	run_result_free(&result);
	config_free(&config);
}

static void write_trace(const struct trial *trial)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_clock end[VCPUS_MAX] = {{0, 0}};
	struct trace_header header;
	struct trace_writer *writer;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	header.guest_bytes = FRAMES << TRACE_PAGE_SHIFT;
	header.vcpus = trial->vcpus;
	unlink(trial->trace);
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, trial->trace, &header, &options, &err), 0);
	for (size_t i = 0; i < trial->refs.count; i++) {
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &trial->refs.ref[i], &err), 0);
		end[TRACE_KIND_VCPU(trial->refs.ref[i].kind)] = trial->refs.ref[i].clock;
	}
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, end, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

/* All virtual CPUs mostly walk over the same pages, so that they often wait for the same page in flight. */
static void draw_refs(struct trial *trial, uint64_t *seed)
{
	uint64_t pages = 10 + test_below(seed, FRAMES - 10), far = 1 + test_below(seed, 20);
	struct trace_clock clock[VCPUS_MAX] = {{0, 0}};
	uint64_t at[VCPUS_MAX] = {0};

	trial->refs.count = 200 + test_below(seed, RECORDS_MAX - 200);
	trial->refs.ref = calloc(trial->refs.count, sizeof(*trial->refs.ref));
	CU_ASSERT_PTR_NOT_NULL_FATAL(trial->refs.ref);
	for (size_t i = 0; i < trial->refs.count; i++) {
		unsigned v = (unsigned)test_below(seed, trial->vcpus);

		at[v] = test_below(seed, far) ? (at[v] + 1) % pages : test_below(seed, pages);
		clock[v].insn += 1 + test_below(seed, test_below(seed, 4) ? 400 : 9000);
		clock[v].idle_ns += test_below(seed, 40) ? 0 : test_below(seed, 3000);
		trial->refs.ref[i] = (struct trace_ref){at[v], clock[v],
							TRACE_KIND(test_below(seed, 3) == 0, TRACE_DATA, v)};
	}
}

/* The instruction rate is not a round number, so that two events are hardly ever in the same picosecond. */
static void draw(struct trial *trial, uint64_t *seed)
{
	int exit_ns = (int)test_below(seed, 2) * 701, handler_ns = (int)test_below(seed, 2) * 303,
	    map_ns = (int)test_below(seed, 2) * 509, completion_ns = (int)test_below(seed, 2) * 97,
	    latency_ns = 2 * (50 + (int)test_below(seed, 5000));
	uint64_t bandwidth = 500 + test_below(seed, 50000);

	*trial = (struct trial){.trace = test_path("fault.mvt"),
				.vcpus = 2 + (unsigned)test_below(seed, VCPUS_MAX - 1),
				.before_ps = 1000 * (exit_ns + handler_ns),
				.after_ps = 1000 * (completion_ns + map_ns),
				.latency_ps = 1000 * latency_ns,
				.transfer_ps = transfer_ps(4096, 1000000 * bandwidth),
				.ips = 1000000007 + 1000 * test_below(seed, 999999),
				.buffer = 1 + test_below(seed, 4)};
	draw_refs(trial, seed);
	write_trace(trial);
	snprintf(trial->yaml, sizeof(trial->yaml),
		 "{cpu: {ips: %llu}, fault: {exit: %dns, handler: %dns, map: %dns, buffer: %d},"
		 " fabric: {latency: %dns, bandwidth: %dMbps, completion: %dns},"
		 " cluster: {hypervisors: 2, memory: 64MiB}, donors: {backing: none}, vms: [{trace: %s, local: %d%%}]}",
		 (unsigned long long)trial->ips, exit_ns, handler_ns, map_ns, (int)trial->buffer, latency_ns,
		 (int)bandwidth, completion_ns, trial->trace, (int)(10 + test_below(seed, 85)));
}

static void equals_the_naive_reference(void)
{
	uint64_t seed = 20261129;

	for (int i = 0; i < TRIALS; i++) {
		struct trial trial;

		draw(&trial, &seed);
		CU_ASSERT_EQUAL(in_child(try, &trial), 0);
		test_refs_free(&trial.refs);
	}
}

/*
 * Two virtual CPUs sweep the same pages, the second 100 ns after the first, and both wait for every page. After the
 * first fetch they resume at the same time, so the second one's waits are shorter by 100 ns in all.
 */
static void check_sweep(const void *given)
{
	const struct trial *trial = given;
	const struct cluster_options options = {.check = true};
	static struct config config;
	struct run_result result;
	struct err err = {""};

	CHECK(config_read_text(&(struct config_text){"test", trial->yaml, strlen(trial->yaml)}, NULL, 0, &config,
			       &err) == 0);
	CHECK(cluster_run(&config, &options, &result, &err) == 0);
	CHECK(result.job[0].faults.demand == 200);
	CHECK(result.job[0].faults.in_flight == 200);
	CHECK(result.job[0].time_ps == result.job[0].base_ps - 100000 + 200 * INT64_C(1227680));
	CHECK(result.job[0].stall_ps[STALL_IN_FLIGHT] == 200 * INT64_C(1227680) - 100000);
	run_result_free(&result);
	config_free(&config);
}

static void both_wait_for_every_page(void)
{
	struct trial trial = {.trace = test_path("sweep.mvt"),
			      .vcpus = 2,
			      .refs = {calloc(800, sizeof(struct trace_ref)), 800}};

	for (size_t i = 0; i < 400; i++)
		for (unsigned v = 0; v < 2; v++) /* 1 us a page at 1e9 instructions a second; 100 ns apart */
			trial.refs.ref[2 * i + v] = (struct trace_ref){i % 200,
								       {1000 * (i + 1) + 100 * v, 0},
								       TRACE_KIND(false, TRACE_DATA, v)};
	write_trace(&trial);
	snprintf(trial.yaml, sizeof(trial.yaml),
		 "{cpu: {ips: 1e9}, fabric: {latency: 900ns, bandwidth: 100Gbps}, donors: {backing: none},"
		 " cluster: {hypervisors: 2}, vms: [{trace: %s, local: 50%%}]}",
		 trial.trace);
	CU_ASSERT_EQUAL(in_child(check_sweep, &trial), 0);
	test_refs_free(&trial.refs);
}

struct evictions {
	page_id page[8];
	bool dirty[8];
	size_t count;
};

static void note_eviction(void *context, page_id page, bool dirty)
{
	struct evictions *evictions = context;

	evictions->page[evictions->count] = page;
	evictions->dirty[evictions->count++] = dirty;
}

/* An emulator may report writes and uses without touches, and that the guest has given a page back. */
static void reports_without_touches(void)
{
	struct evictions evictions = {.count = 0};
	struct local_config config = {.pages = 8,
				      .frames = 3,
				      .policy = policy_find("lru"),
				      .hooks = {.context = &evictions, .evicted = note_eviction}};
	struct local_memory memory;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(local_memory_init(&memory, &config, &err), 0);
	for (page_id page = 0; page < 3; page++)
		CU_ASSERT_EQUAL(local_memory_touch(&memory, page, false), TOUCH_FIRST);
	local_memory_mark_used(&memory, 0);
	local_memory_mark_dirty(&memory, 1);
	CU_ASSERT_TRUE(local_memory_is_dirty(&memory, 1) && !local_memory_is_dirty(&memory, 0));
	CU_ASSERT_EQUAL(local_memory_touch(&memory, 3, false), TOUCH_FIRST);
	CU_ASSERT_EQUAL(local_memory_touch(&memory, 4, false), TOUCH_FIRST);
	CU_ASSERT_EQUAL_FATAL(evictions.count, 2);
	CU_ASSERT_TRUE(evictions.page[0] == 1 && evictions.dirty[0]);
	CU_ASSERT_TRUE(evictions.page[1] == 2 && !evictions.dirty[1]);
	CU_ASSERT_EQUAL(memory.counts.write_backs, 1);
	CU_ASSERT_EQUAL(memory.counts.minor_faults, 0);
	local_memory_forget(&memory, 3);
	local_memory_forget(&memory, 1); /* remote: nothing to free */
	CU_ASSERT_EQUAL(local_memory_free_frames(&memory), 1);
	CU_ASSERT_FALSE(local_memory_is_known(&memory, 1) || local_memory_is_known(&memory, 3));
	CU_ASSERT_EQUAL(local_memory_touch(&memory, 1, true), TOUCH_FIRST);
	CU_ASSERT_EQUAL(evictions.count, 2);
	CU_ASSERT_EQUAL(local_memory_touch(&memory, 2, false), TOUCH_FAULT);
	CU_ASSERT_EQUAL_FATAL(evictions.count, 3);
	CU_ASSERT_EQUAL(evictions.page[2], 0);
	local_memory_free(&memory);
}

CU_TestInfo fault_tests[] = {
	{"several virtual CPUs equal the naive reference", equals_the_naive_reference},
	{"two virtual CPUs wait for each page of a sweep", both_wait_for_every_page},
	{"writes, uses and pages that are gone, without touches", reports_without_touches},
	CU_TEST_INFO_NULL,
};
