/* SPDX-License-Identifier: MIT */
#include "live/one_job.h"

#include <stdlib.h>
#include <string.h>

static int fill(struct job_result *to, const struct job_result *job, const struct config_vm *vm, const char *workload,
		const char *trace)
{
	*to = *job;
	to->policy = policies[vm->policy]->name;
	to->policy_counts = FILTERED_EXACT; /* what runs sees every touch */
	to->prefetcher = prefetchers[vm->prefetch]->name;
	to->name = strdup(vm->name);
	to->workload = strdup(workload);
	to->trace = strdup(trace);
	return to->name && to->workload && to->trace ? 0 : -1;
}

int one_job_result(const struct config *config, const struct job_result *job, const char *workload, const char *trace,
		   struct run_result *result, struct err *err)
{
	*result = (struct run_result){.end_ps = job->time_ps,
				      .job = calloc(1, sizeof(*result->job)),
				      .hypervisor = calloc(1, sizeof(*result->hypervisor))};
	result->jobs = result->job != NULL;
	result->hypervisors = result->hypervisor != NULL;
	if (result->job && result->hypervisor) {
		result->hypervisor->name = strdup("h0");
		result->hypervisor->frames_own = job->local_pages;
		if (fill(result->job, job, &config->vms[0], workload, trace) == 0 && result->hypervisor->name)
			return 0;
	} else {
		free(job->fetch_step);
	}
	run_result_free(result);
	return err_memory(err, "the result");
}
