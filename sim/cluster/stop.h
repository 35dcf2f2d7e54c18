/* SPDX-License-Identifier: MIT */
/* Ends a run, and draws how far it is. */
#ifndef CLUSTER_STOP_H
#define CLUSTER_STOP_H

struct cluster;

/* Stops the simulation with the error in cluster->err, unless an earlier one has. */
void cluster_fail(struct cluster *cluster, int status);

/* Draws how far the run is, when progress is asked for. */
void cluster_show(struct cluster *cluster);

#endif
