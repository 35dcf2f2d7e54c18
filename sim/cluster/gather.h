/* SPDX-License-Identifier: MIT */
/* Makes the result of a run; parts of it are the same for a run that was simulated and for the closed form. */
#ifndef CLUSTER_GATHER_H
#define CLUSTER_GATHER_H

#include "cluster/platform.h"
#include "fabric/plane.h"
#include "fault/result.h"

/* The platform's links, then two for each of so many backing stores: one to read, one to write. */
int gather_link_names(struct run_result *result, const struct platform_link *link, uint32_t links, uint32_t stores,
		      struct err *err);

void gather_counts(struct link_result *link, struct plane_counts counts, int64_t end_ps);

int gather_hypervisor_names(struct run_result *result, uint32_t hypervisors, struct err *err);

struct cluster;

/* The result of a run that has ended; names and fetch times are allocated, run_result_free frees them. */
int cluster_gather(struct cluster *cluster, struct run_result *result, struct err *err);

#endif
