/* SPDX-License-Identifier: MIT */
/*
 * Where a VM's remote pages are. A page gets its frames in the pool when it is first evicted, and keeps them while it
 * is local again, as in a swap cache: if it is evicted again without having been written, it is not sent. (In an
 * exclusive pool it loses them when it is fetched.) When donors are full, their oldest pages give way (pool.h). With a
 * backing store, every write-back also goes there, so that the pages of a failed donor can be fetched from there; a
 * write-back is sent when the store's queue has a place for it. A page of zeros that was never written gets frames but
 * is not sent.
 */
#include "cluster/remote.h"

#include "cluster/lose.h"
#include "cluster/send.h"
#include "cluster/state.h"
#include "cluster/stop.h"
#include "cluster/store.h"
#include "fabric/transfer.h"

/* The odd picosecond of a latency whose halves are those of a generated platform's ways. */
static int64_t odd_ps(const struct cluster *cluster)
{
	return cluster->config->cluster.platform[0] ? 0 : network_odd_ps(&cluster->config->fabric);
}

/* What a page takes beyond its ways' latencies and its transfer. */
static int64_t page_extra_ps(const struct cluster *cluster)
{
	return network_extra_ps(&cluster->config->fabric, cluster->config->fabric.page_bytes);
}

/* ---- reads ---- */

/* Finds a read's two ways: `there` for its request, `back` for its page. */
static bool find_ways(struct cluster *cluster, uint32_t host, uint32_t node, struct way *there, struct way *back)
{
	return way_find(cluster, host, node, there) && way_find(cluster, node, host, back);
}

/* The time to send a request over a way. Most ways have one bandwidth, so the last result is kept. */
static int64_t request_ps(struct cluster *cluster, const struct way *way)
{
	uint64_t bandwidth_bps = platform_bandwidth_bps(cluster->platform, way->route);

	if (bandwidth_bps == 0) /* within one host */
		return 0;
	if (bandwidth_bps != cluster->request.bandwidth_bps) {
		cluster->request.bandwidth_bps = bandwidth_bps;
		cluster->request.ps = transfer_ps(cluster->config->fabric.request_bytes, bandwidth_bps);
	}
	return cluster->request.ps;
}

/* The page's bytes. SimGrid's own transfers cannot be shorter than their latency and bytes, so there the request's
 * bytes are taken off the page, and a fetch without contention takes the same time. */
static uint32_t page_bytes(const struct cluster *cluster)
{
	const struct network *fabric = &cluster->config->fabric;

	return (uint32_t)(fabric->page_bytes - (fabric->sharing == SHARING_FLUID ? fabric->request_bytes : 0));
}

/* Sends a request from a VM's host to a donor; remote_answer sends the page when it has arrived. */
static void request(struct vm *vm, uint32_t node, enum plane_class class, uint64_t tag)
{
	struct cluster *cluster = vm->cluster;
	struct exchange read = {.tag = tag,
				.class = class,
				.node = node,
				.generation = cluster->host[node].generation,
				.begun_ps = cluster->events.now_ps};
	struct plane_message message = {.bytes = (uint32_t)cluster->config->fabric.request_bytes,
					.class = class,
					.receiver = &cluster->receiver};
	struct latency_ways ways;
	struct way there, back;
	uint32_t number;
	int status;

	if (!find_ways(cluster, vm->host, node, &there, &back))
		return;
	ways = latency_draw(&cluster->latency, &vm->latency_rng,
			    (struct latency_ways){there.latency_ps, back.latency_ps + odd_ps(cluster)});
	read.extra_ps = ways.back_ps - way_added_ps(cluster, &back) + page_extra_ps(cluster);
	status = exchanges_begin(&cluster->exchanges, &read, &number, &cluster->err);
	if (status < 0) {
		cluster_fail(cluster, status);
		return;
	}
	message.tag = subject_pack(SUBJECT_REQUEST, vm->number, number);
	message.extra_ps = ways.there_ps - way_added_ps(cluster, &there) +
			   exchange_request_ps(request_ps(cluster, &there), ways.there_ps);
	way_send(cluster, &there, &message);
}

void remote_answer(struct vm *vm, const struct plane_delivery *delivery)
{
	struct cluster *cluster = vm->cluster;
	uint32_t number = (uint32_t)delivery->tag;
	struct exchange *read = &cluster->exchanges.exchange[number];
	struct plane_message message = {.bytes = page_bytes(cluster),
					.extra_ps = read->extra_ps,
					.class = read->class,
					.receiver = &cluster->receiver,
					.tag = subject_pack(SUBJECT_PAGE, vm->number, number)};
	struct way back;

	cluster->host[read->node].pages_read++;
	read->queue_ps = delivery->queue_ps;
	read->wire_ps = delivery->wire_ps;
	if (way_find(cluster, read->node, vm->host, &back))
		way_send(cluster, &back, &message);
}

/* ---- writes ---- */

/* Sends a page to a donor. `first`: the page's first copy, which is delivered when the acknowledgement has come back;
 * that takes the latency of the way back and no link. */
static void write_page(struct vm *vm, page_id page, uint32_t node, bool first)
{
	struct cluster *cluster = vm->cluster;
	const struct exchange write = {.tag = subject_pack(SUBJECT_WRITE, vm->number, page),
				       .node = node,
				       .generation = cluster->host[node].generation,
				       .begun_ps = cluster->events.now_ps};
	struct plane_message message = {.bytes = (uint32_t)cluster->config->fabric.page_bytes,
					.class = PLANE_BULK,
					.receiver = &cluster->receiver,
					.tag = subject_pack(SUBJECT_COPY, vm->number, page)};
	struct way there, back;
	uint32_t number;
	int status;

	if (!find_ways(cluster, vm->host, node, &there, &back))
		return;
	cluster->host[node].pages_written++;
	message.extra_ps = page_extra_ps(cluster) + there.latency_ps - way_added_ps(cluster, &there);
	if (!first) {
		way_send(cluster, &there, &message);
		return;
	}
	status = exchanges_begin(&cluster->exchanges, &write, &number, &cluster->err);
	if (status < 0) {
		cluster_fail(cluster, status);
		return;
	}
	message.tag = subject_pack(SUBJECT_WRITE, vm->number, number);
	message.class = exchange_write_class(&vm->writes);
	message.extra_ps += back.latency_ps + odd_ps(cluster);
	cluster->exchanges.exchange[number].message = way_send(cluster, &there, &message);
	exchanges_add_write(&cluster->exchanges, &vm->writes, number);
}

struct plane_delivery remote_written(struct vm *vm, const struct plane_delivery *delivery)
{
	struct exchanges *exchanges = &vm->cluster->exchanges;
	uint32_t number = (uint32_t)delivery->tag;

	exchanges_remove_write(exchanges, &vm->writes, number);
	return exchanges_end(exchanges, number, delivery);
}

void remote_hurry(void *context, uint64_t writes)
{
	struct vm *vm = context;
	const struct config *config = vm->cluster->config;

	if (config->cluster.priority == PRIORITY_DEMAND && config->fabric.sharing == SHARING_FIFO)
		exchanges_hurry(&vm->cluster->exchanges, &vm->writes, writes, &vm->cluster->plane);
}

uint32_t remote_source(const struct vm *vm, page_id page)
{
	rpm_entry entry = fault_entry(&vm->machine, 0, page);

	return rpm_state(entry) == RPM_STORED ? RPM_NODE_STORE : rpm_node(entry);
}

int64_t remote_fetch(struct vm *vm, page_id page, enum plane_class class, uint64_t tag)
{
	struct cluster *cluster = vm->cluster;
	rpm_entry entry = fault_entry(&vm->machine, 0, page);
	uint32_t node = remote_source(vm, page);

	if (rpm_state(entry) == RPM_LOST)
		return FAULT_LOST;
	if (node == RPM_NODE_STORE) {
		store_send(cluster, vm->host, false, class, tag);
		return FAULT_IN_FLIGHT;
	}
	pool_renew(cluster->pool, (struct lease){node, (uint32_t)rpm_frame(entry)});
	request(vm, node, class, tag);
	return FAULT_IN_FLIGHT;
}

/* Calls `visit` for the frame of each copy of a page that donors hold. */
static void visit_copies(struct vm *vm, page_id page, void (*visit)(struct pool *pool, struct lease lease))
{
	unsigned copies = rpm_copies(fault_entry(&vm->machine, 0, page));

	for (unsigned copy = 0; copy <= copies; copy++) {
		rpm_entry entry = fault_entry(&vm->machine, copy, page);

		visit(vm->cluster->pool, (struct lease){rpm_node(entry), (uint32_t)rpm_frame(entry)});
	}
}

/* An exclusive pool: the page's frames are free again, and it must be sent when it is evicted. */
static void take_out(struct vm *vm, page_id page)
{
	unsigned copies = rpm_copies(fault_entry(&vm->machine, 0, page));

	visit_copies(vm, page, pool_release);
	for (unsigned copy = 0; copy <= copies; copy++)
		fault_note(&vm->machine, copy, page, copy ? 0 : rpm_pack(RPM_LOCAL, 0, 0, 0));
	local_memory_mark_dirty(&vm->machine.memory, page);
}

void remote_arrived(struct vm *vm, page_id page)
{
	struct cluster *cluster = vm->cluster;

	if (rpm_state(fault_entry(&vm->machine, 0, page)) != RPM_REMOTE ||
	    !local_memory_is_local(&vm->machine.memory, page)) /* another virtual CPU may have evicted it */
		return;
	if (cluster->config->donors.pool == POOL_EXCLUSIVE)
		take_out(vm, page);
	else if (cluster->ages)
		visit_copies(vm, page, pool_retire);
}

void remote_left(void *context, page_id page)
{
	struct vm *vm = context;

	if (vm->cluster->ages && rpm_state(fault_entry(&vm->machine, 0, page)) == RPM_REMOTE)
		visit_copies(vm, page, pool_renew);
}

/* Takes frames in the pool for the page's copies. Returns how many it got. */
static uint32_t place(struct vm *vm, page_id page, bool free_only, struct lease lease[FAULT_COPIES_MAX])
{
	struct cluster *cluster = vm->cluster;
	uint32_t taken[FAULT_COPIES_MAX], copies = 0;

	while (copies < vm->machine.copies) {
		const struct pool_request request = {.borrower = vm->host,
						     .owner = owner_pack(vm->number, copies, page),
						     .now_ps = cluster->events.now_ps,
						     .taken = taken,
						     .n = copies,
						     .free_only = free_only};
		pool_owner displaced;

		if (!pool_place(cluster->pool, &request, &lease[copies], &displaced))
			break;
		if (displaced != POOL_NOBODY)
			lose_copy(cluster, displaced, lease[copies], false);
		taken[copies] = lease[copies].node;
		copies++;
	}
	return copies;
}

void remote_clear(struct vm *vm)
{
	for (page_id page = 0; page < vm->trace->pages; page++) {
		rpm_entry entry = fault_entry(&vm->machine, 0, page);
		enum rpm_state state = rpm_state(entry);

		if (state == RPM_REMOTE || (state == RPM_CACHED && rpm_node(entry) != RPM_NODE_STORE))
			visit_copies(vm, page, pool_release);
		fault_note(&vm->machine, 0, page, 0);
	}
}

/* Gives a page that has no remote copy its frames, or the backing store; false when neither is available. */
static bool assign_frames(struct vm *vm, page_id page, bool free_only)
{
	struct cluster *cluster = vm->cluster;
	struct lease lease[FAULT_COPIES_MAX];
	uint32_t copies = place(vm, page, free_only, lease);

	if (!copies && !cluster->has_store)
		return false;
	if (!copies) {
		cluster->pages_stored++;
		fault_note(&vm->machine, 0, page, rpm_pack(RPM_STORED, 0, 0, 0));
	}
	for (uint32_t copy = 0; copy < copies; copy++)
		fault_note(&vm->machine, copy, page,
			   rpm_pack(RPM_REMOTE, lease[copy].node, lease[copy].frame, copy ? 0 : copies - 1));
	return true;
}

bool remote_place(void *context, page_id page)
{
	struct vm *vm = context;
	struct cluster *cluster = vm->cluster;

	if (assign_frames(vm, page, false))
		return true;
	cluster_fail(cluster, err_set(&cluster->err, ERR_FAILED,
				      "%s: no donor has a free frame for its pages, and donors.backing is none: "
				      "lend more (cluster.memory, cluster.hypervisors), keep more local, or give a "
				      "backing store",
				      vm->result.name));
	return false;
}

/* Sends a page to all its copies at donors. The write to the first one holds a place in the write-back buffer until it
 * is acknowledged. */
static void send_copies(struct vm *vm, page_id page)
{
	struct cluster *cluster = vm->cluster;
	unsigned copies = rpm_copies(fault_entry(&vm->machine, 0, page));

	for (unsigned copy = 0; copy <= copies; copy++) {
		rpm_entry entry = fault_entry(&vm->machine, copy, page);

		pool_renew(cluster->pool, (struct lease){rpm_node(entry), (uint32_t)rpm_frame(entry)});
		write_page(vm, page, rpm_node(entry), copy == 0);
	}
}

/* Writes a page to its donors and to the store, or to the store alone. It has a place in the store's queue. While it
 * was held, it may have become local again and have lost its frames, or may be lost, or the VM is gone: then there is
 * nothing to write. */
static void write_out(struct vm *vm, page_id page, int64_t now_ps)
{
	struct cluster *cluster = vm->cluster;
	rpm_entry entry = fault_entry(&vm->machine, 0, page);
	enum rpm_state state = rpm_state(entry);
	bool only = !vm->gone && (state == RPM_STORED || (state == RPM_CACHED && rpm_node(entry) == RPM_NODE_STORE));

	if (only) {
		store_send(cluster, vm->host, true, PLANE_BULK, subject_pack(SUBJECT_STORE_ONLY, vm->number, page));
	} else if (!vm->gone && (state == RPM_CACHED || state == RPM_REMOTE)) {
		send_copies(vm, page);
		if (cluster->has_store)
			store_send(cluster, vm->host, true, PLANE_BULK, subject_pack(SUBJECT_STORE, vm->number, page));
	} else {
		if (cluster->has_store)
			store_completed(vm, page);
		fault_written(&vm->machine, now_ps);
	}
}

void remote_stored(struct vm *vm, page_id page, bool only, int64_t at_ps)
{
	struct cluster *cluster = vm->cluster;
	struct held_write next;

	store_completed(vm, page);
	while (store_next(cluster, vm->host, &next))
		write_out(&cluster->vm[next.vm], next.page, at_ps);
	if (only)
		fault_written(&vm->machine, at_ps);
}

static void send_write_back(void *context, uint64_t argument, int64_t now_ps)
{
	struct cluster *cluster = context;
	struct vm *vm = &cluster->vm[argument >> 32];
	page_id page = (page_id)argument;

	if (!vm->machine.stopped && (!cluster->has_store || store_take(vm, page)))
		write_out(vm, page, now_ps);
}

void remote_handlers(struct cluster *cluster)
{
	cluster->write_back = (struct event_handler){send_write_back, cluster};
}

void remote_write_back(void *context, page_id page)
{
	struct vm *vm = context;
	struct events *events = &vm->cluster->events;

	events_add(events, events->now_ps, &vm->cluster->write_back, (uint64_t)vm->number << 32 | page);
}

/* The pages of every snapshot by their age: how many pages of its VM were used after it. Of the same age, the lower
 * VM's comes first. */
static uint32_t oldest_age(const struct cluster *cluster, uint32_t first)
{
	uint32_t ages = 0;

	for (uint32_t i = first; i < cluster->vms; i++)
		if (cluster->vm[i].trace->snapshot_pages > ages)
			ages = cluster->vm[i].trace->snapshot_pages;
	return ages;
}

/* The page of that age, PAGE_NONE if it is local or there is none. */
static page_id remote_of_age(const struct vm *vm, uint32_t age)
{
	page_id page = vm->trace->snapshot_pages - 1 - age;

	return age < vm->trace->snapshot_pages && local_memory_is_remote(&vm->machine.memory, page) ? page : PAGE_NONE;
}

static int place_by_age(struct cluster *cluster, uint32_t first, uint32_t ages, struct err *err)
{
	for (uint32_t age = 0; age < ages; age++)
		for (uint32_t i = first; i < cluster->vms; i++) {
			page_id page = remote_of_age(&cluster->vm[i], age);

			if (page != PAGE_NONE && !assign_frames(&cluster->vm[i], page, true))
				return err_set(err, ERR_FAILED,
					       "%s: no donor has a free frame for what its opening snapshot leaves "
					       "remote, and "
					       "donors.backing is none",
					       cluster->vm[i].result.name);
		}
	return 0;
}

int remote_place_snapshots(struct cluster *cluster, uint32_t first, struct err *err)
{
	uint32_t ages = oldest_age(cluster, first);
	int status = place_by_age(cluster, first, ages, err);

	if (status < 0)
		return status;
	for (uint32_t age = ages; age-- > 0;) /* the frames' ages are the pages' */
		for (uint32_t i = cluster->vms; i-- > first;) {
			page_id page = remote_of_age(&cluster->vm[i], age);

			if (page != PAGE_NONE)
				remote_left(&cluster->vm[i], page);
		}
	pool_begin(cluster->pool);
	return cluster->status;
}
