/* SPDX-License-Identifier: MIT */
/* megavm size: computes the answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "base/share.h"
#include "cli/size.h"
#include "cli/trace_damage.h"

/* Local shares of which a figure shows the largest latency: each per cent from one pass, each tenth where each is
 * replayed. */
enum { SHARES_ONE_PASS = 100, SHARES_REPLAY = 10 };

struct computing {
	struct size_answers *answers;
	const struct size_arguments *arguments;
	const struct curve_settings *settings;
};

static void *one_more(void *array, size_t count, size_t size, struct err *err)
{
	void *all = (count & (count - 1)) == 0 ? reallocarray(array, count ? 2 * count : 1, size) : array;

	if (!all)
		err_memory(err, "the answers");
	return all;
}

static int add_local(struct size_answers *answers, const struct size_local *local, struct err *err)
{
	struct size_local *all = one_more(answers->local, answers->locals, sizeof(*all), err);

	if (!all)
		return ERR_FAILED;
	answers->local = all;
	all[answers->locals++] = *local;
	return 0;
}

static int add_latency(struct size_answers *answers, const struct size_latency *latency, struct err *err)
{
	struct size_latency *all = one_more(answers->latency, answers->latencies, sizeof(*all), err);

	if (!all)
		return ERR_FAILED;
	answers->latency = all;
	all[answers->latencies++] = *latency;
	return 0;
}

/* The smallest local memory for each target over one interconnect. The rows for the notes: each answer, and all of the
 * footprint. */
static int answer_local(const struct computing *computing, struct size_search *search, const struct curve_row *common,
			struct err *err)
{
	const struct size_arguments *arguments = computing->arguments;
	struct size_answers *answers = computing->answers;
	struct curve_row all = *common;
	int status = 0;

	for (size_t i = 0; i < arguments->targets && status == 0; i++) {
		struct size_local local = {.row = *common, .target = arguments->target[i]};

		status = size_search_smallest(search, local.target, &local.found, &local.row.point, err);
		if (status == 0)
			status = add_local(answers, &local, err);
		if (status == 0)
			status = curve_rows_add(&answers->notes, &local.row, err);
	}
	if (status == 0)
		status = size_search_at(search, search->max, &all.point, err);
	return status < 0 ? status : curve_rows_add(&answers->notes, &all, err);
}

/* A share that nobody named, and of which the trace says nothing. */
static int add_unknown(const struct computing *computing, struct size_latency *latency, uint32_t frames,
		       struct err *err)
{
	int status = 0;

	latency->row.point = (struct curve_point){.frames = frames};
	latency->found = SIZE_UNKNOWN;
	latency->latency_ns = 0;
	for (size_t i = 0; i < computing->arguments->targets && status == 0; i++) {
		latency->target = computing->arguments->target[i];
		status = add_latency(computing->answers, latency, err);
	}
	return status;
}

/* The largest latency with one share of the footprint. Shares too small for the trace are left out. */
static int answer_share(const struct computing *computing, struct size_search *search, struct size_latency *latency,
			const struct config *config, double share, struct err *err)
{
	const uint64_t frames = share_round(share, search->max);
	int status = 0;

	if (frames < search->min && !computing->arguments->shares_named && !latency->figure_only)
		return add_unknown(computing, latency, (uint32_t)frames, err);
	if (frames < search->min) {
		if (latency->figure_only)
			return 0;
		return err_set(err, ERR_USAGE,
			       "%s: --ratios %g%%, a local size of %llu pages: allowed are %u%s to %u, the footprint",
			       search->path, 100 * share, (unsigned long long)frames, search->min,
			       trace_min_reason(latency->row.k, latency->row.active), search->max);
	}
	latency->row.point = (struct curve_point){.frames = (uint32_t)frames};
	for (size_t i = 0; i < computing->arguments->targets && status == 0; i++) {
		latency->target = computing->arguments->target[i];
		status = size_search_latency(search,
					     &(struct size_latency_asked){config, (uint32_t)frames, latency->target},
					     &latency->found, &latency->latency_ns, err);
		if (status == 0)
			status = add_latency(computing->answers, latency, err);
	}
	return status;
}

static int answer_latency(const struct computing *computing, struct size_search *search, const struct curve_row *common,
			  const struct config *config, struct err *err)
{
	const struct size_arguments *arguments = computing->arguments;
	const int shares = search->one_pass ? SHARES_ONE_PASS : SHARES_REPLAY;
	struct size_latency latency = {.row = *common};
	int status = 0;

	for (size_t i = 0; i < arguments->shares && status == 0; i++)
		status = answer_share(computing, search, &latency, config, arguments->share[i], err);
	latency.figure_only = true;
	for (int i = 1; i <= shares && status == 0 && arguments->curve.plot; i++)
		status = answer_share(computing, search, &latency, config, (double)i / shares, err);
	return status;
}

static void show(void *context, uint64_t records)
{
	progress_step(context, records, records);
}

/* Whether an earlier interconnect is the same but for its latency, which is what is asked. */
static bool differs_in_latency(const struct curve_settings *settings, size_t i)
{
	bool does = false;

	for (size_t j = 0; j < i; j++)
		does = does || strcmp(settings->config[j].fabric.preset, settings->config[i].fabric.preset) == 0;
	return does;
}

static int answer_trace(const struct computing *computing, int policy, const char *trace, struct trace_reader *reader,
			struct err *err)
{
	const struct curve_settings *settings = computing->settings;
	struct curve_points_options options = curve_options_of(&computing->arguments->curve, settings, policy);
	struct curve_row common = curve_row_of(trace, reader, &options);
	struct size_search search;
	struct progress progress;
	int status = curve_check_sizes(trace, reader, err);

	if (status < 0)
		return status;
	options.progress = show;
	options.context = &progress;
	progress_begin(&progress, trace, "records", trace_reader_totals(reader)->records);
	status = size_search_begin(&search, trace, reader, &options, err);
	progress_end(&progress);
	if (status < 0)
		return status;
	options.progress = NULL; /* how many replays it takes is not known */
	for (size_t i = 0; i < settings->count && status == 0; i++) {
		common.fabric = &settings->config[i].fabric;
		size_search_over(&search, &settings->cost[i]);
		status = answer_local(computing, &search, &common, err);
		if (status == 0 && !differs_in_latency(settings, i))
			status = answer_latency(computing, &search, &common, &settings->config[i], err);
	}
	size_search_end(&search);
	return status;
}

static int answer_policy(void *context, int policy, struct err *err)
{
	const struct computing *computing = context;
	const struct curve_arguments *arguments = &computing->arguments->curve;
	int status = 0;

	for (int i = 0; i < arguments->paths && status == 0; i++) {
		const char *trace = arguments->path[i];
		struct trace_reader_options reading = {.recover = arguments->recover,
						       .hinted = config_hinted(&computing->settings->config[0])};
		struct trace_reader *reader;

		status = trace_reader_open(&reader, trace, &reading, err);
		if (status < 0)
			return status;
		cli_trace_damage(trace, reader);
		status = answer_trace(computing, policy, trace, reader, err);
		trace_reader_close(reader);
	}
	return status;
}

int size_answers_make(struct size_answers *answers, const struct size_arguments *arguments,
		      const struct curve_settings *settings, struct err *err)
{
	struct computing computing = {answers, arguments, settings};

	answers->notes.several_fabrics = settings->count > 1;
	answers->notes.fault_costs = settings->config[0].fault_costs;
	return curve_each_policy(&arguments->curve, settings, answer_policy, &computing, err);
}

void size_answers_free(struct size_answers *answers, const struct size_arguments *arguments)
{
	for (int i = 0; answers->demand && i < arguments->curve.paths; i++)
		demand_free(&answers->demand[i]);
	free(answers->demand);
	free(answers->local);
	free(answers->latency);
	free(answers->rack);
	free(answers->notes.row);
}
