/* SPDX-License-Identifier: MIT */
#include "replay/vcpus.h"

#include <stdbool.h>
#include <stdlib.h>

enum { REPORT_EACH = 1 << 20 }; /* records */

/* A virtual CPU, which stands before the record `at`. */
struct vcpu {
	const struct decoded_stream *stream;
	uint64_t at;
	size_t gap;
	struct trace_clock clock; /* with the record's step */
	int64_t due_ps;           /* when it goes on */
	bool waits;               /* for the page of its record, which another one is fetching */
	int64_t since_ps;         /* when it touched that page */
	uint64_t turn;            /* of those that go on at the same time, the lowest first */
};

struct vcpus {
	struct run *run;
	struct vcpu vcpu[TRACE_VCPUS_MAX];
	unsigned count;
	int64_t *ready_ps; /* by page: when it is there for others, if it is being fetched, prefetched or first touched
			    */
	uint64_t turns, records;
};

/* Advances the clock to the record, if there is one. */
static void step(struct vcpu *vcpu)
{
	decoded_step(vcpu->stream, vcpu->at, &vcpu->gap, &vcpu->clock);
}

static int64_t clock_ps(const struct vcpus *vcpus, unsigned number)
{
	return fault_clock_ps(vcpus->vcpu[number].clock, vcpus->run->shared->options->cost.ips) +
	       vcpus->run->stall_ps[number];
}

static void go_on_at(struct vcpus *vcpus, unsigned number, int64_t due_ps)
{
	vcpus->vcpu[number].due_ps = due_ps;
	vcpus->vcpu[number].turn = vcpus->turns++;
}

/* The virtual CPU that goes on first, and when the next one does; `count` when all have ended. */
static unsigned next(const struct vcpus *vcpus, int64_t *horizon_ps)
{
	unsigned first = vcpus->count;

	*horizon_ps = INT64_MAX;
	for (unsigned i = 0; i < vcpus->count; i++) {
		const struct vcpu *vcpu = &vcpus->vcpu[i], *best = first < vcpus->count ? &vcpus->vcpu[first] : NULL;

		if (vcpu->at == vcpu->stream->count)
			continue;
		if (!best || vcpu->due_ps < best->due_ps || (vcpu->due_ps == best->due_ps && vcpu->turn < best->turn)) {
			*horizon_ps = best ? best->due_ps : INT64_MAX;
			first = i;
		} else if (vcpu->due_ps < *horizon_ps) {
			*horizon_ps = vcpu->due_ps;
		}
	}
	return first;
}

/* A touch that needs no fetch, no eviction and no wait. */
static bool is_free(const struct vcpus *vcpus, page_id page, int64_t due_ps)
{
	const struct run *run = vcpus->run;

	if (local_memory_is_mapped(run->memory, page))
		return vcpus->ready_ps[page] <= due_ps;
	return !run->shared->options->cost.first_ps && local_memory_is_free_touch(run->memory, page);
}

/* A touch that is not free, at time now_ps. False when it has to be repeated, since another virtual CPU is fetching the
 * page. */
static bool touch(struct vcpus *vcpus, unsigned number, page_id page, bool write, int64_t now_ps)
{
	struct vcpu *vcpu = &vcpus->vcpu[number];
	struct run *run = vcpus->run;
	bool mapped = local_memory_is_mapped(run->memory, page), ahead = local_memory_is_prefetched(run->memory, page);
	int64_t arrival_ps = ahead ? local_memory_arrival_ps(run->memory, page) : 0, resume_ps;

	if (mapped && vcpus->ready_ps[page] > now_ps) {
		vcpu->since_ps = vcpu->waits ? vcpu->since_ps : now_ps;
		vcpu->waits = true;
		go_on_at(vcpus, number, vcpus->ready_ps[page]);
		return false;
	}
	if (!vcpu->waits)
		vcpu->since_ps = now_ps;
	resume_ps = vcpu->waits ? fault_join(&run->machine, number, page, write, vcpu->since_ps, now_ps)
				: fault_touch(&run->machine, number, page, write, now_ps);
	vcpu->waits = false;
	add_stall(run, number, resume_ps - vcpu->since_ps);
	if (!mapped)
		vcpus->ready_ps[page] = ahead ? arrival_ps : resume_ps;
	return true;
}

/* Runs a virtual CPU from its time on, through free touches also ahead of it, but not beyond the next one's. */
static void run_vcpu(struct vcpus *vcpus, unsigned number, int64_t horizon_ps)
{
	struct vcpu *vcpu = &vcpus->vcpu[number];
	struct run *run = vcpus->run;
	const struct decoded_stream *stream = vcpu->stream;
	const int64_t now_ps = vcpu->due_ps;

	while (vcpu->at < stream->count && !run->overrun) {
		page_id page = stream->page[vcpu->at];
		bool write = stream->kind[vcpu->at] & TRACE_WRITE;
		int64_t due_ps = vcpu->waits ? now_ps : clock_ps(vcpus, number);
		bool free_touch = !vcpu->waits && is_free(vcpus, page, due_ps);

		if (due_ps > now_ps && (!free_touch || due_ps > horizon_ps)) {
			go_on_at(vcpus, number, due_ps);
			return;
		}
		if (free_touch)
			add_stall(run, number, fault_free_touch(&run->machine, number, page, write));
		else if (!touch(vcpus, number, page, write, now_ps))
			return;
		local_memory_again(run->memory, page, stream->kind[vcpu->at]);
		vcpu->at++;
		vcpus->records++;
		step(vcpu);
	}
}

static void run_all(struct vcpus *vcpus, struct shared *shared, bool reports)
{
	int64_t horizon_ps;
	unsigned number;

	while (!vcpus->run->overrun && !atomic_load(&shared->failed) &&
	       (number = next(vcpus, &horizon_ps)) < vcpus->count) {
		run_vcpu(vcpus, number, horizon_ps);
		if (vcpus->records >= REPORT_EACH) {
			replay_advance(shared, vcpus->records, reports);
			vcpus->records = 0;
		}
	}
	replay_advance(shared, vcpus->records, reports);
}

int vcpus_replay(struct run *run, struct shared *shared, bool reports, struct err *err)
{
	const struct decoded_trace *trace = shared->in_memory;
	struct vcpus *vcpus = calloc(1, sizeof(*vcpus));

	if (vcpus)
		vcpus->ready_ps = calloc(trace->pages, sizeof(*vcpus->ready_ps));
	if (!vcpus || !vcpus->ready_ps) {
		free(vcpus);
		return err_memory(err, "a replay");
	}
	vcpus->run = run;
	vcpus->count = trace->vcpus;
	for (unsigned i = 0; i < vcpus->count; i++) {
		vcpus->vcpu[i].stream = &trace->stream[i];
		step(&vcpus->vcpu[i]);
		go_on_at(vcpus, i, clock_ps(vcpus, i));
	}
	run_all(vcpus, shared, reports);
	free(vcpus->ready_ps);
	free(vcpus);
	return 0;
}
