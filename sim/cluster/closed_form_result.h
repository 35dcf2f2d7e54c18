/* SPDX-License-Identifier: MIT */
/* Makes a run's result from what closed_form.c has counted in its pass. Private to cluster/. */
#ifndef CLUSTER_CLOSED_FORM_RESULT_H
#define CLUSTER_CLOSED_FORM_RESULT_H

#include "cluster/platform.h"
#include "cluster/timeline.h"
#include "fault/result.h"
#include "placement/pool.h"
#include "trace/decoded.h"

#define NO_DONOR        UINT16_MAX
#define HYPERVISORS_MAX NO_DONOR

/* One local size and one pool. All its configurations fetch and evict the same pages, from and to the same donors; only
 * their times differ. */
struct closed_form_point {
	const struct config *config; /* any of its configurations */
	uint32_t frames;
	struct pool *pool;
	uint16_t *donor;            /* by page, NO_DONOR before its first eviction */
	uint64_t *fetches, *writes; /* by donor */
	uint64_t compulsory;        /* of the fetches */
	size_t first, end;          /* its timelines */
};

/* How many frames a hypervisor lends. */
static inline uint64_t point_lent(const struct closed_form_point *point, const struct config *config, uint32_t node)
{
	return (config->cluster.memory_bytes >> TRACE_PAGE_SHIFT) - (node == config->vms[0].host ? point->frames : 0);
}

/* What is the same for all points of a pass. */
struct closed_form_whole {
	const struct decoded_trace *trace;
	struct platform *platform;
	uint64_t first_touches;
	struct histogram *fetches; /* scratch space for one timeline */
};

/* Fills in the result of one configuration. Returns 0 or a negative code. */
int closed_form_gather(const struct closed_form_point *point, const struct timeline *timeline,
		       const struct closed_form_whole *whole, struct run_result *result, struct err *err);

#endif
