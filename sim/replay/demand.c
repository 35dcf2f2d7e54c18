/* SPDX-License-Identifier: MIT */
#include "replay/demand.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "fault/cost.h"

static int by_time(const void *a, const void *b)
{
	const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

/* Adds the time of each page that this batch touches first. */
static void add_batch(struct demand *demand, const struct trace_batch *batch, uint64_t ips, bool *seen)
{
	struct trace_clock clock[TRACE_VCPUS_MAX];
	uint32_t idle = 0;

	memcpy(clock, batch->clock, sizeof(clock));
	for (uint32_t i = 0; i < batch->count; i++) {
		struct trace_clock *own = &clock[TRACE_KIND_VCPU(batch->kind[i])];

		own->insn += batch->insn[i];
		if (idle < batch->idle_count && batch->idle[idle].at == i)
			own->idle_ns += batch->idle[idle++].ns;
		if (seen[batch->page[i]])
			continue;
		seen[batch->page[i]] = true;
		demand->at_ps[demand->count++] = fault_clock_ps(*own, ips);
	}
}

/* The end of the virtual CPU that ends last. */
static int set_end(struct demand *demand, const struct trace_reader *reader, uint64_t ips, struct err *err)
{
	time_wide end_ps = 0;

	for (unsigned vcpu = 0; vcpu < trace_reader_header(reader)->vcpus; vcpu++) {
		time_wide own_ps = fault_clock_wide_ps(trace_reader_totals(reader)->end[vcpu], ips);

		end_ps = own_ps > end_ps ? own_ps : end_ps;
	}
	demand->end_ps = (int64_t)end_ps;
	return time_fits(end_ps) ? 0 : time_error("the job with all memory local", "cpu.ips", err);
}

int demand_read(struct demand *demand, struct trace_reader *reader, uint64_t ips, struct err *err)
{
	const size_t pages = trace_reader_totals(reader)->pages;
	bool *seen = calloc(pages + 1, sizeof(*seen));
	struct trace_batch batch;
	int status;

	*demand = (struct demand){.at_ps = calloc(pages + 1, sizeof(*demand->at_ps))};
	trace_reader_snapshot(reader, &demand->begin_pages);
	status = seen && demand->at_ps ? set_end(demand, reader, ips, err) : err_memory(err, "the memory in use");
	if (status == 0)
		memset(seen, true, demand->begin_pages);
	while (status == 0 && (status = trace_reader_next(reader, &batch, err)) > 0) {
		add_batch(demand, &batch, ips, seen);
		status = 0;
	}
	if (status == 0)
		qsort(demand->at_ps, demand->count, sizeof(*demand->at_ps), by_time);
	else
		demand_free(demand);
	free(seen);
	return status;
}

void demand_free(struct demand *demand)
{
	free(demand->at_ps);
	*demand = (struct demand){0};
}

/* A change of what a job has in use, in pages. */
struct change {
	int64_t at_ps;
	uint32_t job;
	int64_t pages;
};

/* At the same time what ends comes first. */
static int by_change(const void *a, const void *b)
{
	const struct change *one = a, *other = b;

	if (one->at_ps != other->at_ps)
		return one->at_ps < other->at_ps ? -1 : 1;
	return (one->pages > other->pages) - (one->pages < other->pages);
}

/* Times of a job in ps since its start, as its waiting moves them. */
static double moved_ps(const struct rack_job *job, int64_t ps)
{
	return (double)ps * job->slowdown;
}

/* The changes of one job. A touch at its end comes before the end. */
static struct change *add_job(struct change *change, const struct rack_job *job, uint32_t number)
{
	const struct demand *demand = job->demand;
	const int64_t length_ps = (int64_t)moved_ps(job, demand->end_ps);

	*change++ = (struct change){job->start_ps, number, demand->begin_pages};
	for (size_t i = 0; i < demand->count; i++) {
		int64_t at_ps = (int64_t)moved_ps(job, demand->at_ps[i]);

		at_ps = at_ps < length_ps ? at_ps : length_ps - 1;
		*change++ = (struct change){job->start_ps + at_ps, number, 1};
	}
	*change++ = (struct change){job->start_ps + length_ps, number, -(int64_t)(demand->begin_pages + demand->count)};
	return change;
}

static struct change *changes_of(const struct rack_job *job, size_t jobs, size_t *count, struct err *err)
{
	struct change *all, *end;

	*count = 0;
	for (size_t i = 0; i < jobs; i++)
		*count += job[i].demand->count + 2;
	all = end = malloc((*count + 1) * sizeof(*all));
	if (!all) {
		err_memory(err, "the jobs of a rack");
		return NULL;
	}
	for (size_t i = 0; i < jobs; i++) {
		if (!(moved_ps(&job[i], job[i].demand->end_ps) + (double)job[i].start_ps <= (double)TIME_MAX_PS)) {
			time_error("a job of the rack", "cpu.ips, fabric and fault", err);
			free(all);
			return NULL;
		}
		end = add_job(end, &job[i], (uint32_t)i);
	}
	qsort(all, *count, sizeof(*all), by_change);
	return all;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void raise(uint64_t *most, uint64_t value)
{
	*most = value > *most ? value : *most;
}

/* The sums of the jobs' own peaks; the servers' are added up in `in_use`. */
static void sum_peaks(const struct rack_job *job, size_t jobs, uint64_t *in_use, struct rack_need *need)
{
	for (size_t i = 0; i < jobs; i++) {
		const uint64_t peak = job[i].demand->begin_pages + job[i].demand->count;
		const uint64_t local = least(peak, job[i].local_pages);

		in_use[job[i].server] += local;
		need->pool_peaks += peak - local;
		raise(&need->server_peaks, in_use[job[i].server]);
	}
}

int rack_need(const struct rack_job *job, size_t jobs, size_t servers, struct rack_need *need, struct err *err)
{
	uint64_t *of_job = calloc(jobs + 1, sizeof(*of_job)), *local = calloc(servers + 1, sizeof(*local)),
		 *all = calloc(servers + 1, sizeof(*all)), *peaks = calloc(servers + 1, sizeof(*peaks)), pool = 0;
	struct change *change = NULL;
	size_t count = 0;
	int status = 0;

	*need = (struct rack_need){0};
	if (!of_job || !local || !all || !peaks)
		status = err_memory(err, "the jobs of a rack");
	else if (!(change = changes_of(job, jobs, &count, err)))
		status = ERR_FAILED;
	else
		sum_peaks(job, jobs, peaks, need);
	for (size_t i = 0; i < count && status == 0; i++) {
		const struct rack_job *of = &job[change[i].job];
		uint64_t *pages = &of_job[change[i].job];
		const uint64_t before = *pages, now = before + (uint64_t)change[i].pages;
		const uint64_t local_before = least(before, of->local_pages), local_now = least(now, of->local_pages);

		*pages = now;
		local[of->server] += local_now - local_before;
		all[of->server] += now - before;
		pool += (now - local_now) - (before - local_before);
		raise(&need->server, local[of->server]);
		raise(&need->server_only, all[of->server]);
		raise(&need->pool, pool);
	}
	free(of_job);
	free(local);
	free(all);
	free(peaks);
	free(change);
	return status;
}
