/* SPDX-License-Identifier: MIT */
/* Parts of a run's result that are put alike whether the run was simulated or not. Private to cluster/. */
#ifndef CLUSTER_GATHER_H
#define CLUSTER_GATHER_H

#include "cluster/platform.h"
#include "fabric/plane.h"
#include "replay/result.h"

/* The platform's links, then two for each of so many backing stores: one to read, one to write. */
int gather_link_names(struct run_result *result, const struct platform_link *link, uint32_t links, uint32_t stores,
		      struct err *err);

void gather_counts(struct link_result *link, struct plane_counts counts, int64_t end_ps);

int gather_hypervisor_names(struct run_result *result, uint32_t hypervisors, struct err *err);

#endif
