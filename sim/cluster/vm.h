/* SPDX-License-Identifier: MIT */
/* The VMs of a cluster and their virtual CPUs. */
#ifndef CLUSTER_VM_H
#define CLUSTER_VM_H

#include "cluster/state.h"

/* What the cluster supplies to a VM's fault machine; the context is the VM. */
extern const struct fault_ops vm_fault_ops;

/* Sets up cluster->run_vcpu and cluster->begin_vm. */
void vm_handlers(struct cluster *cluster);

/* The event handler that runs the timers of a VM's fault machine. */
struct event_handler vm_timer_handler(struct vm *vm);

/* A donor is known to have failed: what was requested from it and sent to it is answered now. */
void vm_donor_failed(struct cluster *cluster, uint32_t node);

/* The VM's hypervisor has failed or left: nothing of it happens any more. */
void vm_halt(struct vm *vm);

/* The job of a VM that has halted ends with it; `why` follows its name in the result. */
void vm_give_up(struct vm *vm, const char *why);

/* Handles a delivered message of a VM: a fetch, a prefetch or a write. */
void vm_deliver(struct cluster *cluster, const struct plane_delivery *delivery);

#endif
