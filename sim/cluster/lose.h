/* SPDX-License-Identifier: MIT */
/* What becomes of a page when a frame that held it at a donor is gone. */
#ifndef CLUSTER_LOSE_H
#define CLUSTER_LOSE_H

#include "placement/pool.h"

struct cluster;

/* The copy in a frame that is gone: another copy is used, or the backing store, or the page is lost. The owner may be a
 * move in flight to that frame. `failed`: what the donor was sending is lost too, otherwise it still arrives. */
void lose_copy(struct cluster *cluster, pool_owner owner, struct lease lease, bool failed);

#endif
