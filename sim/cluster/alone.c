#include "cluster/alone.h"

#include <stdlib.h>
#include <string.h>

#include "cluster/alone_result.h"
#include "cluster/pool.h"
#include "memory/ladder.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "trace/header.h"

/* ---- when it holds ---- */

static uint64_t host_frames(const struct config *config)
{
	return config->cluster.memory_bytes >> TRACE_PAGE_SHIFT;
}

static bool has_room(const struct config *config, const struct tape *tape)
{
	uint32_t frames = tape_local_frames(tape, &config->vms[0].local);

	return frames >= 1 && frames >= tape->k && frames <= host_frames(config) && config->cluster.hypervisors > 1 &&
	       (config->cluster.hypervisors - 1) * host_frames(config) >= tape->pages;
}

static bool is_one_switch(const struct config_cluster *cluster)
{
	return cluster->topology == TOPOLOGY_SWITCH || cluster->topology == TOPOLOGY_PCIE_SWITCH ||
	       (cluster->topology == TOPOLOGY_NTB_PAIR && cluster->hypervisors == 2);
}

static bool is_steady(const struct network *fabric)
{
	return strcmp(fabric->jitter, "constant") == 0 && fabric->sharing == SHARING_FIFO && fabric->bandwidth_bps &&
	       fabric->page_bytes == UINT64_C(1) << TRACE_PAGE_SHIFT;
}

bool alone_holds(const struct config *config, const struct tape *tape)
{
	const struct config_vm *vm = &config->vms[0];

	return config->vm_count == 1 && vm->count == 1 && vm->repeats == 1 && config->traffic_count == 0 &&
	       config->event_count == 0 && tape->vcpus == 1 && strcmp(policies[vm->policy]->name, "lru") == 0 &&
	       strcmp(prefetchers[vm->prefetch]->name, "none") == 0 && !config->cluster.platform[0] &&
	       config->cluster.priority == PRIORITY_DEMAND && config->cluster.hypervisors < HYPERVISORS_MAX &&
	       config->donors.replicas == 1 && config->donors.placement != PLACEMENT_MULTINODE_LRU &&
	       is_steady(&config->fabric) && (config->service_mode != SERVICE_OWN || config->service.bandwidth_bps) &&
	       is_one_switch(&config->cluster) && has_room(config, tape);
}

uint64_t alone_platform(const struct config *config)
{
	return config->cluster.hypervisors << 16 | (uint64_t)config->service_mode << 8 |
	       (uint64_t)config->cluster.topology;
}

/* ---- lanes ---- */

static uint32_t one_hop(void *context, uint32_t from, uint32_t to)
{
	(void)context, (void)from, (void)to;
	return 1;
}

static int lane_pool(struct lane *lane, const struct config *config, struct err *err)
{
	uint32_t nodes = (uint32_t)config->cluster.hypervisors;
	uint32_t *lent = calloc(nodes, sizeof(*lent));
	struct pool_config pool = {.nodes = nodes,
				   .lent = lent,
				   .placement = (enum pool_placement)config->donors.placement,
				   .hops = one_hop,
				   .seed = config->seed,
				   .epoch_ps = config->donors.epoch_ps};
	int status;

	if (!lent)
		return err_memory(err, "the pool");
	for (uint32_t node = 0; node < nodes; node++)
		lent[node] = (uint32_t)lane_lent(lane, config, node);
	status = pool_create(&lane->pool, &pool, err);
	free(lent);
	return status;
}

static int lane_init(struct lane *lane, const struct config *config, const struct tape *tape, struct err *err)
{
	*lane = (struct lane){.config = config, .frames = tape_local_frames(tape, &config->vms[0].local)};
	lane->donor = malloc((tape->pages + 1) * sizeof(*lane->donor));
	lane->fetches = calloc(config->cluster.hypervisors, sizeof(*lane->fetches));
	lane->writes = calloc(config->cluster.hypervisors, sizeof(*lane->writes));
	if (!lane->donor || !lane->fetches || !lane->writes)
		return err_memory(err, "a local size");
	memset(lane->donor, 0xff, (tape->pages + 1) * sizeof(*lane->donor)); /* NO_DONOR */
	return lane_pool(lane, config, err);
}

static void lane_free(struct lane *lane)
{
	pool_destroy(lane->pool);
	free(lane->donor);
	free(lane->fetches);
	free(lane->writes);
}

/* Whether the same pages go to the same donors. */
static bool lane_fits(const struct lane *lane, const struct config *config, uint32_t frames)
{
	const struct config *its = lane->config;

	return lane->frames == frames && its->cluster.hypervisors == config->cluster.hypervisors &&
	       its->cluster.memory_bytes == config->cluster.memory_bytes &&
	       its->donors.placement == config->donors.placement && its->seed == config->seed &&
	       its->vms[0].host == config->vms[0].host;
}

/* The page leaves. Only the first time does it need a place: it keeps that. */
static uint32_t leave(struct lane *lane, page_id page)
{
	struct lease lease;
	pool_owner displaced;

	if (lane->donor[page] == NO_DONOR) {
		pool_place(lane->pool, (uint32_t)lane->config->vms[0].host, page, 0, NULL, 0, &lease,
			   &displaced); /* has_room: there is one */
		lane->donor[page] = (uint16_t)lease.node;
	}
	return lane->donor[page];
}

/* ---- the pass ---- */

struct alone {
	const struct tape *tape;
	struct ladder ladder;
	struct lane *lane; /* by size, from the smallest */
	size_t lanes;
	size_t first[LADDER_SIZES + 1]; /* the lanes of a size */
	struct timeline *timeline;
	size_t timelines;
	struct trace_clock clock;
	uint64_t first_touches;
};

/* One lane's part of a step: a page leaves, and one is fetched in its place (or PAGE_NONE). */
static int go_on(struct alone *alone, struct lane *lane, page_id victim, bool dirty, page_id fetched, struct err *err)
{
	uint32_t donor = leave(lane, victim);
	uint64_t ips = 0;
	int64_t clock_ps = 0;
	int status = 0;

	lane->writes[donor] += dirty;
	if (fetched != PAGE_NONE)
		lane->fetches[lane->donor[fetched]]++;
	else if (!dirty)
		return 0;
	for (size_t i = lane->first; i < lane->end && status == 0; i++) {
		struct timeline *timeline = &alone->timeline[i];

		if (timeline->config->ips != ips) {
			ips = timeline->config->ips;
			clock_ps = replay_clock_ps(alone->clock, ips);
		}
		if (dirty)
			status = timeline_write(timeline, donor, timeline_now_ps(timeline, clock_ps), err);
		if (fetched != PAGE_NONE && status == 0)
			status = timeline_fetch(timeline, timeline_now_ps(timeline, clock_ps), err);
	}
	return status;
}

static int take_step(struct alone *alone, const struct ladder_step *step, page_id page, struct err *err)
{
	int status = 0;

	alone->first_touches += step->first;
	for (unsigned size = 0; size < step->evicting; size++)
		for (size_t i = alone->first[size]; i < alone->first[size + 1] && status == 0; i++)
			status = go_on(alone, &alone->lane[i], step->victim[size], step->dirty[size],
				       step->first ? PAGE_NONE : page, err);
	return status;
}

static void place_snapshot(struct alone *alone)
{
	struct ladder_step step;

	for (page_id page = 0; page < alone->tape->snapshot_pages; page++) {
		ladder_place(&alone->ladder, page, alone->tape->snapshot[page].dirty_from, &step);
		for (unsigned size = 0; size < step.evicting; size++)
			for (size_t i = alone->first[size]; i < alone->first[size + 1]; i++)
				leave(&alone->lane[i], step.victim[size]);
	}
}

static int pass(struct alone *alone, struct err *err)
{
	const struct tape_stream *stream = &alone->tape->stream[0];
	struct ladder_step step;
	size_t gap = 0;
	int status = 0;

	place_snapshot(alone);
	for (uint64_t at = 0; at < stream->count && status == 0; at++) {
		alone->clock.insn += stream->insn[at];
		if (gap < stream->gaps && stream->gap[gap].at == at) {
			alone->clock.insn += stream->gap[gap].step.insn;
			alone->clock.idle_ns += stream->gap[gap++].step.idle_ns;
		}
		if (ladder_touch(&alone->ladder, stream->page[at], stream->kind[at] & TRACE_WRITE, &step))
			status = take_step(alone, &step, stream->page[at], err);
	}
	return status;
}

/* ---- points into lanes ---- */

struct place {
	const struct config *config;
	uint32_t frames;
	size_t number;
};

/* What a lane needs to have in common stands together, the smallest size first. */
static int by_lane(const void *a, const void *b)
{
	const struct place *one = a, *other = b;
	const struct config *first = one->config, *second = other->config;

#define ORDER(x, y)     \
	if ((x) != (y)) \
	return (x) < (y) ? -1 : 1
	ORDER(one->frames, other->frames);
	ORDER(first->cluster.memory_bytes, second->cluster.memory_bytes);
	ORDER(first->donors.placement, second->donors.placement);
	ORDER(first->seed, second->seed);
	ORDER(first->vms[0].host, second->vms[0].host);
	ORDER(first->ips, second->ips);
	ORDER(one->number, other->number);
#undef ORDER
	return 0;
}

/* Lanes, timelines and the ladder for a stretch of sorted places. */
static int set_up(struct alone *alone, const struct place *place, size_t count, struct err *err)
{
	uint32_t frames[LADDER_SIZES];
	unsigned sizes = 0;
	int status = 0;

	alone->lane = calloc(count, sizeof(*alone->lane));
	alone->timeline = calloc(count, sizeof(*alone->timeline));
	if (!alone->lane || !alone->timeline)
		return err_memory(err, "the local sizes");
	for (size_t i = 0; i < count && status == 0; i++) {
		if (sizes == 0 || frames[sizes - 1] != place[i].frames) {
			alone->first[sizes] = alone->lanes;
			frames[sizes++] = place[i].frames;
		}
		if (alone->lanes == 0 || !lane_fits(&alone->lane[alone->lanes - 1], place[i].config, place[i].frames)) {
			status = lane_init(&alone->lane[alone->lanes++], place[i].config, alone->tape, err);
			alone->lane[alone->lanes - 1].first = i;
		}
		alone->lane[alone->lanes - 1].end = i + 1;
		if (status == 0)
			status = timeline_init(&alone->timeline[alone->timelines++], place[i].config, err);
	}
	alone->first[sizes] = alone->lanes;
	return status < 0 ? status : ladder_init(&alone->ladder, alone->tape->pages, frames, sizes, err);
}

static void tear_down(struct alone *alone)
{
	for (size_t i = 0; i < alone->lanes; i++)
		lane_free(&alone->lane[i]);
	for (size_t i = 0; i < alone->timelines; i++)
		timeline_free(&alone->timeline[i]);
	ladder_free(&alone->ladder);
	free(alone->lane);
	free(alone->timeline);
}

static int gather(const struct alone *alone, const struct place *place, struct platform *platform,
		  struct run_result *result, struct err *err)
{
	struct histogram fetches;
	const struct alone_whole whole = {alone->tape, platform, alone->first_touches, &fetches};
	int status = histogram_init(&fetches, err);

	if (status < 0)
		return status;
	for (const struct lane *lane = alone->lane; lane < alone->lane + alone->lanes; lane++)
		for (size_t i = lane->first; i < lane->end && status == 0; i++)
			status = alone_gather(lane, &alone->timeline[i], &whole, &result[place[i].number], err);
	histogram_free(&fetches);
	return status;
}

/* One pass for a stretch of places of at most LADDER_SIZES sizes. */
static int run_pass(const struct place *place, size_t count, const struct tape *tape, struct platform *platform,
		    struct run_result *result, struct err *err)
{
	struct alone alone = {.tape = tape};
	int status = set_up(&alone, place, count, err);

	if (status == 0)
		status = pass(&alone, err);
	if (status == 0)
		status = gather(&alone, place, platform, result, err);
	tear_down(&alone);
	return status;
}

/* How many places, from the first on, have LADDER_SIZES sizes. */
static size_t stretch(const struct place *place, size_t count)
{
	size_t i = 0;

	for (unsigned sizes = 0; i < count; i++)
		if ((i == 0 || place[i].frames != place[i - 1].frames) && sizes++ == LADDER_SIZES)
			break;
	return i;
}

int alone_run(const struct config *config, size_t count, const struct tape *tape, struct platform *platform,
	      struct run_result *result, struct err *err)
{
	struct place *place = calloc(count, sizeof(*place));
	int status = place ? 0 : err_memory(err, "the points of a sweep");

	for (size_t i = 0; i < count && place; i++) {
		place[i] = (struct place){&config[i], tape_local_frames(tape, &config[i].vms[0].local), i};
		result[i] = (struct run_result){0};
	}
	if (place)
		qsort(place, count, sizeof(*place), by_lane);
	for (size_t first = 0, length; first < count && status == 0; first += length) {
		length = stretch(place + first, count - first);
		status = run_pass(place + first, length, tape, platform, result, err);
	}
	for (size_t i = 0; i < count && place && status < 0; i++)
		run_result_free(&result[i]);
	free(place);
	return status;
}
