/* SPDX-License-Identifier: MIT */
#include "cluster/closed_form.h"

#include <stdlib.h>
#include <string.h>

#include "cluster/closed_form_result.h"
#include "config/cost.h"
#include "memory/multi_lru.h"
#include "placement/pool.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "trace/header.h"

/* ---- when it holds ---- */

static uint64_t host_frames(const struct config *config)
{
	return config->cluster.memory_bytes >> TRACE_PAGE_SHIFT;
}

static bool has_room(const struct config *config, const struct decoded_trace *trace)
{
	uint32_t frames = decoded_local_frames(trace, &config->vms[0].local);

	return frames >= trace_min_pages(trace->k, trace->active) && frames <= host_frames(config) &&
	       config->cluster.hypervisors > 1 &&
	       (config->cluster.hypervisors - 1) * host_frames(config) >= trace->pages;
}

static bool is_one_switch(const struct config_cluster *cluster)
{
	return cluster->topology == TOPOLOGY_SWITCH || cluster->topology == TOPOLOGY_PCIE_SWITCH ||
	       (cluster->topology == TOPOLOGY_NTB_PAIR && cluster->hypervisors == 2);
}

static bool is_steady(const struct network *fabric)
{
	return network_jitter(fabric) == JITTER_CONSTANT && !fabric->curve && fabric->sharing == SHARING_FIFO &&
	       fabric->bandwidth_bps && fabric->page_bytes == UINT64_C(1) << TRACE_PAGE_SHIFT;
}

static bool waits_for_itself(const struct config *config)
{
	struct fault_cost cost;
	struct err ignored;

	return config_cost(config, &cost, &ignored) < 0 || fault_waits_for_itself(&cost);
}

bool closed_form_holds(const struct config *config, const struct decoded_trace *trace)
{
	const struct config_vm *vm = &config->vms[0];

	return config->vm_count == 1 && vm->count == 1 && vm->warm == WARM_SNAPSHOT && vm->repeats == 1 &&
	       config->traffic_count == 0 && config->event_count == 0 && trace->vcpus == 1 &&
	       policies[vm->policy]->has_curve && prefetchers[vm->prefetch]->is_none && !config->cluster.platform[0] &&
	       config->cluster.priority == PRIORITY_SAME && config->cluster.hypervisors < HYPERVISORS_MAX &&
	       config->donors.replicas == 1 && config->donors.pool == POOL_INCLUSIVE &&
	       !placements[config->donors.placement]->timed && is_steady(&config->fabric) &&
	       (config->service_mode != SERVICE_OWN || config->service.bandwidth_bps) &&
	       is_one_switch(&config->cluster) && has_room(config, trace) && !waits_for_itself(config);
}

uint64_t closed_form_platform(const struct config *config)
{
	return config->cluster.hypervisors << 24 | (uint64_t)config_hinted(config) << 16 |
	       (uint64_t)config->service_mode << 8 | (uint64_t)config->cluster.topology;
}

/* ---- points ---- */

static uint32_t one_hop(void *context, uint32_t from, uint32_t to)
{
	(void)context, (void)from, (void)to;
	return 1;
}

static int point_pool(struct closed_form_point *point, const struct config *config, struct err *err)
{
	uint32_t nodes = (uint32_t)config->cluster.hypervisors;
	uint32_t *lent = calloc(nodes, sizeof(*lent));
	struct pool_config pool = {.nodes = nodes,
				   .lent = lent,
				   .placement = placements[config->donors.placement],
				   .hops = one_hop,
				   .seed = config_stream(config, RNG_PLACEMENT, 0),
				   .epoch_ps = config->donors.epoch_ps};
	int status;

	if (!lent)
		return err_memory(err, "the pool");
	for (uint32_t node = 0; node < nodes; node++)
		lent[node] = (uint32_t)point_lent(point, config, node);
	status = pool_create(&point->pool, &pool, err);
	free(lent);
	return status;
}

static int point_init(struct closed_form_point *point, const struct config *config, const struct decoded_trace *trace,
		      struct err *err)
{
	*point = (struct closed_form_point){.config = config,
					    .frames = decoded_local_frames(trace, &config->vms[0].local)};
	point->donor = malloc((trace->pages + 1) * sizeof(*point->donor));
	point->fetches = calloc(config->cluster.hypervisors, sizeof(*point->fetches));
	point->writes = calloc(config->cluster.hypervisors, sizeof(*point->writes));
	if (!point->donor || !point->fetches || !point->writes)
		return err_memory(err, "a local size");
	memset(point->donor, 0xff, (trace->pages + 1) * sizeof(*point->donor)); /* NO_DONOR */
	return point_pool(point, config, err);
}

static void point_free(struct closed_form_point *point)
{
	pool_destroy(point->pool);
	free(point->donor);
	free(point->fetches);
	free(point->writes);
}

/* Whether the configuration fetches and evicts the same pages, from and to the same donors. */
static bool point_fits(const struct closed_form_point *point, const struct config *config, uint32_t frames)
{
	const struct config *its = point->config;

	return point->frames == frames && its->cluster.hypervisors == config->cluster.hypervisors &&
	       its->cluster.memory_bytes == config->cluster.memory_bytes &&
	       its->donors.placement == config->donors.placement && its->seed == config->seed &&
	       its->repeat == config->repeat && its->vms[0].host == config->vms[0].host;
}

/* A page is evicted. Returns its donor, which is chosen at its first eviction and stays the same. */
static uint32_t evict(struct closed_form_point *point, page_id page)
{
	if (point->donor[page] == NO_DONOR) {
		const struct pool_request request = {.borrower = (uint32_t)point->config->vms[0].host, .owner = page};
		struct lease lease;
		pool_owner displaced;

		pool_place(point->pool, &request, &lease, &displaced); /* never fails: has_room holds */
		point->donor[page] = (uint16_t)lease.node;
	}
	return point->donor[page];
}

/* ---- the pass ---- */

struct closed_form {
	const struct decoded_trace *trace;
	struct multi_lru multi_lru;
	struct closed_form_point *point; /* by size, from the smallest */
	size_t points;
	size_t first[MULTI_LRU_SIZES + 1]; /* the points of a size */
	struct timeline *timeline;
	size_t timelines;
	struct trace_clock clock;
	uint64_t first_touches;
	bool *seen; /* by page of the snapshot: fetched in the region by some size */
};

/* One touch's effect at one point: `victim` is evicted, and `fetched` is fetched (PAGE_NONE for a first touch). */
static int evict_and_fetch(struct closed_form *form, struct closed_form_point *point, page_id victim, bool dirty,
			   page_id fetched, struct err *err)
{
	uint32_t donor = evict(point, victim);
	uint64_t ips = 0;
	int64_t clock_ps = 0, now_ps;
	int status = 0;

	point->writes[donor] += dirty;
	if (fetched != PAGE_NONE)
		point->fetches[point->donor[fetched]]++;
	else if (!dirty)
		return 0;
	for (size_t i = point->first; i < point->end && status == 0; i++) {
		struct timeline *timeline = &form->timeline[i];

		if (timeline->config->ips != ips) {
			ips = timeline->config->ips;
			clock_ps = fault_clock_ps(form->clock, ips);
		}
		now_ps = timeline_now_ps(timeline, clock_ps, form->first_touches);
		if (timeline->overrun)
			continue;
		if (fetched != PAGE_NONE)
			status = timeline_fetch(timeline, dirty ? &donor : NULL, now_ps, err);
		else
			status = timeline_first(timeline, donor, now_ps, err);
	}
	return status;
}

/* A page that some size does not hold is touched. Where it began remote, its first touch in the region is a compulsory
 * fetch: the sizes that did not hold it at the beginning do not hold it now. */
static void count_compulsory(struct closed_form *form, page_id page)
{
	uint32_t known = form->trace->snapshot_pages;

	if (page >= known || form->seen[page])
		return;
	form->seen[page] = true;
	for (size_t i = 0; i < form->points; i++)
		form->point[i].compulsory += known - page > form->point[i].frames;
}

static int take_step(struct closed_form *form, const struct multi_lru_step *step, page_id page, struct err *err)
{
	int status = 0;

	count_compulsory(form, page);
	for (unsigned size = 0; size < step->evicting; size++)
		for (size_t i = form->first[size]; i < form->first[size + 1] && status == 0; i++)
			status = evict_and_fetch(form, &form->point[i], step->victim[size], step->dirty[size],
						 step->first ? PAGE_NONE : page, err);
	form->first_touches += step->first;
	return status;
}

static void place_snapshot(struct closed_form *form)
{
	struct multi_lru_step step;

	for (page_id page = 0; page < form->trace->snapshot_pages; page++)
		multi_lru_place(&form->multi_lru, page, form->trace->snapshot[page].dirty_from, &step);
	for (struct closed_form_point *point = form->point; point < form->point + form->points; point++)
		for (page_id page = form->trace->snapshot_pages; page-- > 0;)
			if (form->trace->snapshot_pages - page > point->frames)
				evict(point, page); /* the most recently used first, as remote_place_snapshots does */
}

static int pass(struct closed_form *form, struct err *err)
{
	const struct decoded_stream *stream = &form->trace->stream[0];
	struct multi_lru_step step;
	size_t gap = 0;
	int status = 0;

	place_snapshot(form);
	for (uint64_t at = 0; at < stream->count && status == 0; at++) {
		decoded_step(stream, at, &gap, &form->clock);
		if (multi_lru_touch(&form->multi_lru, stream->page[at], stream->kind[at] & TRACE_WRITE, &step))
			status = take_step(form, &step, stream->page[at], err);
	}
	return status;
}

/* ---- configurations into points ---- */

/* A configuration to answer. */
struct request {
	const struct config *config;
	uint32_t frames;
	size_t number; /* in the caller's array */
};

/* Sorts by local size, the smallest first, then so that the configurations of one point are next to each other. */
static int by_size_and_point(const void *a, const void *b)
{
	const struct request *one = a, *other = b;
	const struct config *first = one->config, *second = other->config;

#define ORDER(x, y)     \
	if ((x) != (y)) \
	return (x) < (y) ? -1 : 1
	ORDER(one->frames, other->frames);
	ORDER(first->cluster.memory_bytes, second->cluster.memory_bytes);
	ORDER(first->donors.placement, second->donors.placement);
	ORDER(first->seed, second->seed);
	ORDER(first->repeat, second->repeat);
	ORDER(first->vms[0].host, second->vms[0].host);
	ORDER(first->ips, second->ips);
	ORDER(one->number, other->number);
#undef ORDER
	return 0;
}

/* Sets up the points, the timelines and the LRU stacks for a range of sorted requests. */
static int set_up(struct closed_form *form, const struct request *request, size_t count, struct err *err)
{
	uint32_t frames[MULTI_LRU_SIZES];
	unsigned sizes = 0;
	int status = 0;

	form->point = calloc(count, sizeof(*form->point));
	form->timeline = calloc(count, sizeof(*form->timeline));
	form->seen = calloc((size_t)form->trace->snapshot_pages + 1, sizeof(*form->seen));
	if (!form->point || !form->timeline || !form->seen)
		return err_memory(err, "the local sizes");
	for (size_t i = 0; i < count && status == 0; i++) {
		if (sizes == 0 || frames[sizes - 1] != request[i].frames) {
			form->first[sizes] = form->points;
			frames[sizes++] = request[i].frames;
		}
		if (form->points == 0 ||
		    !point_fits(&form->point[form->points - 1], request[i].config, request[i].frames)) {
			status = point_init(&form->point[form->points++], request[i].config, form->trace, err);
			form->point[form->points - 1].first = i;
		}
		form->point[form->points - 1].end = i + 1;
		if (status == 0)
			status = timeline_init(&form->timeline[form->timelines++], request[i].config, err);
	}
	form->first[sizes] = form->points;
	return status < 0 ? status : multi_lru_init(&form->multi_lru, form->trace->pages, frames, sizes, err);
}

static void tear_down(struct closed_form *form)
{
	for (size_t i = 0; i < form->points; i++)
		point_free(&form->point[i]);
	for (size_t i = 0; i < form->timelines; i++)
		timeline_free(&form->timeline[i]);
	multi_lru_free(&form->multi_lru);
	free(form->point);
	free(form->timeline);
	free(form->seen);
}

/* When a run ends; `overrun` is set if that is too late to be kept. */
static int64_t end_of(const struct closed_form *form, struct timeline *timeline)
{
	time_wide clock_ps = fault_clock_wide_ps(form->trace->end[0], timeline->config->ips);

	timeline->overrun |= !time_fits(clock_ps);
	return timeline->overrun ? 0 : timeline_now_ps(timeline, (int64_t)clock_ps, form->first_touches);
}

static int gather(const struct closed_form *form, const struct request *request, struct platform *platform,
		  struct run_result *result, struct err *err)
{
	struct histogram fetches;
	const struct closed_form_whole whole = {form->trace, platform, form->first_touches, &fetches};
	int status = histogram_init(&fetches, err);

	if (status < 0)
		return status;
	for (const struct closed_form_point *point = form->point; point < form->point + form->points; point++)
		for (size_t i = point->first; i < point->end && status == 0; i++) {
			struct timeline *timeline = &form->timeline[i];
			int64_t end_ps = end_of(form, timeline);

			if (timeline->overrun)
				continue;
			status = timeline_end(timeline, end_ps, err);
			if (status == 0)
				status = closed_form_gather(point, timeline, &whole, &result[request[i].number], err);
		}
	histogram_free(&fetches);
	return status;
}

/* One pass over the trace, for sorted requests of at most MULTI_LRU_SIZES local sizes. */
static int run_pass(const struct request *request, size_t count, const struct decoded_trace *trace,
		    struct platform *platform, struct run_result *result, struct err *err)
{
	struct closed_form form = {.trace = trace};
	int status = set_up(&form, request, count, err);

	if (status == 0)
		status = pass(&form, err);
	if (status == 0)
		status = gather(&form, request, platform, result, err);
	tear_down(&form);
	return status;
}

/* How many of the sorted requests, from the first on, one pass can answer: those of MULTI_LRU_SIZES local sizes. */
static size_t count_for_pass(const struct request *request, size_t count)
{
	size_t i = 0;

	for (unsigned sizes = 0; i < count; i++)
		if ((i == 0 || request[i].frames != request[i - 1].frames) && sizes++ == MULTI_LRU_SIZES)
			break;
	return i;
}

int closed_form_run(const struct config *config, size_t count, const struct decoded_trace *trace,
		    struct platform *platform, struct run_result *result, struct err *err)
{
	struct request *request = calloc(count, sizeof(*request));
	int status = request ? 0 : err_memory(err, "the points of a sweep");

	for (size_t i = 0; i < count && request; i++) {
		request[i] = (struct request){&config[i], decoded_local_frames(trace, &config[i].vms[0].local), i};
		result[i] = (struct run_result){0};
	}
	if (request)
		qsort(request, count, sizeof(*request), by_size_and_point);
	for (size_t first = 0, length; first < count && status == 0; first += length) {
		length = count_for_pass(request + first, count - first);
		status = run_pass(request + first, length, trace, platform, result, err);
	}
	for (size_t i = 0; i < count && request && status < 0; i++)
		run_result_free(&result[i]);
	free(request);
	return status;
}
