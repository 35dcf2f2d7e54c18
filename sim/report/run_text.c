/* SPDX-License-Identifier: MIT */
#include "report/run_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/columns.h"

enum { SHOWN = 20, BUSIEST = 8, TIME_TEXT = 32 };

static const double idle_said_from = 0.01; /* the share of the base from which the idle time is printed */

/* Writes a table's lines for columns_print, for at most `shown` jobs or hypervisors. */
typedef void put_lines(const struct run_result *result, size_t shown, FILE *to);

static int print_table(const struct run_result *result, size_t shown, put_lines *put, FILE *to, struct err *err)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);

	if (!lines)
		return err_memory(err, "a table");
	put(result, shown, lines);
	if (fclose(lines) != 0) {
		free(text);
		return err_memory(err, "a table");
	}
	columns_print(text, to);
	free(text);
	return 0;
}

/* Four significant digits and a unit: 947.0ns, 12.34s. */
static const char *short_time(double ps, char out[TIME_TEXT])
{
	static const char *const unit[] = {"ps", "ns", "us", "ms", "s"};
	size_t i = 0;

	for (; ps >= 999.95 && i < 4; i++)
		ps /= 1000;
	if (ps <= 0)
		snprintf(out, TIME_TEXT, "0s");
	else
		snprintf(out, TIME_TEXT, "%.*f%s",
			 i == 0 || ps >= 999.95 ? 0
			 : ps >= 99.995         ? 1
			 : ps >= 9.9995         ? 2
						: 3,
			 ps, unit[i]);
	return out;
}

/* A name in one cell of a table. */
static void put_name(const char *name, FILE *to)
{
	for (; *name; name++)
		fputc((unsigned char)*name < ' ' ? '?' : *name, to);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* Whether any job's completion has two bounds. */
static bool has_bounds(const struct run_result *result)
{
	for (size_t i = 0; i < result->jobs; i++)
		if (result->job[i].time_max_ps > result->job[i].time_ps)
			return true;
	return false;
}

static void put_jobs(const struct run_result *result, size_t shown, FILE *to)
{
	bool bounds = has_bounds(result);

	fputs("job\tlocal pages\t\tfaults\tin\twrite-\tfetch\tfetch\tbase\ttime\tslowdown", to);
	fputs(bounds ? "\tslowdown\n" : "\n", to);
	fputs("\tof footprint\t%\t\tflight\tbacks\tmean\tp99", to);
	fputs(bounds ? "\t\tat least\tat least\tat most\n" : "\n", to);
	for (size_t i = 0; i < result->jobs && i < shown; i++) {
		const struct job_result *job = &result->job[i];
		double slowdown = job_slowdown(job);
		char mean[TIME_TEXT], p99[TIME_TEXT], base[TIME_TEXT], time[TIME_TEXT];

		put_name(job->name, to);
		fprintf(to, "\t%" PRIu64 "/%" PRIu64, job->local_pages, job->footprint_pages);
		fprintf(to, job->footprint_pages ? "\t%.1f" : "\t-",
			100 * (double)job->local_pages / (double)job->footprint_pages);
		fprintf(to, "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64, job->faults.demand, job->faults.in_flight,
			job->writebacks);
		fprintf(to, "\t%s\t%s", job->faults.demand ? short_time(1000 * job->fetch_ns.mean, mean) : "-",
			job->faults.demand ? short_time(1000 * job->fetch_ns.p99, p99) : "-");
		fprintf(to, "\t%s\t%s", short_time((double)job->base_ps, base), short_time((double)job->time_ps, time));
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
static void print_compulsory(const struct run_result *result, size_t shown, FILE *to)
{
	for (size_t i = 0; i < result->jobs && i < shown; i++) {
		const struct job_result *job = &result->job[i];

		if (!job->faults.compulsory)
			continue;
		put_name(job->name, to);
		fprintf(to, ": %" PRIu64 " of its %" PRIu64 " fetches are compulsory, of pages that began remote\n",
			job->faults.compulsory, job->faults.demand);
	}
}

/* A job that is idle for a part of its base is slowed down in the rest only. */
static void print_idle(const struct run_result *result, size_t shown, FILE *to)
{
	for (size_t i = 0; i < result->jobs && i < shown; i++) {
		double share = job_idle_share(&result->job[i]);

		if (share < idle_said_from)
			continue;
		put_name(result->job[i].name, to);
		fprintf(to, ": %.1f %% of its base is idle\n", 100 * share);
	}
}

static void print_stopped(const struct run_result *result, size_t shown, FILE *to)
{
	size_t stopped = 0;

	for (size_t i = 0; i < result->jobs; i++) {
		if (!result->job[i].stopped || stopped++ >= shown)
			continue;
		put_name(result->job[i].name, to);
		fputs(" stopped: needed a lost page\n", to);
	}
	if (stopped > shown)
		fprintf(to, "and %zu more job%s stopped: needed a lost page\n", stopped - shown,
			plural(stopped - shown));
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
		fprintf(to, "(the first %zu of %zu jobs)\n", shown, result->jobs);
	if (n > 0) {
		qsort(slowdown, n, sizeof(*slowdown), by_value);
		fprintf(to, "slowdown of %zu job%s: min %.4f, median %.4f, max %.4f\n", n, plural(n), slowdown[0],
			(slowdown[(n - 1) / 2] + slowdown[n / 2]) / 2, slowdown[n - 1]);
	}
	free(slowdown);
	return 0;
}

static double stall_sum(const struct job_result *job)
{
	double sum = 0;

	for (int stall = 0; stall < STALLS; stall++)
		sum += (double)job->stall_ps[stall];
	return sum;
}

/* Whether any of the shown jobs had this stall. */
static bool occurs(const struct run_result *result, size_t shown, int stall)
{
	for (size_t i = 0; i < result->jobs && i < shown; i++)
		if (result->job[i].stall_ps[stall])
			return true;
	return false;
}

static void put_stalls(const struct run_result *result, size_t shown, FILE *to)
{
	bool column[STALLS];

	fputs("stalls in %\ttotal", to);
	for (int stall = 0; stall < STALLS; stall++) {
		column[stall] = occurs(result, shown, stall);
		if (column[stall])
			fprintf(to, "\t%s", stall_names[stall]);
	}
	for (size_t i = 0; i < result->jobs && i < shown; i++) {
		const struct job_result *job = &result->job[i];
		char total[TIME_TEXT];

		fputc('\n', to);
		put_name(job->name, to);
		fprintf(to, "\t%s", short_time(stall_sum(job), total));
		for (int stall = 0; stall < STALLS; stall++)
			if (column[stall])
				fprintf(to, job->stall_ps[stall] ? "\t%.1f" : "\t-",
					100 * (double)job->stall_ps[stall] / stall_sum(job));
	}
	fputc('\n', to);
}

/* Stores the links that carried anything in `top`, the busiest first and equally busy ones in their order; returns how
 * many. */
static size_t busiest(const struct run_result *result, const struct link_result *top[BUSIEST])
{
	size_t n = 0;

	for (size_t i = 0; i < result->links; i++) {
		const struct link_result *link = &result->link[i];
		size_t at = n;

		if (link->bytes == 0 || (n == BUSIEST && link->utilisation <= top[n - 1]->utilisation))
			continue;
		if (n < BUSIEST)
			n++;
		else
			at--;
		for (; at > 0 && top[at - 1]->utilisation < link->utilisation; at--)
			top[at] = top[at - 1];
		top[at] = link;
	}
	return n;
}

static void put_links(const struct run_result *result, size_t shown, FILE *to)
{
	const struct link_result *top[BUSIEST];
	size_t n = busiest(result, top);

	(void)shown;
	fputs("busiest links\tutilisation\tmean queueing\n", to);
	for (size_t i = 0; i < n; i++) {
		char queue[TIME_TEXT];

		put_name(top[i]->name, to);
		fprintf(to, "\t%.1f%%\t%s\n", 100 * top[i]->utilisation,
			short_time(1000 * top[i]->queue_ns_mean, queue));
	}
}

static bool takes_part(const struct hypervisor_result *hypervisor)
{
	return hypervisor->frames_hosted || hypervisor->pages_lost;
}

static void put_hypervisors(const struct run_result *result, size_t shown, FILE *to)
{
	fputs("hypervisor\town frames\tlent\thosted\tpages lost\n", to);
	for (size_t i = 0; i < result->hypervisors && shown; i++) {
		const struct hypervisor_result *hypervisor = &result->hypervisor[i];

		if (!takes_part(hypervisor))
			continue;
		shown--;
		put_name(hypervisor->name, to);
		fprintf(to, "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", hypervisor->frames_own,
			hypervisor->frames_lent, hypervisor->frames_hosted, hypervisor->pages_lost);
	}
}

static int print_jobs(const struct run_result *result, size_t shown, FILE *to, struct err *err)
{
	int status = print_table(result, shown, put_jobs, to, err);

	if (status == 0 && result->jobs > SHOWN)
		status = print_spread(result, shown, to, err);
	if (status == 0) {
		print_compulsory(result, shown, to);
		print_idle(result, shown, to);
		print_stopped(result, shown, to);
	}
	return status;
}

static int print_stalls(const struct run_result *result, size_t shown, FILE *to, struct err *err)
{
	int stall = 0;

	while (stall < STALLS && !occurs(result, shown, stall))
		stall++;
	if (stall == STALLS)
		return 0;
	fputc('\n', to);
	return print_table(result, shown, put_stalls, to, err);
}

static int print_links(const struct run_result *result, FILE *to, struct err *err)
{
	const struct link_result *top[BUSIEST];

	if (busiest(result, top) == 0)
		return 0;
	fputc('\n', to);
	return print_table(result, BUSIEST, put_links, to, err);
}

static int print_hypervisors(const struct run_result *result, size_t shown, FILE *to, struct err *err)
{
	size_t count = 0;
	int status = 0;

	for (size_t i = 0; i < result->hypervisors; i++)
		count += takes_part(&result->hypervisor[i]);
	if (count > 0) {
		fputc('\n', to);
		status = print_table(result, shown, put_hypervisors, to, err);
	}
	if (count > shown)
		fprintf(to, "(the first %zu of %zu hypervisors that host pages or lost some)\n", shown, count);
	if (result->pages_lost || result->pages_stored)
		fprintf(to, "\n%" PRIu64 " page%s lost for good, %" PRIu64 " gone to the backing store\n",
			result->pages_lost, plural(result->pages_lost), result->pages_stored);
	return status;
}

int run_text_print(const struct run_result *result, bool all, FILE *to, struct err *err)
{
	size_t shown = all ? SIZE_MAX : SHOWN;
	char end[TIME_TEXT];
	int status;

	fprintf(to, "%zu job%s on %zu hypervisor%s, over after %s\n\n", result->jobs, plural(result->jobs),
		result->hypervisors, plural(result->hypervisors), short_time((double)result->end_ps, end));
	status = print_jobs(result, shown, to, err);
	if (status == 0)
		status = print_stalls(result, shown, to, err);
	if (status == 0)
		status = print_links(result, to, err);
	if (status == 0)
		status = print_hypervisors(result, shown, to, err);
	return status;
}
