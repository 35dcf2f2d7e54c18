#include "cluster/result.h"

#include <math.h>
#include <stdlib.h>

const char *const stall_names[STALLS] = {
	[STALL_EXIT] = "exit", [STALL_HANDLER] = "handler", [STALL_LOOKUP] = "lookup", [STALL_POST] = "post", [STALL_QUEUE] = "queue",
	[STALL_WIRE] = "wire", [STALL_COMPLETION] = "completion", [STALL_MAP] = "map", [STALL_BUFFER] = "buffer",
	[STALL_IN_FLIGHT] = "in_flight", [STALL_SOFT] = "soft",
};

void run_result_free(struct run_result *result)
{
	for (size_t i = 0; i < result->jobs; i++) {
		free(result->job[i].name);
		free(result->job[i].trace);
		free(result->job[i].workload);
	}
	for (size_t i = 0; i < result->links; i++)
		free(result->link[i].name);
	for (size_t i = 0; i < result->hypervisors; i++)
		free(result->hypervisor[i].name);
	free(result->job);
	free(result->link);
	free(result->hypervisor);
	*result = (struct run_result){0};
}

double job_slowdown(const struct job_result *job)
{
	return job->stopped || job->base_ps <= 0 ? NAN : (double)job->time_ps / (double)job->base_ps;
}
