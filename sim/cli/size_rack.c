/* SPDX-License-Identifier: MIT */
/* megavm size --servers: what a rack needs for all jobs. */
#include <stdlib.h>

#include "cli/size.h"

static const double gib = (double)(UINT64_C(1) << 30);

static int read_demand(const struct size_arguments *arguments, const struct config *config, const char *trace,
		       struct demand *demand, struct err *err)
{
	const struct trace_reader_options reading = {.recover = arguments->curve.recover,
						     .clocks = true,
						     .hinted = config_hinted(config)};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, trace, &reading, err);

	if (status < 0)
		return status;
	status = demand_read(demand, reader, config->ips, err);
	trace_reader_close(reader);
	if (status < 0)
		err_prefix(err, "%s", trace);
	return status;
}

/* The answer of a trace that belongs to a rack. The answers are in the order of policies, traces, interconnects,
 * targets. */
struct place {
	size_t policy, fabric, target;
};
static const struct size_local *answer_of(const struct size_answers *answers, const struct size_arguments *arguments,
					  size_t fabrics, const struct place *place, size_t trace)
{
	const size_t traces = (size_t)arguments->curve.paths;

	return &answers->local[((place->policy * traces + trace) * fabrics + place->fabric) * arguments->targets +
			       place->target];
}

static int make_one(struct size_answers *answers, const struct size_arguments *arguments, size_t fabrics,
		    const struct place *place, struct err *err)
{
	const size_t traces = (size_t)arguments->curve.paths, jobs = traces * arguments->copies;
	const struct size_local *first = answer_of(answers, arguments, fabrics, place, 0);
	struct size_rack *rack = &answers->rack[answers->racks];
	struct rack_job *job = calloc(jobs, sizeof(*job));
	int status;

	if (!job)
		return err_memory(err, "the jobs of a rack");
	*rack = (struct size_rack){
		.policy = first->row.policy, .fabric = first->row.fabric, .target = first->target, .jobs = jobs};
	for (size_t i = 0; i < jobs; i++) {
		const struct size_local *local = answer_of(answers, arguments, fabrics, place, i % traces);

		rack->missed += local->found == SIZE_NONE;
		job[i] = (struct rack_job){.demand = &answers->demand[i % traces],
					   .local_pages = local->row.point.frames,
					   .slowdown = size_search_slowdown(&local->row.point),
					   .start_ps = (int64_t)i * arguments->every_ps,
					   .server = i % arguments->servers};
	}
	status = rack_need(job, jobs, arguments->servers, &rack->need, err);
	free(job);
	answers->racks++;
	return status;
}

int size_racks_make(struct size_answers *answers, const struct size_arguments *arguments,
		    const struct curve_settings *settings, struct err *err)
{
	const size_t traces = (size_t)arguments->curve.paths, fabrics = settings->count;
	const size_t each = fabrics * arguments->targets, runs = answers->locals / (traces * each);
	struct place place;
	int status = 0;

	answers->demand = calloc(traces, sizeof(*answers->demand));
	answers->rack = calloc(runs * each, sizeof(*answers->rack));
	if (!answers->demand || !answers->rack)
		return err_memory(err, "the jobs of a rack");
	for (size_t i = 0; i < traces && status == 0; i++)
		status = read_demand(arguments, &settings->config[0], arguments->curve.path[i], &answers->demand[i],
				     err);
	for (place.policy = 0; place.policy < runs; place.policy++)
		for (place.fabric = 0; place.fabric < fabrics; place.fabric++)
			for (place.target = 0; place.target < arguments->targets && status == 0; place.target++)
				status = make_one(answers, arguments, fabrics, &place, err);
	return status;
}

double size_rack_cost(const struct size_arguments *arguments, const struct size_rack *rack)
{
	return ((double)size_bytes(rack->need.server) * (double)arguments->servers * arguments->cost_local +
		(double)size_bytes(rack->need.pool) * arguments->cost_pooled) /
	       gib;
}

double size_rack_cost_only_local(const struct size_arguments *arguments, const struct size_rack *rack)
{
	return (double)size_bytes(rack->need.server_only) * (double)arguments->servers * arguments->cost_local / gib;
}
