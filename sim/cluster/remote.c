/* SPDX-License-Identifier: MIT */
/*
 * Where a VM's pages are when they are not local. A page gets its frames in the pool when it first leaves, and keeps
 * them while it is local again, as a swap cache does: as long as it is not written it can leave once more without being
 * sent. With a backing store, every write-back goes there as well, unawaited, so that what a failing donor held can be
 * had from it. A page of zeros that was never written is placed and not sent.
 */
#include "cluster/state.h"

/* The remote page map's key: the guest frame, or the page id where a trace's frames are beyond what a map holds
 * (imported object ids). */
static gfn key(const struct vm *vm, page_id page)
{
	return vm->trace->guest_frames <= RPM_FRAMES_MAX ? vm->trace->frame[page] : page;
}

rpm_entry remote_entry(const struct vm *vm, page_id page)
{
	return rpm_get(&vm->rpm[0], key(vm, page));
}

rpm_entry remote_copy(const struct vm *vm, uint32_t copy, page_id page)
{
	return rpm_get(&vm->rpm[copy], key(vm, page));
}

void remote_note(struct vm *vm, uint32_t copy, page_id page, rpm_entry entry)
{
	int status = rpm_set(&vm->rpm[copy], key(vm, page), entry, &vm->cluster->err);

	if (status < 0)
		cluster_fail(vm->cluster, status);
}

static rpm_entry with_state(rpm_entry entry, enum rpm_state state)
{
	return rpm_pack(state, rpm_node(entry), rpm_frame(entry), rpm_copies(entry));
}

static void send(struct cluster *cluster, uint32_t from, uint32_t to, enum plane_class class, uint64_t tag,
		 int64_t extra_ps)
{
	struct plane_message message = {.bytes = (uint32_t)cluster->config->fabric.page_bytes,
					.extra_ps = extra_ps,
					.class = class,
					.receiver = &cluster->receiver,
					.tag = tag};

	cluster_send(cluster, PLATFORM_FABRIC, from, to, &message);
}

/* To or from the host's own backing store: one link each way. */
static void send_store(struct cluster *cluster, uint32_t host, bool write, enum plane_class class, uint64_t tag)
{
	const struct plane_message message = {.route = &cluster->store_route[2 * host + write],
					      .hops = 1,
					      .bytes = (uint32_t)cluster->config->fabric.page_bytes,
					      .class = class,
					      .extra_ps = cluster->config->donors.store.setup_ps,
					      .receiver = &cluster->receiver,
					      .tag = tag};

	plane_send(&cluster->plane, &message);
}

bool remote_fetch(struct cluster *cluster, struct vm *vm, page_id page, enum plane_class class, uint64_t tag,
		  struct vcpu *vcpu)
{
	rpm_entry entry = remote_entry(vm, page);
	uint32_t node = rpm_state(entry) == RPM_STORED ? NODE_BACKING : rpm_node(entry);

	if (rpm_state(entry) == RPM_LOST)
		return false;
	if (vcpu) {
		vcpu->donor = node;
		vcpu->generation = node == NODE_BACKING ? 0 : cluster->host[node].generation;
	}
	if (node == NODE_BACKING) {
		send_store(cluster, vm->host, false, class, tag);
		return true;
	}
	pool_renew(cluster->pool, (struct lease){node, (uint32_t)rpm_frame(entry)}, cluster->events.now_ps);
	send(cluster, node, vm->host, class, tag,
	     latency_sample(&cluster->latency) - cluster->config->fabric.latency_ps + cluster->config->fabric.setup_ps);
	return true;
}

void remote_arrived(struct vm *vm, page_id page)
{
	rpm_entry entry = remote_entry(vm, page);

	if (rpm_state(entry) == RPM_REMOTE)
		remote_note(vm, 0, page, with_state(entry, RPM_CACHED));
	else if (rpm_state(entry) == RPM_STORED)
		remote_note(vm, 0, page, rpm_pack(RPM_CACHED, NODE_BACKING, 0, 0));
}

/* Finds the page's copies frames in the pool; how many it found. */
static uint32_t place(struct cluster *cluster, struct vm *vm, page_id page, struct lease lease[REPLICAS_MAX])
{
	uint32_t taken[REPLICAS_MAX], copies = 0;

	while (copies < vm->copies) {
		pool_owner displaced;

		if (!pool_place(cluster->pool, vm->host, owner_pack(vm->number, copies, page), cluster->events.now_ps,
				taken, copies, &lease[copies], &displaced))
			break;
		if (displaced != POOL_NOBODY)
			change_lose_copy(cluster, displaced, lease[copies], false);
		taken[copies] = lease[copies].node;
		copies++;
	}
	return copies;
}

/* Gives a page that has no remote copy its places; false when there is none at all. */
static bool settle(struct cluster *cluster, struct vm *vm, page_id page)
{
	struct lease lease[REPLICAS_MAX];
	uint32_t copies = place(cluster, vm, page, lease);

	if (!copies && !cluster->has_store)
		return false;
	if (!copies) {
		cluster->pages_stored++;
		remote_note(vm, 0, page, rpm_pack(RPM_STORED, 0, 0, 0));
	}
	for (uint32_t copy = 0; copy < copies; copy++)
		remote_note(vm, copy, page,
			    rpm_pack(RPM_REMOTE, lease[copy].node, lease[copy].frame, copy ? 0 : copies - 1));
	return true;
}

/* Sends a page's bytes to all its places; the first of them holds a place in the buffer until it is there. */
static void write_back(struct cluster *cluster, struct vm *vm, page_id page)
{
	rpm_entry entry = remote_entry(vm, page);
	uint64_t first = subject_pack(ABOUT_WRITE, vm->number, page),
		 other = subject_pack(ABOUT_COPY, vm->number, page);

	vm->buffered++;
	if (rpm_state(entry) == RPM_STORED) {
		send_store(cluster, vm->host, true, PLANE_BULK, first);
		return;
	}
	for (uint32_t copy = 0; copy <= rpm_copies(entry); copy++) {
		rpm_entry replica = remote_copy(vm, copy, page);

		pool_renew(cluster->pool, (struct lease){rpm_node(replica), (uint32_t)rpm_frame(replica)},
			   cluster->events.now_ps);
		send(cluster, vm->host, rpm_node(replica), PLANE_BULK, copy ? other : first,
		     cluster->config->fabric.setup_ps);
	}
	if (cluster->has_store)
		send_store(cluster, vm->host, true, PLANE_BULK, other);
}

void remote_evict(struct cluster *cluster, struct vm *vm, page_id page, bool dirty)
{
	rpm_entry entry = remote_entry(vm, page);
	bool lost = rpm_state(entry) == RPM_LOST; /* it was on its way when its donor failed */
	bool cached = rpm_state(entry) == RPM_CACHED || rpm_state(entry) == RPM_REMOTE ||
		      rpm_state(entry) == RPM_STORED;

	if (lost)
		return;
	if (cached && (rpm_node(entry) != NODE_BACKING || !dirty)) {
		if (rpm_state(entry) == RPM_CACHED)
			remote_note(vm, 0, page,
				    rpm_node(entry) == NODE_BACKING ? rpm_pack(RPM_STORED, 0, 0, 0)
								    : with_state(entry, RPM_REMOTE));
	} else if (!settle(cluster, vm, page)) {
		cluster_fail(cluster,
			     err_set(&cluster->err, ERR_FAILED,
				     "%s: no donor has a free frame for its pages, and donors.backing is none: "
				     "lend more (cluster.memory, cluster.hypervisors), keep more local, or give a "
				     "backing store",
				     vm->result.name));
		return;
	}
	if (dirty)
		write_back(cluster, vm, page);
}

int remote_place_snapshot(struct cluster *cluster, struct vm *vm, struct err *err)
{
	uint32_t count = vm->trace->snapshot_pages, frames = vm->memory.config.frames;

	for (page_id page = 0; page < count; page++) {
		uint32_t dirty_from = vm->trace->snapshot[page].dirty_from;
		bool local = count - page <= frames;

		if (vm->future.first)
			vm->next_use = vm->future.first[page];
		local_memory_restore(&vm->memory, page, local, dirty_from && dirty_from <= frames);
		if (!local && !settle(cluster, vm, page))
			return err_set(err, ERR_FAILED,
				       "%s: no donor has a free frame for what its opening snapshot leaves remote, and "
				       "donors.backing is none",
				       vm->result.name);
	}
	return cluster->status;
}
