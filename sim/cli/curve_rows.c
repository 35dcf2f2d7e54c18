/* SPDX-License-Identifier: MIT */
/* megavm curve: from the traces and sizes asked for to rows of counts and slowdowns. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "base/units.h"
#include "cli/curve.h"
#include "cli/trace.h"
#include "config/cost.h"
#include "memory/curve.h"
#include "memory/shards.h"

enum { STEPS_TEXT = 20, STEPS_REPLAY = 10 }; /* sizes when none are named: every 5 % of LRU's, every 10 % of others */

struct sizes {
	uint32_t *frames;
	size_t count;
};

static int add_size(struct sizes *sizes, uint32_t frames, struct err *err)
{
	uint32_t *all = realloc(sizes->frames, (sizes->count + 1) * sizeof(*all));

	if (!all)
		return err_memory(err, "the local sizes");
	sizes->frames = all;
	sizes->frames[sizes->count++] = frames;
	return 0;
}

/* A size in pages, or a share of the footprint rounded to the nearest page. */
static int parse_size(const char *word, bool ratio, uint64_t footprint, uint64_t *frames, struct err *err)
{
	double fraction;
	int status = ratio ? percent_parse(word, &fraction, err) : count_parse(word, frames, err);

	if (status < 0)
		err_prefix(err, "%s", ratio ? "--ratios" : "--frames");
	else if (ratio)
		*frames = (uint64_t)llround(fraction * (double)footprint);
	return status;
}

/* The sizes of a list; each must be one that the trace can answer for. */
static int list_sizes(struct sizes *sizes, const char *list, bool ratio, const char *trace, uint64_t footprint,
		      uint32_t min, struct err *err)
{
	char *words = strdup(list), *rest = words, *word;
	int status = words ? 0 : err_memory(err, "the local sizes");

	while (status == 0 && (word = strsep(&rest, ","))) {
		uint64_t frames = 0;

		status = parse_size(word, ratio, footprint, &frames, err);
		if (status == 0 && (frames < min || frames > footprint))
			status = err_set(err, ERR_USAGE,
					 "%s: %s %s, a local size of %" PRIu64 " pages: allowed are %" PRIu32
					 "%s to %" PRIu64 ", the footprint",
					 trace, ratio ? "--ratios" : "--frames", word, frames, min,
					 min > 1 ? " (K, to which the trace is filtered)" : "", footprint);
		if (status == 0)
			status = add_size(sizes, (uint32_t)frames, err);
	}
	free(words);
	return status;
}

/* `steps` even shares of the footprint, those that are too small for the trace left out. */
static int even_sizes(struct sizes *sizes, uint64_t steps, uint64_t footprint, uint32_t min, struct err *err)
{
	int status = 0;

	for (uint64_t step = 1; step <= steps && status == 0; step++) {
		uint32_t frames = (uint32_t)((footprint * step + steps / 2) / steps);

		if (frames >= min && (!sizes->count || sizes->frames[sizes->count - 1] != frames))
			status = add_size(sizes, frames, err);
	}
	return status;
}

static int choose_sizes(struct sizes *sizes, const struct curve_arguments *arguments, bool one_pass, const char *trace,
			const struct trace_reader *reader, struct err *err)
{
	uint64_t footprint = trace_reader_totals(reader)->footprint;
	uint32_t k = trace_reader_header(reader)->k, min = k ? k : 1;

	if (!footprint)
		return err_set(err, ERR_FAILED, "%s: an empty trace: it has no records", trace);
	if (footprint < min)
		return err_set(err, ERR_FAILED,
			       "%s: its footprint, %" PRIu64 " pages, is below the K = %" PRIu32
			       " to which it is filtered: no local size is left",
			       trace, footprint, k);
	if (arguments->frames || arguments->ratios)
		return list_sizes(sizes, arguments->frames ? arguments->frames : arguments->ratios, !arguments->frames,
				  trace, footprint, min, err);
	return even_sizes(sizes, one_pass ? arguments->csv || arguments->plot ? footprint : STEPS_TEXT : STEPS_REPLAY,
			  footprint, min, err);
}

static double slowdown(int64_t time_ps, int64_t base_ps)
{
	return base_ps ? (double)time_ps / (double)base_ps : NAN;
}

static void show(void *context, uint64_t records)
{
	progress_step(context, records, records);
}

/* Base of each virtual CPU, and the completion time when CPU v has had faults[v]: the one that ends last counts. */
static int64_t completion_ps(const struct trace_reader *reader, const struct curve *curve,
			     const struct fault_cost *cost, uint32_t frames)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	int64_t last = 0;

	for (unsigned vcpu = 0; vcpu < trace_reader_header(reader)->vcpus; vcpu++) {
		int64_t time_ps = fault_clock_ps(totals->end[vcpu], cost->ips);

		if (frames)
			time_ps += (int64_t)curve_faults_of(curve, vcpu, frames) * cost->demand_ps;
		last = time_ps > last ? time_ps : last;
	}
	return last;
}

/* LRU without a prefetcher: all sizes from one pass. */
static int one_pass_rows(struct curve_rows *rows, const struct curve_arguments *arguments,
			 const struct fault_cost *cost, uint64_t seed, struct trace_reader *reader, const char *trace,
			 const struct sizes *sizes, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	const struct shards_options sampling = {arguments->sample, seed};
	struct progress progress;
	struct curve curve;
	int64_t base_ps;
	uint32_t known;
	int status;

	progress_begin(&progress, trace, "records", totals->records);
	status = arguments->sample != 0 ? shards_read(&curve, reader, &sampling, show, &progress, err)
					: curve_read(&curve, reader, show, &progress, err);
	progress_end(&progress);
	if (status < 0)
		return status;
	base_ps = completion_ps(reader, &curve, cost, 0);
	trace_reader_snapshot(reader, &known);
	for (size_t i = 0; i < sizes->count && status == 0; i++) {
		uint32_t m = sizes->frames[i] < curve.pages ? sizes->frames[i] : curve.pages;
		struct curve_row row = {.trace = trace,
					.policy = "lru",
					.frames = sizes->frames[i],
					.footprint = (uint32_t)totals->footprint};

		if (m < curve.min_pages && arguments->sample != 0 && !arguments->frames && !arguments->ratios)
			continue;
		row.counts.first_touches = totals->pages - known; /* exact, also when the curve is sampled */
		row.counts.faults = curve.faults[m];
		row.counts.write_backs = curve.write_backs[m];
		row.slowdown = slowdown(completion_ps(reader, &curve, cost, m), base_ps);
		if (curve.error && base_ps)
			row.error = curve.error[m] * (double)curve.references * (double)cost->demand_ps /
				    (double)base_ps;
		status = curve_rows_add(rows, &row, err);
	}
	curve_free(&curve);
	return status;
}

static void show_visits(void *context, uint64_t done, uint64_t total)
{
	(void)total;
	progress_step(context, done, done);
}

/* Anything else: a replay a size. */
static int replay_rows(struct curve_rows *rows, const struct curve_arguments *arguments, const struct config *config,
		       const struct fault_cost *cost, const struct trace_reader *reader, const char *trace, int policy,
		       const struct sizes *sizes, struct err *err)
{
	struct replay_options options = {.cost = *cost,
					 .seed = config->seed,
					 .threads = arguments->jobs,
					 .recover = arguments->recover,
					 .progress = show_visits};
	struct replay_point *point = calloc(sizes->count + 1, sizeof(*point));
	struct progress progress;
	int status;

	if (!point)
		return err_memory(err, "the local sizes");
	for (size_t i = 0; i < sizes->count; i++) {
		point[i] = (struct replay_point){.policy = policies[policy],
						 .policy_params = config->policy_params[policy],
						 .frames = sizes->frames[i]};
		if (strcmp(arguments->prefetch, "none") != 0) {
			point[i].prefetch = prefetchers[config->prefetch];
			point[i].prefetch_params = config->prefetch_params[config->prefetch];
		}
	}
	options.context = &progress;
	progress_begin(&progress, trace, "records", trace_reader_totals(reader)->records * sizes->count);
	status = replay(trace, point, sizes->count, &options, err);
	progress_end(&progress);
	for (size_t i = 0; i < sizes->count && status == 0; i++) {
		struct curve_row row = {.trace = trace,
					.policy = policies[policy]->name,
					.frames = sizes->frames[i],
					.counts = point[i].counts};

		row.footprint = (uint32_t)trace_reader_totals(reader)->footprint;
		row.k = trace_reader_header(reader)->k;
		row.slowdown = slowdown(point[i].time_ps, point[i].base_ps);
		status = curve_rows_add(rows, &row, err);
	}
	free(point);
	return status;
}

int curve_rows_of(struct curve_rows *rows, const struct curve_arguments *arguments, const struct config *config,
		  const char *trace, int policy, struct err *err)
{
	const struct trace_reader_options reading = {arguments->recover, false, false};
	bool one_pass = strcmp(policies[policy]->name, "lru") == 0 && strcmp(arguments->prefetch, "none") == 0;
	struct trace_reader *reader;
	struct sizes sizes = {0};
	struct fault_cost cost;
	int status = config_cost(config, &cost, err);

	if (status == 0)
		status = trace_reader_open(&reader, trace, &reading, err);
	if (status < 0)
		return status;
	cli_trace_damage(trace, reader);
	status = choose_sizes(&sizes, arguments, one_pass, trace, reader, err);
	if (status == 0 && one_pass)
		status = one_pass_rows(rows, arguments, &cost, config->seed, reader, trace, &sizes, err);
	else if (status == 0)
		status = replay_rows(rows, arguments, config, &cost, reader, trace, policy, &sizes, err);
	if (status == 0 && !policies[policy]->exact_on_filtered && trace_reader_header(reader)->k && arguments->csv)
		fprintf(stderr, "%s: %s: approximate on filtered traces\n", trace, policies[policy]->name);
	trace_reader_close(reader);
	free(sizes.frames);
	return status;
}
