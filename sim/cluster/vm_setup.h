/* SPDX-License-Identifier: MIT */
/* Sets a VM up, and finishes it after its run. */
#ifndef CLUSTER_VM_SETUP_H
#define CLUSTER_VM_SETUP_H

#include "cluster/state.h"

/* Sets up a VM whose number, job, host, trace and configuration are filled in, and schedules its start at begin_ps.
 * Returns 0 or a negative code. */
int vm_init(struct cluster *cluster, struct vm *vm, int64_t begin_ps, struct err *err);
void vm_free(struct vm *vm);

/* Its configured local size, in pages. */
uint32_t vm_local_frames(const struct vm *vm, const struct config *config);

/* What the counts of its job are worth on its trace. */
enum policy_filtered vm_counts(const struct decoded_trace *trace, const struct config_vm *vm);

#endif
