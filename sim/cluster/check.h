/* SPDX-License-Identifier: MIT */
/* Checks that a cluster's state is consistent. Slow and simple: for --check and the tests. */
#ifndef CLUSTER_CHECK_H
#define CLUSTER_CHECK_H

#include "base/err.h"

struct cluster;

/* Checks that every page is in exactly one place or in its replicas, and that every frame is accounted for. Returns 0
 * or ERR_FAILED with what is wrong. */
int check_cluster(const struct cluster *cluster, struct err *err);

#endif
