/* SPDX-License-Identifier: MIT */
/* Donors that join, leave and fail. */
#ifndef CLUSTER_CHANGE_H
#define CLUSTER_CHANGE_H

#include "cluster/state.h"

/* Sets up cluster->change. */
void change_handlers(struct cluster *cluster);

/* Schedules the configuration's events. Returns 0 or a negative code: ERR_USAGE for an event that is not possible. */
int change_schedule(struct cluster *cluster, struct err *err);

#endif
