/* SPDX-License-Identifier: MIT */
/* Records what joins, leaves and failures do, for the result. */
#ifndef CLUSTER_HISTORY_H
#define CLUSTER_HISTORY_H

#include "cluster/state.h"

/* Makes room for a record of each of the configuration's events. Returns 0 or a negative code. */
int history_init(struct cluster *cluster, struct err *err);

/* The configuration's event of that number happens now: what happens to its hypervisor from now on goes into its
 * record, and the record of the hypervisor's last change is closed. */
void history_begin(struct cluster *cluster, size_t number);

/* A hypervisor that leaves: counts the copies that it holds. */
void history_count(struct cluster *cluster, uint32_t node);

/* A copy that a failed hypervisor held, and what became of it; `owner` is the pool's. */
void history_failed(struct cluster *cluster, uint32_t node, pool_owner owner, enum change_outcome became);

/* A copy that a leaving hypervisor held, and what became of it. */
void history_left(struct change_result *change, const struct vm *vm, enum change_outcome became);

/* A copy that a failed hypervisor held exists again at another one. */
void history_remade(struct change_result *change, const struct vm *vm);

/* A virtual CPU has waited for a failed hypervisor. */
void history_waited(struct cluster *cluster, uint32_t node, int64_t wait_ps);

/* What became of a VM of that hypervisor. Returns the record, to be filled in; NULL when the run has failed because
 * memory ran out. */
struct change_vm_result *history_vm(struct cluster *cluster, const struct vm *vm, enum change_vm became);

/* The run has ended: the result owns the records of what has happened. */
void history_end(struct cluster *cluster, struct run_result *result);

#endif
