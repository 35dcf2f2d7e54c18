/* SPDX-License-Identifier: MIT */
/* A VM before and after its run. */
#ifndef CLUSTER_VM_SETUP_H
#define CLUSTER_VM_SETUP_H

#include "cluster/state.h"

/* Sets a VM up, of which name_vms has filled the number, host, trace and configuration, and schedules its start. */
int vm_init(struct cluster *cluster, struct vm *vm, struct err *err);
void vm_free(struct vm *vm);

/* Its local size in pages, by the configuration. */
uint32_t vm_local_frames(const struct vm *vm);

#endif
