/* SPDX-License-Identifier: MIT */
/* Ends a run early, and shows its progress. */
#ifndef CLUSTER_STOP_H
#define CLUSTER_STOP_H

struct cluster;

/* Stops the simulation with this code and the error in cluster->err. The code of an earlier failure stays. */
void cluster_fail(struct cluster *cluster, int status);

/* Shows the run's progress, if the options ask for it. */
void cluster_show(struct cluster *cluster);

#endif
