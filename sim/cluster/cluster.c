/* SPDX-License-Identifier: MIT */
/*
 * A whole simulated run: loads the traces and the platform, sets up hosts, pool and VMs, has the driver run the events
 * until every job has ended, and gathers the result.
 */
#include "cluster/cluster.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "cluster/change.h"
#include "cluster/check.h"
#include "cluster/driver.h"
#include "cluster/fluid_send.h"
#include "cluster/gather.h"
#include "cluster/history.h"
#include "cluster/move.h"
#include "cluster/remote.h"
#include "cluster/state.h"
#include "cluster/stop.h"
#include "cluster/traffic.h"
#include "cluster/vm.h"
#include "cluster/vm_setup.h"
#include "config/cost.h"

enum { MANY_VMS = 16 }; /* from here on, the VMs' tables do not fit the processor's caches */

/* A message of an exchange has arrived. False when that has no effect: a donor that has failed does not answer. */
static bool counts(struct cluster *cluster, uint32_t number)
{
	struct exchange *exchange = &cluster->exchanges.exchange[number];

	if (exchange->state == EXCHANGE_ABANDONED) {
		exchanges_end(&cluster->exchanges, number, &(struct plane_delivery){0});
		return false;
	}
	if (cluster->host[exchange->node].silent)
		exchange->state = EXCHANGE_SWALLOWED;
	return exchange->state != EXCHANGE_SWALLOWED;
}

static void deliver_exchange(struct cluster *cluster, const struct plane_delivery *delivery)
{
	struct vm *vm = &cluster->vm[subject_vm(delivery->tag)];
	uint32_t number = (uint32_t)delivery->tag;
	struct plane_delivery whole;

	if (!counts(cluster, number))
		return;
	if (subject_kind(delivery->tag) == SUBJECT_REQUEST) {
		remote_answer(vm, delivery);
		return;
	}
	whole = subject_kind(delivery->tag) == SUBJECT_PAGE ? exchanges_end(&cluster->exchanges, number, delivery)
							    : remote_written(vm, delivery);
	vm_deliver(cluster, &whole);
}

static void deliver(void *context, const struct plane_delivery *delivery)
{
	struct cluster *cluster = context;

	switch (subject_kind(delivery->tag)) {
	case SUBJECT_MOVE: move_delivered(cluster, delivery->tag); break;
	case SUBJECT_REQUEST:
	case SUBJECT_PAGE:
	case SUBJECT_WRITE: deliver_exchange(cluster, delivery); break;
	case SUBJECT_FETCH:
	case SUBJECT_PREFETCH:
	case SUBJECT_COPY:
	case SUBJECT_STORE:
	case SUBJECT_STORE_ONLY: vm_deliver(cluster, delivery); break;
	}
}

/* How many hypervisors there are in all. In a generated platform: those at the start, and those that join later with a
 * higher number. In the user's own: every host of its file. */
static uint32_t count_hosts(const struct cluster *cluster)
{
	const struct config *config = cluster->config;
	uint64_t hosts = config->cluster.hypervisors;

	if (config->cluster.platform[0])
		return platform_hypervisors(cluster->platform);
	for (size_t i = 0; i < config->event_count; i++)
		if (config->events[i].action == ACTION_JOIN && config->events[i].hypervisor >= hosts)
			hosts = config->events[i].hypervisor + 1;
	return (uint32_t)hosts;
}

/* Whether a hypervisor joins later. In the user's own platform these are the hosts whose first event is to join. */
static bool joins_later(const struct cluster *cluster, uint32_t node)
{
	const struct config *config = cluster->config;

	if (!config->cluster.platform[0])
		return node >= config->cluster.hypervisors;
	for (size_t i = 0; i < config->event_count; i++)
		if (config->events[i].hypervisor == node)
			return config->events[i].action == ACTION_JOIN;
	return false;
}

/* Reads each trace once, even if several VMs replay it. */
static int read_decoded(struct cluster *cluster, struct err *err)
{
	const struct config *config = cluster->config;
	int status = 0;

	cluster->traces = cluster->options->traces ? cluster->options->traces : &cluster->own_traces;
	for (size_t i = 0; i < config->vm_count && status == 0; i++) {
		if (cluster->traces == &cluster->own_traces)
			status = decoded_traces_add(&cluster->own_traces, config->vms[i].trace, config_hinted(config),
						    true, err);
		cluster->vms += (uint32_t)config->vms[i].count;
	}
	cluster->jobs = cluster->vms;
	return status;
}

/* Creates the VMs with their names, traces and hosts. The i-th of a configured group is i hypervisors after the first.
 */
static int name_vms(struct cluster *cluster, struct err *err)
{
	const struct config *config = cluster->config;
	uint32_t number = 0;

	cluster->vm = calloc(cluster->vms + config_restarts(config), sizeof(*cluster->vm));
	if (!cluster->vm)
		return err_memory(err, "the VMs");
	for (size_t i = 0; i < config->vm_count; i++) {
		for (uint32_t j = 0; j < config->vms[i].count; j++, number++) {
			struct vm *vm = &cluster->vm[number];

			vm->number = vm->job = number;
			vm->config = &config->vms[i];
			vm->trace = decoded_traces_find(cluster->traces, config->vms[i].trace, config_hinted(config));
			vm->host = (uint32_t)((config->vms[i].host + j) % (config->cluster.platform[0]
										   ? cluster->hosts
										   : config->cluster.hypervisors));
			vm->result.trace = strdup(vm->trace->path);
			vm->result.workload = strdup(vm->trace->workload);
			vm->result.policy = policies[vm->config->policy]->name;
			vm->result.policy_counts = vm_counts(vm->trace, vm->config);
			vm->result.prefetcher = prefetchers[vm->config->prefetch]->name;
			vm->result.scope = vm->trace->of_guest ? SCOPE_GUEST : SCOPE_PROCESS;
			if (!vm->result.trace || !vm->result.workload ||
			    asprintf(&vm->result.name, config->vms[i].count > 1 ? "%s-%" PRIu32 : "%s",
				     config->vms[i].name, j) < 0)
				return err_memory(err, "the VMs");
		}
	}
	return 0;
}

/* Each hypervisor keeps the frames that its own VMs need and lends the rest. */
static int share_out(struct cluster *cluster, struct err *err)
{
	const struct config *config = cluster->config;
	uint64_t frames = config->cluster.memory_bytes >> TRACE_PAGE_SHIFT;

	for (uint32_t i = 0; i < cluster->vms; i++)
		cluster->host[cluster->vm[i].host].own_frames += vm_local_frames(&cluster->vm[i], cluster->config);
	for (uint32_t node = 0; node < cluster->hosts; node++) {
		struct host *host = &cluster->host[node];

		if (host->own_frames > frames)
			return err_set(err, ERR_USAGE,
				       "cluster.memory: the VMs of hypervisor %" PRIu32 " keep %" PRIu64
				       " pages local, and it has %" PRIu64,
				       node, host->own_frames, frames);
		host->lent_frames = frames - host->own_frames;
	}
	return 0;
}

static uint32_t hops(void *context, uint32_t from, uint32_t to)
{
	struct cluster *cluster = context;
	struct platform_route route = {0};
	int status = platform_route(cluster->platform, PLATFORM_FABRIC, from, to, &route, &cluster->err);

	if (status < 0)
		cluster_fail(cluster, status);
	return route.count;
}

/* Whether a page may find all donors full: VMs could have more pages than fit besides their own hosts' frames. */
static bool may_fill(const struct cluster *cluster)
{
	uint64_t lent = 0, pages = 0, most_own = 0;

	for (uint32_t node = 0; node < cluster->hosts; node++) {
		if (joins_later(cluster, node))
			continue;
		lent += cluster->host[node].lent_frames;
		if (cluster->host[node].lent_frames > most_own)
			most_own = cluster->host[node].lent_frames;
	}
	for (uint32_t i = 0; i < cluster->vms; i++)
		pages += cluster->vm[i].trace->pages;
	return cluster->config->event_count || cluster->config->donors.replicas > 1 || lent - most_own < pages;
}

static int make_pool(struct cluster *cluster, struct err *err)
{
	const struct config *config = cluster->config;
	uint32_t *lent = calloc(cluster->hosts, sizeof(*lent));
	struct pool_config pool = {.nodes = cluster->hosts,
				   .lent = lent,
				   .placement = placements[config->donors.placement],
				   .hops = hops,
				   .context = cluster,
				   .seed = config_stream(config, RNG_PLACEMENT, 0),
				   .epoch_ps = config->donors.epoch_ps};
	int status;

	pool.ages = cluster->ages = pool.placement->evicts || (cluster->has_store && may_fill(cluster));
	if (!lent)
		return err_memory(err, "the pool");
	if (pool.placement->evicts && !cluster->has_store) {
		free(lent);
		return err_set(err, ERR_USAGE,
			       "donors.placement: %s turns old pages out to the backing store, and "
			       "donors.backing is none",
			       pool.placement->name);
	}
	for (uint32_t node = 0; node < cluster->hosts; node++)
		lent[node] = joins_later(cluster, node) ? 0 : (uint32_t)cluster->host[node].lent_frames;
	status = pool_create(&cluster->pool, &pool, err);
	free(lent);
	for (uint32_t node = 0; status == 0 && node < cluster->hosts; node++)
		if (joins_later(cluster, node))
			pool_close(cluster->pool, node);
	return status;
}

/* Whether a link is one of the fabric's, whose latency follows a curve. */
static bool has_curve(const struct cluster *cluster, const struct platform_link *link)
{
	return cluster->loaded.count && strncmp(link->name, "fabric", strlen("fabric")) == 0;
}

/*
 * Sets up the plane's links: those of the platform, then two per host for its backing store. When latencies are drawn
 * at random, links have no latency: the sender adds a route's whole latency (way_added_ps), since a drawn latency
 * may be shorter than the mean.
 */
static int make_plane(struct cluster *cluster, struct err *err)
{
	const struct config_donors *donors = &cluster->config->donors;
	const struct network *store = &donors->store;
	uint32_t count, stores = cluster->has_store ? 2 * cluster->hosts : 0;
	const struct platform_link *from = platform_links(cluster->platform, &count);
	struct plane_link *link = calloc(count + stores + 1, sizeof(*link));
	int status;

	cluster->store_route = calloc(stores + 1, sizeof(*cluster->store_route));
	if (!link || !cluster->store_route) {
		free(link);
		return err_memory(err, "the links");
	}
	for (uint32_t i = 0; i < count; i++)
		link[i] = (struct plane_link){.bandwidth_bps = from[i].bandwidth_bps,
					      .latency_ps = cluster->jitters ? 0 : from[i].latency_ps,
					      .loaded = has_curve(cluster, &from[i]) ? &cluster->loaded : NULL,
					      .window_ps = cluster->config->fabric.window_ps,
					      .never_waits = !from[i].shared};
	for (uint32_t i = 0; i < stores; i++) {
		link[count + i] = (struct plane_link){.bandwidth_bps = store->bandwidth_bps,
						      .latency_ps = store->latency_ps};
		if (i % 2)
			link[count + i] = (struct plane_link){.bandwidth_bps = donors->write_bandwidth_bps,
							      .latency_ps = donors->write_latency_ps};
		cluster->store_route[i] = count + i;
	}
	status = plane_init(&cluster->plane, &cluster->events, link, count + stores,
			    cluster->config->cluster.priority == PRIORITY_SAME, err);
	free(link);
	return status;
}

static int open_log(struct cluster *cluster, struct err *err)
{
	int status = cluster->options->events_path
			     ? output_create(&cluster->log, cluster->options->events_path, OUTPUT_HIDDEN, err)
			     : 0;

	if (status < 0)
		cluster->log.stream = NULL;
	if (!cluster->log.stream)
		return status;
	fputs("time_ps,vm,guest_frame,donor,queue_ps,wire_ps,total_ps\n", cluster->log.stream);
	return 0;
}

/* Loads the platform, and sets up the hypervisors. */
static int get_platform(struct cluster *cluster, struct err *err)
{
	const struct config_cluster *config = &cluster->config->cluster;
	int status = 0;

	cluster->platform = cluster->options->platform;
	if (!cluster->platform)
		status = platform_load(&cluster->platform, cluster->config, err);
	if (status < 0)
		return status;
	if (config->platform[0] && config->hypervisors_given &&
	    config->hypervisors != platform_hypervisors(cluster->platform))
		return err_set(err, ERR_USAGE,
			       "cluster.hypervisors: %" PRIu64 ", but cluster.platform, %s, has %" PRIu32
			       " hosts: leave the number out",
			       config->hypervisors, config->platform, platform_hypervisors(cluster->platform));
	cluster->hosts = count_hosts(cluster);
	if (cluster->hosts >= RPM_NODE_STORE)
		return err_set(err, ERR_USAGE,
			       "cluster.hypervisors, and those that events name: %" PRIu32
			       " of them: allowed are 1 to %d",
			       cluster->hosts, RPM_NODE_STORE - 1);
	cluster->host = calloc(cluster->hosts, sizeof(*cluster->host));
	return cluster->host ? 0 : err_memory(err, "the hypervisors");
}

static int set_up(struct cluster *cluster, struct err *err)
{
	const struct config *config = cluster->config;
	int status;

	cluster->has_store = config->donors.store.bandwidth_bps != 0;
	cluster->jitters = network_jitter(&config->fabric) != JITTER_CONSTANT;
	if (cluster->jitters && config->fabric.sharing == SHARING_FLUID)
		return err_set(
			err, ERR_USAGE,
			"fabric.jitter: '%s', but SimGrid's own transfers (fabric.sharing: fluid) take constant alone",
			config->fabric.jitter);
	if (config->fabric.curve && config->fabric.sharing == SHARING_FLUID)
		return err_set(err, ERR_USAGE,
			       "fabric.curve: SimGrid's own transfers (fabric.sharing: fluid) have a constant latency");
	if (config->cluster.priority == PRIORITY_DEMAND && config->fabric.sharing == SHARING_FLUID)
		return err_set(
			err, ERR_USAGE,
			"cluster.priority: 'demand', but SimGrid's own transfers (fabric.sharing: fluid) share a "
			"link whatever they are: allowed is same");
	cluster->receiver = (struct plane_receiver){deliver, cluster};
	if ((status = config_cost(config, &cluster->cost, err)) < 0 || (status = read_decoded(cluster, err)) < 0 ||
	    (status = get_platform(cluster, err)) < 0 || (status = name_vms(cluster, err)) < 0 ||
	    (status = share_out(cluster, err)) < 0 || (status = events_init(&cluster->events, err)) < 0 ||
	    (status = latency_init(&cluster->latency, &config->fabric, err)) < 0 ||
	    (config->fabric.curve && (status = loaded_read(&cluster->loaded, config->fabric.curve, err)) < 0) ||
	    (status = make_plane(cluster, err)) < 0 || (status = make_pool(cluster, err)) < 0 ||
	    (status = open_log(cluster, err)) < 0 || (status = history_init(cluster, err)) < 0)
		return status;
	vm_handlers(cluster);
	change_handlers(cluster);
	remote_handlers(cluster);
	cluster->jobs_running = cluster->vms;
	if (cluster->vms >= MANY_VMS)
		table_small_on_large_pages();
	for (uint32_t i = 0; i < cluster->vms && status == 0; i++)
		status = vm_init(cluster, &cluster->vm[i], cluster->vm[i].config->start_ps, err);
	if (status == 0)
		status = remote_place_snapshots(cluster, 0, err);
	if (status == 0 && (status = change_schedule(cluster, err)) == 0)
		status = traffic_start(cluster, err);
	if (status == 0 && cluster->status < 0) {
		*err = cluster->err;
		status = cluster->status;
	}
	return status;
}

/* Runs the events up to until_ps. Returns the time of the next one, or DRIVER_OVER when every job has ended or the run
 * has failed. */
static int64_t advance(void *context, int64_t until_ps)
{
	struct cluster *cluster = context;

	struct err err;
	int status = events_run(&cluster->events, until_ps, &err);

	if (status < 0 && cluster->status == 0 &&
	    cluster->jobs_running) { /* an error of events_run's own, not the end of the run */
		cluster->err = err;
		cluster_fail(cluster, status);
	}
	if (cluster->status == 0 && cluster->jobs_running && events_next_ps(&cluster->events) == EVENTS_END)
		cluster_fail(cluster, err_set(&cluster->err, ERR_FAILED,
					      "at %" PRId64 " ps: %" PRIu32 " jobs wait for what never comes", until_ps,
					      cluster->jobs_running));
	else if (cluster->status == 0 && cluster->jobs_running && events_next_ps(&cluster->events) > TIME_MAX_PS)
		cluster_fail(cluster, driver_overrun(&cluster->err));
	cluster_show(cluster);
	return cluster->status == 0 && cluster->jobs_running ? events_next_ps(&cluster->events) : DRIVER_OVER;
}

static int simulate(struct cluster *cluster, struct err *err)
{
	int64_t quantum_ps = cluster->options->quantum_ps ? cluster->options->quantum_ps : DRIVER_QUANTUM_PS;
	int status = 0;

	if (cluster->options->progress)
		progress_begin(&cluster->progress, cluster->progress_label, "records", cluster->records_total);
	if (cluster->config->fabric.sharing == SHARING_FLUID)
		fluid_simulate(cluster);
	else
		status = driver_run(platform_needs_clock(cluster->config) ? cluster->platform : NULL, quantum_ps,
				    advance, cluster, err);
	if (cluster->options->progress)
		progress_end(&cluster->progress);
	if (status == 0 && cluster->options->check && cluster->status == 0)
		cluster->status = check_cluster(cluster, &cluster->err);
	if (status == 0 && cluster->status < 0) {
		*err = cluster->err;
		status = cluster->status;
	}
	return status;
}

static void tear_down(struct cluster *cluster)
{
	for (uint32_t i = 0; cluster->vm && i < cluster->vms; i++) {
		vm_free(&cluster->vm[i]);
		free(cluster->vm[i].result.name);
		free(cluster->vm[i].result.trace);
		free(cluster->vm[i].result.workload);
		free(cluster->vm[i].result.fetch_step);
	}
	decoded_traces_free(&cluster->own_traces);
	plane_free(&cluster->plane);
	events_free(&cluster->events);
	pool_destroy(cluster->pool);
	if (!cluster->options->platform)
		platform_free(cluster->platform);
	latency_free(&cluster->latency);
	loaded_free(&cluster->loaded);
	exchanges_free(&cluster->exchanges);
	for (uint32_t node = 0; cluster->host && node < cluster->hosts; node++)
		free(cluster->host[node].store.held);
	free(cluster->store_route);
	free(cluster->vm);
	move_free(cluster);
	free(cluster->host);
	traffic_free(cluster);
	if (cluster->changes)
		change_results_free(cluster->changes, cluster->config->event_count);
}

int cluster_run(const struct config *config, const struct cluster_options *options, struct run_result *result,
		struct err *err)
{
	struct cluster *cluster = calloc(1, sizeof(*cluster));
	int status;

	if (!cluster)
		return err_memory(err, "the cluster");
	cluster->config = config;
	cluster->options = options;
	status = set_up(cluster, err);
	if (status == 0)
		status = simulate(cluster, err);
	if (cluster->log.stream)
		status = output_finish(&cluster->log, status, err);
	if (status == 0)
		status = cluster_gather(cluster, result, err);
	tear_down(cluster);
	free(cluster);
	return status;
}
