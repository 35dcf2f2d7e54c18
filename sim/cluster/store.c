/* SPDX-License-Identifier: MIT */
#include "cluster/store.h"

#include <stdlib.h>

#include "cluster/state.h"
#include "cluster/stop.h"

enum { ROOM = 64 };

void store_send(struct cluster *cluster, uint32_t host, bool write, enum plane_class class, uint64_t tag)
{
	const struct config *config = cluster->config;
	const struct plane_message message = {.route = &cluster->store_route[2 * host + write],
					      .hops = 1,
					      .bytes = (uint32_t)config->fabric.page_bytes,
					      .class = class,
					      .extra_ps = network_extra_ps(&config->donors.store,
									   config->fabric.page_bytes),
					      .receiver = &cluster->receiver,
					      .tag = tag};

	plane_send(&cluster->plane, &message);
}

static int grow(struct store *store, struct err *err)
{
	uint32_t room = store->room ? 2 * store->room : ROOM;
	struct held_write *held = malloc(room * sizeof(*held));

	if (!held)
		return err_memory(err, "write-backs");
	for (uint32_t i = 0; i < store->count; i++)
		held[i] = store->held[(store->first + i) & (store->room - 1)];
	free(store->held);
	*store = (struct store){.writes = store->writes, .held = held, .room = room, .count = store->count};
	return 0;
}

bool store_take(struct vm *vm, page_id page)
{
	struct cluster *cluster = vm->cluster;
	struct store *store = &cluster->host[vm->host].store;

	if (store->count == 0 && store->writes < cluster->config->donors.store_queue) {
		store->writes++;
		if (vm->storing)
			vm->storing[page].queued++;
		return true;
	}
	if (store->count == store->room && grow(store, &cluster->err) < 0) {
		cluster_fail(cluster, ERR_FAILED);
		return false;
	}
	store->held[(store->first + store->count++) & (store->room - 1)] = (struct held_write){vm->number, page};
	if (vm->storing)
		vm->storing[page].held++;
	return false;
}

bool store_next(struct cluster *cluster, uint32_t host, struct held_write *next)
{
	struct store *store = &cluster->host[host].store;
	struct store_page *storing;

	if (store->count == 0 || store->writes >= cluster->config->donors.store_queue)
		return false;
	*next = store->held[store->first++ & (store->room - 1)];
	store->count--;
	store->writes++;
	storing = cluster->vm[next->vm].storing;
	if (storing) {
		storing[next->page].held--;
		storing[next->page].queued++;
	}
	return true;
}

void store_completed(struct vm *vm, page_id page)
{
	vm->cluster->host[vm->host].store.writes--;
	if (vm->storing)
		vm->storing[page].queued--;
}

bool store_lacks(const struct vm *vm, page_id page)
{
	return vm->storing && vm->storing[page].queued && !vm->storing[page].held;
}
