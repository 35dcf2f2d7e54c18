/* SPDX-License-Identifier: MIT */
#include "replay/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "replay/state.h"
#include "replay/vcpus.h"

enum {
	GROUP_MAX = 8, /* points for which the trace is decoded once */
	/* Records between the cache prefetch of a page's state and its use, and of what its policy's array refers to.
	 */
	LOOK_AHEAD = 16,
	LINKS_AHEAD = 8,
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
	run->arrival_ps += run->shared->options->cost.transfer_ps;
	if (run->arrival_ps > TIME_MAX_PS)
		run->arrival_ps = TIME_MAX_PS; /* a touch that waits for it overruns */
	return run->arrival_ps;
}

static void evicted(void *context, page_id page)
{
	struct run *run = context;

	oracle_evicted(&run->oracle, page);
}

static const struct fault_ops ops = {.fetch = fetch, .prefetch = prefetch};
static const struct fault_ops oracle_ops = {.fetch = fetch, .prefetch = prefetch, .evicted = evicted};

/* Fetches into the processor's caches what records after the i-th will read. */
static inline void look_ahead(const struct local_memory *memory, const struct trace_batch *batch, uint32_t i,
			      bool has_array)
{
	uint32_t count = batch->count;

	local_memory_soon(memory, batch->page[i + LOOK_AHEAD < count ? i + LOOK_AHEAD : i], has_array);
	if (has_array)
		local_memory_soon_links(memory, batch->page[i + LINKS_AHEAD < count ? i + LINKS_AHEAD : i]);
}

/* The loop for points that need no clock and no future. It is compiled for policies with and without an array, and for
 * those that see repeated touches. */
static inline __attribute__((always_inline)) void touch_all(struct run *run, const struct trace_batch *batch,
							    bool has_array, bool sees_again)
{
	const page_id *pages = batch->page;
	const trace_kind *kinds = batch->kind;
	uint32_t count = batch->count;

	for (uint32_t i = 0; i < count; i++) {
		enum touch touch;

		look_ahead(run->memory, batch, i, has_array);
		touch = local_memory_touch(run->memory, pages[i], kinds[i] & TRACE_WRITE);
		if (__builtin_expect(touch != TOUCH_HIT, 0))
			run->touches[TRACE_KIND_VCPU(kinds[i])][touch]++;
		if (sees_again)
			local_memory_repeat(run->memory, pages[i], TRACE_KIND_AGAIN(kinds[i]));
	}
}

static void run_plain(struct run *run, const struct trace_batch *batch)
{
	bool sees_again = run->memory->sees_again;

	if (run->memory->array.base && sees_again)
		touch_all(run, batch, true, true);
	else if (run->memory->array.base)
		touch_all(run, batch, true, false);
	else if (sees_again)
		touch_all(run, batch, false, true);
	else
		touch_all(run, batch, false, false);
}

/* The loop for a policy that needs the future. */
static void run_future(struct run *run, const struct trace_batch *batch)
{
	const struct future *future = &run->shared->future;
	bool has_array = run->memory->array.base;

	for (uint32_t i = 0; i < batch->count; i++) {
		trace_kind kind = batch->kind[i];

		look_ahead(run->memory, batch, i, has_array);
		run->next_use = future_next(future, batch->first_record + i);
		run->touches[TRACE_KIND_VCPU(kind)]
			    [local_memory_touch(run->memory, batch->page[i], kind & TRACE_WRITE)]++;
		local_memory_again(run->memory, batch->page[i], kind);
	}
}

/* A touch of a page that is not mapped: its time decides whether a prefetched page has arrived. */
static void touch_timed(struct run *run, page_id page, trace_kind kind)
{
	unsigned vcpu = TRACE_KIND_VCPU(kind);

	int64_t now_ps = fault_clock_ps(run->clock[vcpu], run->shared->options->cost.ips) + run->stall_ps[vcpu];

	add_stall(run, vcpu, fault_touch(&run->machine, vcpu, page, kind & TRACE_WRITE, now_ps) - now_ps);
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
				add_stall(run, TRACE_KIND_VCPU(kind), stall_ps);
		} else {
			touch_timed(run, page, kind);
		}
		local_memory_again(run->memory, page, kind);
	}
}

static int begin_memory(struct run *run, const struct local_config *local, unsigned vcpus, struct err *err)
{
	const struct fault_config machine = {.local = *local, .cost = &run->cost, .vcpus = vcpus};

	run->memory = run->is_timed ? &run->machine.memory : &run->own;
	return run->is_timed ? fault_init(&run->machine, &machine, run->has_oracle ? &oracle_ops : &ops, run, err)
			     : local_memory_init(&run->own, local, err);
}

static bool is_in_order_of_time(const struct shared *shared, const struct replay_point *point)
{
	return shared->in_memory && !point->policy->needs_future && !(point->prefetch && point->prefetch->needs_future);
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
	run->in_order_of_time = is_in_order_of_time(shared, point);
	run->is_timed = point->prefetch || run->in_order_of_time || fault_waits_for_itself(&shared->options->cost);
	run->cost = shared->options->cost;
	if (trace_reader_header(reader)->vcpus > 1 && !run->in_order_of_time)
		run->cost.handlers = 0; /* there is no order of time to wait in */
	run->stall_max_ps = TIME_MAX_PS - shared->clock_ps;
	run->future = (struct prefetch_future){&run->oracle, oracle_next};
	local.prefetch_future = run->has_oracle ? &run->future : NULL;
	status = begin_memory(run, &local, trace_reader_header(reader)->vcpus, err);
	if (status < 0)
		return status;
	local_memory_open(run->memory, &(struct local_opening){.snapshot = snapshot,
							       .count = snapshot_pages,
							       .first_use = shared->future.first,
							       .next_use = &run->next_use});
	return run->has_oracle ? oracle_init(&run->oracle, run->memory, &shared->future, shared->frame, pages, err) : 0;
}

/* The times of a virtual CPU at the end. */
static struct completion_vcpu times_of(const struct run *run, struct trace_clock end, unsigned vcpu)
{
	const struct fault_cost *cost = &run->shared->options->cost;
	const uint64_t *touches = run->touches[vcpu];
	time_wide first_ps = (time_wide)touches[TOUCH_FIRST] * (time_wide)cost->first_ps;

	if (run->is_timed)
		return (struct completion_vcpu){fault_clock_wide_ps(end, cost->ips), (time_wide)run->stall_ps[vcpu],
						(time_wide)fault_base_ps(&run->machine, vcpu)};
	return (struct completion_vcpu){
		.clock_ps = fault_clock_wide_ps(end, cost->ips),
		.stall_ps = (time_wide)touches[TOUCH_FAULT] * (time_wide)cost->demand_ps +
			    (time_wide)touches[TOUCH_MINOR] * (time_wide)cost->minor_ps + first_ps,
		.base_stall_ps = cost->base_has_first ? first_ps : 0,
	};
}

static int run_end(struct run *run, const struct trace_reader *reader, struct err *err)
{
	const unsigned vcpus = trace_reader_header(reader)->vcpus;
	struct completion_vcpu vcpu[TRACE_VCPUS_MAX];
	int status;

	run->point->counts = run->memory->counts;
	for (unsigned i = 0; i < vcpus; i++) {
		if (run->is_timed)
			add_stall(run, i, fault_end(&run->machine, i));
		vcpu[i] = times_of(run, trace_reader_totals(reader)->end[i], i);
	}
	vcpu[0].stall_ps += run->overrun; /* one more than fits */
	status = completion_of(vcpu, vcpus, run->is_timed ? (time_wide)run->machine.shared_ps : 0,
			       &run->point->completion, err);
	if (status < 0) {
		err_prefix(err, "%s: %s with %" PRIu32 " pages local", run->shared->path, run->point->policy->name,
			   run->point->frames);
		return status;
	}
	return run->oracle.failed ? err_memory(err, "the oracle prefetcher") : 0;
}

static int run_group(struct shared *shared, struct trace_reader *reader, size_t first, size_t count, bool reports,
		     struct err *err)
{
	struct run *run = calloc(count, sizeof(*run));
	struct trace_batch batch = {0};
	size_t batched = 0;
	int status = run ? trace_reader_seek(reader, 0, err) : err_memory(err, "a replay"), more = 0;

	for (size_t i = 0; i < count && status == 0; i++)
		status = run_begin(&run[i], shared, &shared->points[first + i], reader, err);
	for (size_t i = 0; i < count && status == 0; i++)
		if (run[i].in_order_of_time)
			status = vcpus_replay(&run[i], shared, reports, err);
		else
			batched++;
	while (status == 0 && batched && !atomic_load(&shared->failed) &&
	       (more = trace_reader_next(reader, &batch, err)) > 0) {
		for (size_t i = 0; i < count; i++) {
			if (run[i].in_order_of_time)
				continue;
			if (run[i].is_timed)
				run_timed(&run[i], &batch);
			else if (run[i].point->policy->needs_future)
				run_future(&run[i], &batch);
			else
				run_plain(&run[i], &batch);
		}
		replay_advance(shared, batched * batch.count, reports);
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

/* Finds the largest clock, which has to fit for clocks to be converted at all. */
static int check_clocks(struct shared *shared, const struct trace_reader *reader, struct err *err)
{
	const unsigned vcpus = trace_reader_header(reader)->vcpus;
	struct completion_vcpu vcpu[TRACE_VCPUS_MAX] = {{0}};
	struct completion base;
	int status;

	for (unsigned i = 0; i < vcpus; i++)
		vcpu[i].clock_ps = fault_clock_wide_ps(trace_reader_totals(reader)->end[i], shared->options->cost.ips);
	status = completion_of(vcpu, vcpus, 0, &base, err);
	if (status < 0)
		err_prefix(err, "%s", shared->path);
	else
		shared->clock_ps = base.base_ps;
	return status;
}

static int check_points(struct shared *shared, const struct trace_reader *reader, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	const struct trace_header *header = trace_reader_header(reader);
	uint32_t min = trace_header_min_pages(header);

	if (totals->records == 0)
		return err_set(err, ERR_FAILED, "%s: an empty trace: it has no records", shared->path);
	for (size_t i = 0; i < shared->count; i++) {
		const struct replay_point *point = &shared->points[i];
		const uint32_t frames = point->frames, own = policy_reserved(point->policy, point->policy_params);

		if (frames < (uint64_t)min + own || frames > totals->footprint + own)
			return err_set(err, ERR_USAGE,
				       "%s: a local size of %" PRIu32 " pages: allowed are %" PRIu32 "%s to %" PRIu64
				       ", the footprint",
				       shared->path, frames, min + own, trace_min_reason(header->k, header->active),
				       totals->footprint + own);
	}
	return check_clocks(shared, reader, err);
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
	shared->reading = (struct trace_reader_options){.recover = shared->options->recover,
							.clocks = prefetch ||
								  fault_waits_for_itself(&shared->options->cost),
							.hinted = shared->options->hinted};
	if (header->vcpus > 1 && !shared->options->recorded_order) {
		status = decoded_traces_add(&shared->traces, shared->path, shared->options->hinted, true, err);
		if (status < 0)
			return status;
		shared->in_memory = decoded_traces_find(&shared->traces, shared->path, shared->options->hinted);
	}
	if (future && (status = future_read(&shared->future, reader, err)) < 0)
		return status;
	shared->frame = trace_reader_frames(reader);
	if (!prefetch)
		return 0;
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
	const struct trace_reader_options opening = {.recover = options->recover,
						     .frames = true,
						     .hinted = options->hinted};
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
	decoded_traces_free(&shared.traces);
	trace_reader_close(reader);
	return status;
}
