/* SPDX-License-Identifier: MIT */
#include "fault/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const scope_names[SCOPES] = {
	[SCOPE_GUEST] = "guest",
	[SCOPE_PROCESS] = "process",
};

const char *const stall_names[STALLS] = {
	[STALL_EXIT] = "exit",
	[STALL_HANDLER] = "handler",
	[STALL_HANDLER_QUEUE] = "handler_queue",
	[STALL_LOOKUP] = "lookup",
	[STALL_POST] = "post",
	[STALL_QUEUE] = "queue",
	[STALL_WIRE] = "wire",
	[STALL_COMPLETION] = "completion",
	[STALL_MAP] = "map",
	[STALL_BUFFER] = "buffer",
	[STALL_IN_FLIGHT] = "in_flight",
	[STALL_MINOR] = "minor",
	[STALL_FIRST] = "first_touch",
};

const char *const change_action_names[] = {[CHANGE_FAIL] = "fail", [CHANGE_JOIN] = "join", [CHANGE_LEAVE] = "leave"};

const char *const change_outcome_names[CHANGE_OUTCOMES] = {
	[CHANGE_REPLICA] = "replica", [CHANGE_LOCAL] = "local",   [CHANGE_STORED] = "stored", [CHANGE_LOST] = "lost",
	[CHANGE_MOVED] = "moved",     [CHANGE_STAYED] = "stayed", [CHANGE_FREED] = "freed",
};

const char *const change_vm_names[] = {[CHANGE_VM_STOPPED] = "stopped",
				       [CHANGE_VM_RESTARTED] = "restarted",
				       [CHANGE_VM_NO_ROOM] = "no room",
				       [CHANGE_VM_WAITS] = "waits"};

void change_results_free(struct change_result *change, size_t count)
{
	for (size_t i = 0; change && i < count; i++) {
		free(change[i].of);
		free(change[i].vm);
	}
	free(change);
}

void run_result_free(struct run_result *result)
{
	for (size_t i = 0; i < result->jobs; i++) {
		free(result->job[i].name);
		free(result->job[i].trace);
		free(result->job[i].workload);
		free(result->job[i].fetch_step);
	}
	for (size_t i = 0; i < result->links; i++)
		free(result->link[i].name);
	for (size_t i = 0; i < result->hypervisors; i++)
		free(result->hypervisor[i].name);
	free(result->job);
	free(result->link);
	free(result->hypervisor);
	change_results_free(result->change, result->changes);
	*result = (struct run_result){0};
}

static double over_base(const struct job_result *job, int64_t time_ps)
{
	return job->stopped || job->base_ps <= 0 ? NAN : (double)time_ps / (double)job->base_ps;
}

double job_slowdown(const struct job_result *job)
{
	return over_base(job, job->time_ps);
}

double job_slowdown_max(const struct job_result *job)
{
	return over_base(job, job->time_max_ps);
}

double job_idle_share(const struct job_result *job)
{
	return job->base_ps <= 0 ? 0 : 1000 * (double)job->base_idle_ns / (double)job->base_ps;
}

void job_counts(struct job_result *job, const struct local_counts *counts)
{
	job->faults.demand = counts->faults;
	job->faults.compulsory = counts->compulsory;
	job->faults.first_touch = counts->first_touches;
	job->faults.minor = counts->minor_faults;
	job->prefetch.issued = counts->prefetch.issued;
	job->prefetch.used = counts->prefetch.used;
	job->prefetch.late = counts->prefetch.late;
	job->prefetch.unused = counts->prefetch.unused;
	job->prefetch.polluted = counts->prefetch.polluted;
	job->prefetch.dropped = counts->prefetch.dropped;
	job->writebacks = counts->write_backs;
}

int job_fetches(struct job_result *job, const struct histogram *fetches, struct err *err)
{
	struct histogram_step step[HISTOGRAM_STEPS];

	job->fetch_ns.mean = histogram_mean(fetches) / 1000;
	job->fetch_ns.p50 = (double)histogram_percentile(fetches, 50) / 1000;
	job->fetch_ns.p99 = (double)histogram_percentile(fetches, 99) / 1000;
	job->fetch_ns.max = (double)fetches->max / 1000;
	job->fetch_steps = histogram_steps(fetches, step);
	job->fetch_step = malloc((job->fetch_steps + 1) * sizeof(*step));
	if (!job->fetch_step)
		return err_memory(err, "the result");
	memcpy(job->fetch_step, step, job->fetch_steps * sizeof(*step));
	return 0;
}
