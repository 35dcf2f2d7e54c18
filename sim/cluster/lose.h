/* SPDX-License-Identifier: MIT */
/* Handles the loss of a donor's frame that held a page. */
#ifndef CLUSTER_LOSE_H
#define CLUSTER_LOSE_H

#include "fault/result.h"
#include "placement/pool.h"

struct cluster;

/* The copy in this frame is gone. Another copy of the page is used, or the backing store; without either the page is
 * lost. `owner` is the pool's: a page's copy, or a move in flight to that frame. `failed`: messages that the donor was
 * sending are lost as well; otherwise they still arrive. Returns what became of the copy (of a move: nothing that
 * counts). */
enum change_outcome lose_copy(struct cluster *cluster, pool_owner owner, struct lease lease, bool failed);

#endif
