/* SPDX-License-Identifier: MIT */
/* What an uncontended fetch costs by a configuration: the same numbers for curves, replays and the cluster. */
#ifndef CONFIG_COST_H
#define CONFIG_COST_H

#include "config/config.h"
#include "fault/cost.h"

/* Of a distribution of latencies, with its mean. ERR_USAGE for a page that is not the traces'. */
int config_cost(const struct config *config, struct fault_cost *cost, struct err *err);

#endif
