/* SPDX-License-Identifier: MIT */
/* The VMs of a cluster and their virtual CPUs. */
#ifndef CLUSTER_VM_H
#define CLUSTER_VM_H

#include "cluster/state.h"

/* What the fault machine of a VM asks of the cluster; the context is the VM. */
extern const struct fault_ops vm_fault_ops;

/* Sets up cluster->run_vcpu and cluster->begin_vm. */
void vm_handlers(struct cluster *cluster);

/* Runs the timers of a VM's fault machine. */
struct event_handler vm_timer_handler(struct vm *vm);

/* Something that was sent for a VM has come. */
void vm_deliver(struct cluster *cluster, const struct plane_delivery *delivery);

#endif
