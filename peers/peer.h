/* SPDX-License-Identifier: MIT */
/* One lender, from the borrower's side: its messages. For peers.c. */
#ifndef PEERS_PEER_H
#define PEERS_PEER_H

#include "peers/peers.h"

/* How often heart-beats are sent, in us. */
int64_t peer_beat_us(const struct peers *peers);

/* Begins to connect. Returns 0 or a negative code. */
int peer_connect(struct peer *peer, struct err *err);

/* Handles its messages. *busy is set when there were any. Returns 0, or a negative code: it is down. */
int peer_serve(struct peer *peer, bool *busy, struct err *err);

/* Sends a heart-beat. Returns 0 or a negative code. */
int peer_beat(struct peer *peer, int64_t now_us, struct err *err);

/* Asks for one more lease, unless that was done and not answered. */
void peer_want(struct peer *peer);

/* Ends its connections and gives up what was under way. */
void peer_close(struct peer *peer);

#endif
