/* SPDX-License-Identifier: MIT */
/* megavm curve: chooses the local sizes and makes the rows of the output. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "base/share.h"
#include "base/units.h"
#include "cli/curve.h"
#include "cli/trace_damage.h"
#include "replay/curve_points.h"

/* Number of sizes when none are given: every 5 % for LRU, every 10 % for other policies */
enum { STEPS_TEXT = 20, STEPS_REPLAY = 10 };

/* The local sizes, and what bounds them. */
struct sizes {
	const char *trace;
	uint64_t footprint;
	uint32_t reserved; /* of each size, by the policy */
	uint32_t min;      /* the smallest of which the trace says something, and why */
	const char *min_reason;
	struct curve_point *point;
	size_t count;
	bool named; /* on the command line */
	bool fine;  /* every size, for a figure: a table shows STEPS_TEXT of them */
};

static int add_size(struct sizes *sizes, uint32_t frames, struct err *err)
{
	struct curve_point *all = realloc(sizes->point, (sizes->count + 1) * sizeof(*all));

	if (!all)
		return err_memory(err, "the local sizes");
	sizes->point = all;
	sizes->point[sizes->count++] = (struct curve_point){.frames = frames};
	return 0;
}

/* Parses a size in pages, or a share of the footprint, which is rounded to the nearest page. */
static int parse_size(const char *word, bool ratio, uint64_t footprint, uint64_t *frames, struct err *err)
{
	double fraction;
	int status = ratio ? percent_parse(word, &fraction, err) : count_parse(word, frames, err);

	if (status < 0)
		err_prefix(err, "%s", ratio ? "--ratios" : "--frames");
	else if (ratio)
		*frames = share_round(fraction, footprint);
	return status;
}

/* Parses a list of sizes; the trace must be exact at each of them. */
static int list_sizes(struct sizes *sizes, const char *list, bool ratio, struct err *err)
{
	char *words = strdup(list), *rest = words, *word;
	int status = words ? 0 : err_memory(err, "the local sizes");

	while (status == 0 && (word = strsep(&rest, ","))) {
		uint64_t frames = 0;

		status = parse_size(word, ratio, sizes->footprint, &frames, err);
		if (status == 0 && !ratio && frames > sizes->footprint + sizes->reserved)
			frames = sizes->footprint + sizes->reserved; /* one list of sizes serves several traces: all of
									this one is local */
		if (status == 0 && (frames < sizes->min || frames > sizes->footprint + sizes->reserved))
			status = err_set(err, ERR_USAGE,
					 "%s: %s %s, a local size of %" PRIu64 " pages: allowed are %" PRIu32
					 "%s to %" PRIu64 ", the footprint",
					 sizes->trace, ratio ? "--ratios" : "--frames", word, frames, sizes->min,
					 sizes->min_reason, sizes->footprint + sizes->reserved);
		if (status == 0)
			status = add_size(sizes, (uint32_t)frames, err);
	}
	free(words);
	return status;
}

static uint32_t even_size(uint64_t footprint, uint64_t step, uint64_t steps)
{
	return (uint32_t)((footprint * step + steps / 2) / steps);
}

/* `steps` equal steps up to the footprint, without those that are too small for the trace. */
static int even_sizes(struct sizes *sizes, uint64_t steps, struct err *err)
{
	int status = 0;

	for (uint64_t step = 1; step <= steps && status == 0; step++) {
		uint32_t frames = even_size(sizes->footprint, step, steps);

		if (frames >= sizes->min && (!sizes->count || sizes->point[sizes->count - 1].frames != frames))
			status = add_size(sizes, frames, err);
	}
	return status;
}

int curve_check_sizes(const char *trace, const struct trace_reader *reader, struct err *err)
{
	const struct trace_header *header = trace_reader_header(reader);
	const uint64_t footprint = trace_reader_totals(reader)->footprint;
	const uint32_t min = trace_header_min_pages(header);

	if (!footprint)
		return err_set(err, ERR_FAILED, "%s: an empty trace: it has no records", trace);
	if (footprint >= min)
		return 0;
	if (header->active)
		return err_set(err, ERR_FAILED,
			       "%s: its footprint, %" PRIu64 " pages, is below %" PRIu32
			       ", the smallest memory of which a recording with an active set of %" PRIu32
			       " pages says something: no local size is left: record it with a smaller active set",
			       trace, footprint, min, header->active);
	return err_set(err, ERR_FAILED,
		       "%s: its footprint, %" PRIu64 " pages, is below the K = %" PRIu32
		       " to which it is filtered: no local size is left: keep every reference (--k 0 of import and "
		       "record)",
		       trace, footprint, header->k);
}

static int choose_sizes(struct sizes *sizes, const struct curve_arguments *arguments, bool one_pass,
			const struct trace_reader *reader, struct err *err)
{
	const struct trace_header *header = trace_reader_header(reader);
	int status = curve_check_sizes(sizes->trace, reader, err);

	sizes->footprint = trace_reader_totals(reader)->footprint;
	sizes->min = trace_header_min_pages(header) + sizes->reserved;
	sizes->min_reason = trace_min_reason(header->k, header->active);
	if (status < 0)
		return status;
	if (arguments->frames || arguments->ratios)
		return list_sizes(sizes, arguments->frames ? arguments->frames : arguments->ratios, !arguments->frames,
				  err);
	if (!one_pass)
		return even_sizes(sizes, STEPS_REPLAY, err);
	sizes->fine = arguments->plot && !arguments->csv && !arguments->json;
	return even_sizes(sizes, arguments->csv || arguments->json || arguments->plot ? sizes->footprint : STEPS_TEXT,
			  err);
}

int curve_rows_add(struct curve_rows *rows, const struct curve_row *row, struct err *err)
{
	if (rows->count == rows->room) {
		size_t room = 2 * rows->room + 64;
		struct curve_row *all = realloc(rows->row, room * sizeof(*all));

		if (!all)
			return err_memory(err, "the curve");
		rows->row = all;
		rows->room = room;
	}
	rows->row[rows->count++] = *row;
	return 0;
}

static void show(void *context, uint64_t records)
{
	progress_step(context, records, records);
}

/* Whether a size is one of those that a table shows when it is not asked for others. */
static bool is_in_table(const struct sizes *sizes, uint32_t frames)
{
	const uint64_t step = (frames * (uint64_t)STEPS_TEXT + sizes->footprint / 2) / sizes->footprint;

	return even_size(sizes->footprint, step, STEPS_TEXT) == frames;
}

/* Appends a row for each point of one cost. Default sizes are left out where the sampled curve has no estimate. */
static int add_rows(struct curve_rows *rows, const struct curve_row *common, const struct sizes *sizes,
		    const struct curve_point *point, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < sizes->count && status == 0; i++) {
		struct curve_row row = *common;

		if (point[i].too_small && !sizes->named)
			continue;
		row.point = point[i];
		row.figure_only = sizes->fine && !is_in_table(sizes, point[i].frames);
		status = curve_rows_add(rows, &row, err);
	}
	return status;
}

/* Repeats the sizes for each further cost. */
static int repeat_sizes(struct sizes *sizes, size_t costs, struct err *err)
{
	struct curve_point *all = reallocarray(sizes->point, costs * sizes->count, sizeof(*all));

	if (!all)
		return err_memory(err, "the local sizes");
	sizes->point = all;
	for (size_t i = sizes->count; i < costs * sizes->count; i++)
		all[i] = all[i - sizes->count];
	return 0;
}

static double idle_share(const struct trace_reader *reader, uint64_t ips)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	const unsigned vcpus = trace_reader_header(reader)->vcpus;
	double idle_ps = 0, base_ps = 0;

	for (unsigned vcpu = 0; vcpu < vcpus; vcpu++) {
		idle_ps += 1000 * (double)totals->end[vcpu].idle_ns / vcpus;
		base_ps = fmax(base_ps, (double)fault_clock_wide_ps(totals->end[vcpu], ips));
	}
	return base_ps > 0 ? idle_ps / base_ps : 0;
}

/* Cuts a file's ending off: what follows the last dot and begins with a letter. */
static void cut_ending(char *name)
{
	char *dot = strrchr(name, '.');

	if (dot && dot > name && isalpha((unsigned char)dot[1]))
		*dot = '\0';
}

/* The name of the trace's file, without folder and ending, and that of its workload: of an imported trace the file that
 * it was made from. */
static void put_names(struct curve_row *row, const char *workload)
{
	const char *slash = strrchr(row->trace, '/');

	snprintf(row->stem, sizeof(row->stem), "%s", slash ? slash + 1 : row->trace);
	cut_ending(row->stem);
	slash = strrchr(workload, '/');
	snprintf(row->workload, sizeof(row->workload), "%s", slash ? slash + 1 : workload);
	cut_ending(row->workload);
	if (!*row->workload)
		strcpy(row->workload, row->stem);
}

struct curve_row curve_row_of(const char *trace, const struct trace_reader *reader,
			      const struct curve_points_options *options)
{
	struct curve_row row = {
		.trace = trace,
		.policy = options->policy,
		.prefetch = options->prefetch,
		.footprint = (uint32_t)trace_reader_totals(reader)->footprint,
		.k = trace_reader_header(reader)->k,
		.again = trace_reader_header(reader)->again,
		.active = trace_reader_header(reader)->active,
		.idle_share = idle_share(reader, options->cost->ips),
		.vcpus = trace_reader_header(reader)->vcpus,
	};

	put_names(&row, trace_reader_header(reader)->workload);
	return row;
}

struct curve_points_options curve_options_of(const struct curve_arguments *arguments,
					     const struct curve_settings *settings, int policy)
{
	const struct config *config = &settings->config[0];

	return (struct curve_points_options){.policy = policies[policy],
					     .policy_params = config->policy_params[policy],
					     .prefetch = prefetchers[config->prefetch],
					     .prefetch_params = config->prefetch_params[config->prefetch],
					     .cost = settings->cost,
					     .costs = settings->count,
					     .eviction_seed = config_stream(config, RNG_EVICTION, 0),
					     .sampling_seed = config_stream(config, RNG_SAMPLING, 0),
					     .sample = arguments->sample,
					     .threads = arguments->jobs,
					     .recover = arguments->recover,
					     .hinted = config_hinted(config)};
}

/* The rows of a trace at the sizes chosen. */
static int compute(struct curve_rows *rows, const struct curve_settings *settings, struct curve_points_options *options,
		   struct trace_reader *reader, struct sizes *sizes, struct err *err)
{
	struct curve_row common = curve_row_of(sizes->trace, reader, options);
	uint64_t passes = curve_points_in_one_pass(options, reader) ? 1 : settings->count * sizes->count;
	struct progress progress;
	int status;

	options->progress = show;
	options->context = &progress;
	progress_begin(&progress, sizes->trace, "records", trace_reader_totals(reader)->records * passes);
	status = curve_points_read(sizes->trace, reader, sizes->point, sizes->count, options, err);
	progress_end(&progress);
	for (size_t i = 0; i < settings->count && status == 0; i++) {
		common.fabric = &settings->config[i].fabric;
		status = add_rows(rows, &common, sizes, sizes->point + i * sizes->count, err);
	}
	return status;
}

int curve_rows_of(struct curve_rows *rows, const struct curve_arguments *arguments,
		  const struct curve_settings *settings, const char *trace, int policy, struct err *err)
{
	const struct config *config = &settings->config[0];
	const struct trace_reader_options reading = {.recover = arguments->recover, .hinted = config_hinted(config)};
	struct curve_points_options options = curve_options_of(arguments, settings, policy);
	struct sizes sizes = {.trace = trace,
			      .reserved = policy_reserved(options.policy, options.policy_params),
			      .named = arguments->frames || arguments->ratios};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, trace, &reading, err);

	if (status < 0)
		return status;
	cli_trace_damage(trace, reader);
	status = choose_sizes(&sizes, arguments, curve_points_in_one_pass(&options, reader), reader, err);
	if (status == 0 && options.sample != 0 && trace_reader_header(reader)->active)
		status = err_set(err, ERR_USAGE,
				 "%s: --sample: it was recorded with an active set, and its bounds need every record: "
				 "leave --sample out",
				 trace);
	if (status == 0)
		status = repeat_sizes(&sizes, settings->count, err);
	if (status == 0)
		status = compute(rows, settings, &options, reader, &sizes, err);
	trace_reader_close(reader);
	free(sizes.point);
	return status;
}
