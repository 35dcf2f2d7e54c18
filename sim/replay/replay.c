/* SPDX-License-Identifier: MIT */
#include "replay/replay.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault/machine.h"
#include "replay/future.h"
#include "replay/oracle.h"
#include "trace/reader.h"

enum {
	GROUP_MAX = 8,   /* points for which the trace is decoded once */
	LOOK_AHEAD = 16, /* records between the cache prefetch of a page's state and its use */
};

/* What all points share. Only the fields below `reading` change during the replay. */
struct shared {
	const char *path;
	const struct replay_options *options;
	struct replay_point *points;
	size_t count, group;
	struct future future;    /* empty when no point needs it */
	struct frame_map frames; /* empty when no point prefetches */
	const gfn *frame;
	gfn guest_frames;
	struct trace_reader_options reading;
	atomic_size_t next;        /* the first point of the next group */
	atomic_uint_fast64_t done; /* records times points */
	uint64_t total;
	atomic_bool failed;
	pthread_mutex_t lock;
	struct err *err; /* of the first failure; guarded by the lock */
	int status;
};

/* One point that is being replayed. Without a prefetcher, times do not affect the counts: `memory` is `own`, and there
 * is no machine. With one they do: `memory` is the machine's. */
struct run {
	struct replay_point *point;
	const struct shared *shared;
	struct local_memory *memory, own;
	struct fault_machine machine;
	struct oracle oracle;
	bool is_timed, has_oracle;
	struct prefetch_future future;
	uint64_t next_use; /* of the current record */
	struct trace_clock clock[TRACE_VCPUS_MAX];
	int64_t stall_ps[TRACE_VCPUS_MAX];
	uint64_t first_touches[TRACE_VCPUS_MAX]; /* without a machine, which counts them itself */
	int64_t arrival_ps;                      /* of the page prefetched last */
};

/* An uncontended fetch. Prefetched pages arrive after it, one transfer time apart. */
static int64_t fetch(void *context, page_id page, unsigned vcpu, int64_t now_ps)
{
	struct run *run = context;
	const struct fault_cost *cost = &run->shared->options->cost;

	(void)page, (void)vcpu;
	run->arrival_ps = now_ps + cost->demand_ps - fault_before_ps(cost) - fault_after_ps(cost);
	return run->arrival_ps;
}

static int64_t prefetch(void *context, page_id page)
{
	struct run *run = context;

	(void)page;
	return run->arrival_ps += run->shared->options->cost.transfer_ps;
}

static void evicted(void *context, page_id page)
{
	struct run *run = context;

	oracle_evicted(&run->oracle, page);
}

static const struct fault_ops ops = {.fetch = fetch, .prefetch = prefetch};
static const struct fault_ops oracle_ops = {.fetch = fetch, .prefetch = prefetch, .evicted = evicted};

/* Adds the stall of a touch without a prefetcher: every fetch is uncontended. */
static void stall(struct run *run, trace_kind kind, enum touch touch)
{
	const struct fault_cost *cost = &run->shared->options->cost;
	unsigned vcpu = TRACE_KIND_VCPU(kind);

	switch (touch) {
	case TOUCH_FAULT: run->stall_ps[vcpu] += cost->demand_ps; break;
	case TOUCH_MINOR: run->stall_ps[vcpu] += cost->minor_ps; break;
	case TOUCH_FIRST:
		run->stall_ps[vcpu] += cost->first_ps;
		run->first_touches[vcpu]++;
		break;
	case TOUCH_HIT:
	case TOUCH_UNMAPPED: break;
	}
}

/* How long a virtual CPU takes for its first touches when all memory is local, in ps. */
static int64_t first_base_ps(const struct run *run, unsigned vcpu)
{
	const struct fault_cost *cost = &run->shared->options->cost;

	if (run->is_timed)
		return fault_base_ps(&run->machine, vcpu);
	return cost->base_has_first ? (int64_t)run->first_touches[vcpu] * cost->first_ps : 0;
}

/* The loop for points that need no clock and no future. It is compiled twice: with and without a policy's array. */
static inline __attribute__((always_inline)) void touch_all(struct run *run, const struct trace_batch *batch,
							    bool has_array)
{
	const page_id *pages = batch->page;
	const trace_kind *kinds = batch->kind;
	uint32_t count = batch->count;

	for (uint32_t i = 0; i < count; i++) {
		enum touch touch;

		local_memory_soon(run->memory, pages[i + LOOK_AHEAD < count ? i + LOOK_AHEAD : i], has_array);
		touch = local_memory_touch(run->memory, pages[i], kinds[i] & TRACE_WRITE);
		if (__builtin_expect(touch != TOUCH_HIT, 0))
			stall(run, kinds[i], touch);
	}
}

static void run_plain(struct run *run, const struct trace_batch *batch)
{
	if (run->memory->array.base)
		touch_all(run, batch, true);
	else
		touch_all(run, batch, false);
}

/* The loop for a policy that needs the future. */
static void run_future(struct run *run, const struct trace_batch *batch)
{
	const struct future *future = &run->shared->future;

	for (uint32_t i = 0; i < batch->count; i++) {
		trace_kind kind = batch->kind[i];

		run->next_use = future_next(future, batch->first_record + i);
		stall(run, kind, local_memory_touch(run->memory, batch->page[i], kind & TRACE_WRITE));
	}
}

/* A touch of a page that is not mapped: its time decides whether a prefetched page has arrived. */
static void touch_timed(struct run *run, page_id page, trace_kind kind)
{
	unsigned vcpu = TRACE_KIND_VCPU(kind);

	int64_t now_ps = fault_clock_ps(run->clock[vcpu], run->shared->options->cost.ips) + run->stall_ps[vcpu];

	run->stall_ps[vcpu] += fault_touch(&run->machine, vcpu, page, kind & TRACE_WRITE, now_ps) - now_ps;
	if (run->has_oracle)
		oracle_settle(&run->oracle);
}

/* The loop for points that need clocks. */
static void run_timed(struct run *run, const struct trace_batch *batch)
{
	const struct future *future = run->shared->future.gap ? &run->shared->future : NULL;
	const page_id *pages = batch->page;
	const trace_kind *kinds = batch->kind;
	const uint64_t *insn = batch->insn;
	uint32_t count = batch->count, idles = batch->insn ? batch->idle_count : 0, idle = 0;

	memcpy(run->clock, batch->clock, sizeof(run->clock));
	for (uint32_t i = 0; i < count; i++) {
		page_id page = pages[i];
		trace_kind kind = kinds[i];
		struct trace_clock *clock = &run->clock[TRACE_KIND_VCPU(kind)];

		if (insn)
			clock->insn += insn[i];
		if (idle < idles && batch->idle[idle].at == i)
			clock->idle_ns += batch->idle[idle++].ns;
		if (future) {
			run->next_use = future_next(future, batch->first_record + i);
			if (run->has_oracle)
				run->oracle.next_use[page] = run->next_use;
		}
		if (local_memory_is_mapped(run->memory, page)) {
			int64_t stall_ps = fault_free_touch(&run->machine, TRACE_KIND_VCPU(kind), page,
							    kind & TRACE_WRITE);

			if (__builtin_expect(stall_ps != 0, 0))
				run->stall_ps[TRACE_KIND_VCPU(kind)] += stall_ps;
		} else {
			touch_timed(run, page, kind);
		}
	}
}

static int begin_memory(struct run *run, const struct local_config *local, unsigned vcpus, struct err *err)
{
	const struct fault_config machine = {.local = *local, .cost = &run->shared->options->cost, .vcpus = vcpus};

	run->memory = run->is_timed ? &run->machine.memory : &run->own;
	return run->is_timed ? fault_init(&run->machine, &machine, run->has_oracle ? &oracle_ops : &ops, run, err)
			     : local_memory_init(&run->own, local, err);
}

static int run_begin(struct run *run, const struct shared *shared, struct replay_point *point,
		     const struct trace_reader *reader, struct err *err)
{
	uint32_t pages = (uint32_t)trace_reader_totals(reader)->pages, snapshot_pages;
	const struct trace_snapshot_page *snapshot = trace_reader_snapshot(reader, &snapshot_pages);
	struct local_config local = {
		.pages = pages,
		.frames = point->frames,
		.policy = point->policy,
		.policy_params = point->policy_params,
		.next_use = &run->next_use,
		.prefetch = point->prefetch,
		.prefetch_params = point->prefetch_params,
		.seed = shared->options->eviction_seed,
		.frame = shared->frame,
		.frame_map = &shared->frames,
		.guest_frames = shared->guest_frames,
	};
	int status;

	*run = (struct run){.point = point, .shared = shared};
	run->has_oracle = point->prefetch && point->prefetch->needs_future;
	run->is_timed = point->prefetch;
	run->future = (struct prefetch_future){&run->oracle, oracle_next};
	local.prefetch_future = run->has_oracle ? &run->future : NULL;
	status = begin_memory(run, &local, trace_reader_header(reader)->vcpus, err);
	if (status < 0)
		return status;
	local_memory_restore_snapshot(run->memory, snapshot, snapshot_pages, shared->future.first, &run->next_use);
	return run->has_oracle ? oracle_init(&run->oracle, run->memory, &shared->future, shared->frame, pages, err) : 0;
}

/* A completion time, of the virtual CPU that ends last. */
static void latest(int64_t *of_all_ps, int64_t time_ps)
{
	*of_all_ps = time_ps > *of_all_ps ? time_ps : *of_all_ps;
}

static int run_end(struct run *run, const struct trace_reader *reader, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	uint64_t ips = run->shared->options->cost.ips;

	run->point->counts = run->memory->counts;
	run->point->base_ps = run->point->time_ps = 0;
	for (unsigned vcpu = 0; vcpu < trace_reader_header(reader)->vcpus; vcpu++) {
		int64_t clock_ps = fault_clock_ps(totals->end[vcpu], ips),
			owed_ps = run->is_timed ? fault_end(&run->machine, vcpu) : 0;

		latest(&run->point->base_ps, clock_ps + first_base_ps(run, vcpu));
		latest(&run->point->time_ps, clock_ps + run->stall_ps[vcpu] + owed_ps);
	}
	return run->oracle.failed ? err_memory(err, "the oracle prefetcher") : 0;
}

/* Adds to the progress and, in the one thread that has `reports`, reports it. */
static void advance(struct shared *shared, uint64_t visits, bool reports)
{
	uint64_t done = atomic_fetch_add(&shared->done, visits) + visits;

	if (reports && shared->options->progress)
		shared->options->progress(shared->options->context, done, shared->total);
}

static int run_group(struct shared *shared, struct trace_reader *reader, size_t first, size_t count, bool reports,
		     struct err *err)
{
	struct run *run = calloc(count, sizeof(*run));
	struct trace_batch batch = {0};
	int status = run ? trace_reader_seek(reader, 0, err) : err_memory(err, "a replay"), more = 0;

	for (size_t i = 0; i < count && status == 0; i++)
		status = run_begin(&run[i], shared, &shared->points[first + i], reader, err);
	while (status == 0 && !atomic_load(&shared->failed) && (more = trace_reader_next(reader, &batch, err)) > 0) {
		for (size_t i = 0; i < count; i++) {
			if (run[i].is_timed)
				run_timed(&run[i], &batch);
			else if (run[i].point->policy->needs_future)
				run_future(&run[i], &batch);
			else
				run_plain(&run[i], &batch);
		}
		advance(shared, count * batch.count, reports);
	}
	if (more < 0)
		status = more;
	for (size_t i = 0; run && i < count; i++) {
		if (status == 0)
			status = run_end(&run[i], reader, err);
		local_memory_free(&run[i].own);
		fault_free(&run[i].machine);
		oracle_free(&run[i].oracle);
	}
	free(run);
	return status;
}

struct worker {
	struct shared *shared;
	pthread_t thread;
	bool reports; /* the progress */
};

static void *work(void *context)
{
	struct worker *worker = context;
	struct shared *shared = worker->shared;
	struct trace_reader *reader;
	struct err err;
	int status = trace_reader_open(&reader, shared->path, &shared->reading, &err);

	if (status == 0) {
		size_t first;

		while (status == 0 && !atomic_load(&shared->failed) &&
		       (first = atomic_fetch_add(&shared->next, shared->group)) < shared->count) {
			size_t left = shared->count - first;

			status = run_group(shared, reader, first, left < shared->group ? left : shared->group,
					   worker->reports, &err);
		}
		trace_reader_close(reader);
	}
	if (status < 0) {
		pthread_mutex_lock(&shared->lock);
		if (shared->status == 0) {
			shared->status = status;
			*shared->err = err;
		}
		pthread_mutex_unlock(&shared->lock);
		atomic_store(&shared->failed, true);
	}
	return NULL;
}

/* Runs the workers; this thread is the first of them. */
static int run_all(struct shared *shared, struct err *err)
{
	size_t groups = (shared->count + shared->group - 1) / shared->group;
	size_t threads = shared->options->threads < groups ? shared->options->threads : groups, started = 1;
	struct worker *worker = calloc(threads + 1, sizeof(*worker));

	if (!worker)
		return err_memory(err, "a replay");
	for (size_t i = 0; i < threads; i++)
		worker[i] = (struct worker){.shared = shared, .reports = i == 0};
	while (started < threads && pthread_create(&worker[started].thread, NULL, work, &worker[started]) == 0)
		started++;
	work(&worker[0]);
	while (started-- > 1)
		pthread_join(worker[started].thread, NULL);
	free(worker);
	return shared->status;
}

static int check_points(const struct shared *shared, const struct trace_reader *reader, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	uint32_t k = trace_reader_header(reader)->k;

	if (totals->records == 0)
		return err_set(err, ERR_FAILED, "%s: an empty trace: it has no records", shared->path);
	for (size_t i = 0; i < shared->count; i++) {
		uint32_t frames = shared->points[i].frames;

		if (frames < 1 || frames < k || frames > totals->footprint)
			return err_set(err, ERR_USAGE,
				       "%s: a local size of %" PRIu32 " pages: allowed are %" PRIu32 "%s to %" PRIu64
				       ", the footprint",
				       shared->path, frames, k ? k : 1, k ? " (the trace is filtered with this K)" : "",
				       totals->footprint);
	}
	return 0;
}

/* Reads what the points need before the replay: the future, and the guest's frames. */
static int prepare(struct shared *shared, struct trace_reader *reader, struct err *err)
{
	const struct trace_header *header = trace_reader_header(reader);
	bool future = false, prefetch = false;
	int status = 0;

	for (size_t i = 0; i < shared->count; i++) {
		const struct replay_point *point = &shared->points[i];

		prefetch |= point->prefetch != NULL;
		future |= point->policy->needs_future || (point->prefetch && point->prefetch->needs_future);
	}
	shared->reading = (struct trace_reader_options){shared->options->recover, prefetch, false};
	if (future && (status = future_read(&shared->future, reader, err)) < 0)
		return status;
	if (!prefetch)
		return 0;
	shared->frame = trace_reader_frames(reader);
	shared->guest_frames = header->guest_bytes >> header->page_shift;
	for (uint32_t page = 0; page < trace_reader_totals(reader)->pages && status == 0; page++) {
		page_id id;

		status = frame_map_add(&shared->frames, shared->frame[page], &id, err);
		if (status == 0 && id != page)
			status = err_set(err, ERR_FAILED, "%s: guest frame %#" PRIx64 " has two page ids", shared->path,
					 shared->frame[page]);
		if (shared->frame[page] >= shared->guest_frames)
			shared->guest_frames = shared->frame[page] + 1;
	}
	return status;
}

int replay(const char *path, struct replay_point *points, size_t count, const struct replay_options *options,
	   struct err *err)
{
	const struct trace_reader_options opening = {options->recover, false, true};
	struct shared shared = {.path = path,
				.options = options,
				.points = points,
				.count = count,
				.err = err,
				.lock = PTHREAD_MUTEX_INITIALIZER};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, path, &opening, err);

	if (status < 0)
		return status;
	shared.total = trace_reader_totals(reader)->records * count;
	shared.group = count / (4 * options->threads);
	shared.group = shared.group < 1 ? 1 : shared.group > GROUP_MAX ? GROUP_MAX : shared.group;
	if ((status = frame_map_init(&shared.frames, err)) == 0 && (status = check_points(&shared, reader, err)) == 0 &&
	    (status = prepare(&shared, reader, err)) == 0)
		status = run_all(&shared, err);
	frame_map_free(&shared.frames);
	future_free(&shared.future);
	trace_reader_close(reader);
	return status;
}
