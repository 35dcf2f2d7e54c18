/* What a run has to tell, taken out of the cluster when it has ended. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/state.h"

static void gather_job(struct vm *vm, struct job_result *job)
{
	const struct local_counts *counts = &vm->memory.counts;

	*job = vm->result;
	vm->result.name = vm->result.trace = vm->result.workload = NULL; /* handed over */
	job->faults.demand = counts->faults;
	job->faults.first_touch = counts->first_touches;
	job->faults.in_flight = counts->ahead.late;
	job->faults.soft = counts->soft_faults;
	job->prefetch.issued = counts->ahead.issued;
	job->prefetch.used = counts->ahead.used;
	job->prefetch.late = counts->ahead.late;
	job->prefetch.unused = counts->ahead.unused;
	job->prefetch.polluted = counts->ahead.polluted;
	job->writebacks = counts->write_backs;
	job->fetch_ns.mean = histogram_mean(&vm->fetches) / 1000;
	job->fetch_ns.p50 = (double)histogram_percentile(&vm->fetches, 50) / 1000;
	job->fetch_ns.p99 = (double)histogram_percentile(&vm->fetches, 99) / 1000;
	job->fetch_ns.max = (double)vm->fetches.max / 1000;
}

static int gather_links(const struct cluster *cluster, struct run_result *result, struct err *err)
{
	uint32_t platform_count;
	const struct platform_link *link = platform_links(cluster->platform, &platform_count);
	uint32_t count = platform_count + (cluster->has_store ? 2 * cluster->hosts : 0);

	result->link = calloc(count + 1, sizeof(*result->link));
	if (!result->link)
		return err_memory(err, "the result");
	for (uint32_t i = 0; i < count; i++) {
		struct link_result *to = &result->link[result->links++];
		struct plane_counts counts = plane_counts(&cluster->plane, i);
		uint32_t store = i - platform_count;

		if (i < platform_count)
			to->name = strdup(link[i].name);
		else if (asprintf(&to->name, "store-%" PRIu32 "_%s", store / 2, store % 2 ? "write" : "read") < 0)
			to->name = NULL;
		if (!to->name)
			return err_memory(err, "the result");
		to->utilisation = result->end_ps ? (double)counts.busy_ps / (double)result->end_ps : 0;
		to->queue_ns_mean = counts.messages ? (double)counts.queue_ps / (double)counts.messages / 1000 : 0;
		to->bytes = counts.bytes;
	}
	return 0;
}

static int gather_hosts(const struct cluster *cluster, struct run_result *result, struct err *err)
{
	result->hypervisor = calloc(cluster->hosts, sizeof(*result->hypervisor));
	if (!result->hypervisor)
		return err_memory(err, "the result");
	for (uint32_t node = 0; node < cluster->hosts; node++) {
		struct hypervisor_result *to = &result->hypervisor[result->hypervisors++];

		if (asprintf(&to->name, "hypervisor-%" PRIu32, node) < 0) {
			to->name = NULL;
			return err_memory(err, "the result");
		}
		to->frames_own = cluster->host[node].own_frames;
		to->frames_lent = cluster->host[node].lent_frames;
		to->frames_hosted = pool_hosted(cluster->pool, node);
		to->pages_lost = cluster->host[node].pages_lost;
	}
	return 0;
}

int cluster_gather(struct cluster *cluster, struct run_result *result, struct err *err)
{
	int status;

	*result = (struct run_result){.pages_lost = cluster->pages_lost, .pages_stored = cluster->pages_stored};
	result->job = calloc(cluster->vms, sizeof(*result->job));
	if (!result->job)
		return err_memory(err, "the result");
	for (uint32_t i = 0; i < cluster->vms; i++)
		gather_job(&cluster->vm[i], &result->job[result->jobs++]);
	for (size_t i = 0; i < result->jobs; i++) {
		int64_t end_ps = result->job[i].start_ps + result->job[i].time_ps;

		result->end_ps = end_ps > result->end_ps ? end_ps : result->end_ps;
	}
	status = gather_links(cluster, result, err);
	if (status == 0)
		status = gather_hosts(cluster, result, err);
	if (status < 0)
		run_result_free(result);
	return status;
}
