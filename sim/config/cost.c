/* SPDX-License-Identifier: MIT */
#include "config/cost.h"

#include "fabric/transfer.h"
#include "trace/header.h"

int config_cost(const struct config *config, struct fault_cost *cost, struct err *err)
{
	const struct config_fault *fault = &config->fault;
	const struct network fabric = config->fabric;

	if (fabric.page_bytes != UINT64_C(1) << TRACE_PAGE_SHIFT)
		return err_set(err, ERR_USAGE,
			       "fabric.page: what a larger transfer brings along is not simulated: allowed is 4KiB");
	*cost = (struct fault_cost){.ips = config->ips,
				    .transfer_ps = transfer_ps(fabric.page_bytes, fabric.bandwidth_bps),
				    .first_ps = fault->exit_ps + fault->handler_ps + fault->map_ps,
				    .minor_ps = fault->minor_ps,
				    .exit_ps = fault->exit_ps,
				    .handler_ps = fault->handler_ps,
				    .lookup_ps = fault->lookup_ps,
				    .post_ps = fabric.post_ps,
				    .completion_ps = fabric.completion_ps,
				    .map_ps = fault->map_ps,
				    .handlers = fault->capacity ? (unsigned)fault->handlers : 0,
				    .busy_ps = fault->capacity ? INT64_C(1000000000000) / (int64_t)fault->capacity : 0,
				    .buffer = fault->buffer,
				    .maps_on_arrival = config->prefetch_map == PREFETCH_MAP_ARRIVAL,
				    .base_has_first = fault->base == FAULT_BASE_LAZY};
	cost->demand_ps = cost->first_ps + fault->lookup_ps + network_fetch_ps(&fabric, fabric.page_bytes);
	return 0;
}
