/* SPDX-License-Identifier: MIT */
/* Donors that join, leave and fail. */
#ifndef CLUSTER_CHANGE_H
#define CLUSTER_CHANGE_H

#include "cluster/state.h"

void change_handlers(struct cluster *cluster);

/* Schedules the configuration's events. ERR_USAGE for one that no cluster can follow. */
int change_schedule(struct cluster *cluster, struct err *err);

/* A page of a leaving donor has come to another. */
void change_move_delivered(struct cluster *cluster, uint64_t tag);

#endif
