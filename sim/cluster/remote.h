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

/* Sends a page from its node to the VM's host. Returns FAULT_IN_FLIGHT, or FAULT_LOST when no copy is left. */
int64_t remote_fetch(struct vm *vm, page_id page, enum plane_class class, uint64_t tag);

/* struct fault_ops' `place` and `write_back`; the context is the VM. */
bool remote_place(void *context, page_id page);
void remote_write_back(void *context, page_id page);

/* Restores the opening snapshot: its most recently used pages are local, the others get remote frames. Returns 0 or a
 * negative code. */
int remote_place_snapshot(struct vm *vm, struct err *err);

#endif
