/* SPDX-License-Identifier: MIT */
/* What reading a page from a peer takes. */
#ifndef PEERS_MEASURE_H
#define PEERS_MEASURE_H

#include "peers/peers.h"

/* Reads the first pages that a peer has leased, one after the other, `count` times; took_ns gets how long each took, in
 * ascending order. Nothing else may be under way. Returns 0 or a negative code: the peer lends nothing, or is down. */
int peers_measure_reads(struct peers *peers, unsigned peer, unsigned count, int64_t *took_ns, struct err *err);

/* Reads pages from a peer, several at a time. *bps gets the bits per second. Returns 0 or a negative code. */
int peers_measure_bandwidth(struct peers *peers, unsigned peer, uint64_t *bps, struct err *err);

#endif
