/* SPDX-License-Identifier: MIT */
/* Where a VM's remote pages are. */
#ifndef CLUSTER_REMOTE_H
#define CLUSTER_REMOTE_H

#include "base/err.h"
#include "base/page.h"
#include "fabric/plane.h"

struct cluster;
struct vm;

/* The node that a page would be fetched from; RPM_NODE_STORE for the host's backing store. */
uint32_t remote_source(const struct vm *vm, page_id page);

/* Requests a page from its node for the VM's host. Returns FAULT_IN_FLIGHT, or FAULT_LOST when no copy is left. */
int64_t remote_fetch(struct vm *vm, page_id page, enum plane_class class, uint64_t tag);

/* A page that was fetched arrives: its copies at donors are the first to be given up from now on or, in an exclusive
 * pool, given up at once. Call it before the fault machine learns of the arrival. */
void remote_arrived(struct vm *vm, page_id page);

/* A request has arrived at its donor (SUBJECT_REQUEST), which sends the page. */
void remote_answer(struct vm *vm, const struct plane_delivery *delivery);

/* A write-back has been acknowledged (SUBJECT_WRITE). Returns the delivery with the page in its tag. */
struct plane_delivery remote_written(struct vm *vm, const struct plane_delivery *delivery);

/* struct fault_ops' `hurry`: with priorities, the write-backs that a virtual CPU waits for go first, as demand fetches
 * do. */
void remote_hurry(void *context, uint64_t writes);

/* Sets up cluster->write_back. */
void remote_handlers(struct cluster *cluster);

/* struct fault_ops' `place`, `evicted` and `write_back`; the context is the VM. A write-back is sent after the event
 * that is running, so that the request of a fault goes before its victim. */
bool remote_place(void *context, page_id page);
void remote_left(void *context, page_id page);
void remote_write_back(void *context, page_id page);

/* A page has been written to the backing store. `only`: it was written there alone, and holds a place in the write-back
 * buffer. */
void remote_stored(struct vm *vm, page_id page, bool only, int64_t at_ps);

/* Gives up every frame of a VM that is gone. */
void remote_clear(struct vm *vm);

/*
 * Places what the opening snapshots of the VMs from number `first` on leave remote, as a pager that had run would hold
 * it: by age over all those VMs, the most recently used pages first, in the donors until they are full, and the oldest
 * ones in the backing store. Returns 0 or a negative code.
 */
int remote_place_snapshots(struct cluster *cluster, uint32_t first, struct err *err);

#endif
