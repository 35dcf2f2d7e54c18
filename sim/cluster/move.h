/* SPDX-License-Identifier: MIT */
/*
 * Pages that donors send to each other, MOVES_AT_ONCE at a time of each donor that leaves or has failed.
 *
 * A donor that leaves sends its pages to other donors while they stay in use. When no donor has a free frame, the
 * page's copy in the backing store is used from then on; without a backing store the page stays where it is.
 *
 * donors.rebuild: once a failure is known, each page that has lost a copy there and has another one is sent from that
 * one to a donor with a free frame, which is a replica from its arrival on. Without a free frame the page keeps the
 * copies that it has.
 */
#ifndef CLUSTER_MOVE_H
#define CLUSTER_MOVE_H

#include "cluster/state.h"

void move_init(struct cluster *cluster);
void move_free(struct cluster *cluster);

/* Starts as many of a leaving donor's moves as are allowed at a time. */
void move_away(struct cluster *cluster, uint32_t node);

/* A page has lost its copy at a donor that has failed, and has another one. */
void move_remember(struct cluster *cluster, uint32_t node, pool_owner owner);

/* Starts to make the remembered copies of that donor anew. */
void move_rebuild(struct cluster *cluster, uint32_t node);

/* A page has arrived; `tag` is the message's. */
void move_delivered(struct cluster *cluster, uint64_t tag);

/* The donor's failure is known: what it was to send or to receive has not arrived. */
void move_donor_failed(struct cluster *cluster, uint32_t node);

#endif
