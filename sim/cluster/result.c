#include "cluster/result.h"

#include <stdlib.h>

void run_result_free(struct run_result *result)
{
	for (size_t i = 0; i < result->jobs; i++) {
		free(result->job[i].name);
		free(result->job[i].trace);
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
