/* SPDX-License-Identifier: MIT */
#include "replay/curve_points.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "memory/shards.h"

bool curve_points_one_pass(const struct policy_ops *policy, const struct prefetch_ops *prefetch)
{
	return policy->has_curve && (!prefetch || prefetch->is_none);
}

/* Whether a virtual CPU may wait for its own last fetch's handler at some cost, so that times have to be replayed. */
static bool waits_for_handler(const struct curve_points_options *options)
{
	for (size_t i = 0; i < options->costs; i++)
		if (fault_waits_for_itself(&options->cost[i]))
			return true;
	return false;
}

bool curve_points_in_one_pass(const struct curve_points_options *options, const struct trace_reader *reader)
{
	return curve_points_one_pass(options->policy, options->prefetch) &&
	       ((trace_reader_header(reader)->vcpus == 1 && !waits_for_handler(options)) || options->sample != 0 ||
		options->recover || trace_reader_header(reader)->active);
}

static double slowdown(int64_t time_ps, int64_t base_ps)
{
	return base_ps ? (double)time_ps / (double)base_ps : NAN;
}

static void set_slowdown(struct curve_point *point, const struct completion *completion, const struct fault_cost *cost)
{
	point->slowdown = slowdown(completion->time_ps, completion->base_ps);
	point->slowdown_max = slowdown(completion->time_max_ps, completion->base_ps);
	if (completion->time_ps)
		point->write_share = (double)point->counts.write_backs * (double)cost->transfer_ps /
				     (double)completion->time_ps;
}

/* What completion times follow from. */
struct timed {
	const struct trace_reader *reader;
	const struct curve *curve;
	const struct fault_cost *cost;
};

/* The completion time with a local memory of `frames` pages, for the curve's own counts or one of its bounds. */
static int completion_at(const struct timed *timed, const struct curve_counts *counts, uint32_t frames,
			 struct completion *completion, struct err *err)
{
	const struct curve *curve = timed->curve;
	const struct fault_cost *cost = timed->cost;
	const unsigned vcpus = trace_reader_header(timed->reader)->vcpus;
	struct completion_vcpu vcpu[TRACE_VCPUS_MAX];

	for (unsigned i = 0; i < vcpus; i++) {
		time_wide first_ps = (time_wide)curve->first_of_vcpu[i] * (time_wide)cost->first_ps;

		vcpu[i] = (struct completion_vcpu){
			.clock_ps = fault_clock_wide_ps(trace_reader_totals(timed->reader)->end[i], cost->ips),
			.stall_ps = (time_wide)curve_faults_of(curve, counts, i, frames) * (time_wide)cost->demand_ps +
				    first_ps,
			.base_stall_ps = cost->base_has_first ? first_ps : 0,
		};
	}
	return completion_of(vcpu, vcpus, 0, completion, err);
}

/* Both bounds at a size. */
static int set_bounds(struct curve_point *point, const struct timed *timed, uint32_t m, struct err *err)
{
	const struct curve_counts *low = &timed->curve->low, *high = &timed->curve->high;
	struct completion least, most;
	int status = completion_at(timed, low, m, &least, err);

	if (status == 0)
		status = completion_at(timed, high, m, &most, err);
	if (status < 0)
		return status;
	point->low = (struct curve_bound){low->faults[m], low->write_backs[m], slowdown(least.time_ps, least.base_ps)};
	point->high = (struct curve_bound){high->faults[m], high->write_backs[m],
					   slowdown(most.time_max_ps, most.base_ps)};
	return 0;
}

static int set_point(struct curve_point *point, const struct timed *timed, struct err *err)
{
	const struct curve *curve = timed->curve;
	const struct fault_cost *cost = timed->cost;
	const struct curve_counts own = curve_counts(curve);
	uint32_t m = point->frames < curve->pages ? point->frames : curve->pages, known;
	struct completion completion;
	int status = completion_at(timed, &own, m, &completion, err);

	if (status == 0 && curve->low.faults)
		status = set_bounds(point, timed, m, err);
	if (status < 0)
		return status;
	trace_reader_snapshot(timed->reader, &known);
	point->too_small = m < curve->min_pages;
	point->counts = (struct local_counts){
		.first_touches = trace_reader_totals(timed->reader)->pages - known, /* exact, also when sampled */
		.faults = curve->faults[m],
		.write_backs = curve->write_backs[m],
		.compulsory = curve->compulsory ? curve->compulsory[m] : 0,
	};
	set_slowdown(point, &completion, cost);
	if (curve->error && completion.base_ps)
		point->error = curve->error[m] * (double)curve->references * (double)cost->demand_ps /
			       (double)completion.base_ps;
	return 0;
}

static void report_records(void *context, uint64_t records)
{
	const struct curve_points_options *options = context;

	if (options->progress)
		options->progress(options->context, records);
}

int curve_points_pass(struct curve *curve, struct trace_reader *reader, const struct curve_points_options *options,
		      struct err *err)
{
	const struct shards_options sampling = {options->sample, options->sampling_seed};
	void *context = (void *)options;

	return options->sample != 0 ? shards_read(curve, reader, &sampling, report_records, context, err)
				    : curve_read(curve, reader, report_records, context, err);
}

int curve_point_of(struct curve_point *point, const struct trace_reader *reader, const struct curve *curve,
		   const struct fault_cost *cost, struct err *err)
{
	return set_point(point, &(struct timed){reader, curve, cost}, err);
}

static int read_in_one_pass(const char *path, struct trace_reader *reader, struct curve_point *points, size_t count,
			    const struct curve_points_options *options, struct err *err)
{
	struct curve curve;
	int status = curve_points_pass(&curve, reader, options, err);

	if (status < 0)
		return status;
	for (size_t i = 0; i < options->costs * count && status == 0; i++) {
		const struct timed timed = {reader, &curve, &options->cost[i / count]};

		if ((status = set_point(&points[i], &timed, err)) < 0)
			err_prefix(err, "%s: %s with %" PRIu32 " pages local", path, options->policy->name,
				   points[i].frames);
	}
	curve_free(&curve);
	return status;
}

/* The replays of one cost, after those of the costs before it. */
struct reporting {
	const struct curve_points_options *options;
	uint64_t before, total;
};

static void report_visits(void *context, uint64_t done, uint64_t total)
{
	struct reporting *reporting = context;

	reporting->total = total;
	report_records((void *)reporting->options, reporting->before + done);
}

static int replay_each(const char *path, struct curve_point *points, size_t count, struct reporting *reporting,
		       const struct fault_cost *cost, struct err *err)
{
	const struct curve_points_options *options = reporting->options;
	const struct replay_options replaying = {.cost = *cost,
						 .eviction_seed = options->eviction_seed,
						 .threads = options->threads,
						 .recover = options->recover,
						 .hinted = options->hinted,
						 .recorded_order = options->recover, /* gaps have no order of time */
						 .progress = report_visits,
						 .context = reporting};
	struct replay_point *replayed = calloc(count + 1, sizeof(*replayed));
	int status;

	if (!replayed)
		return err_memory(err, "the local sizes");
	for (size_t i = 0; i < count; i++)
		replayed[i] = (struct replay_point){
			.policy = options->policy,
			.policy_params = options->policy_params,
			.prefetch = options->prefetch && options->prefetch->is_none ? NULL : options->prefetch,
			.prefetch_params = options->prefetch_params,
			.frames = points[i].frames,
		};
	status = replay(path, replayed, count, &replaying, err);
	for (size_t i = 0; i < count && status == 0; i++) {
		points[i].counts = replayed[i].counts;
		set_slowdown(&points[i], &replayed[i].completion, cost);
	}
	free(replayed);
	return status;
}

int curve_points_read(const char *path, struct trace_reader *reader, struct curve_point *points, size_t count,
		      const struct curve_points_options *options, struct err *err)
{
	struct reporting reporting = {.options = options};
	int status = 0;

	if (curve_points_in_one_pass(options, reader))
		return read_in_one_pass(path, reader, points, count, options, err);
	for (size_t i = 0; i < options->costs && status == 0; i++) {
		status = replay_each(path, points + i * count, count, &reporting, &options->cost[i], err);
		reporting.before += reporting.total;
	}
	return status;
}
