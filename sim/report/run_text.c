/* SPDX-License-Identifier: MIT */
#include "report/run_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/run_tables.h"

static const double idle_said_from = 0.01; /* the share of the base from which the idle time is printed */

/* Whether any job's completion has two bounds. */
static bool has_bounds(const struct run_result *result)
{
	for (size_t i = 0; i < result->jobs; i++)
		if (result->job[i].time_max_ps > result->job[i].time_ps)
			return true;
	return false;
}

static void put_jobs(const void *context, FILE *to)
{
	const struct run_result *result = context;
	bool bounds = has_bounds(result);

	fputs("job\tlocal pages\t\tfaults\tin\twrite-\tfetch\tfetch\tbase\ttime\tslowdown", to);
	fputs(bounds ? "\tslowdown\n" : "\n", to);
	fputs("\tof footprint\t%\t\tflight\tbacks\tmean\tp99", to);
	fputs(bounds ? "\t\tat least\tat least\tat most\n" : "\n", to);
	for (size_t i = 0; i < result->jobs; i++) {
		const struct job_result *job = &result->job[i];
		double slowdown = job_slowdown(job);
		char mean[RUN_TIME], p99[RUN_TIME], base[RUN_TIME], time[RUN_TIME];

		run_name(job->name, to);
		fprintf(to, "\t%" PRIu64 "/%" PRIu64, job->local_pages, job->footprint_pages);
		fprintf(to, job->footprint_pages ? "\t%.1f" : "\t-",
			100 * (double)job->local_pages / (double)job->footprint_pages);
		fprintf(to, "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64, job->faults.demand, job->faults.in_flight,
			job->writebacks);
		fprintf(to, "\t%s\t%s", job->faults.demand ? run_time(1000 * job->fetch_ns.mean, mean) : "-",
			job->faults.demand ? run_time(1000 * job->fetch_ns.p99, p99) : "-");
		fprintf(to, "\t%s\t%s", run_time((double)job->base_ps, base), run_time((double)job->time_ps, time));
		if (job->stopped)
			fputs("\tstopped", to);
		else
			fprintf(to, isfinite(slowdown) ? "\t%.4f" : "\t-", slowdown);
		if (bounds && isfinite(slowdown))
			fprintf(to, "\t%.4f", job_slowdown_max(job));
		fputc('\n', to);
	}
}

/* Part of a job's fetches may have nothing to do with the size of its local memory. */
static void print_compulsory(const struct run_result *result, FILE *to)
{
	for (size_t i = 0; i < result->jobs; i++) {
		const struct job_result *job = &result->job[i];

		if (!job->faults.compulsory)
			continue;
		run_name(job->name, to);
		fprintf(to, ": %" PRIu64 " of its %" PRIu64 " fetches are compulsory, of pages that began remote\n",
			job->faults.compulsory, job->faults.demand);
	}
}

/* A job that is idle for a part of its base is slowed down in the rest only. */
static void print_idle(const struct run_result *result, FILE *to)
{
	for (size_t i = 0; i < result->jobs; i++) {
		double share = job_idle_share(&result->job[i]);

		if (share < idle_said_from)
			continue;
		run_name(result->job[i].name, to);
		fprintf(to, ": %.1f %% of its base is idle\n", 100 * share);
	}
}

/* What a job has lost with its hypervisors. */
static void print_restarts(const struct run_result *result, FILE *to)
{
	for (size_t i = 0; i < result->jobs; i++) {
		const struct job_result *job = &result->job[i];
		char lost[RUN_TIME];

		if (!job->restarts)
			continue;
		run_name(job->name, to);
		fprintf(to,
			": restarted %" PRIu64
			" time%s; %s of its time passed before, and what is counted is of the rest\n",
			job->restarts, run_plural(job->restarts), run_time((double)job->lost_ps, lost));
	}
}

/* Says once of each mark which policies have it and what helps. */
static void print_counts(const struct run_result *result, FILE *to)
{
	for (int mark = FILTERED_MISLEADING; mark < FILTERED_EXACT; mark++) {
		size_t said = 0;

		for (int policy = 0; policies[policy]; policy++) {
			size_t i = 0;

			while (i < result->jobs && ((int)result->job[i].policy_counts != mark ||
						    strcmp(result->job[i].policy, policies[policy]->name) != 0))
				i++;
			if (i < result->jobs)
				fprintf(to, "%s%s", said++ ? ", " : "", policies[policy]->name);
		}
		if (said)
			fprintf(to, ": %s\n", policy_filtered_remedy((enum policy_filtered)mark));
	}
}

/* Why jobs stopped: of those shown, and how many more there are of all. */
static void print_stopped(const struct run_result *result, const struct run_result *whole, FILE *to)
{
	size_t stopped = 0;

	for (size_t i = 0; i < whole->jobs; i++)
		stopped += whole->job[i].stopped;
	for (size_t i = 0; i < result->jobs; i++) {
		const struct job_result *job = &result->job[i];

		if (!job->stopped)
			continue;
		stopped--;
		run_name(job->name, to);
		fprintf(to, " stopped: %s\n", job->stopped_by);
	}
	if (stopped)
		fprintf(to, "and %zu more job%s stopped\n", stopped, run_plural(stopped));
}

static int by_value(const void *a, const void *b)
{
	const double *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

/* Prints the minimum, median and maximum of the slowdowns. */
static int print_spread(const struct run_result *result, size_t shown, FILE *to, struct err *err)
{
	double *slowdown = malloc((result->jobs + 1) * sizeof(*slowdown));
	size_t n = 0;

	if (!slowdown)
		return err_memory(err, "the slowdowns");
	for (size_t i = 0; i < result->jobs; i++)
		if (isfinite(slowdown[n] = job_slowdown(&result->job[i])))
			n++;
	if (shown < result->jobs)
		fprintf(to, "(the %zu worst of %zu jobs)\n", shown, result->jobs);
	if (n > 0) {
		qsort(slowdown, n, sizeof(*slowdown), by_value);
		fprintf(to, "slowdown of %zu job%s: min %.4f, median %.4f, max %.4f\n", n, run_plural(n), slowdown[0],
			(slowdown[(n - 1) / 2] + slowdown[n / 2]) / 2, slowdown[n - 1]);
	}
	free(slowdown);
	return 0;
}

/* Whether any of the shown jobs had this stall. */
static bool occurs(const struct run_result *result, int stall)
{
	for (size_t i = 0; i < result->jobs; i++)
		if (result->job[i].stall_ps[stall])
			return true;
	return false;
}

static void put_stalls(const void *context, FILE *to)
{
	const struct run_result *result = context;
	bool column[STALLS];

	fputs("stalls in %\ttotal", to);
	for (int stall = 0; stall < STALLS; stall++) {
		column[stall] = occurs(result, stall);
		if (column[stall])
			fprintf(to, "\t%s", stall_names[stall]);
	}
	for (size_t i = 0; i < result->jobs; i++) {
		const struct job_result *job = &result->job[i];
		char total[RUN_TIME];

		fputc('\n', to);
		run_name(job->name, to);
		fprintf(to, "\t%s", run_time(run_stalls(job), total));
		for (int stall = 0; stall < STALLS; stall++)
			if (column[stall])
				fprintf(to, job->stall_ps[stall] ? "\t%.1f" : "\t-",
					100 * (double)job->stall_ps[stall] / run_stalls(job));
	}
	fputc('\n', to);
}

static int print_stalls(const struct run_result *result, FILE *to, struct err *err)
{
	int stall = 0;

	while (stall < STALLS && !occurs(result, stall))
		stall++;
	if (stall == STALLS)
		return 0;
	fputc('\n', to);
	return run_table(put_stalls, result, to, err);
}

/* Jobs that stopped come first, then the largest slowdowns. */
static int worse(const void *a, const void *b)
{
	const struct job_result *one = *(const struct job_result *const *)a,
				*other = *(const struct job_result *const *)b;
	double first = job_slowdown(one), second = job_slowdown(other);

	if (one->stopped != other->stopped)
		return one->stopped ? -1 : 1;
	if (isfinite(first) && isfinite(second) && first != second)
		return first > second ? -1 : 1;
	return (one > other) - (one < other); /* they are in one array */
}

/* Copies the worst jobs of a result into `shown`, which has room for them: a job's contents stay the result's. */
static int pick_worst(const struct run_result *result, struct job_result *shown, size_t count, struct err *err)
{
	const struct job_result **order = malloc(result->jobs * sizeof(*order));

	if (!order)
		return err_memory(err, "the jobs");
	for (size_t i = 0; i < result->jobs; i++)
		order[i] = &result->job[i];
	qsort(order, result->jobs, sizeof(*order), worse);
	for (size_t i = 0; i < count; i++)
		shown[i] = *order[i];
	free(order);
	return 0;
}

static int print_jobs(const struct run_result *whole, bool all, FILE *to, struct err *err)
{
	struct job_result worst[RUN_SHOWN];
	struct run_result shown = *whole;
	int status = 0;

	if (!all && whole->jobs > RUN_SHOWN) {
		shown.job = worst;
		shown.jobs = RUN_SHOWN;
		status = pick_worst(whole, worst, shown.jobs, err);
	}
	if (status == 0)
		status = run_table(put_jobs, &shown, to, err);
	if (status == 0 && whole->jobs > RUN_SHOWN)
		status = print_spread(whole, shown.jobs, to, err);
	if (status < 0)
		return status;
	print_compulsory(&shown, to);
	print_idle(&shown, to);
	print_restarts(&shown, to);
	print_stopped(&shown, whole, to);
	print_counts(whole, to);
	return print_stalls(&shown, to, err);
}

int run_text_print(const struct run_result *result, const char *fault_costs, bool all, FILE *to, struct err *err)
{
	char end[RUN_TIME];
	int status = 0;

	fprintf(to, "%zu job%s on %zu hypervisor%s, over after %s; fault costs: %s\n\n", result->jobs,
		run_plural(result->jobs), result->hypervisors, run_plural(result->hypervisors),
		run_time((double)result->end_ps, end), fault_costs);
	if (result->jobs > 1) {
		status = run_where_print(result, all, to, err);
		fputc('\n', to);
	}
	if (status == 0)
		status = print_jobs(result, all, to, err);
	if (status == 0)
		status = run_changes_print(result, all, to, err);
	if (status == 0)
		status = run_links_print(result, to, err);
	if (status == 0)
		status = run_donors_print(result, all, to, err);
	return status;
}
