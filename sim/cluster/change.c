/* SPDX-License-Identifier: MIT */
/*
 * Donors join, leave and fail. A donor that fails does not answer any more. After donors.detect that is known, or
 * earlier when it joins or leaves: then each page that it hosts is in another replica, in the backing store, or lost. A
 * move.h says what becomes of the pages of a donor that leaves and of pages that have lost a copy, restart.h what
 * becomes of the VMs that run there.
 */
#include "cluster/change.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cluster/check.h"
#include "cluster/history.h"
#include "cluster/lose.h"
#include "cluster/move.h"
#include "cluster/restart.h"
#include "cluster/stop.h"
#include "cluster/vm.h"

/* A donor's failure is known: all pages that it hosts are lost there. */
static void lose_donor(struct cluster *cluster, uint32_t node)
{
	struct lease lease;

	pool_close(cluster->pool, node);
	cluster->host[node].generation++;
	cluster->host[node].silent = false;
	for (uint32_t from = 0; pool_next(cluster->pool, node, from, &lease); from = lease.frame + 1) {
		pool_owner owner = pool_owner_of(cluster->pool, lease);

		enum change_outcome became;

		pool_release(cluster->pool, lease);
		became = lose_copy(cluster, owner, lease, true);
		history_failed(cluster, node, owner, became);
		if (became == CHANGE_REPLICA && cluster->config->donors.rebuild)
			move_remember(cluster, node, owner);
	}
	move_rebuild(cluster, node);
}

/* What was sent to the donor or by it, and has waited, is answered. */
static void notice(struct cluster *cluster, uint32_t node)
{
	if (!cluster->host[node].silent)
		return;
	cluster->host[node].change->known_ps = cluster->events.now_ps;
	restart_clear(cluster, node);
	lose_donor(cluster, node);
	vm_donor_failed(cluster, node);
	move_donor_failed(cluster, node);
	restart_all(cluster, node);
}

static void check(struct cluster *cluster)
{
	int status = cluster->options->check ? check_cluster(cluster, &cluster->err) : 0;

	if (status < 0)
		cluster_fail(cluster, status);
}

/* An event: donors.detect after a failure. */
static void detect(void *context, uint64_t argument, int64_t now_ps)
{
	struct cluster *cluster = context;
	uint32_t node = (uint32_t)argument;

	(void)now_ps;
	if (cluster->host[node].generation != argument >> 32)
		return;
	notice(cluster, node);
	check(cluster);
}

static void fail(struct cluster *cluster, uint32_t node, size_t number)
{
	struct host *host = &cluster->host[node];

	if (host->silent) {
		cluster->changes[number].happened = true;
		return;
	}
	history_begin(cluster, number);
	host->silent = true;
	host->leaving = false;
	restart_halt(cluster, node, ACTION_FAIL);
	if (cluster->config->donors.detect_ps == 0)
		notice(cluster, node);
	else
		events_add(&cluster->events, cluster->events.now_ps + cluster->config->donors.detect_ps,
			   &cluster->notice, (uint64_t)host->generation << 32 | node);
}

static void leave(struct cluster *cluster, uint32_t node, size_t number)
{
	notice(cluster, node);
	if (cluster->host[node].leaving) { /* tries again to send what has stayed, as part of the first leave */
		cluster->changes[number].happened = true;
	} else {
		history_begin(cluster, number);
		history_count(cluster, node);
	}
	pool_close(cluster->pool, node);
	restart_halt(cluster, node, ACTION_LEAVE);
	restart_clear(cluster, node);
	restart_all(cluster, node);
	cluster->host[node].leaving = true;
	cluster->host[node].leave_frame = 0;
	move_away(cluster, node);
}

static void join(struct cluster *cluster, uint32_t node, size_t number)
{
	int status;

	notice(cluster, node);
	history_begin(cluster, number);
	cluster->changes[number].frames = cluster->host[node].lent_frames;
	status = pool_join(cluster->pool, node, (uint32_t)cluster->host[node].lent_frames, &cluster->err);
	cluster->host[node].leaving = false;
	if (status < 0)
		cluster_fail(cluster, status);
}

static void change(void *context, uint64_t number, int64_t now_ps)
{
	struct cluster *cluster = context;
	const struct config_event *event = &cluster->config->events[number];
	uint32_t node = (uint32_t)event->hypervisor;

	(void)now_ps;
	if (event->action == ACTION_FAIL)
		fail(cluster, node, number);
	else if (event->action == ACTION_LEAVE)
		leave(cluster, node, number);
	else
		join(cluster, node, number);
	check(cluster);
}

void change_handlers(struct cluster *cluster)
{
	cluster->change = (struct event_handler){change, cluster};
	cluster->notice = (struct event_handler){detect, cluster};
	move_init(cluster);
}

int change_schedule(struct cluster *cluster, struct err *err)
{
	for (size_t i = 0; i < cluster->config->event_count; i++) {
		const struct config_event *event = &cluster->config->events[i];

		if (event->hypervisor >= cluster->hosts)
			return err_set(err, ERR_USAGE,
				       "events.%zu: hypervisor %" PRIu64 ": there are %" PRIu32 ", numbered from 0", i,
				       event->hypervisor, cluster->hosts);
		events_add(&cluster->events, event->at_ps, &cluster->change, i);
	}
	return 0;
}
