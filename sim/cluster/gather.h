/* SPDX-License-Identifier: MIT */
/* Makes the result of a run. A simulated run and the closed form share parts of it. */
#ifndef CLUSTER_GATHER_H
#define CLUSTER_GATHER_H

#include "cluster/platform.h"
#include "fabric/plane.h"
#include "fault/result.h"

/* Names the result's links: the platform's, then two for each of `stores` backing stores, to read and to write. Returns
 * 0 or a negative code. */
int gather_link_names(struct run_result *result, const struct platform_link *link, uint32_t links, uint32_t stores,
		      struct err *err);

/* Fills in a link's utilisation, mean queueing time and bytes, of a run that ended at end_ps. */
void gather_counts(struct link_result *link, struct plane_counts counts, int64_t end_ps);

/* Names the result's hypervisors: as the user's platform does, otherwise hypervisor-0 and so on. Returns 0 or a
 * negative code. */
int gather_hypervisor_names(struct run_result *result, const struct platform *platform, const struct config *config,
			    uint32_t hypervisors, struct err *err);

struct cluster;

/* Makes the result of a run that has ended. Returns 0 or a negative code; run_result_free frees what is allocated. */
int cluster_gather(struct cluster *cluster, struct run_result *result, struct err *err);

#endif
