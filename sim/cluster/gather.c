/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/gather.h"
#include "cluster/history.h"
#include "cluster/state.h"

int gather_link_names(struct run_result *result, const struct platform_link *link, uint32_t links, uint32_t stores,
		      struct err *err)
{
	result->link = calloc(links + 2 * (size_t)stores + 1, sizeof(*result->link));
	if (!result->link)
		return err_memory(err, "the result");
	for (uint32_t i = 0; i < links + 2 * stores; i++) {
		char **name = &result->link[result->links++].name;
		uint32_t store = i - links;

		if (i < links)
			*name = strdup(link[i].name);
		else if (asprintf(name, "store-%" PRIu32 "_%s", store / 2, store % 2 ? "write" : "read") < 0)
			*name = NULL;
		if (!*name)
			return err_memory(err, "the result");
	}
	return 0;
}

void gather_counts(struct link_result *link, struct plane_counts counts, int64_t end_ps)
{
	link->utilisation = end_ps ? (double)counts.busy_ps / (double)end_ps : 0;
	link->queue_ns_mean = counts.messages ? (double)counts.queue_ps / (double)counts.messages / 1000 : 0;
	link->bytes = counts.bytes;
}

int gather_hypervisor_names(struct run_result *result, const struct platform *platform, const struct config *config,
			    uint32_t hypervisors, struct err *err)
{
	result->hypervisor = calloc(hypervisors, sizeof(*result->hypervisor));
	if (!result->hypervisor)
		return err_memory(err, "the result");
	for (uint32_t node = 0; node < hypervisors; node++) {
		char **name = &result->hypervisor[result->hypervisors++].name;
		const char *own = platform_hypervisor_name(platform, config, node);

		if (own)
			*name = strdup(own);
		else if (asprintf(name, "hypervisor-%" PRIu32, node) < 0)
			*name = NULL;
		if (!*name)
			return err_memory(err, "the result");
	}
	return 0;
}

static void gather_job(struct cluster *cluster, struct vm *vm, struct job_result *job)
{
	while (vm->successor)
		vm = &cluster->vm[vm->successor];
	*job = vm->result;
	vm->result.name = vm->result.trace = vm->result.workload = NULL; /* now the result's to free */
	vm->result.fetch_step = NULL;
}

static int gather_links(const struct cluster *cluster, struct run_result *result, struct err *err)
{
	uint32_t platform_count;
	const struct platform_link *link = platform_links(cluster->platform, &platform_count);
	int status = gather_link_names(result, link, platform_count, cluster->has_store ? cluster->hosts : 0, err);

	for (uint32_t i = 0; i < result->links && status == 0; i++)
		gather_counts(&result->link[i], plane_counts(&cluster->plane, i), result->end_ps);
	return status;
}

static int gather_hosts(const struct cluster *cluster, struct run_result *result, struct err *err)
{
	int status = gather_hypervisor_names(result, cluster->platform, cluster->config, cluster->hosts, err);

	for (uint32_t node = 0; node < result->hypervisors && status == 0; node++) {
		struct hypervisor_result *to = &result->hypervisor[node];

		to->frames_own = cluster->host[node].own_frames;
		to->frames_lent = cluster->host[node].lent_frames;
		to->frames_hosted = pool_hosted(cluster->pool, node);
		to->pages_read = cluster->host[node].pages_read;
		to->pages_written = cluster->host[node].pages_written;
		to->pages_lost = cluster->host[node].pages_lost;
	}
	return status;
}

int cluster_gather(struct cluster *cluster, struct run_result *result, struct err *err)
{
	int status = 0;

	*result = (struct run_result){.pages_lost = cluster->pages_lost, .pages_stored = cluster->pages_stored};
	result->job = calloc(cluster->jobs, sizeof(*result->job));
	if (!result->job)
		return err_memory(err, "the result");
	for (uint32_t i = 0; i < cluster->jobs; i++)
		gather_job(cluster, &cluster->vm[i], &result->job[result->jobs++]);
	history_end(cluster, result);
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
