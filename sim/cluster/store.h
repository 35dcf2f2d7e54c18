/* SPDX-License-Identifier: MIT */
/*
 * The backing store of a host: a drive with one link to read and one to write. Its queue takes a bounded number of
 * writes (donors.store_queue) until they have completed. A write-back that finds it full is held at the host.
 */
#ifndef CLUSTER_STORE_H
#define CLUSTER_STORE_H

#include "base/page.h"
#include "fabric/plane.h"

struct cluster;
struct vm;

/* A write-back that the store's queue has no place for yet. */
struct held_write {
	uint32_t vm;
	page_id page;
};

/* The writes of one host. */
struct store {
	uint64_t writes;         /* in the store's queue: not completed yet */
	struct held_write *held; /* a ring buffer, the first that came at `first` */
	uint32_t room, first, count;
};

/* The writes of one page to the store that have not completed. */
struct store_page {
	uint32_t queued, held;
};

/* Reads a page from the host's store, or writes one to it, for which store_take has taken a place. */
void store_send(struct cluster *cluster, uint32_t host, bool write, enum plane_class class, uint64_t tag);

/* A page of this VM is to be written. True: it has a place in the store's queue. False: it is held, or the run has
 * failed. */
bool store_take(struct vm *vm, page_id page);

/* A write has completed, or was not needed after all: its place in the queue is free. store_next may give it away. */
void store_completed(struct vm *vm, page_id page);

/* Gives the first write that is held a place in the queue; false when none is held or no place is free. */
bool store_next(struct cluster *cluster, uint32_t host, struct held_write *next);

/* Whether the store lacks the last content of a page that was sent to its donors: its write has not completed, and it
 * is not held at the host either. Known where a donor may fail; false elsewhere. */
bool store_lacks(const struct vm *vm, page_id page);

#endif
