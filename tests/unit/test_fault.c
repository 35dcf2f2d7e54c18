/* SPDX-License-Identifier: MIT */
/*
 * Compares guests of several virtual CPUs, in the cluster and live, with a naive reference that always handles the
 * earliest of a list of events. A virtual CPU that touches a page which another one is fetching traps and waits until
 * that page is mapped; when it was evicted meanwhile, it touches the page again. A first touch traps as well. Whoever
 * evicts a dirty page waits until the write-back buffer has a place.
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

enum { FRAMES = 300, VCPUS_MAX = 4, HANDLERS_MAX = 3, RECORDS_MAX = 4000, TRIALS = 80 };

struct trial {
	const char *trace;
	unsigned vcpus;
	struct refs refs;
	char yaml[700];
	int64_t exit_ps, handler_ps, completion_ps, map_ps, latency_ps, transfer_ps, request_ps;
	int64_t busy_ps;   /* of a handler, by a fetch */
	unsigned handlers; /* 0: none are needed */
	uint64_t ips, buffer;
	uint32_t local;
};

/* What is compared. */
struct outcome {
	int64_t time_ps, stall_ps[STALLS];
	uint64_t faults, first_touches, write_backs, in_flight;
};

/* ---- the naive reference ---- */

enum next_event { NOTHING, TOUCH, SEND, ANSWER, MAP };

struct naive_vcpu {
	enum next_event next; /* NOTHING: it waits for another virtual CPU's event, or has ended */
	int64_t at_ps, fault_ps, stall_ps;
	size_t record;                          /* of the whole trace */
	bool waits_page, waits_buffer, fetches; /* the last: its touch needs a fetch, otherwise it is a first touch */
	size_t must_be_written;                 /* while it waits for the buffer */
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
	int64_t handler_free_ps[HANDLERS_MAX];
	int64_t link_free_ps, back_free_ps; /* the link to the guest; the link from it */
	int64_t written_ps[RECORDS_MAX];    /* when each write-back in flight arrives */
	size_t written, sent, begun;        /* how many have arrived; are on their way; were evicted */
	int64_t begun_ps; /* when those that are not sent yet were evicted: after the requests of then */
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
		naive->begun++;
		naive->begun_ps = now_ps;
		naive->outcome.write_backs++;
	}
	naive->page[victim].local = naive->page[victim].in_flight = naive->page[victim].dirty = false;
	naive->local--;
}

static void naive_send_write_back(struct naive *naive)
{
	int64_t now_ps = naive->begun_ps, start_ps = now_ps > naive->back_free_ps ? now_ps : naive->back_free_ps;

	naive->back_free_ps = start_ps + naive->trial->transfer_ps;
	naive->written_ps[naive->sent++] = naive->back_free_ps + naive->trial->latency_ps;
}

/* How long a fetch waits that reaches the handlers at at_ps. */
static int64_t naive_wait_for_handler(struct naive *naive, int64_t at_ps)
{
	int64_t *first = naive->handler_free_ps, start_ps;

	if (!naive->trial->handlers)
		return 0;
	for (unsigned i = 1; i < naive->trial->handlers; i++)
		if (naive->handler_free_ps[i] < *first)
			first = &naive->handler_free_ps[i];
	start_ps = *first > at_ps ? *first : at_ps;
	*first = start_ps + naive->trial->busy_ps;
	naive->outcome.stall_ps[STALL_HANDLER_QUEUE] += start_ps - at_ps;
	return start_ps - at_ps;
}

static void naive_handle(struct naive *naive, unsigned v, int64_t now_ps)
{
	const struct trial *trial = naive->trial;
	struct naive_vcpu *vcpu = &naive->vcpu[v];

	vcpu->next = vcpu->fetches ? SEND : MAP;
	if (vcpu->fetches)
		now_ps += naive_wait_for_handler(naive, now_ps + trial->exit_ps);
	vcpu->at_ps = now_ps + trial->exit_ps + trial->handler_ps + (vcpu->fetches ? 0 : trial->map_ps);
}

static void naive_touch(struct naive *naive, unsigned v, int64_t now_ps)
{
	const struct trace_ref *ref = current(naive, v);
	struct naive_vcpu *vcpu = &naive->vcpu[v];
	size_t begun = naive->begun;
	bool handled = !naive->page[ref->frame].local;

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
		naive->page[ref->frame].in_flight = true;
	}
	naive->page[ref->frame].used = ++naive->touches;
	naive->page[ref->frame].dirty |= ref->kind & TRACE_WRITE;
	if (!handled) {
		naive_go_on(naive, v, now_ps);
		return;
	}
	vcpu->fetches = naive->page[ref->frame].known;
	naive->outcome.faults += vcpu->fetches;
	naive->outcome.first_touches += !vcpu->fetches;
	naive->page[ref->frame].known = true;
	vcpu->must_be_written = naive->begun > naive->trial->buffer ? naive->begun - naive->trial->buffer : 0;
	vcpu->waits_buffer = naive->begun > begun && naive->written < vcpu->must_be_written;
	if (!vcpu->waits_buffer)
		naive_handle(naive, v, now_ps);
}

/* Another virtual CPU's page has been mapped. */
static void naive_end_wait(struct naive *naive, unsigned v, int64_t now_ps)
{
	const struct trial *trial = naive->trial;
	struct naive_vcpu *vcpu = &naive->vcpu[v];
	int64_t ready_ps = vcpu->fault_ps + trial->exit_ps + trial->handler_ps;
	gfn page = current(naive, v)->frame;

	vcpu->waits_page = false;
	if (!naive->page[page].local) {
		naive->outcome.stall_ps[STALL_IN_FLIGHT] += now_ps - vcpu->fault_ps;
		naive_touch(naive, v, now_ps);
		return;
	}
	naive->page[page].used = ++naive->touches;
	naive->page[page].dirty |= current(naive, v)->kind & TRACE_WRITE;
	naive->outcome.in_flight++;
	naive->outcome.stall_ps[STALL_IN_FLIGHT] += now_ps > ready_ps ? now_ps - ready_ps : 0;
	naive_go_on(naive, v, (now_ps > ready_ps ? now_ps : ready_ps) + trial->map_ps);
}

static void naive_map(struct naive *naive, unsigned v, int64_t now_ps)
{
	gfn page = current(naive, v)->frame;

	naive->page[page].in_flight = false;
	naive_go_on(naive, v, now_ps);
	for (unsigned i = 0; i < naive->trial->vcpus; i++) {
		struct naive_vcpu *other = &naive->vcpu[i];

		if (other->waits_page && current(naive, i)->frame == page)
			naive_end_wait(naive, i, now_ps);
	}
}

static void naive_happen(struct naive *naive, unsigned v)
{
	const struct trial *trial = naive->trial;
	struct naive_vcpu *vcpu = &naive->vcpu[v];
	int64_t now_ps = vcpu->at_ps, start_ps, there_ps = trial->latency_ps / 2;

	if (trial->request_ps > there_ps)
		there_ps = trial->request_ps;
	switch (vcpu->next) {
	case TOUCH: naive_touch(naive, v, now_ps); break;
	case SEND: /* the request, after the write-backs that were sent before */
		start_ps = now_ps > naive->back_free_ps ? now_ps : naive->back_free_ps;
		naive->back_free_ps = start_ps + trial->request_ps;
		naive->outcome.stall_ps[STALL_QUEUE] += start_ps - now_ps;
		naive->outcome.stall_ps[STALL_WIRE] += there_ps;
		vcpu->next = ANSWER;
		vcpu->at_ps = start_ps + there_ps;
		break;
	case ANSWER:
		start_ps = now_ps > naive->link_free_ps ? now_ps : naive->link_free_ps;
		naive->link_free_ps = start_ps + trial->transfer_ps;
		naive->outcome.stall_ps[STALL_QUEUE] += start_ps - now_ps;
		naive->outcome.stall_ps[STALL_WIRE] += trial->latency_ps - trial->latency_ps / 2 + trial->transfer_ps;
		vcpu->next = MAP;
		vcpu->at_ps = naive->link_free_ps + trial->latency_ps - trial->latency_ps / 2 + trial->completion_ps +
			      trial->map_ps;
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

		if (!vcpu->waits_buffer || naive->written < vcpu->must_be_written)
			continue;
		vcpu->waits_buffer = false;
		naive->outcome.stall_ps[STALL_BUFFER] += now_ps - vcpu->fault_ps;
		naive_handle(naive, i, now_ps);
	}
}

static struct outcome naive_run(const struct trial *trial)
{
	struct naive *naive = calloc(1, sizeof(*naive));
	struct outcome outcome;
	int64_t traps;

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
		if (naive->sent < naive->begun && (first == VCPUS_MAX || naive->vcpu[first].at_ps > naive->begun_ps))
			naive_send_write_back(naive);
		else if (naive->written < naive->sent &&
			 (first == VCPUS_MAX || naive->written_ps[naive->written] < naive->vcpu[first].at_ps))
			naive_written(naive, naive->written_ps[naive->written]);
		else if (first < VCPUS_MAX)
			naive_happen(naive, first);
		else
			break;
	}
	outcome = naive->outcome;
	traps = (int64_t)(outcome.faults + outcome.in_flight);
	outcome.stall_ps[STALL_EXIT] = traps * trial->exit_ps;
	outcome.stall_ps[STALL_HANDLER] = traps * trial->handler_ps;
	outcome.stall_ps[STALL_MAP] = traps * trial->map_ps;
	outcome.stall_ps[STALL_COMPLETION] = (int64_t)outcome.faults * trial->completion_ps;
	outcome.stall_ps[STALL_FIRST] = (int64_t)outcome.first_touches *
					(trial->exit_ps + trial->handler_ps + trial->map_ps);
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

	CHECK(live_init(&live, config, &(struct live_guest){FRAMES, trial->local, trial->vcpus, NULL}, &err) == 0);
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
			ps = LIVE_WAITS;
		} else if (first < VCPUS_MAX) {
			CHECK(live_touch(&live,
					 &(struct live_touch){first, trial->refs.ref[record[first]].frame,
							      trial->refs.ref[record[first]].kind & TRACE_WRITE,
							      first_ps},
					 &ps, &err) == 0);
		} else {
			break;
		}
		for (unsigned v = 0; v < trial->vcpus; v++) {
			if (!waits[v] || live_is_waiting(&live, v))
				continue;
			time_ps = live_resume_ps(&live, v) > time_ps ? live_resume_ps(&live, v) : time_ps;
			stall_ps[v] = live_resume_ps(&live, v) -
				      fault_clock_ps(trial->refs.ref[record[v]].clock, trial->ips);
			record[v] = find_record(trial, v, record[v] + 1);
		}
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
	CHECK(is->faults == should->faults);
	CHECK(is->first_touches == should->first_touches);
	CHECK(is->write_backs == should->write_backs);
	CHECK(is->in_flight == should->in_flight);
	CHECK(is->time_ps == should->time_ps);
	for (int part = 0; part < STALLS; part++)
		CHECK(is->stall_ps[part] == should->stall_ps[part]);
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
	    latency_ns = 100 + (int)test_below(seed, 10000);
	uint64_t bandwidth = 500 + test_below(seed, 50000), request = 1 + bandwidth % 300;
	unsigned handlers = (unsigned)test_below(seed, HANDLERS_MAX + 1),
		 capacity = 100000 + (unsigned)test_below(seed, 2000000);

	*trial = (struct trial){.trace = test_path("fault.mvt"),
				.vcpus = 2 + (unsigned)test_below(seed, VCPUS_MAX - 1),
				.exit_ps = 1000 * exit_ns,
				.handler_ps = 1000 * handler_ns,
				.completion_ps = 1000 * completion_ns,
				.map_ps = 1000 * map_ns,
				.busy_ps = 1000000000000 / capacity,
				.handlers = handlers,
				.latency_ps = 1000 * latency_ns,
				.transfer_ps = transfer_ps(4096, 1000000 * bandwidth),
				.request_ps = transfer_ps(request, 1000000 * bandwidth),
				.ips = 1000000007 + 1000 * test_below(seed, 999999),
				.buffer = 1 + test_below(seed, 4)};
	draw_refs(trial, seed);
	write_trace(trial);
	snprintf(trial->yaml, sizeof(trial->yaml),
		 "{cpu: {ips: %llu}, fault: {exit: %dns, handler: %dns, map: %dns, buffer: %d, handlers: %u, capacity: "
		 "%u},"
		 " fabric: {latency: %dns, bandwidth: %dMbps, completion: %dns, request: %dB},"
		 " cluster: {hypervisors: 2, memory: 64MiB}, donors: {backing: none}, vms: [{trace: %s, local: %d%%}]}",
		 (unsigned long long)trial->ips, exit_ns, handler_ns, map_ns, (int)trial->buffer,
		 handlers ? handlers : 1, handlers ? capacity : 0, latency_ns, (int)bandwidth, completion_ns,
		 (int)request, trial->trace, (int)(10 + test_below(seed, 85)));
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

/* One virtual CPU: new pages written once, or a sweep that comes back to its pages. */
struct stream {
	char yaml[600];
	int64_t step_ps;            /* between two touches */
	uint64_t pages, prefetched; /* prefetched: at least so many */
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Runs a configuration of one VM; the caller frees the result. */
static struct job_result *run_stream(const char *yaml, struct config *config, struct run_result *result)
{
	const struct cluster_options options = {.check = true};
	struct err err = {""};

	CHECK(config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, config, &err) == 0);
	CHECK(cluster_run(config, &options, result, &err) == 0);
	CHECK(*err.text == '\0');
	return &result->job[0];
}

static int64_t all_stalls_ps(const struct job_result *job)
{
	int64_t sum_ps = 0;

	for (int part = 0; part < STALLS; part++)
		sum_ps += job->stall_ps[part];
	return sum_ps;
}

/*
 * The n-th eviction's write-back goes on the link when the one before has left it, and arrives a latency after it has
 * left. The touch goes on when all but `buffer` write-backs, its own included, have arrived.
 */
static int64_t new_pages_end_ps(const struct config *config, uint64_t pages, uint64_t local, int64_t step_ps)
{
	int64_t transfer = transfer_ps(4096, config->fabric.bandwidth_bps), free_ps = 0,
		now_ps = (int64_t)local * step_ps;
	int64_t *arrival_ps = calloc(pages, sizeof(*arrival_ps));

	for (uint64_t n = 0; n < pages - local; n++) {
		now_ps += step_ps;
		free_ps = later(free_ps, now_ps) + transfer;
		arrival_ps[n] = free_ps + config->fabric.latency_ps;
		if (n >= config->fault.buffer)
			now_ps = later(now_ps, arrival_ps[n - config->fault.buffer]);
	}
	free(arrival_ps);
	return now_ps;
}

static void check_new_pages(const void *given)
{
	const struct stream *stream = given;
	static struct config config;
	struct run_result result;
	const struct job_result *job = run_stream(stream->yaml, &config, &result);
	uint64_t evicted = stream->pages - job->local_pages;

	CHECK(job->faults.first_touch == stream->pages && job->faults.demand == 0 && job->writebacks == evicted);
	CHECK(job->time_ps == new_pages_end_ps(&config, stream->pages, job->local_pages, stream->step_ps));
	CHECK(job->stall_ps[STALL_BUFFER] == job->time_ps - job->base_ps);
	if (config.fault.buffer >= 16) { /* enough to keep the link busy: its bandwidth alone decides */
		int64_t link_ps = (int64_t)evicted * transfer_ps(4096, config.fabric.bandwidth_bps);

		CHECK(llabs(job->time_ps - link_ps) < link_ps / 50);
	}
	run_result_free(&result);
	config_free(&config);
}

/* A page written once in each 100 ns: 40.96 Gbit/s times eight. */
static void new_pages_wait_for_the_buffer(void)
{
	static const char *const bandwidths[] = {"100Gbps", "10Gbps", "1Gbps"};
	struct trial trial = {.trace = test_path("new.mvt"),
			      .vcpus = 1,
			      .refs = {calloc(10000, sizeof(struct trace_ref)), 10000}};
	struct stream stream = {.step_ps = 100000, .pages = 10000};

	for (size_t i = 0; i < 10000; i++)
		trial.refs.ref[i] = (struct trace_ref){i, {100 * (i + 1), 0}, TRACE_KIND(true, TRACE_DATA, 0)};
	write_trace(&trial);
	for (int i = 0; i < 9; i++) {
		snprintf(stream.yaml, sizeof(stream.yaml),
			 "{cpu: {ips: 1e9}, fault: {buffer: %d}, fabric: {latency: 900ns, bandwidth: %s},"
			 " donors: {backing: none}, cluster: {hypervisors: 2}, vms: [{trace: %s, local: 128KiB}]}",
			 (int[]){1, 4, 64}[i % 3], bandwidths[i / 3], trial.trace);
		CU_ASSERT_EQUAL(in_child(check_new_pages, &stream), 0);
	}
	test_refs_free(&trial.refs);
}

/* Each page costs its software: a trap when it is in flight, a minor fault when it has arrived (prefetch.map: touch),
 * and its post and completion in any case. */
static void check_software(const void *given)
{
	const struct stream *stream = given;
	static struct config config;
	struct run_result result;
	const struct job_result *job = run_stream(stream->yaml, &config, &result);
	const struct config_fault *fault = &config.fault;
	int64_t traps = (int64_t)(job->faults.demand + job->faults.in_flight), issued = (int64_t)job->prefetch.issued;
	bool arrival = config.prefetch_map == PREFETCH_MAP_ARRIVAL;

	CHECK(job->prefetch.issued >= stream->prefetched);
	CHECK(job->faults.in_flight == job->prefetch.late);
	CHECK(job->faults.minor == (arrival ? 0 : job->prefetch.used));
	CHECK(job->stall_ps[STALL_EXIT] == traps * fault->exit_ps);
	CHECK(job->stall_ps[STALL_HANDLER] == traps * fault->handler_ps);
	CHECK(job->stall_ps[STALL_MAP] == traps * fault->map_ps);
	CHECK(job->stall_ps[STALL_MINOR] == (int64_t)job->faults.minor * fault->minor_ps);
	CHECK(job->stall_ps[STALL_COMPLETION] ==
	      (int64_t)job->faults.demand * config.fabric.completion_ps +
		      issued * (config.fabric.completion_ps + (arrival ? fault->map_ps : 0)));
	CHECK(job->stall_ps[STALL_POST] >= (int64_t)job->faults.demand * config.fabric.post_ps);
	CHECK(job->stall_ps[STALL_FIRST] ==
	      (int64_t)job->faults.first_touch * (fault->exit_ps + fault->handler_ps + fault->map_ps));
	CHECK(all_stalls_ps(job) == job->time_ps - job->base_ps);
	run_result_free(&result);
	config_free(&config);
}

static void prefetched_pages_cost_software(void)
{
	struct trial trial = {.trace = test_path("cycle.mvt"),
			      .vcpus = 1,
			      .refs = {calloc(8000, sizeof(struct trace_ref)), 8000}};
	struct stream stream = {.pages = 2000};

	for (size_t i = 0; i < 8000; i++)
		trial.refs.ref[i] = (struct trace_ref){i % 2000, {1000 * (i + 1), 0}, TRACE_KIND(false, TRACE_DATA, 0)};
	write_trace(&trial);
	for (int i = 0; i < 8; i++) {
		stream.prefetched = i & 1 ? 5000 : 0;
		snprintf(stream.yaml, sizeof(stream.yaml),
			 "{cpu: {ips: %s}, fault: {exit: 1us, handler: 1us, map: 0.5us%s},"
			 " %s%s"
			 " fabric: {latency: 900ns, bandwidth: 25Gbps, post: 200ns, completion: 300ns},"
			 " donors: {backing: none}, cluster: {hypervisors: 2}, vms: [{trace: %s, local: 50%%}]}",
			 i & 4 ? "1e9" : "1e11", i & 1 ? "" : ", minor: 700ns",
			 i & 1 ? "prefetch: next-n, prefetchers: {next-n: {n: 256}}, prefetch.map: " : "",
			 !(i & 1) ? ""
			 : i & 2  ? "arrival,"
				  : "touch,",
			 trial.trace);
		CU_ASSERT_EQUAL(in_child(check_software, &stream), 0);
	}
	test_refs_free(&trial.refs);
}

/* A prefetch never evicts a dirty page for which the write-back buffer has no place; it is dropped and counted. */
static void check_dropped(const void *given)
{
	static struct config config;
	struct run_result result;
	const struct job_result *job = run_stream(given, &config, &result);

	CHECK(job->prefetch.dropped > 100 && job->prefetch.issued > 100);
	CHECK(all_stalls_ps(job) == job->time_ps - job->base_ps);
	run_result_free(&result);
	config_free(&config);
}

static void prefetches_are_dropped_when_the_buffer_is_full(void)
{
	struct trial trial = {.trace = test_path("dirty.mvt"),
			      .vcpus = 1,
			      .refs = {calloc(8000, sizeof(struct trace_ref)), 8000}};
	char yaml[500];

	for (size_t i = 0; i < 8000; i++)
		trial.refs.ref[i] = (struct trace_ref){i % 2000, {1000 * (i + 1), 0}, TRACE_KIND(true, TRACE_DATA, 0)};
	write_trace(&trial);
	snprintf(yaml, sizeof(yaml),
		 "{cpu: {ips: 1e9}, fault: {buffer: 4}, prefetch: next-n, donors: {backing: none},"
		 " cluster: {hypervisors: 2}, vms: [{trace: %s, local: 50%%}]}",
		 trial.trace);
	CU_ASSERT_EQUAL(in_child(check_dropped, yaml), 0);
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
	{"new pages wait for the write-back buffer", new_pages_wait_for_the_buffer},
	{"prefetched pages cost software", prefetched_pages_cost_software},
	{"prefetches are dropped when the buffer is full", prefetches_are_dropped_when_the_buffer_is_full},
	{"writes, uses and pages that are gone, without touches", reports_without_touches},
	CU_TEST_INFO_NULL,
};
