/* SPDX-License-Identifier: MIT */
/* The background traffic of a configuration, as flows on the links of its networks. */
#ifndef CLUSTER_TRAFFIC_H
#define CLUSTER_TRAFFIC_H

#include "base/err.h"

struct cluster;

/* Schedules every flow. Returns 0 or a negative code: ERR_USAGE if a link would have to carry more than it can. */
int traffic_start(struct cluster *cluster, struct err *err);

void traffic_free(struct cluster *cluster);

#endif
