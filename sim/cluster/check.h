/* SPDX-License-Identifier: MIT */
/* Whether a cluster adds up. Slow and simple: for --check and the tests. */
#ifndef CLUSTER_CHECK_H
#define CLUSTER_CHECK_H

#include "base/err.h"

struct cluster;

/* Every page is in exactly one place or in its replicas, and every frame is accounted for; otherwise ERR_FAILED with
 * what is wrong. */
int check_cluster(const struct cluster *cluster, struct err *err);

#endif
