/* SPDX-License-Identifier: MIT */
/* A run's result in closed form: one point's counts, one timeline's waits, and a correction for the write-backs that
 * were still in flight at the end. */
#include "cluster/closed_form_result.h"

#include <stdlib.h>
#include <string.h>

#include "cluster/gather.h"
#include "cluster/vm_setup.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"

static uint64_t sum(const uint64_t *counts, uint64_t n)
{
	uint64_t total = 0;

	for (uint64_t i = 0; i < n; i++)
		total += counts[i];
	return total;
}

static int put_job(const struct closed_form_point *point, const struct timeline *timeline,
		   const struct closed_form_whole *whole, struct run_result *result, struct err *err)
{
	const struct decoded_trace *trace = whole->trace;
	const struct config *config = timeline->config;
	const struct config_vm *vm = &config->vms[0];
	const uint64_t nodes = config->cluster.hypervisors, faults = sum(point->fetches, nodes);
	struct job_result *job = result->job = calloc(1, sizeof(*job));

	if (!job)
		return err_memory(err, "the result");
	result->jobs = 1;
	*job = (struct job_result){
		.name = strdup(vm->name),
		.trace = strdup(trace->path),
		.workload = strdup(trace->workload),
		.policy = policies[vm->policy]->name,
		.policy_counts = vm_counts(trace, vm),
		.prefetcher = prefetchers[vm->prefetch]->name,
		.scope = trace->of_guest ? SCOPE_GUEST : SCOPE_PROCESS,
		.instructions = trace->end[0].insn,
		.idle_ns = trace->end[0].idle_ns,
		.footprint_pages = trace->footprint,
		.local_pages = point->frames,
		.start_ps = vm->start_ps,
		.base_idle_ns = trace->end[0].idle_ns,
		.faults = {.demand = faults, .compulsory = point->compulsory, .first_touch = whole->first_touches},
		.writebacks = sum(point->writes, nodes),
	};
	job->stall_ps[STALL_FIRST] = timeline->first_ps * (int64_t)whole->first_touches;
	job->base_ps = job->time_ps = fault_clock_ps(trace->end[0], config->ips);
	if (config->fault.base == FAULT_BASE_LAZY)
		job->base_ps += job->stall_ps[STALL_FIRST];
	job->time_ps += timeline->stall_ps + job->stall_ps[STALL_FIRST];
	job->time_max_ps = job->time_ps;
	job->stall_ps[STALL_EXIT] = config->fault.exit_ps * (int64_t)faults;
	job->stall_ps[STALL_HANDLER] = config->fault.handler_ps * (int64_t)faults;
	job->stall_ps[STALL_LOOKUP] = config->fault.lookup_ps * (int64_t)faults;
	job->stall_ps[STALL_POST] = config->fabric.post_ps * (int64_t)faults;
	job->stall_ps[STALL_QUEUE] = timeline->queue_ps;
	job->stall_ps[STALL_WIRE] = (network_fetch_ps(&config->fabric, config->fabric.page_bytes) -
				     config->fabric.post_ps - config->fabric.completion_ps) *
				    (int64_t)faults;
	job->stall_ps[STALL_COMPLETION] = config->fabric.completion_ps * (int64_t)faults;
	job->stall_ps[STALL_MAP] = config->fault.map_ps * (int64_t)faults;
	job->stall_ps[STALL_BUFFER] = timeline->buffer_ps;
	timeline_fetches(timeline, whole->fetches);
	result->end_ps = job->start_ps + job->time_ps;
	return job->name && job->trace && job->workload ? job_fetches(job, whole->fetches, err)
							: err_memory(err, "the result");
}

/* ---- links ---- */

/* When a message reaches a link of its route, after its start on the first: half of a way's latency is that of the
 * first link. */
static int64_t reach_ps(const struct network *fabric, uint32_t hop)
{
	return hop == 0 ? 0 : network_way_ps(fabric) / 2;
}

static void add_route(struct plane_counts *load, struct platform_route route, uint64_t messages, uint64_t bytes,
		      int64_t service_ps)
{
	for (uint32_t hop = 0; hop < route.count; hop++) {
		load[route.links[hop]].messages += messages;
		load[route.links[hop]].bytes += messages * bytes;
		load[route.links[hop]].busy_ps += service_ps * (int64_t)messages;
	}
}

/* The part after end_ps of a service that starts at start_ps. */
static int64_t after_end_ps(int64_t start_ps, int64_t service_ps, int64_t end_ps)
{
	int64_t rest_ps = start_ps + service_ps - end_ps;

	return rest_ps < 0 ? 0 : rest_ps < service_ps ? rest_ps : service_ps;
}

/*
 * Corrects the counts for a write-back that was in flight at the end of the run: it counts only on the links that it
 * had reached by then, and keeps them busy only until the end. If it would reach a link in the last picosecond, it is
 * late when the run's end was known before it was sent.
 */
static void take_back(struct plane_counts *load, const struct timeline *timeline, const struct platform_link *link,
		      struct platform_route route, const struct write_back *write_back, int64_t end_ps)
{
	const struct network *fabric = &timeline->config->fabric;
	int64_t service_ps = timeline->out.service_ps,
		known_ps = timeline->last_ps < end_ps ? timeline->last_ps : timeline->before_last_ps;

	for (uint32_t hop = 0; hop < route.count; hop++) {
		struct plane_counts *to = &load[route.links[hop]];
		int64_t reached_ps = write_back->start_ps + reach_ps(fabric, hop);

		if (hop > 0 && (reached_ps > end_ps || (reached_ps == end_ps && write_back->sent_ps >= known_ps))) {
			to->messages--;
			to->bytes -= fabric->page_bytes;
			to->busy_ps -= service_ps;
		} else if (link[route.links[hop]].shared) {
			to->busy_ps -= after_end_ps(reached_ps, service_ps, end_ps);
		}
	}
}

/* Counts the pages and the requests between the host and one donor. */
static void add_donor(struct plane_counts *load, const struct closed_form_point *point, const struct timeline *timeline,
		      uint32_t node, struct platform_route in, struct platform_route out)
{
	const struct network *fabric = &timeline->config->fabric;

	add_route(load, in, point->fetches[node], fabric->page_bytes, timeline->out.service_ps);
	add_route(load, out, point->fetches[node], fabric->request_bytes, timeline->request_ps);
	add_route(load, out, point->writes[node], fabric->page_bytes, timeline->out.service_ps);
}

static int add_fabric(struct plane_counts *load, const struct closed_form_point *point, const struct timeline *timeline,
		      struct platform *platform, int64_t end_ps, struct err *err)
{
	const uint32_t host = (uint32_t)timeline->config->vms[0].host,
		       nodes = (uint32_t)timeline->config->cluster.hypervisors;
	const struct link_queue *out = &timeline->out;
	uint32_t count;
	const struct platform_link *link = platform_links(platform, &count);
	struct platform_route in, route;
	int status = 0;

	for (uint32_t node = 0; node < nodes && status == 0; node++) {
		if (node == host)
			continue;
		status = platform_route(platform, PLATFORM_FABRIC, node, host, &in, err);
		if (status == 0)
			status = platform_route(platform, PLATFORM_FABRIC, host, node, &route, err);
		if (status == 0)
			add_donor(load, point, timeline, node, in, route);
	}
	if (status == 0)
		load[route.links[0]].queue_ps += out->queue_ps;
	for (uint32_t i = 0; i < out->count && status == 0; i++) {
		const struct write_back *write_back = link_queue_at(out, i);

		status = platform_route(platform, PLATFORM_FABRIC, host, write_back->donor, &route, err);
		if (status == 0)
			take_back(load, timeline, link, route, write_back, end_ps);
	}
	for (uint32_t i = 0; i < timeline->held.count && status == 0; i++) { /* never sent */
		status = platform_route(platform, PLATFORM_FABRIC, host, link_queue_at(&timeline->held, i)->donor,
					&route, err);
		if (status == 0)
			add_route(load, route, (uint64_t)-1, timeline->config->fabric.page_bytes, out->service_ps);
	}
	return status;
}

static void add_store(struct plane_counts *load, const struct timeline *timeline, int64_t end_ps)
{
	const struct link_queue *store = &timeline->store;

	load->messages += store->messages;
	load->bytes += store->messages * timeline->config->fabric.page_bytes;
	load->busy_ps += store->service_ps * (int64_t)store->messages;
	load->queue_ps += store->queue_ps;
	for (uint32_t i = 0; i < store->count; i++) {
		const struct write_back *write_back = link_queue_at(store, i);

		if (i + timeline->held.count < store->count) {
			load->busy_ps -= after_end_ps(write_back->start_ps, store->service_ps, end_ps);
			continue;
		}
		load->messages--; /* never sent */
		load->bytes -= timeline->config->fabric.page_bytes;
		load->busy_ps -= store->service_ps;
		load->queue_ps -= write_back->start_ps - write_back->sent_ps;
	}
}

static int put_links(const struct closed_form_point *point, const struct timeline *timeline, struct platform *platform,
		     struct run_result *result, struct err *err)
{
	const struct config *config = timeline->config;
	uint32_t fabric, stores = timeline->store.service_ps ? (uint32_t)config->cluster.hypervisors : 0;
	const struct platform_link *link = platform_links(platform, &fabric);
	struct plane_counts *load = calloc(fabric + 2 * (size_t)stores + 1, sizeof(*load));
	int status = load ? add_fabric(load, point, timeline, platform, result->end_ps, err)
			  : err_memory(err, "the result");

	if (status == 0 && stores)
		add_store(&load[fabric + 2 * config->vms[0].host + 1], timeline, result->end_ps);
	if (status == 0)
		status = gather_link_names(result, link, fabric, stores, err);
	for (size_t i = 0; i < result->links && status == 0; i++) {
		gather_counts(&result->link[i], load[i], result->end_ps);
	}
	free(load);
	return status;
}

int closed_form_gather(const struct closed_form_point *point, const struct timeline *timeline,
		       const struct closed_form_whole *whole, struct run_result *result, struct err *err)
{
	const struct config *config = timeline->config;
	int status = put_job(point, timeline, whole, result, err);

	if (status == 0)
		status = put_links(point, timeline, whole->platform, result, err);
	if (status == 0)
		status = gather_hypervisor_names(result, whole->platform, config, (uint32_t)config->cluster.hypervisors,
						 err);
	for (uint32_t node = 0; node < result->hypervisors && status == 0; node++) {
		struct hypervisor_result *to = &result->hypervisor[node];

		to->frames_own = node == config->vms[0].host ? point->frames : 0;
		to->frames_lent = point_lent(point, config, node);
		to->frames_hosted = pool_hosted(point->pool, node);
		to->pages_read = point->fetches[node];
		to->pages_written = point->writes[node];
	}
	for (uint32_t i = 0; i < timeline->held.count && status == 0; i++) /* never sent */
		result->hypervisor[link_queue_at(&timeline->held, i)->donor].pages_written--;
	return status;
}
