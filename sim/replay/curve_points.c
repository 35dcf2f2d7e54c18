/* SPDX-License-Identifier: MIT */
#include "replay/curve_points.h"

#include <math.h>
#include <stdlib.h>

#include "memory/curve.h"
#include "memory/shards.h"

bool curve_points_one_pass(const struct policy_ops *policy, const struct prefetch_ops *prefetch)
{
	return policy->has_curve && (!prefetch || prefetch->is_none);
}

static double slowdown(int64_t time_ps, int64_t base_ps)
{
	return base_ps ? (double)time_ps / (double)base_ps : NAN;
}

/* The completion time with a local memory of `frames` pages: that of the virtual CPU that ends last. With 0 frames, the
 * time with all memory local. */
static int64_t completion_ps(const struct trace_reader *reader, const struct curve *curve,
			     const struct fault_cost *cost, uint32_t frames)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	int64_t last = 0;

	for (unsigned vcpu = 0; vcpu < trace_reader_header(reader)->vcpus; vcpu++) {
		int64_t time_ps = fault_clock_ps(totals->end[vcpu], cost->ips);

		if (frames || cost->base_has_first)
			time_ps += (int64_t)curve->first_of_vcpu[vcpu] * cost->first_ps;
		if (frames)
			time_ps += (int64_t)curve_faults_of(curve, vcpu, frames) * cost->demand_ps;
		last = time_ps > last ? time_ps : last;
	}
	return last;
}

static void set_point(struct curve_point *point, const struct trace_reader *reader, const struct curve *curve,
		      const struct fault_cost *cost)
{
	uint32_t m = point->frames < curve->pages ? point->frames : curve->pages, known;
	int64_t base_ps = completion_ps(reader, curve, cost, 0);

	trace_reader_snapshot(reader, &known);
	point->too_small = m < curve->min_pages;
	point->counts = (struct local_counts){
		.first_touches = trace_reader_totals(reader)->pages - known, /* exact, also when sampled */
		.faults = curve->faults[m],
		.write_backs = curve->write_backs[m],
	};
	point->slowdown = slowdown(completion_ps(reader, curve, cost, m), base_ps);
	if (curve->error && base_ps)
		point->error = curve->error[m] * (double)curve->references * (double)cost->demand_ps / (double)base_ps;
}

static void report_records(void *context, uint64_t records)
{
	const struct curve_points_options *options = context;

	if (options->progress)
		options->progress(options->context, records);
}

static int read_in_one_pass(struct trace_reader *reader, struct curve_point *points, size_t count,
			    const struct curve_points_options *options, struct err *err)
{
	const struct shards_options sampling = {options->sample, options->sampling_seed};
	void *context = (void *)options;
	struct curve curve;
	int status = options->sample != 0 ? shards_read(&curve, reader, &sampling, report_records, context, err)
					  : curve_read(&curve, reader, report_records, context, err);

	if (status < 0)
		return status;
	for (size_t i = 0; i < count; i++)
		set_point(&points[i], reader, &curve, &options->cost);
	curve_free(&curve);
	return 0;
}

static void report_visits(void *context, uint64_t done, uint64_t total)
{
	(void)total;
	report_records(context, done);
}

static int replay_each(const char *path, struct curve_point *points, size_t count,
		       const struct curve_points_options *options, struct err *err)
{
	const struct replay_options replaying = {.cost = options->cost,
						 .eviction_seed = options->eviction_seed,
						 .threads = options->threads,
						 .recover = options->recover,
						 .progress = report_visits,
						 .context = (void *)options};
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
		points[i].slowdown = slowdown(replayed[i].time_ps, replayed[i].base_ps);
	}
	free(replayed);
	return status;
}

int curve_points_read(const char *path, struct trace_reader *reader, struct curve_point *points, size_t count,
		      const struct curve_points_options *options, struct err *err)
{
	if (curve_points_one_pass(options->policy, options->prefetch))
		return read_in_one_pass(reader, points, count, options, err);
	return replay_each(path, points, count, options, err);
}
