/* SPDX-License-Identifier: MIT */
/* Where the time of a run's jobs went, in all and by workload. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/run_tables.h"

/* The sums over the jobs of one workload. Base and time are of jobs that have ended. */
struct part {
	const char *name;
	size_t jobs, stopped;
	double base_ps, time_ps, lost_ps, stalls_ps, stall_ps[STALLS];
};

struct parts {
	struct part *part; /* the first is the sum of all, the others follow in the order of their stalls */
	size_t count, shown;
};

static const char *workload_of(const struct job_result *job)
{
	return job->workload && job->workload[0] ? job->workload : "-";
}

static void add(struct part *part, const struct job_result *job)
{
	part->jobs++;
	part->stopped += job->stopped;
	if (!job->stopped) {
		part->base_ps += (double)job->base_ps;
		part->time_ps += (double)job->time_ps;
	}
	part->lost_ps += (double)job->lost_ps;
	part->stalls_ps += run_stalls(job);
	for (int stall = 0; stall < STALLS; stall++)
		part->stall_ps[stall] += (double)job->stall_ps[stall];
}

static int by_stalls(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	if (one->stalls_ps != other->stalls_ps)
		return one->stalls_ps > other->stalls_ps ? -1 : 1;
	return strcmp(one->name, other->name);
}

static void put_part(const struct part *all, const struct part *part, FILE *to)
{
	char base[RUN_TIME], time[RUN_TIME], stalls[RUN_TIME], lost[RUN_TIME];
	size_t ended = part->jobs - part->stopped;

	run_name(part->name, to);
	fprintf(to, "\t%zu", part->jobs);
	if (all->stopped)
		fprintf(to, "\t%zu", part->stopped);
	fprintf(to, "\t%s\t%s", ended ? run_time(part->base_ps, base) : "-",
		ended ? run_time(part->time_ps, time) : "-");
	fprintf(to, ended && part->base_ps > 0 ? "\t%.4f" : "\t-", part->time_ps / part->base_ps);
	if (all->lost_ps > 0)
		fprintf(to, "\t%s", run_time(part->lost_ps, lost));
	fprintf(to, "\t%s", run_time(part->stalls_ps, stalls));
	for (int stall = 0; stall < STALLS; stall++)
		if (all->stall_ps[stall] > 0)
			fprintf(to, part->stall_ps[stall] > 0 ? "\t%.1f" : "\t-",
				100 * part->stall_ps[stall] / part->stalls_ps);
	fputc('\n', to);
}

static void put_parts(const void *context, FILE *to)
{
	const struct parts *parts = context;
	const struct part *all = &parts->part[0];

	fprintf(to, "workload\tjobs\t%sbase\ttime\tslow-\t%sstalls", all->stopped ? "stopped\t" : "",
		all->lost_ps > 0 ? "lost\t" : "");
	for (int stall = 0; stall < STALLS; stall++)
		if (all->stall_ps[stall] > 0)
			fprintf(to, "\t%s", stall_names[stall]);
	fprintf(to, "\n\t\t%s\t\tdown\t%s", all->stopped ? "\t" : "", all->lost_ps > 0 ? "\t" : "");
	for (int stall = 0; stall < STALLS; stall++)
		if (all->stall_ps[stall] > 0)
			fputs("\t%", to);
	fputc('\n', to);
	for (size_t i = 0; i < parts->shown; i++)
		put_part(all, &parts->part[i], to);
}

/* The part of a workload, a new one if it has none yet. */
static struct part *find(struct parts *parts, const char *name)
{
	for (size_t i = 1; i < parts->count; i++)
		if (strcmp(parts->part[i].name, name) == 0)
			return &parts->part[i];
	parts->part[parts->count].name = name;
	return &parts->part[parts->count++];
}

int run_where_print(const struct run_result *result, bool all, FILE *to, struct err *err)
{
	struct parts parts = {.part = calloc(result->jobs + 1, sizeof(*parts.part)), .count = 1};
	int status;

	if (!parts.part)
		return err_memory(err, "a table");
	parts.part[0].name = "all";
	for (size_t i = 0; i < result->jobs; i++) {
		add(&parts.part[0], &result->job[i]);
		add(find(&parts, workload_of(&result->job[i])), &result->job[i]);
	}
	qsort(&parts.part[1], parts.count - 1, sizeof(*parts.part), by_stalls);
	if (parts.count == 2) /* one workload: its sum is that of all */
		parts.count = 1;
	parts.shown = all || parts.count <= RUN_SHOWN + 1 ? parts.count : RUN_SHOWN + 1;
	status = run_table(put_parts, &parts, to, err);
	if (status == 0 && parts.shown < parts.count)
		fprintf(to, "(the %d of %zu workloads that waited longest)\n", RUN_SHOWN, parts.count - 1);
	free(parts.part);
	return status;
}
